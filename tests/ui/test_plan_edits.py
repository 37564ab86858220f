import pytest

from clinic.case import Edit, Plan
from clinic.planning.apply import check
from clinic.planning.procedures import PROCEDURES, Procedure
from clinic.ui import plan_edits


def test_a_slider_adds_an_edit_and_zero_takes_it_out() -> None:
    plan = plan_edits.set_amount(Plan(), "genioplasty", "forward_mm", 4.0)
    assert plan_edits.find(plan, "genioplasty") == Edit("genioplasty", (("forward_mm", 4.0), ("vertical_mm", 0.0)))
    longer = plan_edits.set_amount(plan, "genioplasty", "vertical_mm", 1.0)
    still = plan_edits.set_amount(longer, "genioplasty", "forward_mm", 0.0)
    assert still.edits[0].amount("vertical_mm") == 1.0
    assert plan_edits.set_amount(still, "genioplasty", "vertical_mm", 0.0).edits == ()


def test_changing_one_edit_keeps_order_and_the_others() -> None:
    plan = plan_edits.set_amount(Plan(), "dorsal_hump", "amount_mm", -2.0)
    plan = plan_edits.set_amount(plan, "malar_filler", "amount_cc", 1.0)
    plan = plan_edits.set_side(plan, "malar_filler", "left")
    plan = plan_edits.set_amount(plan, "dorsal_hump", "amount_mm", -1.0)
    assert [edit.procedure for edit in plan.edits] == ["dorsal_hump", "malar_filler"]
    assert plan.edits[1].side == "left"


def test_a_switched_off_edit_stays_but_does_not_count() -> None:
    plan = plan_edits.set_amount(Plan(), "dorsal_hump", "amount_mm", -2.0)
    off = plan_edits.switch(plan, "dorsal_hump")
    assert off.edits
    assert not off.active
    assert plan_edits.switch(off, "dorsal_hump") == plan


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda known: known.id)
def test_every_end_of_every_slider_can_be_planned(procedure: Procedure) -> None:
    for parameter in procedure.parameters:
        for value in (parameter.minimum, parameter.maximum):
            for edit in plan_edits.set_amount(Plan(), procedure.id, parameter.name, value).edits:
                check(edit)
                assert plan_edits.words(edit)


def test_words_of_an_edit_have_sign_unit_and_side() -> None:
    assert plan_edits.words(Edit("dorsal_hump", (("amount_mm", -2.0),))) == "−2.0 mm"
    both = Edit("malar_filler", (("amount_cc", 1.0),))
    assert plan_edits.words(both) == "+1.00 cc, each side"
    assert "forward +4.0 mm" in plan_edits.words(Edit("genioplasty", (("forward_mm", 4.0),)))
