"""A plan as TOML text.

name = "Plan A"

[[edit]]
procedure = "dorsal_hump"
amount_mm = -2.0
"""

import json
import tomllib
from typing import Any

from clinic.case import Edit, Plan
from clinic.errors import ClinicError
from clinic.planning.apply import PlanNotPossible, check, legible
from clinic.words import say

_NO_AMOUNTS = ("procedure", "side", "enabled", "place", "locked")


class NotAPlan(ClinicError):
    """The text is no plan, or one of its edits cannot be planned."""


def read(text: str) -> Plan:
    """Return the plan in a TOML text. Raises NotAPlan naming the line or the edit that is wrong."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NotAPlan(
            say("The plan could not be read: {error}. Correct that line and try again.", error=error)
        ) from error
    except (ValueError, RecursionError) as error:
        # TOML without end: numbers of thousands of digits, brackets nested a thousand deep
        raise NotAPlan(say("The plan could not be read: it holds a number or a nesting without end.")) from error
    strange = sorted(set(content) - {"name", "edit"})
    if strange:
        raise NotAPlan(
            say(
                'The plan holds "{strange}", which means nothing here. A plan has a name and [[edit]] blocks.',
                strange=legible(strange[0]),
            )
        )
    name, tables = content.get("name", Plan().name), content.get("edit", [])
    if not isinstance(name, str):
        raise NotAPlan(say("The name of the plan is not a text. Put it between quotation marks."))
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise NotAPlan(say("The edits of the plan are not readable. Write each as a block that begins with [[edit]]."))
    return Plan(tuple(_edit(number, table) for number, table in enumerate(tables, start=1)), name)


def write(plan: Plan) -> str:
    """Return the TOML text of a plan; reading it gives back an equal plan."""
    blocks = [f"name = {_quoted(plan.name)}\n", *(_block(edit) for edit in plan.edits)]
    return "\n".join(blocks)


def _edit(number: int, table: dict[str, Any]) -> Edit:
    procedure, side = table.get("procedure"), table.get("side", "both")
    enabled, locked = table.get("enabled", True), table.get("locked", False)
    if not isinstance(procedure, str):
        raise NotAPlan(
            say(
                'Edit {number} does not say which procedure it is. Add a line such as procedure = "dorsal_hump".',
                number=number,
            )
        )
    if not isinstance(side, str) or not isinstance(enabled, bool) or not isinstance(locked, bool):
        raise NotAPlan(
            say(
                'Edit {number} ({procedure}): side must be "both", "left" or "right", enabled and locked '
                "true or false.",
                number=number,
                procedure=legible(procedure),
            )
        )
    amounts = tuple((k, _number(number, k, v)) for k, v in table.items() if k not in _NO_AMOUNTS)
    edit = Edit(procedure, amounts, side, enabled, _place(number, table.get("place")), locked)
    try:
        check(edit)
    except PlanNotPossible as error:
        raise NotAPlan(say("Edit {number}: {error!t}", number=number, error=error)) from error
    return edit


def _place(number: int, given: Any) -> tuple[float, float] | None:
    if given is None:
        return None
    if not isinstance(given, list) or len(given) != 2:
        raise NotAPlan(
            say(
                "Edit {number}: the place is two numbers between 0 and 1. Write it as in place = [0.5, 0.4].",
                number=number,
            )
        )
    return _number(number, "place", given[0]), _number(number, "place", given[1])


def _number(number: int, name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotAPlan(
            say(
                "Edit {number}: {name} is not a number. Write it as in amount_mm = -2.0.",
                number=number,
                name=legible(name),
            )
        )
    try:
        return float(value)
    except OverflowError as error:
        raise NotAPlan(
            say(
                "Edit {number}: {name} is too large to be a number of millimetres or cc.",
                number=number,
                name=legible(name),
            )
        ) from error


def _block(edit: Edit) -> str:
    lines = ["[[edit]]", f"procedure = {_quoted(edit.procedure)}"]
    lines += [f"{name} = {amount}" for name, amount in edit.amounts]
    if edit.side != "both":
        lines.append(f"side = {_quoted(edit.side)}")
    if not edit.enabled:
        lines.append("enabled = false")
    if edit.locked:
        lines.append("locked = true")
    if edit.place is not None:
        lines.append(f"place = {list(edit.place)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which TOML alone forbids
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
