from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builders import case, face
from PySide6.QtWidgets import QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from clinic.case import Scan, ScanFit
from clinic.errors import ClinicError
from clinic.jobs import Progress
from clinic.reconstruction.scan.prepare import Looked, Surface
from clinic.ui.desk import Desk
from clinic.ui.panels.capture import CaptureFiles
from clinic.ui.scan_sheet import ScanSheet

FILE = Path("/somewhere/Doe Jane.obj")


def looked() -> Looked:
    surface = Surface(face().points / 10, face().topology.triangles)
    return Looked(surface, "cm", 91.0, False, np.eye(3), np.zeros(3))


def scan() -> Scan:
    return Scan(face().points, face().topology.triangles, "mm", cleaned=("Took away 4 loose pieces.",))


def words(panel: CaptureFiles) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if not label.isHidden())


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk) -> Iterator[CaptureFiles]:
    made = CaptureFiles(desk)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.finish()


def test_a_scan_is_taken_in_the_unit_that_was_confirmed(
    qtbot: QtBot, desk: Desk, panel: CaptureFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinic.workflow.look_at_scan", lambda path, progress: looked())
    asked: list[ScanSheet] = []

    def confirm(sheet: ScanSheet) -> QDialog.DialogCode:
        asked.append(sheet)
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(ScanSheet, "exec", confirm)
    panel._take([FILE])
    qtbot.waitUntil(lambda: desk.case is not None and desk.case.acquisition.scan is not None)
    assert len(asked) == 1
    assert desk.case is not None
    assert desk.case.acquisition.scan is not None
    assert desk.case.acquisition.scan.unit == "cm"
    assert desk.case.stale_face


def test_a_unit_in_which_nobody_is_so_large_cannot_be_confirmed(qtbot: QtBot) -> None:
    under = QWidget()
    qtbot.addWidget(under)
    sheet = ScanSheet(looked(), np.zeros((20, 20, 3), np.uint8), under)
    assert sheet.take.isEnabled()
    sheet.choose("m")
    assert not sheet.take.isEnabled()
    assert any("9,100 mm apart: nobody has that" in label.text() for label in sheet.findChildren(QLabel))


def test_a_scan_that_is_cancelled_changes_nothing(
    qtbot: QtBot, desk: Desk, panel: CaptureFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinic.workflow.look_at_scan", lambda path, progress: looked())
    monkeypatch.setattr(ScanSheet, "exec", lambda sheet: QDialog.DialogCode.Rejected)
    before = desk.case
    panel._take([FILE])
    qtbot.waitUntil(lambda: not desk.busy)
    assert desk.case is before


def test_a_scan_that_cannot_be_read_says_why(
    qtbot: QtBot, desk: Desk, panel: CaptureFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, progress: Progress) -> Looked:
        raise ClinicError("No face was found in the 3D file.")

    monkeypatch.setattr("clinic.workflow.look_at_scan", refuse)
    panel._take([FILE])
    qtbot.waitUntil(lambda: "No face was found" in words(panel))
    assert "0 taken, 1 skipped" in words(panel)


def test_what_was_done_to_a_scan_and_what_is_inferred_stand_beside_it(
    qtbot: QtBot, desk: Desk, panel: CaptureFiles
) -> None:
    taken = scan()
    fit = ScanFit(taken.id, np.eye(3), np.zeros(3), 0.08, 0.3)
    seen = np.arange(len(face().seen)) % 4 > 0
    before = case()
    assert desk.commit(
        replace(
            before,
            acquisition=replace(before.acquisition, photos=(), scan=taken),
            face=replace(face(), scan=fit, seen=seen.astype(np.uint8), made_from=(taken.id,)),
        ),
        "Add the scan",
    )
    qtbot.waitUntil(lambda: "Took away 4 loose pieces." in words(panel))
    said = words(panel)
    assert "0.08 mm" in said
    assert "75 %" in said
    assert "Amber: inferred" in said


def test_a_scan_can_be_removed_again(desk: Desk, panel: CaptureFiles) -> None:
    before = case()
    assert desk.commit(replace(before, acquisition=replace(before.acquisition, scan=scan())), "Add the scan")
    panel.scan.remove.click()
    assert desk.case is not None
    assert desk.case.acquisition.scan is None
