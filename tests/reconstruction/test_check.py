"""What the photo strip is told of each photo: view, faces, what to take again, why it cannot be used."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from clinic.case import Photo, Pixels
from clinic.reconstruction import quality
from clinic.reconstruction.check import check
from clinic.reconstruction.landmarks import detect


def _photo(pixels: Pixels) -> Photo:
    return Photo(np.ascontiguousarray(pixels), "photo 1", 50.0)


def _two() -> Photo:
    """A woman and her mirror image, side by side; she stands on the left."""
    half = skimage.data.astronaut()[:300, 60:380]
    return _photo(np.concatenate([half, half[:, ::-1]], axis=1))


def test_the_sample_patient_is_seen_from_the_front_and_a_little_above() -> None:
    photo = _photo(skimage.data.astronaut())
    seen = check(photo)
    assert (seen.photo_id, seen.view, seen.refusal) == (photo.id, "frontal", "")
    assert abs(seen.yaw_deg) < 8
    assert len(seen.faces) == 1
    left, top, right, bottom = seen.faces[0]
    assert left < 223 < right  # the tip of her nose
    assert top < 131 < bottom
    assert any("teeth" in words for words in seen.retake)


def test_two_faces_are_shown_and_the_patients_is_asked_for() -> None:
    seen = check(_two())
    assert len(seen.faces) == 2
    assert "shows 2 faces" in seen.refusal
    assert "Click the patient's face" in seen.refusal
    assert seen.view == ""


@pytest.mark.parametrize(("across", "side"), [(0.25, 0), (0.75, 1)])
def test_the_chosen_face_is_used(across: float, side: int) -> None:
    seen = check(replace(_two(), face_at=(across, 0.42)))
    assert seen.refusal == ""
    middle = (seen.faces[0][0] + seen.faces[0][2]) / 2
    assert side * 320 < middle < side * 320 + 320
    assert len(seen.faces) == 2


def test_a_click_on_the_hair_means_the_face() -> None:
    assert check(replace(_two(), face_at=(0.25, 0.12))).refusal == ""


def test_a_click_beside_every_face_is_refused() -> None:
    assert "no face at the chosen place in photo 1" in check(replace(_two(), face_at=(0.5, 0.98))).refusal


def test_the_refusal_of_two_faces_carries_their_boxes() -> None:
    photo = _two()
    with pytest.raises(quality.SeveralFaces) as refusal:
        quality.the_face(photo, detect(photo.pixels))
    assert len(refusal.value.faces) == 2


def test_a_cat_is_refused() -> None:
    seen = check(_photo(skimage.data.chelsea()))
    assert seen.refusal.startswith("No human face was found in photo 1")
    assert seen.faces == ()


def test_a_side_view_is_told_as_the_side_that_it_shows() -> None:
    path = Path(__file__).resolve().parents[3] / "shared" / "data" / "photos" / "generated_profile.jpg"
    if not path.exists():
        pytest.skip("the shared test photos are not here")
    side = np.asarray(cv2.imread(str(path)))[..., ::-1]
    right, left = check(_photo(side)), check(_photo(side[:, ::-1]))
    assert (right.view, left.view) == ("lateral_r", "lateral_l")
    assert right.retake == left.retake == ()
    assert right.yaw_deg == pytest.approx(-left.yaw_deg, abs=3)
