import numpy as np
import pytest

from clinic.case import Floats
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.training.anthropometry import MEASURES, fit, gradients, measure

SPACE = FaceSpace.load()
EXTRA = {
    "pupil_r": (-31.5, -14, 0), "pupil_l": (31.5, -14, 0), "opisthocranion": (0, 165, 0), "euryon_r": (-74, 80, 40),
    "euryon_l": (74, 80, 40), "ear_top_l": (78, 75, 10), "ear_lobe_l": (74, 70, -51), "lid_upper_l": (31, -15, 5),
    "lid_lower_l": (31, -14, -5),
}  # fmt: skip


def places() -> tuple[tuple[str, ...], Floats]:
    skin = SPACE.topology.subdivide(SPACE.mean)
    placed = SPACE.topology.landmarks.on(skin, SPACE.topology.triangles)
    return (*SPACE.topology.landmarks.names, *EXTRA), np.vstack([placed, list(EXTRA.values())])


def value(name: str, names: tuple[str, ...], points: Floats) -> float:
    found = measure(dict(zip(names, points, strict=True)))
    return float(found[[one.name for one in MEASURES].index(name)])


def test_distances_angles_and_signs() -> None:
    names, points = places()
    assert value("pupil-pupil", names, points) == pytest.approx(63)
    assert value("facial convexity", names, points) == pytest.approx(170, abs=8)
    lip = names.index("labiale_superius")
    ahead = points.copy()
    ahead[lip, 1] -= 2.0  # forwards
    grown = value("upper lip to sn-pg", names, ahead) - value("upper lip to sn-pg", names, points)
    assert grown == pytest.approx(2.0, abs=0.1)


def test_gradients_are_changes_per_unit() -> None:
    names, points = places()
    apart = np.zeros((1, *points.shape))
    apart[0, names.index("pupil_l"), 0] = 1.5
    slope = gradients(names, points, apart)[0]
    assert slope[[one.name for one in MEASURES].index("pupil-pupil")] == pytest.approx(1.5)


def test_fit_brings_a_wrong_size_to_the_published_one() -> None:
    names, points = places()
    wide = points.copy()
    for side, sign in (("l", 1), ("r", -1)):
        wide[names.index(f"alare_{side}"), 0] += 4.0 * sign
    slider = np.zeros((1, *points.shape))
    for side, sign in (("l", 1), ("r", -1)):
        slider[0, names.index(f"alare_{side}"), 0] = 8.0 * sign
    amount = fit(names, wide, slider, -slider, np.array([0.05]))
    assert -0.7 < amount[0] < -0.3
    assert value("al-al", names, wide + amount[0] * slider[0]) == pytest.approx(34.5, abs=0.6)
