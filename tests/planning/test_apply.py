"""Plans to loads, and the words for plans that cannot be done."""

import pytest
from builders import face, plan
from people import person

from clinic.case import Edit, Plan
from clinic.planning.apply import PlanNotPossible, loads


def test_the_demo_plan_makes_four_loads_in_order() -> None:
    made = loads(plan(), face())
    assert [load.edit.procedure for load in made] == ["dorsal_hump", "genioplasty", "malar_filler", "malar_filler"]
    assert [load.edit.side for load in made] == ["both", "both", "right", "left"]
    assert [load.growth_cc for load in made] == [0.0, 0.0, 1.0, 1.0]


def test_one_side_makes_one_load() -> None:
    (made,) = loads(Plan((Edit("malar_filler", (("amount_cc", 0.5),), "left"),)), face())
    assert made.edit.side == "left"


def test_edits_that_are_off_or_ask_for_nothing_make_no_load() -> None:
    off = Edit("dorsal_hump", (("amount_mm", -2.0),), enabled=False)
    nothing = Edit("genioplasty", (("forward_mm", 0.0), ("vertical_mm", -1e-9)))
    assert loads(Plan((off, nothing)), face()) == ()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (Edit("nose_job", ()), 'no procedure "nose_job". Choose one of: dorsal_hump'),
        (Edit("dorsal_hump", (("hump", -2.0),)), 'no amount "hump". It takes: amount_mm'),
        (Edit("dorsal_hump", (("amount_mm", -60.0),)), "hump −60 mm is outside what can be simulated, −6 to 6 mm"),
        (Edit("genioplasty", (("forward_mm", 60.0),)), "forward 60 mm is outside what can be simulated, −5 to 12 mm"),
        (Edit("malar_filler", (("amount_cc", -20.0),)), "0 to 2 cc"),
        (Edit("malar_filler", (("amount_cc", float("nan")),)), "0 to 2 cc"),
        (Edit("malar_filler", (("amount_cc", 1.0),), "middle"), 'no side "middle"'),
        (Edit("dorsal_hump", (("amount_mm", -1.0),), "left"), "has no sides"),
        (Edit("dorsal_hump", (("amount_mm", -1.0), ("amount_mm", -2.0))), "same amount twice"),
    ],
)
def test_impossible_edits_are_refused_in_clinical_words(edit: Edit, words: str) -> None:
    with pytest.raises(PlanNotPossible) as refused:
        loads(Plan((edit,)), face())
    assert words in str(refused.value)


def test_the_same_procedure_twice_is_refused_unless_on_different_sides() -> None:
    """Its range and what it reaches hold for the sum, which nobody would have checked."""
    hump = Edit("dorsal_hump", (("amount_mm", -2.0),))
    with pytest.raises(PlanNotPossible, match="planned twice"):
        loads(Plan((hump, hump)), face())
    left, right = (Edit("malar_filler", (("amount_cc", 1.0),), side) for side in ("left", "right"))
    assert len(loads(Plan((left, right)), face())) == 2
    with pytest.raises(PlanNotPossible, match="planned twice"):
        loads(Plan((left, Edit("malar_filler", (("amount_cc", 0.5),)))), face())


@pytest.mark.parametrize("place", [(0.0, 0.0), (1.0, 1.0)])
def test_a_handle_where_there_is_no_skin_of_the_face_is_refused(place: tuple[float, float]) -> None:
    """Its move could not be read anywhere: it would pass for done without having moved anything."""
    handle = Edit("freehand", (("up_mm", 2.0), ("radius_mm", 18.0)), place=place)
    with pytest.raises(PlanNotPossible, match="no skin of the face at that place"):
        loads(Plan((handle,)), person())


def test_names_in_refusals_are_short_and_steer_no_terminal() -> None:
    for edit in (Edit("\x1b[31m" + "x" * 9999, ()), Edit("dorsal_hump", (("\x1b]0;" + "x" * 9999, 1.0),))):
        with pytest.raises(PlanNotPossible) as refused:
            loads(Plan((edit,)), face())
        assert "\x1b" not in str(refused.value)
        assert len(str(refused.value)) < 600


def edits(*asked: tuple[str, str, float]) -> Plan:
    return Plan(tuple(Edit(procedure, ((name, amount),)) for procedure, name, amount in asked))


def test_a_chin_that_is_moved_forward_and_back_again_is_refused_with_both_amounts() -> None:
    with pytest.raises(PlanNotPossible, match=r"forward is \+4\.0 mm in one edit and −3\.0 mm in another"):
        loads(edits(("genioplasty", "forward_mm", 4.0), ("genioplasty", "forward_mm", -3.0)), face())


SET_BACK = ("genioplasty", "forward_mm", -3.0)


@pytest.mark.parametrize("other", [("chin_implant", "projection_mm", 5.0), ("chin_filler", "amount_cc", 1.0)])
def test_edits_that_undo_each_other_are_refused_in_either_order(other: tuple[str, str, float]) -> None:
    for both in (edits(SET_BACK, other), edits(other, SET_BACK)):
        with pytest.raises(PlanNotPossible, match=r"sets the chin back and the .* brings it forward"):
            loads(both, person())


@pytest.mark.parametrize(
    "plan",
    [
        edits(("genioplasty", "forward_mm", 3.0), ("chin_implant", "projection_mm", 5.0)),
        edits(("genioplasty", "vertical_mm", -3.0), ("chin_implant", "projection_mm", 5.0)),
        edits(SET_BACK, ("chin_implant", "projection_mm", 0.0)),
        edits(("bsso", "forward_mm", -5.0), ("genioplasty", "forward_mm", 4.0)),
        edits(("malar_filler", "amount_cc", 1.0), ("buccal_fat", "amount_cc", -2.0)),
        Plan((Edit("chin_implant", (("projection_mm", 5.0),), enabled=False), *edits(SET_BACK).edits)),
    ],
    ids=["advance and implant", "shorten and implant", "no implant", "jaw back, chin forward", "filler, fat", "off"],
)
def test_edits_that_only_lie_near_each_other_are_planned_together(plan: Plan) -> None:
    assert loads(plan, person())
