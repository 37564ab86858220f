from dataclasses import replace

from builders import ranged_case, solved_case
from hypothesis import given
from hypothesis import strategies as st

from clinic.archive.codec import decode, encode
from clinic.case import Case, Edit, Plan, digest
from clinic.planning import alternatives, plan_file


def _names(case: Case) -> list[str]:
    return [one.plan.name for one in case.plans]


def test_a_copy_stands_beside_its_plan_solved_and_both_keep_what_is_theirs() -> None:
    case = ranged_case()
    both = alternatives.duplicated(case)
    assert _names(both) == ["Plan A", "Plan B"]
    assert both.place == 1
    assert both.simulation is case.simulation
    assert not both.stale_simulation
    changed = replace(both, plan=replace(both.plan, edits=both.plan.edits[:1]))
    assert alternatives.stale(changed, 1)
    assert not alternatives.stale(changed, 0)
    back = alternatives.opened(changed, 0)
    assert back.plan == case.plan
    assert back.comparison is case.comparison
    assert alternatives.opened(back, 1).plan == changed.plan


def test_new_plans_are_empty_and_take_the_next_free_letter() -> None:
    case = alternatives.added(alternatives.added(solved_case()))
    assert _names(case) == ["Plan A", "Plan B", "Plan C"]
    assert case.plan.edits == ()
    assert case.simulation is None
    without_b = alternatives.deleted(alternatives.opened(case, 1))
    assert _names(without_b) == ["Plan A", "Plan C"]
    assert without_b.plan.name == "Plan C"
    assert alternatives.added(without_b).plan.name == "Plan B"


def test_the_last_plan_stays_and_a_name_needs_letters() -> None:
    case = solved_case()
    assert alternatives.deleted(case) is case
    assert alternatives.renamed(case, "   ") is case
    assert alternatives.renamed(case, "  Nose \n only ").plan.name == "Nose only"


@given(st.lists(st.sampled_from(["add", "copy", "delete", "open 0", "open last"]), max_size=12))
def test_whatever_is_done_the_open_plan_stands_in_its_place(steps: list[str]) -> None:
    case = solved_case()
    for step in steps:
        before = _names(case)
        if step == "add":
            case = alternatives.added(case)
        elif step == "copy":
            case = alternatives.duplicated(case)
        elif step == "delete":
            case = alternatives.deleted(case)
        else:
            case = alternatives.opened(case, 0 if step == "open 0" else len(before) - 1)
            assert _names(case) == before
        assert case.plans[case.place].plan is case.plan
        assert len(set(_names(case))) == len(case.plans) >= 1


def test_plans_come_back_from_the_records_and_older_records_keep_their_digest() -> None:
    case = solved_case()
    assert digest(case) == digest(replace(case, aside=(), place=0))
    both = alternatives.duplicated(case)
    read = decode(encode(both))
    assert digest(read) == digest(both)
    assert _names(read) == ["Plan A", "Plan B"]


def test_a_lock_changes_neither_what_is_solved_nor_gets_lost_in_a_file() -> None:
    case = solved_case()
    locked = Plan((replace(case.plan.edits[0], locked=True), *case.plan.edits[1:]))
    assert not replace(case, plan=locked).stale_simulation
    assert plan_file.read(plan_file.write(locked)) == locked
    assert Edit("dorsal_hump", (("amount_mm", 1.0),), locked=True) not in Plan(locked.edits).active
