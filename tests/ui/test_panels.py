from dataclasses import replace
from pathlib import Path

import pytest
from builders import solved_case
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from seen import words

from clinic.case import Comparison, EditReached, Plan
from clinic.planning.procedures import Parameter
from clinic.ui import theme
from clinic.ui.compared import Compared
from clinic.ui.desk import Desk
from clinic.ui.main_window import MainWindow
from clinic.ui.panels.analyse import AnalyseLandmarks, AnalyseMeasures
from clinic.ui.panels.capture import CaptureFiles
from clinic.ui.panels.compare import CompareFigures
from clinic.ui.panels.patient import PatientDetails
from clinic.ui.panels.share import ShareContents, ShareWritten
from clinic.ui.photo_files import SKIPPED, TAKEN, FileTold
from clinic.ui.widgets.amount import AmountRow
from clinic.ui.widgets.side import Side, fact


def test_a_panel_that_scrolls_is_as_wide_as_one_that_does_not_and_cuts_nothing(qtbot: QtBot) -> None:
    side, line = Side("left"), fact("Cheilion, left", "", "±4.0")
    qtbot.addWidget(side)
    side.section("Landmarks", "± mm, 95 %", ("analyse", "Landmarks"))
    side.column.addWidget(line)
    tall = QWidget()
    side.column.addWidget(tall)
    side.resize(theme.LEFT_WIDTH, 400)
    with qtbot.waitExposed(side):
        side.show()
    before = line.x(), line.width()
    tall.setFixedHeight(900)
    qtbot.waitUntil(side.findChildren(QScrollArea)[0].verticalScrollBar().isVisible)
    assert (line.x(), line.width()) == before
    assert line.visibleRegion().boundingRect().width() == line.width()


def test_a_panel_that_nobody_sees_catches_up_when_it_is_seen_and_forgets_at_once(
    window: MainWindow, qtbot: QtBot
) -> None:
    desk, facts = window.desk, window.details
    assert desk.case is not None
    window.show_stage("plan")
    desk.commit(replace(desk.case, plan=Plan(name="Nose only")), "Rename the plan")
    assert "Nose only" not in words(facts)
    window.show_stage("patient")
    qtbot.waitUntil(lambda: "Nose only" in words(facts))
    window.show_stage("plan")
    assert desk.session is not None
    desk.session.close_case()
    assert "Nose only" not in words(facts)


def test_slider_and_box_agree_both_ways(qtbot: QtBot) -> None:
    row = AmountRow(Parameter("amount_mm", "Hump", "mm", -6.0, 6.0, 0.1, "negative lowers"))
    qtbot.addWidget(row)
    settled: list[float] = []
    dragged: list[float] = []
    row.settled.connect(settled.append)
    row.dragged.connect(dragged.append)
    row.show_value(-2.0)
    assert (row.slider.value(), row.box.text()) == (-20, "−2.0 mm")
    row.box.selectAll()
    QTest.keyClicks(row.box, "-1.5")
    QTest.keyClick(row.box, Qt.Key.Key_Return)
    row.slider.setSliderDown(True)
    row.slider.setSliderPosition(10)
    assert row.box.text() == "+1.0 mm"
    row.slider.setSliderDown(False)
    assert dragged == [1.0]
    assert settled == [-1.5, 1.0]


def test_a_true_minus_and_a_comma_are_understood(qtbot: QtBot) -> None:
    row = AmountRow(Parameter("amount_cc", "Volume", "cc", -2.0, 2.0, 0.05, "positive fills"))
    qtbot.addWidget(row)
    for typed, value in (("−1,25 cc", -1.25), ("+0.5", 0.5), ("1", 1.0)):
        assert row.box.valueFromText(typed) == value


def test_dropped_files_are_handed_on_and_refusals_stand_beside_the_file(
    desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = CaptureFiles(desk)
    qtbot.addWidget(panel)
    asked: list[object] = []

    def take(paths: list[Path]) -> bool:
        asked.append(list(paths))
        return True

    monkeypatch.setattr(desk, "take_photos", take)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.jpg")), QUrl.fromLocalFile(str(tmp_path / "b.jpg"))])
    move, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    panel.drop.dropEvent(QDropEvent(QPointF(QPoint(5, 5)), move, data, left, none))
    assert asked == [[tmp_path / "a.jpg", tmp_path / "b.jpg"]]
    desk.file_told.emit(FileTold(tmp_path / "a.jpg", TAKEN))
    desk.file_told.emit(FileTold(tmp_path / "b.jpg", SKIPPED, "The photo “b.jpg” is damaged."))
    assert "1 taken, 1 skipped" in words(panel)
    assert "is damaged" in words(panel)


def test_measures_have_their_interval(desk: Desk, qtbot: QtBot) -> None:
    measures, landmarks = AnalyseMeasures(desk), AnalyseLandmarks(desk)
    qtbot.addWidget(measures)
    qtbot.addWidget(landmarks)
    assert "Intercanthal, en–en" in words(measures)
    assert "±" in words(measures)
    assert "Exocanthion, right" in words(landmarks)


def test_figures_tell_asked_and_reached(desk: Desk, qtbot: QtBot) -> None:
    panel = CompareFigures(desk, Compared(desk))
    qtbot.addWidget(panel)
    assert "Figures appear once the plan was solved" in words(panel)
    solved = solved_case()
    assert solved.simulation is not None
    comparison = Comparison(
        signed_mm=solved.simulation.strain * 0,
        volumes=(("chin", 3.4), ("cheek_r", -0.2)),
        edits=(EditReached("Chin forward", 4.0, 3.6, "mm"), EditReached("Malar filler, left", 1.0, 0.98, "cc")),
        max_mm=3.9,
        max_strain=0.12,
        made_from=solved.simulation.made_from,
    )
    desk.commit(replace(solved, comparison=comparison), "Solve the plan")
    assert "+4.0 → +3.6 mm" in words(panel)
    assert "+1.00 → +0.98 cc" in words(panel)
    assert "3.9 mm" in words(panel)
    assert "12 %" in words(panel)
    assert "lengths ±1.6 %, volumes ±5 % (95\N{NO-BREAK SPACE}%)" in words(panel)


def test_only_a_solved_plan_can_be_shared(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    contents, written = ShareContents(desk), ShareWritten(desk)
    qtbot.addWidget(contents)
    qtbot.addWidget(written)
    assert not contents.button.isEnabled()
    assert "Only a solved plan" in words(contents)
    desk.commit(solved_case(), "Solve the plan")
    assert contents.button.isEnabled()
    (tmp_path / "report.pdf").write_bytes(b"x" * 2048)
    desk.wrote.emit((tmp_path / "report.pdf",))
    assert "report.pdf" in words(written)
    assert "1 files" not in words(written)
    assert str(tmp_path) in words(written)


def test_a_new_patient_is_asked_for_and_begun(desk: Desk, qtbot: QtBot) -> None:
    panel = PatientDetails(desk)
    qtbot.addWidget(panel)
    panel.show_form(True)
    panel.begin()
    assert "family name" in words(panel)
    QTest.keyClicks(panel.family_name, "Okoro")
    QTest.keyClicks(panel.given_name, "Daniel")
    QTest.keyClicks(panel.birth_date, "1997-13-02")
    panel.begin()
    assert "1985-09-30" in words(panel)
    panel.birth_date.setText("1997-07-02")
    QTest.keyClicks(panel.record_number, "126")
    panel.begin()
    assert desk.case is not None
    patient = desk.case.patient
    assert (patient.display_name, patient.birth_date, patient.record_number) == ("OKORO Daniel", "1997-07-02", "126")
    assert desk.case.face is None
    assert "OKORO Daniel" in words(panel)
