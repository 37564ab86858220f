"""A picture given twice, or a view taken twice, adds nothing."""

import numpy as np
import pytest

from clinic.case import Floats, Photo
from clinic.reconstruction import views


def _photo(name: str, value: int) -> Photo:
    return Photo(np.full((4, 4, 3), value, np.uint8), name)


def _towards(*turns_deg: float) -> Floats:
    turns = np.radians(turns_deg)
    return np.stack([np.sin(turns), -np.cos(turns), np.zeros(len(turns))], axis=1)


def test_the_same_picture_is_used_once_and_named() -> None:
    photos = (_photo("photo 1", 1), _photo("photo 2", 2), _photo("photo 3", 1), _photo("photo 4", 1))
    kept, words = views.distinct(photos)
    assert [photo.name for photo in kept] == ["photo 1", "photo 2"]
    assert words[0] == "Photo 3 is the same picture as photo 1 and was not used a second time."
    assert len(words) == 2


def test_different_pictures_are_all_used() -> None:
    photos = (_photo("photo 1", 1), _photo("photo 2", 2))
    assert views.distinct(photos) == (photos, ())


def test_photos_of_one_view_share_what_one_says() -> None:
    assert views.shares(_towards(0.0)) == pytest.approx([1.0])
    assert views.shares(_towards(0.0, 45.0, -45.0)) == pytest.approx([1.0, 1.0, 1.0])
    assert views.shares(_towards(0.0, 5.0, 45.0, 3.0)) == pytest.approx([1 / 3, 1 / 3, 1.0, 1 / 3])


def test_the_spread_is_the_widest_angle() -> None:
    assert views.spread_deg(_towards(0.0, 40.0, -35.0)) == pytest.approx(75.0)
    assert views.spread_deg(_towards(20.0)) == pytest.approx(0.0)
