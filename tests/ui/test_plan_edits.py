import pytest

from clinic.case import Edit, Plan
from clinic.planning.apply import check
from clinic.planning.procedures import PROCEDURES, Procedure
from clinic.ui import plan_edits
from clinic.ui.panels.procedures import REGIONS

HUMP = Edit("dorsal_hump", (("amount_mm", -2.0),))
MALAR = Edit("malar_filler", (("amount_cc", 1.0),))


def test_what_asks_for_nothing_leaves_the_plan() -> None:
    plan = plan_edits.add(Plan(), plan_edits.begin("genioplasty"))
    longer = plan_edits.set_amounts(plan, 0, {"forward_mm": 4.0, "vertical_mm": 1.0})
    still = plan_edits.tidy(plan_edits.set_amounts(longer, 0, {"forward_mm": 0.0}), 0)
    assert still.edits[0].amount("vertical_mm") == 1.0
    assert plan_edits.tidy(plan_edits.set_amounts(still, 0, {"vertical_mm": 0.0}), 0).edits == ()


def test_changing_one_edit_keeps_order_and_the_others() -> None:
    plan = plan_edits.set_amounts(Plan((HUMP, MALAR)), 0, {"amount_mm": -1.0})
    assert [edit.procedure for edit in plan.edits] == ["dorsal_hump", "malar_filler"]
    assert plan.edits[1] == MALAR


def test_left_and_right_differ_and_come_together_again() -> None:
    plan = plan_edits.choose_sides(Plan((MALAR, HUMP)), "malar_filler", plan_edits.DIFFER)
    assert [edit.side for edit in plan.edits] == ["right", "left", "both"]
    plan = plan_edits.set_amounts(plan, 1, {"amount_cc": 0.5})
    assert plan_edits.sides(plan, "malar_filler") == plan_edits.DIFFER
    assert [plan_edits.words(plan.edits[at]) for at in (0, 1)] == ["+1.00 cc, right side", "+0.50 cc, left side"]
    left = plan_edits.choose_sides(plan, "malar_filler", "left")
    assert [(edit.side, edit.amounts) for edit in left.edits] == [
        ("left", (("amount_cc", 0.5),)),
        ("both", HUMP.amounts),
    ]
    assert plan_edits.choose_sides(plan, "malar_filler", "both").edits == (MALAR, HUMP)


def test_an_edit_of_one_side_is_copied_to_the_other() -> None:
    left = Edit("malar_filler", (("amount_cc", 1.0),), side="left")
    assert plan_edits.copy(Plan((left,)), 0) == Edit("malar_filler", (("amount_cc", 1.0),), side="right")
    assert plan_edits.copy(Plan((MALAR,)), 0) is None
    assert plan_edits.copy(Plan((HUMP,)), 0) is None


def test_edits_move_and_the_others_keep_their_order() -> None:
    plan = Plan((HUMP, MALAR, Edit("genioplasty", (("forward_mm", 4.0),))))

    def order(moved: Plan) -> list[str]:
        return [edit.procedure for edit in moved.edits]

    assert order(plan_edits.move(plan, 2, 0)) == ["genioplasty", "dorsal_hump", "malar_filler"]
    assert order(plan_edits.move(plan, 0, 1)) == ["malar_filler", "dorsal_hump", "genioplasty"]
    assert plan_edits.move(plan, 0, -1) == plan_edits.move(plan, 0, 0) == plan
    assert plan_edits.move(plan, 2, 9) == plan


def test_a_switched_off_edit_stays_but_does_not_count() -> None:
    off = plan_edits.switch(Plan((HUMP,)), 0)
    assert off.edits
    assert not off.active
    assert plan_edits.switch(off, 0) == Plan((HUMP,))


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda known: known.id)
def test_every_end_of_every_slider_can_be_planned(procedure: Procedure) -> None:
    place = (0.5, 0.5) if procedure.placed else None
    for parameter in procedure.parameters:
        for value in (parameter.minimum, parameter.maximum):
            plan = plan_edits.add(Plan(), plan_edits.begin(procedure.id, place=place))
            edit = plan_edits.set_amounts(plan, 0, {parameter.name: value}).edits[0]
            check(edit)
            assert plan_edits.words(edit)


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda known: known.id)
def test_every_procedure_is_found_in_a_region_of_the_window(procedure: Procedure) -> None:
    assert procedure.region in REGIONS


def test_words_of_an_edit_have_sign_unit_and_side() -> None:
    assert plan_edits.words(HUMP) == "−2.0 mm"
    assert plan_edits.words(MALAR) == "+1.00 cc, each side"
    assert plan_edits.words(Edit("tip_rotation", (("angle_deg", 5.0),))) == "+5.0°"
    assert "forward +4.0 mm" in plan_edits.words(Edit("genioplasty", (("forward_mm", 4.0),)))
    assert plan_edits.words(plan_edits.begin("dorsal_hump")) == "no change yet"
