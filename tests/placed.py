"""A procedure that is done at a place: what the window needs of one, without its mechanics."""

import numpy as np
import pytest

from clinic.case import Edit, FaceModel, Gauge, Load
from clinic.planning import apply
from clinic.planning.procedures import PROCEDURES, Guard, Parameter, Procedure


def _load(edit: Edit, face: FaceModel) -> Load:
    count = len(face.control)
    none = np.zeros(0, np.int32)
    gauge = Gauge("Handle", edit.amounts[0][1], "mm", np.ones(count), np.array([0.0, -1.0, 0.0]))
    return Load(edit, none, np.zeros((0, 3)), none, np.zeros(count), 0.0, (gauge,))


def _amount(name: str, title: str) -> Parameter:
    return Parameter(name, title, "mm", -8.0, 8.0, 0.1, "how far", guards=(Guard(5.0, "Above 5 mm it dents."),))


HANDLE = Procedure(
    id="stand_in",
    title="Handle",
    region="Anywhere",
    parameters=(
        _amount("lateral_mm", "To the left"),
        _amount("up_mm", "Up"),
        _amount("forward_mm", "Forward"),
        Parameter("radius_mm", "Radius", "mm", 5.0, 30.0, 1.0, "how wide", default=12.0, shapes=True),
    ),
    sided=False,
    load=_load,
    placed=True,
)


def offer(monkeypatch: pytest.MonkeyPatch) -> Procedure:
    """Put it into the table of procedures."""
    table = (*PROCEDURES, HANDLE)
    monkeypatch.setattr(apply, "PROCEDURES", table)
    for room in ("plan_edits", "panels.procedures"):
        monkeypatch.setattr(f"clinic.ui.{room}.PROCEDURES", table)
    return HANDLE
