"""Edits in clinical units to loads for mechanics; every edit is checked here before anything is solved."""

from dataclasses import replace
from math import isfinite

from clinic.case import Edit, FaceModel, Load, Plan
from clinic.case.numbers import amount, brief
from clinic.errors import ClinicError
from clinic.planning.opposed import opposed
from clinic.planning.procedures import PROCEDURES, Parameter, Procedure
from clinic.words import say

_LEAST = 1e-4  # mm, cc or °: less is nothing to anybody
SIDES = ("both", "left", "right")


class PlanNotPossible(ClinicError):
    """An edit asks for something that no procedure offers, or for more than its range."""


_MOST_LETTERS = 60


def legible(name: str) -> str:
    """Return a name from a file so that it can stand in a message: short, and without letters that steer a terminal."""
    shown = "".join(letter if letter.isprintable() else "�" for letter in name[:_MOST_LETTERS])
    return shown + "…" * (len(name) > _MOST_LETTERS)


Kept = dict[Edit, tuple[Load, ...]]  # what edits do to one face, each by itself


def loads(plan: Plan, face: FaceModel, kept: Kept | None = None) -> tuple[Load, ...]:
    """Return what the active edits do to the face, in their order: one load for each amount that is not 0 and side.

    A sided edit for both sides makes two loads, right then left. kept: what was worked out for this face before;
    afterwards it holds these edits, so that a drag works out only the edit that it changes. Raises PlanNotPossible.
    """
    for edit in plan.active:
        check(edit)
    _check_once(plan)
    if words := opposed(plan):
        raise PlanNotPossible(words)
    known = {} if kept is None else kept
    made = {edit: known[edit] if edit in known else _edit_loads(edit, face) for edit in plan.active}
    if kept is not None:
        kept.clear()
        kept.update(made)
    return tuple(load for edit in plan.active for load in made[edit])


def _edit_loads(edit: Edit, face: FaceModel) -> tuple[Load, ...]:
    procedure = _procedure(edit.procedure)
    sides = _by_side(edit, procedure)
    made = tuple(procedure.load(one, face) for side in sides for one in _by_amount(side, procedure))
    if procedure.placed and not all(gauge.weights.any() for load in made for gauge in load.gauges):
        raise PlanNotPossible(
            say("{title!t}: there is no skin of the face at that place. Point at another place.", title=procedure.title)
        )
    return made


def check(edit: Edit) -> Procedure:
    """Return the procedure of a valid edit. Raises PlanNotPossible, in words for the surgeon, for any other."""
    procedure = _procedure(edit.procedure)
    if not edit.amounts:
        known = " or ".join(parameter.name for parameter in procedure.parameters)
        raise PlanNotPossible(say("{title!t} says no amount. Give {known}.", title=procedure.title, known=known))
    for name, asked in edit.amounts:
        _check_amount(procedure, name, asked)
    names = [name for name, _ in edit.amounts]
    if len(set(names)) < len(names):
        raise PlanNotPossible(say("{title!t} gives the same amount twice. Keep one of them.", title=procedure.title))
    if edit.side not in SIDES:
        raise PlanNotPossible(
            say(
                '{title!t}: there is no side "{side!t}". Choose both, left or right.',
                title=procedure.title,
                side=legible(edit.side),
            )
        )
    if edit.side != "both" and not procedure.sided:
        raise PlanNotPossible(say("{title!t} has no sides. Leave the side away, or say both.", title=procedure.title))
    _check_place(procedure, edit)
    return procedure


def _check_place(procedure: Procedure, edit: Edit) -> None:
    if procedure.placed and (edit.place is None or not all(0.0 <= share <= 1.0 for share in edit.place)):
        raise PlanNotPossible(
            say("{title!t} is done nowhere yet. Point at the place on the skin.", title=procedure.title)
        )
    if edit.place is not None and not procedure.placed:
        raise PlanNotPossible(say("{title!t} has its own place. Leave the place away.", title=procedure.title))


def _check_once(plan: Plan) -> None:
    """Refuse a procedure that is done twice on a side: its range and what it reaches hold for the sum."""
    done: dict[tuple[object, ...], Edit] = {}
    for edit in plan.active:
        procedure = _procedure(edit.procedure)
        for one in _by_side(edit, procedure):
            place = (edit.procedure, one.side, edit.place)
            if place in done:
                raise PlanNotPossible(_twice(procedure, done[place], edit))
            done[place] = edit


def _twice(procedure: Procedure, first: Edit, second: Edit) -> str:
    for parameter in procedure.parameters:
        here, there = first.amount(parameter.name), second.amount(parameter.name)
        if not parameter.shapes and here * there < 0:
            return say(
                "{title!t}: {parameter!t} is {here!t} in one edit and {there!t} in another; they work against each "
                "other. Put what is left of both in one edit.",
                title=procedure.title,
                parameter=parameter.title.lower(),
                here=amount(here, parameter.unit),
                there=amount(there, parameter.unit),
            )
    return say("{title!t} is planned twice. Put the amounts together in one edit.", title=procedure.title)


def _procedure(name: str) -> Procedure:
    for procedure in PROCEDURES:
        if procedure.id == name:
            return procedure
    known = ", ".join(procedure.id for procedure in PROCEDURES)
    raise PlanNotPossible(
        say('There is no procedure "{name}". Choose one of: {known}.', name=legible(name), known=known)
    )


def _check_amount(procedure: Procedure, name: str, asked: float) -> None:
    known = [parameter.name for parameter in procedure.parameters]
    if name not in known:
        raise PlanNotPossible(
            say(
                '{title!t} has no amount "{name}". It takes: {known}.',
                title=procedure.title,
                name=legible(name),
                known=", ".join(known),
            )
        )
    parameter = procedure.parameter(name)
    if not isfinite(asked) or not parameter.minimum <= asked <= parameter.maximum:
        raise PlanNotPossible(_out_of_range(procedure, parameter, asked))


def _out_of_range(procedure: Procedure, parameter: Parameter, asked: float) -> str:
    return say(
        "{title!t}: {parameter!t} {amount!t} is outside what can be simulated, {low:g} to {high!t}. Choose an amount "
        "in that range.",
        title=procedure.title,
        parameter=parameter.title.lower(),
        amount=brief(asked, parameter.unit),
        low=parameter.minimum,
        high=brief(parameter.maximum, parameter.unit),
    )


def _by_side(edit: Edit, procedure: Procedure) -> tuple[Edit, ...]:
    if not procedure.sided or edit.side != "both":
        return (edit,)
    return replace(edit, side="right"), replace(edit, side="left")


def _by_amount(edit: Edit, procedure: Procedure) -> list[Edit]:
    """Return one edit per amount that asks for something, each with all amounts that shape it."""
    given = dict(edit.amounts)
    shaping = tuple((p.name, given.get(p.name, p.default)) for p in procedure.parameters if p.shapes)
    asking = [p.name for p in procedure.parameters if not p.shapes and abs(given.get(p.name, 0.0)) > _LEAST]
    return [replace(edit, amounts=((name, given[name]), *shaping)) for name in asking]
