"""What a slider, a switch or a button of the Plan tab makes of a plan: plan in, plan out."""

from dataclasses import replace

from clinic.case import Edit, Plan
from clinic.planning.procedures import PROCEDURES, Procedure
from clinic.case.numbers import signed


def procedure(name: str) -> Procedure:
    """Return a procedure by its id. Raises KeyError for an unknown one."""
    return {known.id: known for known in PROCEDURES}[name]


def find(plan: Plan, name: str) -> Edit | None:
    """Return the edit of a procedure, None if the plan has none."""
    return next((edit for edit in plan.edits if edit.procedure == name), None)


def set_amount(plan: Plan, name: str, parameter: str, value: float) -> Plan:
    """Return the plan with one amount changed; an edit that asks for nothing any more leaves it."""
    edit = find(plan, name) or Edit(name, ())
    asked = {known.name: edit.amount(known.name) for known in procedure(name).parameters} | {parameter: round(value, 6)}
    changed = replace(edit, amounts=tuple(asked.items()), enabled=True)
    if not any(asked.values()):
        return remove(plan, name)
    return _put(plan, changed)


def set_side(plan: Plan, name: str, side: str) -> Plan:
    """Return the plan with an edit moved to another side."""
    edit = find(plan, name)
    return _put(plan, replace(edit, side=side)) if edit else plan


def switch(plan: Plan, name: str) -> Plan:
    """Return the plan with an edit switched off, or on again."""
    edit = find(plan, name)
    return _put(plan, replace(edit, enabled=not edit.enabled)) if edit else plan


def remove(plan: Plan, name: str) -> Plan:
    """Return the plan without a procedure."""
    return replace(plan, edits=tuple(edit for edit in plan.edits if edit.procedure != name))


def words(edit: Edit) -> str:
    """Return what an edit asks for: "forward +4.0 mm, vertical −1.0 mm" or "−2.0 mm"."""
    known = procedure(edit.procedure)
    given = [(known.parameter(name), amount) for name, amount in edit.amounts if amount]
    single = len(known.parameters) == 1
    parts = [
        f"{'' if single else parameter.title.lower() + ' '}{signed(amount, 2 if parameter.unit == 'cc' else 1)} "
        f"{parameter.unit}"
        for parameter, amount in given
    ]
    if known.sided:
        parts.append("each side" if edit.side == "both" else f"{edit.side} side")
    return ", ".join(parts)


def _put(plan: Plan, edit: Edit) -> Plan:
    if find(plan, edit.procedure) is None:
        return replace(plan, edits=(*plan.edits, edit))
    return replace(plan, edits=tuple(edit if old.procedure == edit.procedure else old for old in plan.edits))
