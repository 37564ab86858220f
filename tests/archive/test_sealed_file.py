import itertools
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clinic.archive import sealed_file
from clinic.archive.crypto import Forged, random_key
from clinic.archive.sealed_file import SealedFile, location

HEADER, CHUNK, TAG = 29, 1 << 16, 16
IDENTITY, KEY = "00112233445566778899aabbccddeeff", random_key()


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_file, "LOG2_CHUNK", 16)


def reopened(blobs: Path, expected: SealedFile, data: bytes) -> memoryview:
    location(blobs, IDENTITY).write_bytes(data)
    return sealed_file.read(blobs, IDENTITY, KEY, expected)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5])
def test_content_of_any_length_comes_back(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    written = sealed_file.write(tmp_path, IDENTITY, KEY, [content])
    assert sealed_file.read(tmp_path, IDENTITY, KEY, written) == content
    assert location(tmp_path, IDENTITY).stat().st_size == written.file_bytes


def test_the_header_is_as_the_format_says(tmp_path: Path) -> None:
    sealed_file.write(tmp_path, IDENTITY, KEY, [b"x"])
    data = (tmp_path / "00" / "11" / IDENTITY).read_bytes()
    assert data[:6] == b"SFV1\x01\x10"
    assert data[6:22].hex() == IDENTITY
    assert len(data) == HEADER + 1 + TAG


def test_every_flipped_bit_is_found(tmp_path: Path) -> None:
    written = sealed_file.write(tmp_path, IDENTITY, KEY, [os.urandom(2 * CHUNK + 100)])
    whole = location(tmp_path, IDENTITY).read_bytes()
    choose = random.Random(5)
    places = [*range(8 * HEADER), *(choose.randrange(8 * len(whole)) for _ in range(200))]
    for bit in places:
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Forged):
            reopened(tmp_path, written, bytes(flipped))


def _chunks(data: bytes) -> list[bytes]:
    step = CHUNK + TAG
    return [data[start : start + step] for start in range(HEADER, len(data), step)]


REARRANGED: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "swapped": lambda c: [c[1], c[0], *c[2:]],
    "repeated": lambda c: [c[0], c[0], *c[2:]],
    "dropped": lambda c: [c[0], *c[2:]],
    "appended": lambda c: [*c, c[-1]],
    "cut at a chunk": lambda c: c[:-1],
    "cut inside": lambda c: [*c[:-1], c[-1][:-1]],
    "reversed": lambda c: c[::-1],
}


@pytest.mark.parametrize("how", REARRANGED)
def test_rearranged_chunks_are_refused(tmp_path: Path, how: str) -> None:
    written = sealed_file.write(tmp_path, IDENTITY, KEY, [os.urandom(3 * CHUNK)])
    whole = location(tmp_path, IDENTITY).read_bytes()
    data = whole[:HEADER] + b"".join(REARRANGED[how](_chunks(whole)))
    # whatever length the records may claim
    for size in (written.size, len(data) - HEADER - TAG * len(_chunks(data))):
        with pytest.raises(Forged):
            reopened(tmp_path, SealedFile(size, 16, written.sha256), data)


def test_one_objects_file_does_not_pass_for_another(tmp_path: Path) -> None:
    other = "ff112233445566778899aabbccddeeff"
    written = sealed_file.write(tmp_path, IDENTITY, KEY, [b"one"])
    sealed_file.write(tmp_path, other, KEY, [b"two"])
    with pytest.raises(Forged):
        reopened(tmp_path, written, location(tmp_path, other).read_bytes())


def test_equal_content_under_one_key_never_looks_equal(tmp_path: Path) -> None:
    seen = []
    for _ in range(3):
        sealed_file.write(tmp_path, IDENTITY, KEY, [b"same" * 100])
        seen.append(location(tmp_path, IDENTITY).read_bytes()[HEADER:])
    assert all(one != other for one, other in itertools.combinations(seen, 2))


@pytest.mark.parametrize(
    "sizes", [[], [0, 0], [1] * 9, [CHUNK], [CHUNK - 1, 1, 1], [3 * CHUNK, 5], [7, 2 * CHUNK, CHUNK]]
)
def test_content_comes_in_pieces_and_goes_in_chunks(tmp_path: Path, sizes: list[int]) -> None:
    pieces = [os.urandom(size) for size in sizes]
    written = sealed_file.write(tmp_path, IDENTITY, KEY, _through_one_buffer(pieces))
    assert written.size == sum(sizes)
    chunks = [bytes(chunk) for chunk in sealed_file.stream(tmp_path, IDENTITY, KEY, written)]
    assert b"".join(chunks) == b"".join(pieces)
    assert max(map(len, chunks)) <= CHUNK
    sealed_file.check(tmp_path, IDENTITY, KEY, written)


def _through_one_buffer(pieces: list[bytes]) -> Iterator[memoryview]:
    room = memoryview(bytearray(max(map(len, pieces), default=0)))
    for piece in pieces:
        room[: len(piece)] = piece
        yield room[: len(piece)]


def test_no_chunk_is_released_that_was_altered(tmp_path: Path) -> None:
    written = sealed_file.write(tmp_path, IDENTITY, KEY, [bytes(3 * CHUNK)])
    whole = bytearray(location(tmp_path, IDENTITY).read_bytes())
    whole[HEADER + CHUNK + TAG + 5] ^= 1
    location(tmp_path, IDENTITY).write_bytes(whole)
    chunks = sealed_file.stream(tmp_path, IDENTITY, KEY, written)
    assert len(next(chunks)) == CHUNK
    with pytest.raises(Forged):
        next(chunks)
    with pytest.raises(Forged):
        sealed_file.check(tmp_path, IDENTITY, KEY, written)
