"""Photos of different people are told or refused; photos of one person, in other light or flipped, are neither."""

import functools
import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from clinic import resources
from clinic.case import Photo, Pixels
from clinic.reconstruction import quality, strangers
from clinic.reconstruction.landmarks import Detection, detect

PHOTOS = Path(__file__).resolve().parents[3] / "shared" / "data" / "photos"


def _shared(name: str) -> Pixels:
    path = PHOTOS / f"{name}.jpg"
    if not path.exists():
        pytest.skip("the shared test photos are not here")
    return np.ascontiguousarray(np.asarray(cv2.imread(str(path)))[..., ::-1])


@functools.cache
def _astronaut() -> tuple[Photo, Detection]:
    return _seen(skimage.data.astronaut(), 1)


def _seen(pixels: Pixels, number: int) -> tuple[Photo, Detection]:
    photo = Photo(np.ascontiguousarray(pixels), f"photo {number}")
    return photo, quality.the_face(photo, detect(photo.pixels))


def _words(*others: Pixels) -> tuple[str, ...]:
    return _told(skimage.data.astronaut(), *others)


def _told(*pictures: Pixels) -> tuple[str, ...]:
    seen = [_seen(pixels, number) for number, pixels in enumerate(pictures, start=1)]
    return strangers.warnings([photo for photo, _ in seen], [face for _, face in seen])


def test_somebody_else_is_told() -> None:
    assert _told(_shared("generated_front"), _shared("smile_front")) == (
        "Photo 1 and photo 2 may show different people. Check that both are of this patient.",
    )


def test_the_stranger_of_a_series_is_named() -> None:
    picture = _shared("generated_front")
    (words,) = _told(picture, (picture * 0.8).astype(np.uint8), _shared("smile_front"))
    assert "photo 3 may show different people" in words


def test_the_same_woman_in_other_light_size_and_tilt_is_not() -> None:
    picture = skimage.data.astronaut()
    tilt = cv2.getRotationMatrix2D((223, 130), 12, 1)
    assert _words((picture * 0.7).astype(np.uint8)) == ()
    assert _words(np.asarray(cv2.resize(picture, None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA))) == ()
    assert _words(np.asarray(cv2.warpAffine(picture, tilt, (512, 512), borderMode=cv2.BORDER_REPLICATE))) == ()
    assert _words(picture[:, ::-1]) == ()


def _stretched(face: Detection, longer: float, narrower: float) -> Detection:
    """A face of other proportions: nobody changes so much by turning or smiling."""
    middle = face.points.mean(axis=0)
    points = middle + (face.points - middle) * (1 / narrower, longer, 1)
    return Detection(points, face.presence, np.r_[points[:, :2].min(0), points[:, :2].max(0)], face.blendshapes)


def test_surely_different_people_are_refused() -> None:
    photo, face = _astronaut()
    grey = Photo(np.full_like(photo.pixels, 128), "photo 2")
    other = _stretched(face, 1.4, 1.2)
    with pytest.raises(strangers.DifferentPeople, match=r"Photo . and photo . show different people.*Leave out"):
        strangers.refuse([photo, grey], [face, other])
    strangers.refuse([photo, grey], [face, _stretched(face, 1.005, 1.0)])


def test_one_skin_overrules_other_proportions() -> None:
    """The very same picture, read with points that are off, shows the same marks where they are found."""
    photo, face = _astronaut()
    picture = np.asarray(cv2.resize(photo.pixels, None, fx=1.0, fy=1.25, interpolation=cv2.INTER_CUBIC))
    taller = Photo(picture, "photo 2")
    points = face.points * (1, 1.25, 1)
    other = Detection(points, 1.0, np.r_[points[:, :2].min(0), points[:, :2].max(0)], face.blendshapes)
    strangers.refuse([photo, taller], [face, other])
    assert strangers.warnings([photo, taller], [face, other]) == ()


def test_one_photo_is_compared_with_nothing() -> None:
    assert _words() == ()


@pytest.fixture
def _damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    shutil.copytree(resources.folder("likeness"), tmp_path / "likeness")
    (tmp_path / "likeness" / "likeness.npz").write_bytes(b"damaged")
    monkeypatch.setattr(resources, "folder", lambda name: tmp_path / name)
    strangers._load.cache_clear()
    yield
    strangers._load.cache_clear()


@pytest.mark.usefixtures("_damaged")
def test_a_damaged_file_is_named() -> None:
    with pytest.raises(strangers.DamagedLikeness, match="resources/likeness"):
        strangers.Discriminant.load()
