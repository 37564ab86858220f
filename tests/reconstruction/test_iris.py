"""The eyes' colour is the ring's, not the pupil's, the lid's or a highlight's."""

import cv2
import numpy as np
import skimage.data

from clinic.case import Photo
from clinic.reconstruction.iris import iris_rgb
from clinic.reconstruction.landmarks import detect

GREEN = (70, 120, 80)


def test_a_painted_iris_gives_its_colour() -> None:
    picture = np.array(cv2.resize(skimage.data.astronaut()[:300], None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC))
    (face,) = detect(picture)
    for centre in (468, 473):
        at = (round(face.points[centre, 0]), round(face.points[centre, 1]))
        radius = round(float(np.linalg.norm(face.points[centre + 1] - face.points[centre])))
        cv2.circle(picture, at, radius, GREEN, -1)
        cv2.circle(picture, at, radius // 3, (10, 10, 10), -1)
        cv2.circle(picture, (at[0] + radius // 2, at[1]), radius // 6, (255, 255, 255), -1)
    assert np.abs(np.subtract(iris_rgb([Photo(picture, "photo 1")], [face]), GREEN)).max() <= 3


def test_the_largest_photo_decides() -> None:
    small = skimage.data.astronaut()
    large = np.asarray(cv2.resize(small[:300], None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC))
    photos = [Photo(small, "photo 1"), Photo(large, "photo 2")]
    faces = [detect(photo.pixels)[0] for photo in photos]
    assert iris_rgb(photos, faces) == iris_rgb(photos[1:], faces[1:])
