"""Fifty patients one after the other: the window keeps nothing of those who have gone."""

import gc
import sys
import weakref
from dataclasses import replace
from pathlib import Path

import pytest
from builders import solved_case
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinic.case import Points, Triangles
from clinic.rendering import sitting
from clinic.rendering.draw import Stage
from clinic.rendering.lighting import FLAT_LIGHT, Bake, Light, bake
from clinic.ui.main_window import MainWindow

_PATIENTS, _FIRST = 50, 15  # the first few fill what is kept on purpose: the last faces, compiled code, fonts
_GROWTH_MIB = 40.0  # for 35 patients; one face of this size with its light and pictures takes about 8 MiB


@pytest.fixture(autouse=True)
def _unlit(monkeypatch: pytest.MonkeyPatch) -> None:
    """What light falls on them is no matter here, and takes long."""

    def lit(points: Points, normals: Points, triangles: Triangles, lamp: Light) -> Bake:
        return bake(points, normals, triangles, FLAT_LIGHT)

    monkeypatch.setattr(sitting, "bake", lit)
    for name in ("_sittings", "_afters"):  # or what is kept of these faces would be unlit in other tests too
        monkeypatch.setattr(sitting, name, sitting._Recent(8))


def _opened(window: MainWindow, qtbot: QtBot, number: int) -> None:
    """Open a patient whose face nobody else has, look at it, and close it."""
    case, viewport = solved_case(), window.view.viewport
    assert case.face is not None
    face = replace(case.face, control=case.face.control * (1 + 0.001 * number))
    desk = window.desk
    assert desk.session is not None
    assert case.simulation is not None
    named = replace(case, id=f"c-{number}", face=face)
    case = replace(named, simulation=replace(case.simulation, made_from=named.simulation_inputs))
    desk.commit(case, "Begin")
    qtbot.waitUntil(
        lambda: viewport.picture is not None and viewport.picture.wanted.face is face and viewport.settled,
        timeout=30000,
    )
    desk.session.close_case()
    assert viewport.picture is None


def _private_mib() -> float:
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private")) / 1024


def _settle() -> None:
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how much memory is this process's own")
def test_fifty_patients_leave_no_memory_behind(window: MainWindow, qtbot: QtBot) -> None:
    window.show_stage("plan")
    for number in range(_FIRST):
        _opened(window, qtbot, number)
    _settle()
    before = _private_mib()
    for number in range(_FIRST, _PATIENTS):
        _opened(window, qtbot, number)
    _settle()
    grown = _private_mib() - before
    print(f"\n{_PATIENTS - _FIRST} patients: {grown:+.1f} MiB, {before:.0f} MiB before")  # noqa: T201
    assert grown < _GROWTH_MIB


def test_vtk_keeps_nothing_of_a_patient_who_has_gone(window: MainWindow, qtbot: QtBot) -> None:
    window.show_stage("plan")
    _opened(window, qtbot, 1)
    case = solved_case()
    assert case.face is not None
    window.desk.commit(case, "Begin")
    viewport = window.view.viewport
    qtbot.waitUntil(lambda: viewport.settled, timeout=30000)
    stages = [weakref.ref(stage) for stage in viewport.panes._stages]
    actors = [weakref.ref(actor) for stage in viewport.panes._stages for actor, _, _ in stage._actors.values()]
    assert isinstance(stages[0](), Stage)
    assert actors
    assert window.desk.session is not None
    window.desk.session.close_case()
    _settle()
    assert [stage() for stage in stages] == [None] * len(stages)
    assert [actor() for actor in actors] == [None] * len(actors)
