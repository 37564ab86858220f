"""The depth map beside a phone's photo: true millimetres where the phone vouches for them."""

from pathlib import Path

import numpy as np
import pytest
from heif_boxes import with_depth

from clinic.case import Photo
from clinic.intake.read import read
from clinic.jobs import Progress

RAMP = Path(__file__).parent / "data" / "ramp.heic"  # drawn for this test: grey 20 at the left to 235 at the right
ACCURATE = b'<rdf:Description depthData:Accuracy="absolute" depthData:Quality="high"/>'


def _photo(folder: Path, d_min: float, d_max: float, xmp: bytes) -> Photo:
    file = folder / "a.heic"
    file.write_bytes(with_depth(RAMP.read_bytes(), d_min, d_max, xmp))
    return read(file, Progress(), "photo 1")


def test_disparity_becomes_millimetres(tmp_path: Path) -> None:
    """Disparity grows evenly from 1.5 to 3 per metre over the greys 0 to 255."""
    depth = _photo(tmp_path, 1.5, 3.0, ACCURATE).depth
    assert depth is not None
    assert depth.absolute
    grey = np.linspace(20, 235, 128)
    assert depth.mm[48] == pytest.approx(1000 / (1.5 + 1.5 * grey / 255), rel=0.01)


@pytest.mark.parametrize("xmp", [b"", b'<rdf:Description depthData:Accuracy="relative"/>'])
def test_proportions_are_not_taken_for_millimetres(tmp_path: Path, xmp: bytes) -> None:
    depth = _photo(tmp_path, 1.5, 3.0, xmp).depth
    assert depth is not None
    assert not depth.absolute


def test_what_is_no_distance_of_a_face_is_unknown(tmp_path: Path) -> None:
    """From 10 m at the left to 50 cm at the right: only what lies between 10 cm and 5 m is kept."""
    depth = _photo(tmp_path, 0.1, 2.0, ACCURATE).depth
    assert depth is not None
    assert np.isnan(depth.mm[48, 0]) == (1000 / (0.1 + 1.9 * 20 / 255) > 5000)
    assert np.isfinite(depth.mm[48, -1])
    assert _photo(tmp_path, 0.01, 0.02, ACCURATE).depth is None


def test_a_photo_without_a_map_has_no_depth() -> None:
    assert read(RAMP, Progress(), "photo 1").depth is None
