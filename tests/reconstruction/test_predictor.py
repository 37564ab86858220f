"""Crops keep to the picture, and files that are not the trained ones are refused."""

from pathlib import Path

import numpy as np
import pytest
import skimage.data

from clinic import resources
from clinic.reconstruction import predictor


def test_points_of_a_crop_come_back_to_the_picture() -> None:
    cut = predictor.crop(skimage.data.astronaut(), np.array([222.0, 118.0]), 90.0, 0.3)
    points = np.array([[10.0, 20.0], [222.0, 118.0], [300.0, 7.0]])
    assert np.abs(cut.outside(cut.inside(points)) - points).max() < 1e-9
    assert np.abs(cut.inside(points)[1] - predictor.SIDE / 2).max() < 1e-9


@pytest.mark.parametrize("side", [60.0, 900.0])
def test_a_crop_shows_what_lies_there(side: float) -> None:
    """A bright spot stands in the crop where its place in the picture says, enlarged or shrunk."""
    picture = np.zeros((1200, 1200, 3), np.uint8)
    spot = np.array([640.0, 580.0])
    reach = round(side / 30)
    picture[580 - reach : 580 + reach, 640 - reach : 640 + reach] = 255
    cut = predictor.crop(picture, np.array([600.0, 600.0]) if side > 100 else np.array([630.0, 590.0]), side)
    rows, columns = np.nonzero(cut.grey > 127)
    assert np.abs(np.array([columns.mean(), rows.mean()]) + 0.5 - cut.inside(spot[None])[0]).max() < 1.0


def test_a_dark_photo_is_read_as_a_light_one() -> None:
    picture = skimage.data.astronaut()
    dark = (picture * 0.3).astype(np.uint8)
    cuts = [predictor.crop(one, np.array([222.0, 118.0]), 90.0).grey.astype(int) for one in (picture, dark)]
    assert np.abs(cuts[0] - cuts[1]).mean() < 4


def test_a_changed_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "profile_right.npz"
    content = bytearray((resources.folder("predictors") / name).read_bytes())
    content[-1] ^= 1
    (tmp_path / name).write_bytes(content)
    (tmp_path / "predictors.toml").write_bytes((resources.folder("predictors") / "predictors.toml").read_bytes())
    monkeypatch.setattr(resources, "folder", lambda _: tmp_path)
    predictor.arrays.cache_clear()
    with pytest.raises(predictor.DamagedPredictor, match=name):
        predictor.arrays(name)
    predictor.arrays.cache_clear()
