"""What the stages of the story refuse before anything is computed."""

from dataclasses import replace

import pytest
from builders import case

from clinic.case import Edit, Plan, Ruler
from clinic.jobs import Progress
from clinic.workflow import NothingToSimulate, RulerImpossible, choose_face, measure_rulers, simulate_plan


@pytest.mark.parametrize(
    "edit",
    [
        Edit("dorsal_hump", (("amount_mm", 0.0),)),
        Edit("dorsal_hump", (("amount_mm", -2.0),), enabled=False),
        Edit("freehand", (("radius_mm", 18.0),), place=(0.5, 0.5)),
    ],
)
def test_a_plan_that_asks_for_nothing_is_not_simulated(edit: Edit) -> None:
    """A face that did not change would pass for the result of an operation."""
    with pytest.raises(NothingToSimulate, match="no change"):
        simulate_plan(replace(case(), plan=Plan((edit,))), Progress())


@pytest.mark.parametrize(
    ("end", "length_mm"), [((10.0, 25.0), 50.0), ((10.0, 300.0), 0.0), ((10.0, 300.0), float("nan"))]
)
def test_marks_that_give_no_scale_are_refused(end: tuple[float, float], length_mm: float) -> None:
    """Marks 15 pixels apart, or no length: a slip of the hand must not make a face of another size."""
    with pytest.raises(RulerImpossible, match="give no scale"):
        measure_rulers(case(), (Ruler("photo", (10.0, 10.0), end, length_mm),))


def test_another_choice_of_face_makes_the_face_stale() -> None:
    """What was built from the other person must not be shown as this patient."""
    before = case()
    (photo, *_) = before.acquisition.photos
    assert not before.stale_face
    assert choose_face(before, photo.id, (0.2, 0.5)).stale_face
