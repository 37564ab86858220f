"""What a slider, a switch or a button of the Plan tab makes of a plan: plan in, plan out.

An edit goes by its position in the plan, since a procedure may be there more than once: with another amount on each
side, or at several places of the skin.
"""

from dataclasses import replace

from clinic.case import Edit, Plan
from clinic.case.numbers import amount
from clinic.planning.procedures import PROCEDURES, Parameter, Procedure
from clinic.words import say

DIFFER = "differ"  # a choice of sides: left and right each have an amount of their own
_ASIDE = 0.03  # of the skin's (u, v), how far from a handle its copy stands


def procedure(name: str) -> Procedure:
    """Return a procedure by its id. Raises KeyError for an unknown one."""
    return {known.id: known for known in PROCEDURES}[name]


def find(plan: Plan, name: str) -> tuple[int, ...]:
    """Return the positions of a procedure's edits."""
    return tuple(number for number, edit in enumerate(plan.edits) if edit.procedure == name)


def title(plan: Plan, position: int) -> str:
    """Return what an edit is called in its plan: its procedure, numbered where that can be done at many places."""
    name = plan.edits[position].procedure
    known, same = procedure(name), find(plan, name)
    return f"{known.title} {same.index(position) + 1}" if known.placed and len(same) > 1 else known.title


def begin(name: str, side: str = "both", place: tuple[float, float] | None = None) -> Edit:
    """Return an edit that asks for nothing yet."""
    known = procedure(name)
    amounts = tuple((one.name, one.default if one.shapes else 0.0) for one in known.parameters)
    return Edit(name, amounts, side, place=place)


def usual(name: str, side: str = "both") -> Edit:
    """Return an edit with the usual amounts, which may be none."""
    return Edit(name, tuple((one.name, one.default) for one in procedure(name).parameters), side)


def asks(edit: Edit) -> bool:
    """True if an edit asks for any change."""
    known = procedure(edit.procedure)
    return any(value and not known.parameter(name).shapes for name, value in edit.amounts)


def asking(plan: Plan) -> bool:
    """True if anything that is switched on asks for a change."""
    return any(asks(edit) for edit in plan.active)


def value(edit: Edit, parameter: Parameter) -> float:
    """Return what an edit says of a parameter."""
    return dict(edit.amounts).get(parameter.name, parameter.default if parameter.shapes else 0.0)


def add(plan: Plan, edit: Edit) -> Plan:
    """Return the plan with one more edit, the last."""
    return replace(plan, edits=(*plan.edits, edit))


def put(plan: Plan, position: int, edit: Edit) -> Plan:
    """Return the plan with another edit in a position."""
    return replace(plan, edits=(*plan.edits[:position], edit, *plan.edits[position + 1 :]))


def set_amounts(plan: Plan, position: int, given: dict[str, float]) -> Plan:
    """Return the plan with amounts of an edit changed; what was switched off is switched on by that."""
    edit = plan.edits[position]
    known = procedure(edit.procedure).parameters
    amounts = tuple((one.name, round(given.get(one.name, value(edit, one)), 6)) for one in known)
    return put(plan, position, replace(edit, amounts=amounts, enabled=True))


def tidy(plan: Plan, position: int) -> Plan:
    """Return the plan without an edit that asks for nothing any more; a place that was pointed at stays."""
    edit = plan.edits[position]
    return plan if asks(edit) or edit.place is not None else remove(plan, position)


def switch(plan: Plan, position: int) -> Plan:
    """Return the plan with an edit switched off, or on again."""
    edit = plan.edits[position]
    return put(plan, position, replace(edit, enabled=not edit.enabled))


def lock(plan: Plan, position: int) -> Plan:
    """Return the plan with an edit locked, or free again."""
    edit = plan.edits[position]
    return put(plan, position, replace(edit, locked=not edit.locked))


def broken_lock(before: Plan, after: Plan) -> str:
    """Return the name of a locked edit that another plan would change or take out, "" if it leaves all as they are."""
    kept = [replace(edit, locked=False) for edit in after.edits]
    broken = (edit for edit in before.edits if edit.locked and replace(edit, locked=False) not in kept)
    return next((procedure(edit.procedure).title for edit in broken), "")


def remove(plan: Plan, position: int) -> Plan:
    """Return the plan without an edit."""
    return replace(plan, edits=(*plan.edits[:position], *plan.edits[position + 1 :]))


def without(plan: Plan, name: str) -> Plan:
    """Return the plan without a procedure."""
    return replace(plan, edits=tuple(edit for edit in plan.edits if edit.procedure != name))


def move(plan: Plan, position: int, to: int) -> Plan:
    """Return the plan with an edit in another position; the others keep their order."""
    rest = remove(plan, position).edits
    to = min(max(to, 0), len(rest))
    return replace(plan, edits=(*rest[:to], plan.edits[position], *rest[to:]))


def copy(plan: Plan, position: int) -> Edit | None:
    """Return the edit that a copy adds, for the other side or at a place beside; None where there can be only one."""
    edit = plan.edits[position]
    if edit.place is not None:
        u, v = edit.place
        return replace(edit, place=(u + _ASIDE if u < 0.5 else u - _ASIDE, v))
    if edit.side == "both" or len(find(plan, edit.procedure)) > 1:
        return None
    return replace(edit, side="left" if edit.side == "right" else "right")


def sides(plan: Plan, name: str) -> str:
    """Return on which side a procedure is planned: "both", "left", "right", or DIFFER."""
    found = find(plan, name)
    return "both" if not found else plan.edits[found[0]].side if len(found) == 1 else DIFFER


def choose_sides(plan: Plan, name: str, chosen: str) -> Plan:
    """Return the plan with a procedure on other sides; the first edit's amounts hold where sides come together."""
    found = find(plan, name)
    if not found or sides(plan, name) == chosen:
        return plan
    first = plan.edits[found[0]]
    pair = ("right", "left") if chosen == DIFFER else (chosen,)
    kept = next((plan.edits[at] for at in found if plan.edits[at].side == chosen), first)
    made = tuple(replace(kept, side=side) for side in pair)
    before, after = plan.edits[: found[0]], plan.edits[found[0] + 1 :]
    return replace(plan, edits=(*before, *made, *(edit for edit in after if edit.procedure != name)))


def words(edit: Edit) -> str:
    """Return what an edit asks for: "forward +4.0 mm, vertical −1.0 mm" or "−2.0 mm"."""
    known = procedure(edit.procedure)
    asking = [one for one in known.parameters if not one.shapes]
    given = [one for one in asking if value(edit, one)]
    parts = [
        f"{'' if len(asking) == 1 else one.title.lower() + ' '}{amount(value(edit, one), one.unit)}" for one in given
    ]
    if known.sided:
        parts.append(
            say("each side") if edit.side == "both" else say("left side") if edit.side == "left" else say("right side")
        )
    return ", ".join(parts) or say("no change yet")
