"""From a photo to a level face in millimetres: the sample patient, and faces whose truth is known."""

import functools
from dataclasses import replace

import numpy as np
import pytest
import skimage.data

from clinic.case import Acquisition, FaceModel, Floats, Photo, Points
from clinic.geometry import vertex_normals
from clinic.jobs import Cancelled, Progress
from clinic.reconstruction import evidence, landmarks, level, quality
from clinic.reconstruction.camera import Lens, turn
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.fitting import Belief, Erring, Observation, Problem, Solution, fit
from clinic.reconstruction.markers import markers
from clinic.reconstruction.reconstruct import rebuild, reconstruct

FRONTAL = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])
FOCAL, CENTRE = 1600.0, np.array([400.0, 500.0])


@functools.cache
def _astronaut() -> Photo:
    return Photo(skimage.data.astronaut(), "photo 1", made_from="generated")


@functools.cache
def _face() -> FaceModel:
    return reconstruct(Acquisition((_astronaut(),)), Progress())


def _middle(ball: Points) -> Points:
    return np.asarray((ball.min(axis=0) + ball.max(axis=0)) / 2)


def _eye_distance_mm(face: FaceModel) -> float:
    """Distance between the centres of the eyeballs that stand in the face."""
    right, left = (_middle(part.points) for part in face.parts if part.name.startswith("eye"))
    return float(np.linalg.norm(right - left))


def _see(space: FaceSpace, identity: Floats, expression: Floats, yaw: float, detected: Floats) -> Observation:
    """Project the markers exactly."""
    points = markers(space).model.points
    seen = points.at(identity, expression) @ (FRONTAL @ turn(np.radians([2.0, 3.0, yaw]))).T + (5.0, 10.0, 750.0)
    image = FOCAL * seen[:, :2] / seen[:, 2:] + CENTRE
    erring = Erring.nowhere(len(image), len(space.modes))
    return Observation(image, np.ones(len(image)), erring, 0.5, detected, CENTRE, 0)


def _fit(space: FaceSpace, *views: Observation) -> Solution:
    return fit(Problem(Belief.standard(len(space.modes)), markers(space).model, views, (Lens(FOCAL, 0.05),)))


def _skin_error_mm(space: FaceSpace, solution: Solution, identity: Floats) -> float:
    """Median distance over the skin of the face."""
    apart = np.linalg.norm(space.control(solution.identity) - space.control(identity), axis=1)
    return float(np.median(apart[space.topology.region("face")]))


def test_the_landmarks_of_the_sample_patient_are_met() -> None:
    """Median distance between the 478 points and the fitted face, over the width of her face (90 px)."""
    (one,) = _face().photos
    assert np.median(one.error_px) < 1.5
    assert np.percentile(one.error_px, 90) < 4.0


def test_the_face_is_level_and_centred() -> None:
    face = _face()
    at = face.landmarks()
    tragion, orbitale = ((at[f"{name}_r"] + at[f"{name}_l"]) / 2 for name in ("tragion", "orbitale"))
    assert tragion[2] == pytest.approx(orbitale[2], abs=0.01)
    assert orbitale[1] < tragion[1] - 50
    centres = [_middle(part.points) for part in face.parts if part.name.startswith("eye")]
    assert np.allclose(np.mean(centres, axis=0), 0, atol=0.01)
    for name in ("pronasale", "subnasale", "pogonion"):
        assert abs(at[name][0]) < 4, name
    assert at["exocanthion_l"][0] > 35 > -35 > at["exocanthion_r"][0]
    assert at["pogonion"][2] < at["subnasale"][2] < at["pronasale"][2] < 0


def test_the_pupil_distance_that_was_measured_is_the_one_in_the_face() -> None:
    face = reconstruct(Acquisition((_astronaut(),), 61.5), Progress())
    assert _eye_distance_mm(face) == pytest.approx(61.5, abs=0.05)
    assert face.scale.source == "interpupillary distance"
    assert face.scale.relative_sigma == pytest.approx(0.008)
    assert np.allclose(face.points * _eye_distance_mm(_face()) / 61.5, _face().points, atol=0.1)


def test_without_it_the_irises_give_a_believable_scale() -> None:
    assert 54 < _eye_distance_mm(_face()) < 72
    assert _face().scale.source == "iris"
    assert _face().scale.relative_sigma == pytest.approx(0.043, abs=0.001)


def test_the_smile_is_in_the_photo_and_not_in_the_face() -> None:
    face = _face()
    weights = dict(zip(FaceSpace.load().expression_names, face.photos[0].expression, strict=True))
    assert weights["mouthSmileLeft"] > 0.25
    at = face.landmarks()
    corners = np.linalg.norm(at["cheilion_l"] - at["cheilion_r"])
    smiling = face.topology.landmarks.on(face.photos[0].points, face.topology.triangles)
    names = face.topology.landmarks.names
    wide = np.linalg.norm(smiling[names.index("cheilion_l")] - smiling[names.index("cheilion_r")])
    assert wide > corners + 3
    assert 40 < corners < 60


def test_uncertainty_is_small_where_it_was_seen_and_larger_behind() -> None:
    face = _face()
    shown = face.seen > 0
    assert 0.2 < shown.mean() < 0.6
    assert np.median(face.sigma_mm[shown]) < np.median(face.sigma_mm[~shown])
    assert face.sigma_mm.min() > 0.5
    backwards = vertex_normals(face.points, face.topology.triangles)[:, 1] > 0.3
    assert shown[backwards].mean() < 1e-3  # a vertex in the fold of the mouth's corner may peep out


def test_the_ear_hides_its_own_folds() -> None:
    """Skin that faces the camera but lies behind the rim of the ear is not seen."""
    face = _face()
    (one,) = face.photos
    towards = one.camera.position - one.points
    towards /= np.linalg.norm(towards, axis=1, keepdims=True)
    facing = (vertex_normals(one.points, face.topology.triangles) * towards).sum(axis=1) > 0.3
    ears = face.topology.subdivide(face.topology.region("ears").astype(float)[:, None])[:, 0] > 0.9
    hidden = (face.seen == 0)[facing & ears].mean()
    assert 0.1 < hidden < 0.8


def test_the_face_says_what_is_uncertain_and_how_it_was_made() -> None:
    words = "\n".join(_face().warnings)
    for part in ("60 pixels", "teeth are painted out", "names no lens", "one photo is a preview"):
        assert part in words.replace("One", "one")
    for sentence in _face().warnings:
        assert sentence[0].isupper(), sentence
        assert sentence.endswith("."), sentence
    assert _face().made_by.startswith("reconstruction 1, ")
    assert "face_landmarker 64184e22" in _face().made_by
    assert _face().made_from == (_astronaut().id,)


def test_two_runs_give_the_same_face_bit_for_bit() -> None:
    told: list[tuple[float, str]] = []
    again = reconstruct(Acquisition((_astronaut(),)), Progress(lambda fraction, words: told.append((fraction, words))))
    assert np.array_equal(again.control, _face().control)
    assert np.array_equal(again.sigma_mm, _face().sigma_mm)
    assert np.array_equal(again.texture.pixels, _face().texture.pixels)
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert told[0][1] == "Looking for the face"


def test_the_same_photo_twice_is_one_photo() -> None:
    twice = reconstruct(Acquisition((_astronaut(), replace(_astronaut(), name="photo 2"))), Progress())
    assert np.array_equal(twice.control, _face().control)
    assert np.array_equal(twice.sigma_mm, _face().sigma_mm)
    assert len(twice.photos) == 1
    assert twice.made_from == (_astronaut().id, _astronaut().id)
    assert twice.warnings[0].startswith("Photo 2 is the same picture as photo 1")
    assert twice.warnings[1:] == _face().warnings


def test_nearly_the_same_photo_again_makes_nothing_surer() -> None:
    """A copy, saved a little darker, is another picture but no new evidence."""
    darker = Photo((skimage.data.astronaut() * 0.8).astype(np.uint8), "photo 2")
    both = reconstruct(Acquisition((_astronaut(), darker)), Progress())
    assert np.median(both.sigma_mm) > 0.99 * np.median(_face().sigma_mm)
    assert any("are a preview" in words for words in both.warnings)
    skin = both.topology.region("face")  # the neck, which no photo shows, may move more
    assert np.abs(both.control - _face().control)[skin].max() < 2.0


def test_a_face_read_back_from_its_numbers_is_the_same() -> None:
    face = _face()
    back = rebuild(
        identity=face.identity,
        residual=face.residual,
        size=face.size,
        rotation=face.rotation,
        translation=face.translation,
        texture=face.texture,
        scale=face.scale,
        sigma_mm=face.sigma_mm,
        seen=face.seen,
    )
    assert np.allclose(back.control, face.control, atol=1e-9)
    assert [part.name for part in back.parts] == [part.name for part in face.parts]
    assert np.allclose(back.parts[0].points, face.parts[0].points)


def test_a_known_face_is_found_from_exact_points() -> None:
    space = FaceSpace.load()
    random = np.random.default_rng(4)
    identity = random.normal(size=len(space.modes))
    rest = np.zeros(len(space.expressions))
    views = [_see(space, identity, rest, yaw, rest) for yaw in (0.0, 40.0, -40.0)]
    solution = _fit(space, *views)
    mean = replace(solution, identity=np.zeros(len(identity)))
    assert _skin_error_mm(space, solution, identity) < 0.35 * _skin_error_mm(space, mean, identity)
    assert solution.focal_px(0) == pytest.approx(FOCAL, rel=0.04)


def test_a_smile_does_not_change_who_it_is() -> None:
    """The same mean face at rest and smiling: the found faces differ by less than half a millimetre."""
    space = FaceSpace.load()
    rest, smile = np.zeros(len(space.expressions)), np.zeros(len(space.expressions))
    for name in ("mouthSmileLeft", "mouthSmileRight", "cheekSquintLeft", "cheekSquintRight"):
        smile[space.expression_names.index(name)] = 0.8
    mean = np.zeros(len(space.modes))
    resting = _fit(space, _see(space, mean, rest, 0.0, rest))
    smiling = _fit(space, _see(space, mean, smile, 0.0, 0.7 * smile))
    assert _skin_error_mm(space, smiling, resting.identity) < 0.5


def test_the_camera_sees_the_same_in_either_frame() -> None:
    space = FaceSpace.load()
    points = markers(space).model.points
    rest = np.zeros(len(space.expressions))
    seen = _see(space, np.zeros(len(space.modes)), rest, 20.0, rest)
    solution = _fit(space, seen)
    rotation = level.levelled(space.control(solution.identity), space.topology)
    frame = (1.07, rotation, np.array([1.0, -2.0, 3.0]))
    camera = level.camera(solution.views[0], solution.focal_px(0), frame, 800, 1000)
    placed = 1.07 * points.at(solution.identity, solution.views[0].expression) @ rotation.T + frame[2]
    assert np.abs(camera.project(placed) - seen.image).max() < 1.5


def test_a_cat_is_refused_and_a_cancel_is_heeded() -> None:
    cat = Photo(np.ascontiguousarray(skimage.data.chelsea()), "photo 1")
    with pytest.raises(quality.NoFaceFound):
        reconstruct(Acquisition((cat,)), Progress())
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        reconstruct(Acquisition((_astronaut(),)), stopped)


def test_the_outline_points_are_a_ring_of_known_points() -> None:
    assert len(set(evidence.OVAL.tolist())) == 36
    (face,) = landmarks.detect(skimage.data.astronaut())
    ring = face.points[evidence.OVAL, :2]
    steps = np.linalg.norm(np.roll(ring, -1, axis=0) - ring, axis=1)
    assert steps.max() < 0.2 * face.size_px
