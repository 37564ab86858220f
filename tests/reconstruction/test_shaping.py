"""From three photos on the position map network looks before the fit; with fewer it is not even loaded."""

import numpy as np
import pytest
import skimage.data

from clinic.case import Acquisition, Photo
from clinic.jobs import Progress
from clinic.reconstruction import position_map
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.shaping import shape

PIXELS = skimage.data.astronaut()


class _Asked(Exception):
    """The network was asked."""


def _photos(count: int) -> tuple[Photo, ...]:
    """The sample patient in less and less light."""
    dark = [np.asarray(PIXELS * (1 - 0.1 * number)).astype(np.uint8) for number in range(count)]
    return tuple(Photo(pixels, f"photo {number + 1}") for number, pixels in enumerate(dark))


@pytest.fixture
def network_that_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object) -> None:
        raise _Asked

    monkeypatch.setattr(position_map, "propose", asked)


@pytest.mark.usefixtures("network_that_tells")
def test_three_photos_are_looked_at() -> None:
    with pytest.raises(_Asked):
        shape(Acquisition(_photos(3)), FaceSpace.load(), Progress())


@pytest.mark.usefixtures("network_that_tells")
def test_one_photo_is_not() -> None:
    assert len(shape(Acquisition(_photos(1)), FaceSpace.load(), Progress()).used) == 1
