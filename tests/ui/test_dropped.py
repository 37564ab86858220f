from pathlib import Path

import numpy as np
import pytest
from builders import case, photo
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from seen import words

from clinic import workflow
from clinic.case import Case
from clinic.errors import ClinicError
from clinic.jobs import Progress
from clinic.ui.desk import Desk
from clinic.ui.dropped import ONE_SCAN, ONE_VOLUME, UNKNOWN, sort
from clinic.ui.panels.capture import CaptureFiles


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def test_a_folder_is_sorted_with_all_that_lies_in_it(tmp_path: Path) -> None:
    _touch(tmp_path, "front.JPG", "side.heic", "notes.docx", ".DS_Store", "Thumbs.db", "deep/er/basal.png")
    _touch(tmp_path, "face.obj", "face.mtl", "face.jpg", "old.stl", "ct/1.dcm", "ct/2.dcm", "ct/README")
    dropped = sort([tmp_path])
    assert [path.name for path in dropped.photos] == ["basal.png", "front.JPG", "side.heic"]
    assert [path.name for path in dropped.scans] == ["face.obj", "old.stl"]
    assert dropped.volumes == (tmp_path / "ct",)
    assert [path.name for path in dropped.others] == ["notes.docx"]
    assert {(path.name, words) for path, words in dropped.refused} == {("notes.docx", UNKNOWN), ("old.stl", ONE_SCAN)}


def test_slices_alone_are_one_volume_and_a_second_one_is_told(tmp_path: Path) -> None:
    _touch(tmp_path, "ct/1.dcm", "ct/2.dcm", "mr/1.dcm", "photo.jpg")
    assert sort([tmp_path / "ct"]).volumes == (tmp_path / "ct",)
    assert sort([tmp_path / "ct" / "1.dcm", tmp_path / "ct" / "2.dcm"]).volumes == (tmp_path / "ct",)
    both = sort([tmp_path])
    assert both.volumes == (tmp_path / "ct", tmp_path / "mr")
    assert (tmp_path / "mr", ONE_VOLUME) in both.refused
    assert sort([]) == sort([tmp_path / "photo.jpg"]).__class__()


class Damaged(ClinicError):
    """For the test."""


def _take(case: Case, paths: list[Path], progress: Progress) -> Case:
    if "bad" in paths[0].name:
        raise Damaged("The photo is damaged.")
    taken = (*case.acquisition.photos, photo(200, 240 + len(case.acquisition.photos)))
    return Case(case.id, case.patient, case.acquisition.__class__(taken))


def test_each_file_says_how_far_it_is_and_kinds_are_taken_one_after_the_other(
    desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "take_photos", _take)
    _touch(tmp_path, "bad.jpg", "good.jpg", "notes.txt", "face.stl")
    panel = CaptureFiles(desk)
    qtbot.addWidget(panel)
    panel.show()
    scans: list[tuple[Path, int]] = []

    def take_scan(path: Path) -> bool:
        assert desk.case is not None
        scans.append((path, len(desk.case.acquisition.photos)))
        return True

    monkeypatch.setattr(panel.scan, "take", take_scan)
    panel._take([tmp_path])
    qtbot.waitUntil(lambda: panel.report.rows[tmp_path / "face.stl"].state == "skipped")
    states = {path.name: row.state for path, row in panel.report.rows.items()}
    assert states == {"bad.jpg": "skipped", "good.jpg": "taken", "face.stl": "skipped", "notes.txt": "skipped"}
    assert scans == [(tmp_path / "face.stl", 2)]
    QApplication.processEvents()
    said = words(panel)
    assert "1 taken, 3 skipped" in said
    assert "The photo is damaged." in said
    assert UNKNOWN in said
    assert panel.report.rows[tmp_path / "good.jpg"]._small.isVisible()
    assert desk.case is not None
    assert len(desk.case.acquisition.photos) == len(case().acquisition.photos) + 1


def test_a_stop_takes_nothing_and_says_so_beside_each_file(
    desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(case: Case, paths: list[Path], progress: Progress) -> Case:
        while True:
            progress.report(0.5, "Reading")

    monkeypatch.setattr(workflow, "take_photos", slow)
    _touch(tmp_path, "a.jpg", "b.jpg")
    panel, before = CaptureFiles(desk), desk.case
    qtbot.addWidget(panel)
    panel._take([tmp_path])
    qtbot.waitUntil(lambda: panel.report.rows[tmp_path / "a.jpg"].state == "reading")
    desk.worker.cancel()
    qtbot.waitUntil(lambda: not desk.busy)
    assert desk.case is before
    assert {row.state for row in panel.report.rows.values()} == {"skipped"}
    assert "0 taken, 2 skipped" in words(panel)


def test_the_list_is_read_by_its_names(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    panel = CaptureFiles(desk)
    qtbot.addWidget(panel)
    desk.worker.start("Wait", lambda _: QTest.qSleep(100), lambda _: None, lambda _: None)
    panel._take([tmp_path / "notes.txt"])
    assert panel.report.rows == {}  # a job runs: nothing is begun
    qtbot.waitUntil(lambda: not desk.busy)
    panel._take([tmp_path / "notes.txt"])
    assert panel.report.rows[tmp_path / "notes.txt"].accessibleName() == f"notes.txt, {UNKNOWN}"
    assert np.all([row.focusPolicy() == Qt.FocusPolicy.NoFocus for row in panel.report.rows.values()])
