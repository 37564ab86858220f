from dataclasses import replace

import numpy as np
import pytest
from builders import face

from clinic.case import Scale
from clinic.reconstruction.scale.choose import AVERAGE
from clinic.ui.distances import ASSUMED, distances, scale_words


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


def test_ends_that_can_only_be_off_together_keep_their_distance() -> None:
    """Three ways to be off: all skin moves 2 mm, all grows by 3 % (exact ± 1.96 · 0.03 of it), and nothing."""
    control = face().control
    ways = np.stack([np.full_like(control, 2.0), 0.03 * control, np.zeros_like(control)], dtype=np.float32)
    unsure = replace(face(), error_modes=ways, scale=Scale("ruler", 0.0))
    for distance in distances(unsure):
        assert distance.plus_minus_mm == pytest.approx(1.96 * 0.03 * distance.value_mm, rel=1e-4)


def test_a_size_that_nobody_measured_is_called_unknown() -> None:
    assert ASSUMED == AVERAGE
    guessed = replace(face(), scale=Scale(AVERAGE, 0.045))
    assert scale_words(guessed).startswith("Size unknown")
    assert "±8.8 %" in scale_words(guessed)
    assert scale_words(face()).startswith("Scale from the interpupillary distance: lengths ±1.6 %")


def test_moved_skin_changes_the_distance() -> None:
    moved = np.zeros((len(face().points), 3))
    moved[:, 2] = -0.02 * np.abs(face().points[:, 2])
    assert distances(face(), moved)[3].value_mm != distances(face())[3].value_mm
