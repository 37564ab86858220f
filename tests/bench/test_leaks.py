"""What the program leaves behind: nothing of a patient, and the search for that finds words in every dress."""

import base64
import gzip
import zipfile
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from clinic.bench.records import window_leaks
from clinic.bench.records.search import found_in

WORD = b"CANARY-07-5568"
DRESSES = {
    "plain": WORD,
    "wide": WORD.decode().encode("utf-16-le"),
    "other wide": WORD.decode().encode("utf-16-be"),
    "hexadecimal": WORD.hex().encode(),
    "base64": base64.b64encode(WORD),
    "base64 one later": base64.b64encode(b"1" + WORD + b"2"),
    "base64 two later": base64.b64encode(b"12" + WORD + b"345"),
    "gzip": b"before" + gzip.compress(WORD * 3),
}


@pytest.mark.parametrize("dress", DRESSES)
def test_a_word_is_found_in_every_dress(tmp_path: Path, dress: str) -> None:
    (tmp_path / "left").write_bytes(bytes(1000) + DRESSES[dress] + bytes(1000))
    assert found_in(tmp_path, [WORD, b"CANARY-08-0000"]) == [WORD]


def test_a_word_is_found_in_names_archives_and_pictures(tmp_path: Path) -> None:
    for folder in ("named", "zipped", "pictured"):
        (tmp_path / folder).mkdir()
    (tmp_path / "named" / f"{WORD.decode()}.jpg").touch()
    with zipfile.ZipFile(tmp_path / "zipped" / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a", WORD * 100)
    told = PngImagePlugin.PngInfo()
    told.add_text("who", WORD.decode() * 100, zip=True)
    Image.new("RGB", (9, 9)).save(tmp_path / "pictured" / "a.png", pnginfo=told)
    assert all(found_in(tmp_path / folder, [WORD]) == [WORD] for folder in ("named", "zipped", "pictured"))


def test_nothing_typed_dropped_searched_copied_or_chosen_in_the_window_is_left_in_the_clear() -> None:
    assert window_leaks.found() == []
