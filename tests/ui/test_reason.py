from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from builders import ranged_case
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from seen import words
from vaults import CHEAP, PASSPHRASE

from clinic import workflow
from clinic.archive import store
from clinic.archive.consent import EVERYTHING, Consent
from clinic.archive.store import Detail
from clinic.archive.trail import Wanted
from clinic.case import Case, Caution
from clinic.session import Session
from clinic.ui import choosing
from clinic.ui.desk import Desk
from clinic.ui.panels.share import ShareContents

REASON = "Agreed in the team meeting after the second look"


def _red() -> Case:
    case = ranged_case()
    assert case.comparison is not None
    cautions = (Caution("Skin strain 34 % at the chin", "Plan less.", severe=True),)
    return replace(case, comparison=replace(case.comparison, cautions=cautions))


def test_a_red_caution_wants_a_reason_which_is_sealed_in_the_audit(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "calibrated", lambda: CHEAP)
    monkeypatch.setattr(workflow, "export_case", _write)
    monkeypatch.setattr("clinic.ui.desk.in_process", lambda work, *given, progress: work(*given, progress))
    monkeypatch.setattr(choosing, "folder", lambda *_: tmp_path)
    session = Session.create(tmp_path / "archive", PASSPHRASE, "tester")
    session.commit(_red(), "Solve the plan")
    session.give_consent(Consent(EVERYTHING))
    desk, sealed, record = Desk(), list[object](), session.archive.record

    def recorded(event: str, words: str, case: str | None, details: Mapping[str, Detail] | None) -> None:
        sealed.append(details)
        record(event, words, case, details)

    monkeypatch.setattr(session.archive, "record", recorded)
    desk.adopt(session)
    panel = ShareContents(desk)
    qtbot.addWidget(panel)
    assert not panel.button.isEnabled()
    assert "Skin strain 34 % at the chin" in words(panel)
    QTest.keyClicks(panel.reason.field, "because")
    panel.choose()
    assert not (tmp_path / "after.png").exists()
    panel.reason.field.clear()
    QTest.keyClicks(panel.reason.field, REASON)
    assert panel.button.isEnabled()
    panel.button.click()
    qtbot.waitUntil(lambda: (tmp_path / "after.png").exists() and not desk.busy)
    (told,) = [entry.reason for entry in session.archive.audit(Wanted()) if entry.event == "export"]
    assert told == "Export the consultation set, with a reason for a red caution"
    assert sealed == [{"reason": REASON}]
    assert panel.reason.text == ""
    desk.close()
    files = [file for file in (tmp_path / "archive").rglob("*") if file.is_file()]
    assert files
    assert not any(b"team meeting" in file.read_bytes() for file in files)


def test_amber_cautions_ask_for_nothing(desk: Desk, qtbot: QtBot) -> None:
    desk.commit(ranged_case(), "Solve the plan")
    panel = ShareContents(desk)
    qtbot.addWidget(panel)
    assert panel.button.isEnabled()
    assert not panel.reason.isVisibleTo(panel)


def _write(case: Case, folder: Path, progress: object) -> tuple[Path, ...]:
    (folder / "after.png").write_bytes(b"picture")
    return (folder / "after.png",)
