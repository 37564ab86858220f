"""Edits of different kinds that undo each other: nobody would do both in one operation."""

from dataclasses import dataclass

from clinic.case import Edit, Plan
from clinic.words import say


@dataclass(frozen=True, slots=True)
class _Ask:
    """An amount above 0 (sign +1) or below 0 (sign −1) of one procedure."""

    procedure: str
    parameter: str
    sign: int

    def made_by(self, edit: Edit) -> bool:
        return edit.procedure == self.procedure and self.sign * edit.amount(self.parameter) > 0


# What is not here is no contradiction: a jaw set back with its chin advanced, filler beside fat that is taken out, or
# implant and filler over the same bone are all common.
_SET_BACK = _Ask("genioplasty", "forward_mm", -1)
_OPPOSED: tuple[tuple[_Ask, _Ask, str], ...] = (
    (
        _SET_BACK,
        _Ask("chin_implant", "projection_mm", +1),
        say(
            "The genioplasty sets the chin back and the implant brings it forward. Take the implant out, or "
            "set the chin back by less."
        ),
    ),
    (
        _SET_BACK,
        _Ask("chin_filler", "amount_cc", +1),
        say(
            "The genioplasty sets the chin back and the filler brings it forward. Take the filler out, or set the chin "
            "back by less."
        ),
    ),
)


def opposed(plan: Plan) -> str:
    """Return in clinical words which active edits of a plan work against each other, "" if none do."""
    for one, other, words in _OPPOSED:
        if any(one.made_by(edit) for edit in plan.active) and any(other.made_by(edit) for edit in plan.active):
            return words
    return ""
