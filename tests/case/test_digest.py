import math
from dataclasses import dataclass, replace

import numpy as np
import pytest
from builders import case, solved_case

from clinic.case import Edit, Plan, digest
from clinic.case.digest import later


def test_equal_content_has_equal_digests() -> None:
    assert digest(case()) == digest(case())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c"), ("a", "bc")),
        ((1, 2), (12,)),
        (1, 1.0),
        (None, ""),
        (True, 1),
        ("1", b"1"),
        (np.zeros((2, 3)), np.zeros((3, 2))),
        (np.zeros(3, np.float32), np.zeros(3)),
        ((), ((),)),
    ],
)
def test_different_content_has_different_digests(one: object, other: object) -> None:
    assert digest(one) != digest(other)


def test_memory_layout_does_not_matter() -> None:
    array = np.arange(12.0).reshape(3, 4)
    assert digest(np.asfortranarray(array)) == digest(array)
    assert digest(array.astype(">f8")) == digest(array)


def test_a_case_holds_plain_values_only() -> None:
    with pytest.raises(TypeError, match="dict"):
        digest({"a": 1})


def test_changing_the_plan_makes_the_simulation_stale_and_undo_revives_it() -> None:
    solved = solved_case()
    assert not solved.stale_simulation
    changed = replace(solved, plan=Plan((Edit("dorsal_hump", (("amount_mm", -1.0),)),)))
    assert changed.stale_simulation
    assert not replace(changed, plan=solved.plan).stale_simulation


def test_an_edit_that_is_switched_off_does_not_count() -> None:
    solved = solved_case()
    idle = Edit("dorsal_hump", (("amount_mm", 3.0),), enabled=False)
    assert not replace(solved, plan=Plan((*solved.plan.edits, idle))).stale_simulation


def test_a_field_added_later_counts_only_once_it_is_used() -> None:
    """Simulations recorded before a field existed still fit the face and plan they were made from."""

    @dataclass(frozen=True)
    class Then:
        name: str

    @dataclass(frozen=True)
    class Now:
        name: str
        since: tuple[float, ...] | None = later(None)
        share: float = later(math.nan)

    Now.__name__ = "Then"
    assert digest(Now("a")) == digest(Now("a", None, float("nan"))) == digest(Then("a"))
    assert len({digest(Now("a")), digest(Now("a", ())), digest(Now("a", share=0.0))}) == 3
