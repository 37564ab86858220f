"""What is taken out of the cheek."""

import numpy as np
import pytest
from people import person

from clinic.case import Edit, Load, Plan
from clinic.planning.apply import PlanNotPossible, loads


def taken(cc: float, side: str = "left", seed: int = 0) -> Load:
    (load,) = loads(Plan((Edit("buccal_fat", (("amount_cc", cc),), side),)), person(seed))
    return load


def test_the_cheek_loses_half_of_what_is_taken_out() -> None:
    """The lining of the mouth gives way for the rest."""
    load = taken(-2.0)
    assert load.growth_cc == load.gauges[0].asked == -1.0
    assert load.growth.min() >= 0.0


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_the_pad_lies_in_the_hollow_below_the_cheekbone(seed: int) -> None:
    load, face = taken(-2.0, seed=seed), person(seed)
    x, y, z = load.growth @ face.control / load.growth.sum()
    at = face.landmarks()
    assert at["cheilion_l"][2] - 12 < z < at["malar_l"][2] - 12
    assert at["cheilion_l"][1] < y < at["gonion_l"][1]
    assert at["cheilion_l"][0] < x
    for spared in ("malar_l", "orbitale_l", "cheilion_l", "gonion_l"):
        nearest = np.linalg.norm(face.control - at[spared], axis=1).argmin()
        assert load.growth[nearest] < 0.3, spared


def test_fat_is_not_put_in() -> None:
    with pytest.raises(PlanNotPossible, match="−4 to 0 cc"):
        taken(1.0)
