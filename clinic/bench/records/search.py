"""Looks for words in everything that a program left in a folder, in each dress in which they may lie there."""

import base64
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

_DEFLATED = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")  # how a zlib stream begins
_GZIPPED, _ZIPPED = b"\x1f\x8b\x08", b"PK\x03\x04"
_FIRST, _MOST_UNPACKED = 4096, 64 << 20
_SEVERAL = zlib.MAX_WBITS | 32  # zlib or gzip, as its header says


def found_in(folder: Path, words: Iterable[bytes]) -> list[bytes]:
    """Return the words that a file below the folder holds, in the clear, encoded or compressed, or has in its name."""
    left, found = {word: _dresses(word) for word in words}, []
    for path in folder.rglob("*"):
        texts = [str(path.relative_to(folder)).encode(), *(_unpacked(path.read_bytes()) if path.is_file() else ())]
        seen = [word for word, dresses in left.items() if any(dress in text for text in texts for dress in dresses)]
        found += seen
        for word in seen:
            del left[word]
    return sorted(found)


def _dresses(word: bytes) -> tuple[bytes, ...]:
    """Return a word as UTF-8, UTF-16, hexadecimal, and as base64 shows it at each of three places."""
    wide = word.decode()
    in_base64 = (_in_base64(word, before) for before in range(3))
    return word, wide.encode("utf-16-le"), wide.encode("utf-16-be"), word.hex().encode(), *in_base64


def _in_base64(word: bytes, before: int) -> bytes:
    """Return the letters that nothing before the word (so many bytes) or behind it has a part in."""
    letters = base64.b64encode(bytes(before) + word)
    return letters[-(-before * 8 // 6) : (before + len(word)) * 8 // 6]


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Yield a file's content and that of every compressed stream in it."""
    yield content
    whole = memoryview(content)
    for at in _places(content, (*_DEFLATED, _GZIPPED)):
        yield from _inflated(whole[at:], _SEVERAL)
    for at in _places(content, (_ZIPPED,)):
        header = content[at + 26 : at + 30]
        skipped = 30 + int.from_bytes(header[:2], "little") + int.from_bytes(header[2:], "little")
        yield from _inflated(whole[at + skipped :], -zlib.MAX_WBITS)


def _places(content: bytes, marks: tuple[bytes, ...]) -> Iterator[int]:
    for mark in marks:
        at = content.find(mark)
        while at >= 0:
            yield at
            at = content.find(mark, at + 1)


def _inflated(packed: memoryview, form: int) -> Iterator[bytes]:
    """Yield what a stream holds, if it is one: by chance many places look like the beginning of one."""
    stream, content = zlib.decompressobj(form), b""
    with suppress(zlib.error):
        content = stream.decompress(packed[:_FIRST])
        content += stream.decompress(packed[_FIRST:], _MOST_UNPACKED)
    yield content
