import io
from dataclasses import replace

import numpy as np
from builders import camera, case, face
from PIL import Image

from clinic.archive.store import Archive
from clinic.case import Acquisition, Case, Photo, PhotoFit

GREEN, RED = (20, 160, 40), (180, 40, 30)


def portrait() -> Photo:
    """A red face, 80 pixels wide, at the upper right of a green picture."""
    pixels = np.full((600, 800, 3), GREEN, np.uint8)
    pixels[40:140, 650:730] = RED
    return Photo(pixels, "photo 1")


def taken(photo: Photo) -> Case:
    return replace(case(), acquisition=Acquisition((photo,)), face=None)


def small(archive: Archive, of: Case) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with Image.open(io.BytesIO(archive.thumbnails()[of.id])) as picture:
        return np.asarray(picture.convert("RGB"))


def red(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> float:
    return float((pixels[..., 0] > pixels[..., 1]).mean())


def test_a_photo_is_shown_whole_until_its_face_is_known_and_then_the_face(archive: Archive) -> None:
    photo = portrait()
    before = taken(photo)
    archive.commit(before, "Take a photo")
    assert red(small(archive, before)) < 0.05
    found = np.array([(650.0, 40.0), (730.0, 140.0)])
    fit = PhotoFit(photo.id, camera(800, 600), face().points, np.zeros(52), found, np.zeros(2))
    archive.commit(replace(before, face=replace(face(), photos=(fit,))), "Build the face")
    shown = small(archive, before)
    assert shown.shape[0] == shown.shape[1]
    assert 0.3 < red(shown) < 0.6


def test_a_face_at_the_edge_of_a_small_photo_is_cut_from_what_there_is(archive: Archive) -> None:
    photo = Photo(np.full((90, 60, 3), RED, np.uint8), "photo 1")
    found = np.array([(2.0, 3.0), (70.0, 95.0)])  # the detector guesses beyond the edge
    fit = PhotoFit(photo.id, camera(60, 90), face().points, np.zeros(52), found, np.zeros(2))
    built = replace(taken(photo), face=replace(face(), photos=(fit,)))
    archive.commit(built, "Build the face")
    assert small(archive, built).shape[:2] == (60, 60)
