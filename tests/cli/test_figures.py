"""What the command line says and writes of a solved plan."""

import json
from dataclasses import replace

from builders import ranged_case

from clinic.case import EditReached
from clinic.case.numbers import RANGE_NOTE
from clinic.cli.files import edit_lines, simulation_figures


def test_the_lines_tell_asked_reached_range_and_cautions() -> None:
    lines = edit_lines(ranged_case())
    assert lines[0] == "Chin forward: +4.0 → +3.4 mm (2.9 to 3.9) at the skin"
    assert sum("not a confidence interval" in line for line in lines) == 1
    assert any("Skin strain 17 % at the chin" in line for line in lines)


def test_what_is_not_known_is_null_in_the_json() -> None:
    case = ranged_case()
    assert case.comparison is not None
    unknown = replace(case.comparison, edits=(EditReached("Hump", -2.0, -1.5, "mm"),), cautions=())
    written = json.loads(json.dumps(simulation_figures(replace(case, comparison=unknown)), allow_nan=False))
    assert written["edits"][0]["low"] is None
    assert written["edits"][0]["reached"] == -1.5
    assert written["range"]["note"] == RANGE_NOTE
    assert len(edit_lines(replace(case, comparison=unknown))) == 1
