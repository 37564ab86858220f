"""Plans as TOML, there and back, and the words for files that are no plans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.case import Edit, Plan
from clinic.planning.plan_file import NotAPlan, read, write
from clinic.planning.procedures import PROCEDURES

DEMO = """
name = "Plan A"

[[edit]]
procedure = "dorsal_hump"
amount_mm = -2.0

[[edit]]
procedure = "genioplasty"
forward_mm = 4
vertical_mm = 0.0

[[edit]]
procedure = "malar_filler"
amount_cc = 1.0
side = "left"
enabled = false
"""


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    procedure = draw(st.sampled_from(PROCEDURES))
    amounts = [(p.name, draw(st.floats(p.minimum, p.maximum, allow_nan=False))) for p in procedure.parameters]
    side = draw(st.sampled_from(["both", "left", "right"])) if procedure.sided else "both"
    share = st.floats(0.0, 1.0)
    place = draw(st.tuples(share, share)) if procedure.placed else None
    return Edit(procedure.id, tuple(amounts), side, draw(st.booleans()), place)


def test_reads_what_a_surgeon_would_write() -> None:
    assert read(DEMO) == Plan(
        (
            Edit("dorsal_hump", (("amount_mm", -2.0),)),
            Edit("genioplasty", (("forward_mm", 4.0), ("vertical_mm", 0.0))),
            Edit("malar_filler", (("amount_cc", 1.0),), "left", enabled=False),
        )
    )


@given(st.builds(Plan, st.lists(edits(), max_size=4).map(tuple), st.text(st.characters(codec="utf-8"), max_size=20)))
def test_a_plan_survives_the_way_to_the_file_and_back(plan: Plan) -> None:
    assert read(write(plan)) == plan


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[edit]\n", "line 1"),
        ("name = 3", "name of the plan is not a text"),
        ("title = 'x'", '"title"'),
        ("edit = 3", "[[edit]]"),
        ("[[edit]]\namount_mm = 1.0", "Edit 1 does not say which procedure"),
        ("[[edit]]\nprocedure = 'dorsal_hump'\namount_mm = 'two'", "Edit 1: amount_mm is not a number"),
        ("[[edit]]\nprocedure = 'dorsal_hump'\namount_mm = true", "Edit 1: amount_mm is not a number"),
        ("[[edit]]\nprocedure = 'dorsal_hump'\nenabled = 1", "Edit 1 (dorsal_hump)"),
        ("[[edit]]\nprocedure = 'dorsal_hump'", "Edit 1: Dorsal hump says no amount. Give amount_mm."),
        (DEMO + "\n[[edit]]\nprocedure = 'dorsal_hump'\namount_mm = 9.0", "Edit 4:"),
        ("[[edit]]\nprocedure = 'dorsal_hump'\namount_mm = 1" + 400 * "0", "amount_mm is too large"),
        ("[[edit]]\nprocedure = 'dorsal_hump'\namount_mm = " + 5000 * "9", "without end"),
        ("a = " + 100_000 * "[", "without end"),
    ],
)
def test_what_is_no_plan_is_refused_with_the_place(text: str, words: str) -> None:
    with pytest.raises(NotAPlan) as refused:
        read(text)
    assert words in str(refused.value)
