"""From DICOM files of every kind to the same volume."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from dicoms import ball, encapsulated, image, multi_frame, series
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from clinic.case import Volume
from clinic.intake import dicom
from clinic.intake.errors import UnreadableVolume
from clinic.jobs import Progress


def read(path: Path, which: int = 0) -> Volume:
    return dicom.read(dicom.find(path, Progress()).series[which], Progress())


def value_at(volume: Volume, *place: float) -> int:
    """The value at a place of the scanner frame, mm."""
    x, y, z = np.rint(volume.to_voxels(np.array([place]))[0]).astype(int)
    return int(volume.values[z, y, x])


def test_slices_in_no_order_become_one_volume(tmp_path: Path) -> None:
    series(tmp_path, ball(), spacing=(0.8, 0.9, 2.0), origin=(-30.0, 20.0, 500.0))
    volume = read(tmp_path)
    np.testing.assert_array_equal(volume.values, ball())
    np.testing.assert_allclose(volume.spacing, (0.8, 0.9, 2.0))
    np.testing.assert_allclose(volume.origin, (-30.0, 20.0, 500.0))
    assert volume.warnings == ()


@pytest.mark.parametrize(
    ("orientation", "name"),
    [
        ((0, 1, 0, 0, 0, -1), "sagittal, from above"),
        ((1, 0, 0, 0, 0, -1), "coronal, from above"),
        ((-1, 0, 0, 0, -1, 0), "prone"),
        ((0, -1, 0, 1, 0, 0), "on the side"),
    ],
)
def test_axes_are_turned_to_left_back_and_up(tmp_path: Path, orientation: tuple[float, ...], name: str) -> None:
    """The spot of bone lies at one place of the scanner frame, however the slices run."""
    series(tmp_path, ball(), spacing=(1.5, 1.0, 2.0), orientation=orientation, origin=(7.0, 8.0, 9.0))
    volume = read(tmp_path)
    across = np.cross(orientation[:3], orientation[3:])
    spot = np.array((7.0, 8.0, 9.0)) + 24 * 1.5 * np.array(orientation[:3]) + 16 * np.array(orientation[3:])
    spot += 12 * 2.0 * across
    assert value_at(volume, *spot) == 1200
    np.testing.assert_allclose(volume.directions, np.eye(3), atol=1e-9)
    assert np.count_nonzero(volume.values == 1200) == np.count_nonzero(ball() == 1200)


def test_an_oblique_stack_keeps_its_own_axes(tmp_path: Path) -> None:
    turn = np.radians(20)
    series(tmp_path, ball(), orientation=(1, 0, 0, 0, np.cos(turn), np.sin(turn)))
    volume = read(tmp_path)
    np.testing.assert_array_equal(volume.values, ball())
    np.testing.assert_allclose(volume.directions @ volume.directions.T, np.eye(3), atol=1e-9)
    assert np.linalg.det(volume.directions) == pytest.approx(1.0)
    assert volume.directions[2, 1] == pytest.approx(np.sin(turn))


def test_a_tilted_gantry_is_undone(tmp_path: Path) -> None:
    """A ball whose slices were taken along a tilted axis is round again, where it was."""
    z, y, x = np.mgrid[:24, :40, :40].astype(float)
    tilt = np.tan(np.radians(15))
    round_ = (x - 18) ** 2 + (y + 2 * z * tilt - 22) ** 2 + (2 * z - 24) ** 2 < 12**2
    series(tmp_path, np.where(round_, 40, -1000).astype(np.int16), tilt_deg=15)
    volume = read(tmp_path)
    assert "tilted by 15°" in volume.warnings[0]
    inside = np.argwhere(volume.values > -500)[:, ::-1]
    placed = volume.to_scanner(inside.astype(float))
    np.testing.assert_allclose(placed.mean(axis=0), (18, 22, 24), atol=0.3)
    assert np.linalg.norm(placed - (18, 22, 24), axis=1).max() < 13.5
    np.testing.assert_allclose(volume.directions, np.eye(3), atol=1e-9)


def test_a_missing_slice_is_filled_in_and_told(tmp_path: Path) -> None:
    files = series(tmp_path, ball())
    files[10].unlink()
    volume = read(tmp_path)
    assert volume.values.shape == ball().shape
    assert "1 slice is missing" in volume.warnings[0]
    between = (ball()[9].astype(int) + ball()[11]) / 2
    assert np.abs(volume.values[10] - between).max() <= 1


def test_uneven_slices_are_made_even(tmp_path: Path) -> None:
    def shift(made: Dataset, number: int) -> None:
        made.ImagePositionPatient[2] = 2.0 * number + (0.4 if number % 2 else 0.0)

    ramp = np.repeat(np.arange(24, dtype=np.int16)[:, None, None] * 20, 16, axis=1).repeat(16, axis=2)
    series(tmp_path, ramp, change=shift)
    volume = read(tmp_path)
    assert "made even" in volume.warnings[0]
    np.testing.assert_allclose(np.diff(volume.values[:, 8, 8].astype(float)).std(), 0.0, atol=8.0)


def test_too_much_left_open_is_refused(tmp_path: Path) -> None:
    files = series(tmp_path, ball())
    for file in files[8:13]:
        file.unlink()
    with pytest.raises(UnreadableVolume, match="slices are missing: 12"):
        read(tmp_path)


def test_mixed_series_are_told_apart(tmp_path: Path) -> None:
    """Two series, a scout, two phases at the same places and a copy of a file in one folder."""
    series(tmp_path / "a", ball(), uid="1")
    series(tmp_path / "b", ball()[:12, :30], uid="2")

    def phase(made: Dataset, number: int) -> None:
        made.AcquisitionNumber = 1 + number // 12
        made.ImagePositionPatient[2] = 2.0 * (number % 12)

    series(tmp_path / "c", ball(), uid="3", change=phase)

    def scout(made: Dataset, number: int) -> None:
        made.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]

    series(tmp_path / "d", ball()[:3], uid="4", change=scout)
    (tmp_path / "a" / "copy.dcm").write_bytes((tmp_path / "a" / "000.dcm").read_bytes())
    (tmp_path / "notes.pdf").write_bytes(b"%PDF-1.4 nothing")
    found = dicom.find(tmp_path, Progress())
    assert [(len(one.frames), one.rows) for one in found.series] == [(24, 40), (12, 30), (12, 40), (12, 40)]
    reasons = dict(found.left_out)
    assert reasons["are scouts for planning the scan"] == 3
    assert reasons["are copies of others"] == 1
    assert reasons["is a PDF document"] == 1
    np.testing.assert_array_equal(dicom.read(found.series[2], Progress()).values, ball()[:12])


def test_a_very_large_scan_is_merged_two_by_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies at a place of the scanner frame still lies there."""
    monkeypatch.setattr("clinic.intake.dicom.stack.MOST_VOXELS", ball().size // 3)
    series(tmp_path, ball(), spacing=(0.8, 0.9, 2.0), origin=(5.0, 6.0, 7.0))
    volume = read(tmp_path)
    assert volume.values.shape == (24, 20, 20)
    np.testing.assert_allclose(volume.spacing, (1.6, 1.8, 2.0))
    np.testing.assert_allclose(volume.origin, (5.4, 6.45, 7.0))
    np.testing.assert_array_equal(volume.values, np.rint(ball().reshape(24, 20, 2, 20, 2).mean(axis=(2, 4))))
    assert "merged" in volume.warnings[-1]


SYNTAXES = [
    RLELossless,
    JPEG2000Lossless,
    JPEGLSLossless,
    JPEGLosslessSV1,
    DeflatedExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    ExplicitVRBigEndian,
]


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: str(syntax.name)[:28])
def test_every_way_of_packing_gives_the_same_voxels(tmp_path: Path, syntax: str) -> None:
    files = series(tmp_path, ball()[:10])
    for file in files:
        encapsulated(file, syntax)
    np.testing.assert_array_equal(read(tmp_path).values, ball()[:10])


@pytest.mark.parametrize("with_groups", [True, False], ids=["enhanced", "old"])
def test_frames_of_one_file(tmp_path: Path, with_groups: bool) -> None:
    multi_frame(tmp_path / "all.dcm", ball(), (0.8, 0.9, 2.0), with_groups)
    volume = read(tmp_path / "all.dcm")
    np.testing.assert_array_equal(volume.values, ball())
    np.testing.assert_allclose(volume.spacing, (0.8, 0.9, 2.0))


def test_zip_and_dicomdir_give_what_the_folder_gives(tmp_path: Path) -> None:
    files = series(tmp_path / "disc" / "DICOM" / "A", ball())
    directory = image(ball()[0])
    del directory.PixelData, directory.Rows, directory.Columns, directory.Modality
    directory.DirectoryRecordSequence = []
    directory.save_as(tmp_path / "disc" / "DICOMDIR", enforce_file_format=True)
    with zipfile.ZipFile(tmp_path / "disc.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for file in files:
            packed.write(file, f"A/{file.name}")
    for path in (tmp_path / "disc" / "DICOMDIR", tmp_path / "disc.zip"):
        np.testing.assert_array_equal(read(path).values, ball())


def changed(tmp_path: Path, change: Callable[[Dataset, int], None], values: NDArray[np.int16]) -> Volume:
    series(tmp_path, values, change=change)
    return read(tmp_path)


def test_rescale_of_each_slice_and_padding(tmp_path: Path) -> None:
    """Slope and intercept differ from slice to slice; what the file calls padding is air."""

    def rescale(made: Dataset, number: int) -> None:
        made.RescaleSlope, made.RescaleIntercept = (2, -1024) if number % 2 else (1, -1024)
        stored = np.frombuffer(made.PixelData, "<u2").reshape(made.Rows, made.Columns).copy()
        stored //= 2 if number % 2 else 1
        stored[0] = 63000
        made.PixelPaddingValue, made.PixelData = 63000, stored.tobytes()
        made["PixelPaddingValue"].VR = "US"

    volume = changed(tmp_path, rescale, ball())
    assert (volume.values[:, 0] == -1024).all()
    assert np.abs(volume.values[:, 1:].astype(int) - ball()[:, 1:]).max() <= 1


def test_mr_keeps_its_range(tmp_path: Path) -> None:
    def unsigned(made: Dataset, number: int) -> None:
        made.PixelData = (np.frombuffer(made.PixelData, "<u2").astype(int) * 20).astype("<u2").tobytes()
        del made.RescaleSlope, made.RescaleIntercept

    series(tmp_path, ball(), change=unsigned, modality="MR")
    volume = read(tmp_path)
    assert volume.modality == "MR"
    np.testing.assert_allclose(volume.values, (ball().astype(int) + 1024) * 10, atol=1)
