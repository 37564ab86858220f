"""What the stages of the story refuse before anything is computed."""

from dataclasses import replace

import pytest
from builders import case

from clinic.case import Edit, Plan
from clinic.jobs import Progress
from clinic.workflow import NothingToSimulate, simulate_plan


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
