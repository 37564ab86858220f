from dataclasses import replace

import numpy as np
import pytest
from builders import face

from clinic.case import Scale
from clinic.ui.distances import distances


def test_distances_are_the_straight_lines_between_landmarks() -> None:
    at = face().landmarks()
    measured = {distance.words: distance for distance in distances(face())}
    apart = float(np.linalg.norm(at["endocanthion_r"] - at["endocanthion_l"]))
    assert measured["Intercanthal, en–en"].value_mm == pytest.approx(apart)


def test_the_interval_joins_surface_and_scale() -> None:
    exact = replace(face(), sigma_mm=np.zeros(len(face().sigma_mm)), scale=Scale("iris", 0.043))
    for distance in distances(exact):
        assert distance.plus_minus_mm == pytest.approx(1.96 * 0.043 * distance.value_mm)
    sharp = replace(exact, sigma_mm=np.full(len(face().sigma_mm), 1.0), scale=Scale("ruler", 0.0))
    for distance in distances(sharp):
        assert distance.plus_minus_mm == pytest.approx(1.96 * np.sqrt(2))


def test_moved_skin_changes_the_distance() -> None:
    moved = np.zeros((len(face().points), 3))
    moved[:, 2] = -0.02 * np.abs(face().points[:, 2])
    assert distances(face(), moved)[3].value_mm != distances(face())[3].value_mm
