"""Results that should not be shown as they are, said in words."""

from dataclasses import replace

import numpy as np
import pytest
from builders import face

from clinic.case import EditReached, Simulation, SolverFigures
from clinic.comparison.cautions import cautions

CALM = SolverFigures(40_000, 20_000, 1, 5, 1e-8, 0.8, 0.2, 3.0, min_quality=0.2)


def simulation(strain: float = 0.0, figures: SolverFigures = CALM) -> Simulation:
    """A still face whose skin is strained at the pogonion."""
    patient = face()
    still = np.zeros_like(patient.points)
    stretched = np.zeros(len(still))
    stretched[np.linalg.norm(patient.points - patient.landmarks()["pogonion"], axis=1).argmin()] = strain
    return Simulation(still, np.zeros_like(patient.control), stretched, (), figures, True, ())


def titles(given: Simulation, *edits: EditReached) -> list[str]:
    return [caution.title for caution in cautions(face().topology, given, edits)]


def test_a_calm_result_needs_no_caution() -> None:
    edit = EditReached("Chin forward", 4.0, 3.4, "mm", 2.9, 3.9)
    assert titles(simulation(0.14), edit, EditReached("Hump", -0.2, 0.0, "mm")) == []


def test_strain_is_named_with_its_place_and_severe_comes_first() -> None:
    wide = EditReached("Chin forward", 4.0, 3.4, "mm", 0.5, 4.5)
    found = cautions(face().topology, simulation(0.34), [wide])
    assert "34 %" in found[0].title
    assert "chin" in found[0].title
    assert [caution.severe for caution in found] == [True, False]
    assert not cautions(face().topology, simulation(0.2), [])[0].severe


@pytest.mark.parametrize(
    ("figures", "word"),
    [
        (replace(CALM, volume_error=0.05), "volume"),
        (replace(CALM, min_det_f=0.2), "squeezed"),
        (replace(CALM, min_quality=0.01), "coarse"),
        (replace(CALM, linear_gap_mm=1.6), "1.6 mm"),
    ],
)
def test_what_the_solver_is_unsure_of_is_said(figures: SolverFigures, word: str) -> None:
    (title,) = titles(simulation(figures=figures))
    assert word in title


@pytest.mark.parametrize("reached", [1.5, -3.0])
def test_an_edit_that_does_not_reach_the_skin_is_said(reached: float) -> None:
    assert titles(simulation(), EditReached("Chin", 4.0, reached, "mm")) == ["Chin: little reaches the skin"]


def test_degrees_stand_close_to_their_number() -> None:
    """SI brochure, 9th edition, 5.4.3: a space before every unit except °, ′ and ″ of a plane angle."""
    tip = EditReached("Tip rotation", 8.0, 3.0, "°", -1.0, 7.0)
    said = " ".join(one.words for one in cautions(face().topology, simulation(), [tip]))
    assert "Of +8.0° asked, the skin shows +3.0°." in said
    assert "it may reach −1.0 to +7.0°." in said


def test_a_range_as_wide_as_the_result_is_said() -> None:
    assert titles(simulation(), EditReached("Malar filler", 1.0, 1.0, "cc", 0.4, 1.5)) == ["Malar filler: wide range"]
