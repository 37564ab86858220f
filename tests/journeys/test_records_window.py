"""What people do with the records themselves, with mouse and keys, in a real window on a sealed archive."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from builders import solved_case
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from vaults import CHEAP, PASSPHRASE, agree, flip

from clinic.archive import clock, store
from clinic.archive.audit import verify
from clinic.archive.errors import WrongPassphrase
from clinic.archive.people import register, totp
from clinic.archive.people.roles import Right, Role
from clinic.archive.store import Archive
from clinic.archive.trail import Wanted
from clinic.settings import Settings, read
from clinic.ui import choosing, theme
from clinic.ui.main_window import MainWindow
from clinic.ui.widgets.patient_row import PatientRow

LEFT = Qt.MouseButton.LeftButton
OWN = "four other unrelated words"
WHY = "bleeds, surgeon is not here"
LIMIT = "wants to see what lies beyond the safe range"


@pytest.fixture(autouse=True)
def _cheap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setattr(store, "calibrated", lambda: CHEAP)
    monkeypatch.setattr(register, "calibrated", lambda: CHEAP)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive of Dr Ada with one solved case whose patient agreed to nothing yet."""
    with Archive.create(tmp_path / "archive", PASSPHRASE, "Dr Ada") as archive:
        archive.commit(solved_case(), "Simulate")
    return tmp_path / "archive"


def _with(folder: Path, login: str, *roles: Role) -> None:
    with Archive.open(folder, PASSPHRASE, login="Dr Ada") as owner:
        first = register.add(owner, PASSPHRASE, login, roles)
    with Archive.open(folder, first, login=login) as theirs:
        theirs.change_passphrase(first, OWN)


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot, folder: Path, tmp_path: Path) -> Iterator[MainWindow]:
    qapp.setStyle("Fusion")
    theme.load_fonts(qapp)
    theme.apply(qapp, theme.DARK)
    made = MainWindow(Settings("dark", folder, archive_used=True), tmp_path / "settings.toml")
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.ask_for_archive(folder)
    yield made
    made.close()
    made.deleteLater()
    QApplication.processEvents()


def _click(widget: QWidget) -> None:
    assert widget.isVisible()
    QTest.mouseClick(widget, LEFT, pos=widget.rect().center())


def _press(widget: QWidget, name: str) -> None:
    _click(next(b for b in widget.findChildren(QAbstractButton) if b.accessibleName() == name and b.isVisible()))


def _type(field: QLineEdit, words: str, *, enter: bool = False) -> None:
    assert field.isVisible()
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, words)
    if enter:
        QTest.keyClick(field, Qt.Key.Key_Return)


def _sign_in(window: MainWindow, qtbot: QtBot, passphrase: str = PASSPHRASE, user: str = "") -> None:
    if user:
        _type(window.unlock.user, user)
    _type(window.unlock.passphrase, passphrase, enter=True)
    _idle(window, qtbot, lambda: window.desk.open)


def _idle(window: MainWindow, qtbot: QtBot, then: Callable[[], bool] = lambda: True) -> None:
    qtbot.waitUntil(lambda: not (window.desk.busy or window.desk.clerk.words) and then(), timeout=30_000)
    QApplication.processEvents()  # what was told is laid out


def _lock(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert not window.desk.open


def _events(folder: Path, login: str = "") -> list[str]:
    with Archive.open(folder, PASSPHRASE, login=login) as archive:
        return [entry.event for entry in archive.audit(Wanted())]


def test_a_person_is_let_in_chooses_a_passphrase_and_sees_what_the_role_allows(
    window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    _sign_in(window, qtbot)
    assert window.unlock.user.isHidden()  # whoever is alone needs no name
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    _click(window.records.buttons["people"])
    _idle(window, qtbot, lambda: "Dr Ada" in window.people.cards)

    # Carol comes to the front desk; her first passphrase is shown once.
    _click(window.people.add_button)
    form = window.people.form
    _type(form.name, "Carol")
    _type(form.passphrase, PASSPHRASE)
    assert not form.button.isEnabled()
    _click(form.roles[Role.FRONT_DESK])
    _click(form.button)
    _idle(window, qtbot, lambda: window.people.told.isVisible() and "Carol" in window.people.cards)
    first = window.people.told.passphrase.text()
    _click(window.people.told.button)
    assert window.people.told.isHidden()
    assert window.people.told.passphrase.text() == ""

    # She signs in by name, has to choose her own passphrase, and sees names but no pictures.
    _lock(window)
    _sign_in(window, qtbot, first, "Carol")
    page = window.entrance.first
    qtbot.waitUntil(page.isVisible)
    assert not window.patients.isVisible()
    _type(page.old, first)
    _type(page.new.first, OWN)
    _type(page.new.again, OWN, enter=True)
    _idle(window, qtbot, window.patients.isVisible)
    assert window.records.buttons["people"].isHidden() or not window.records.isVisible()
    QTest.mouseClick(window.patients.findChildren(PatientRow)[0], LEFT)
    assert window.desk.case is None
    assert window.details.consent.isVisible()

    # She records the consent, and breaks the glass, which is told to the auditor at once.
    for check in window.details.consent.checks.values():
        _click(check)
    _click(window.details.consent.button)
    assert "recorded" in window.banner.words
    _press(window.details.consent, "Emergency access")
    _type(window.details.consent.emergency.reason, "too short", enter=True)
    assert "why" in window.banner.words
    _type(window.details.consent.emergency.reason, WHY, enter=True)
    qtbot.waitUntil(lambda: window.desk.case is not None, timeout=30_000)
    assert window.top.alarm.isVisible()
    assert "Emergency access until" in window.top.alarm.text()
    _lock(window)
    _sign_in(window, qtbot, PASSPHRASE, "Dr Ada")
    assert not window.top.alarm.isVisible()
    assert "Emergency access was used by Carol" in window.banner.words
    window.show_records("audit")
    _idle(window, qtbot, lambda: window.audit.alarm.isVisible())
    _press(window.audit.alarm, "I have looked at it")
    _idle(window, qtbot, lambda: not window.audit.alarm.isVisible())
    window.close()
    assert {"add-person", "consent", "break-glass", "break-glass-seen"} <= set(_events(folder, "Dr Ada"))


def test_roles_change_and_who_leaves_gets_in_no_more(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    _with(folder, "Bob", Role.ASSISTANT)
    window.ask_for_archive(folder)
    _sign_in(window, qtbot, PASSPHRASE, "Dr Ada")
    window.show_records("people")
    page = window.people
    _idle(window, qtbot, lambda: "Bob" in page.cards)
    _click(page.cards["Bob"].buttons["roles"])
    _click(page.form.roles[Role.SURGEON])
    _click(page.form.roles[Role.ASSISTANT])
    _click(page.form.button)
    _idle(window, qtbot, lambda: page.form.isHidden())
    with Archive.open(folder, OWN, login="Bob") as bob:
        assert Right.EXPORT in bob.rights()

    # The last auditor stays one.
    _click(page.cards["Dr Ada"].buttons["roles"])
    _click(page.form.roles[Role.AUDITOR])
    _click(page.form.button)
    _idle(window, qtbot)
    assert "Nobody would be left as auditor" in window.banner.words

    remove = page.cards["Bob"].buttons["remove"]
    _click(remove)
    assert "Bob" in page.cards
    _click(remove)
    _idle(window, qtbot, lambda: page.cards["Bob"].buttons == {})
    assert window.banner.words == "Bob gets in no more."
    window.close()
    with pytest.raises(WrongPassphrase):
        Archive.open(folder, OWN, login="Bob")
    assert verify(folder, PASSPHRASE, full=True).faults == ()


def test_nothing_is_built_shown_or_handed_out_without_consent(
    window: MainWindow, qtbot: QtBot, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # All that the banner says: what is worked on behind may have something to tell between two refusals.
    told: list[str] = []
    say = window.banner.say

    def listen(words: str, kind: str = "notice", details: str = "") -> None:
        told.append(words)
        say(words, kind, details)

    monkeypatch.setattr(window.banner, "say", listen)
    _sign_in(window, qtbot)
    QTest.mouseClick(window.patients.findChildren(PatientRow)[0], LEFT)
    _idle(window, qtbot, lambda: window.desk.case is not None)
    panel = window.details.consent
    _click(window.top.tabs["compare"])
    assert window.stage != "compare"
    assert "consent is not recorded" in window.banner.words
    assert not window.top.tabs["compare"].isChecked()
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(choosing, "folder", lambda *_: tmp_path / "out")
    _click(window.top.tabs["share"])
    _click(window.contents.button)
    _idle(window, qtbot)
    assert any("hand out pictures" in words for words in told)
    assert list((tmp_path / "out").iterdir()) == []
    _click(window.top.tabs["capture"])
    window.builder.reconstruct()
    _idle(window, qtbot)
    assert any("build a 3D model" in words for words in told)

    # With consent that has an end, shown in the same place; a day that is none is told.
    _click(window.top.tabs["patient"])
    for check in panel.checks.values():
        _click(check)
    _type(panel.until, "tomorrow", enter=True)
    assert window.desk.session is not None
    assert not window.desk.session.consent.scopes
    tomorrow = (clock.now().utc + timedelta(days=1)).date().isoformat()
    _type(panel.until, tomorrow, enter=True)
    assert window.desk.session.consent.until == tomorrow
    _click(window.top.tabs["compare"])
    assert window.stage == "compare"

    # Withdrawn: it is asked anew.
    _click(window.top.tabs["patient"])
    for check in panel.checks.values():
        _click(check)
    _click(panel.button)
    _click(window.top.tabs["compare"])
    assert window.stage == "patient"
    window.close()
    assert _events(folder).count("show") == 1


def test_the_audit_is_filtered_proven_and_saved(
    window: MainWindow, qtbot: QtBot, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.open(folder, PASSPHRASE) as archive:
        archive.open_case("c-0001")
        agree(archive)
        archive.record("export", "Export the consultation set", "c-0001", {"reason": LIMIT})
    _with(folder, "Bob", Role.ASSISTANT)
    window.ask_for_archive(folder)
    _sign_in(window, qtbot, PASSPHRASE, "Dr Ada")
    window.show_records("audit")
    page = window.audit
    _idle(window, qtbot, lambda: page.table.rowCount() > 5)
    everything = page.table.rowCount()
    page.kind.setFocus()
    page.kind.setCurrentIndex(page.kind.findData("view"))
    _idle(window, qtbot, lambda: page.table.rowCount() == 1)
    assert page.table.entry(0).patient == "p-0001"
    page.kind.setCurrentIndex(0)
    page.who.setCurrentIndex(page.who.findData("Bob"))
    _idle(window, qtbot, lambda: {page.table.entry(row).who for row in range(page.table.rowCount())} == {"Bob"})
    page.who.setCurrentIndex(0)
    _type(page.until, "yesterday", enter=True)
    assert "is no time" in window.banner.words
    _type(page.until, "1999", enter=True)
    _idle(window, qtbot, lambda: page.table.rowCount() == 0)
    page.until.clear()
    _type(page.patient, "p-0001", enter=True)
    _idle(window, qtbot, lambda: 1 < page.table.rowCount() < everything)
    change = next(row for row in range(page.table.rowCount()) if page.table.entry(row).event == "change")
    page.view.selectRow(change)
    assert "face:" in page.table.entry(change).usage

    # By keys to the row that was handed out against a red caution: the reason that was typed stands beside it.
    page.view.setFocus()
    while page.table.entry(page.view.currentIndex().row()).event != "export":
        assert LIMIT not in _shown(page)
        QTest.keyClick(page.view, Qt.Key.Key_Up)
    assert LIMIT in _shown(page)

    file = tmp_path / "audit.json"
    monkeypatch.setattr(choosing, "new_file", lambda *_: file)
    _click(page.hand_out)
    _idle(window, qtbot, file.exists)
    assert {row["patient"] for row in json.loads(file.read_text())} == {"p-0001"}
    _click(page.prove)
    _idle(window, qtbot, lambda: window.banner.words.startswith("Whole:"))


def _shown(page: QWidget) -> set[str]:
    QApplication.processEvents()  # new words are laid out
    return {words.text() for words in page.findChildren(QLabel) if words.isVisible()}


def test_a_second_factor_is_set_up_and_asked_for(window: MainWindow, qtbot: QtBot) -> None:
    _sign_in(window, qtbot)
    window.show_records("sign_in")
    _idle(window, qtbot)
    card = window.sign_in.factor
    assert card.give_up.isHidden()
    _click(card.start)
    secret = card._secret

    def code(steps: int) -> str:
        return totp.code_at(secret, totp.step_at(clock.now().utc) + steps)

    _type(card.code, "000 00")
    _type(card.passphrase, PASSPHRASE, enter=True)
    _idle(window, qtbot)
    assert "code is wrong" in window.banner.words
    used = code(0)
    _type(card.code, used, enter=True)
    _idle(window, qtbot, lambda: card.start.text().endswith("another authenticator"))
    assert card._secret == b""

    _lock(window)
    _type(window.unlock.passphrase, PASSPHRASE, enter=True)
    qtbot.waitUntil(lambda: window.unlock.code.isVisible() and not window.desk.busy, timeout=30_000)
    _type(window.unlock.code, used, enter=True)
    qtbot.waitUntil(lambda: "used before" in window.unlock.error, timeout=30_000)
    _type(window.unlock.code, code(1), enter=True)
    _idle(window, qtbot, lambda: window.desk.open)
    window.show_records("sign_in")
    _idle(window, qtbot, lambda: card.give_up.isVisible())
    _click(card.give_up)
    _type(card.passphrase, PASSPHRASE, enter=True)
    _idle(window, qtbot, lambda: card.give_up.isHidden())
    _lock(window)
    _sign_in(window, qtbot)


def test_a_recovery_key_is_made_shown_once_and_opens(window: MainWindow, qtbot: QtBot) -> None:
    _sign_in(window, qtbot)
    window.show_records("sign_in")
    _idle(window, qtbot)
    card = window.sign_in.recovery
    _type(card.passphrase, "not the right passphrase", enter=True)
    _idle(window, qtbot, lambda: "wrong" in window.banner.words)
    _type(card.passphrase, PASSPHRASE, enter=True)
    _idle(window, qtbot, lambda: card.key.isVisible())
    key = card.key.text()
    assert QApplication.clipboard().text() == ""
    _click(card.done)
    assert card.key.text() == card._made == ""
    change = window.sign_in.passphrase
    _type(change.old, PASSPHRASE)
    _type(change.new.first, OWN)
    _type(change.new.again, OWN, enter=True)
    _idle(window, qtbot, lambda: "changed" in window.banner.words)
    _lock(window)
    _type(window.unlock.passphrase, PASSPHRASE, enter=True)
    qtbot.waitUntil(lambda: "wrong" in window.unlock.error, timeout=30_000)
    _sign_in(window, qtbot, key)


def test_after_the_fourth_miss_the_screen_counts_the_wait_down(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    for _ in range(4):
        with pytest.raises(WrongPassphrase):
            Archive.open(folder, "some other passphrase")
    _type(window.unlock.passphrase, PASSPHRASE, enter=True)
    qtbot.waitUntil(lambda: "too many wrong tries" in window.unlock.error, timeout=30_000)
    assert not window.unlock.button.isEnabled()
    assert "Wait 1" in window.unlock.button.text()
    QTest.keyClick(window.unlock.passphrase, Qt.Key.Key_Return)
    assert not window.desk.busy


def test_without_use_the_window_warns_goes_blank_and_locks(
    window: MainWindow, qtbot: QtBot, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sign_in(window, qtbot)
    window.show_records("sign_in")
    _idle(window, qtbot)
    _click(window.sign_in.minutes.button("2"))
    assert read(tmp_path / "settings.toml").lock_minutes == 2
    real = clock.now

    def later(seconds: float) -> None:
        moved = real().mono_ns + int(seconds * 1e9)
        monkeypatch.setattr("clinic.ui.idle.now", lambda: clock.Instant(real().utc, moved, "boot"))
        window.entrance.idle.look()

    later(80)
    assert window.banner.words == ""
    later(100)
    assert "locks in half a minute" in window.banner.words
    QTest.keyClick(window, Qt.Key.Key_Shift)
    assert window.banner.words == ""
    later(215)
    assert window.desk.open
    later(221)
    assert not window.desk.open
    assert window.unlock.isVisible()
    assert "Nobody used the window for 2 minutes" in window.unlock.explanation
    assert not window.records.isVisible()
    assert window.people.cards == {}
    window.close()
    with Archive.open(folder, PASSPHRASE) as archive:
        assert "after 2 minutes without use" in {entry.reason for entry in archive.audit(Wanted(event="log-off"))}


def test_a_backup_is_made_checked_damaged_and_put_back(
    window: MainWindow, qtbot: QtBot, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sign_in(window, qtbot)
    window.show_records("backups")
    page = window.backups
    (tmp_path / "disk").mkdir()
    monkeypatch.setattr(choosing, "folder", lambda *_: tmp_path / "disk")
    _click(page.make)
    _idle(window, qtbot, lambda: "complete" in page.findings.words)
    (backup,) = (tmp_path / "disk").iterdir()
    monkeypatch.setattr(choosing, "folder", lambda *_: backup)
    _click(page.check)
    _idle(window, qtbot, lambda: "backup is whole" in page.findings.words)
    _click(page.full)
    _idle(window, qtbot, lambda: "archive is whole" in page.findings.words)
    assert "every object was read" in page.findings.words

    # Put back from the lock screen; a wrong passphrase and a damaged backup leave everything as it was.
    _click(page.restore)
    screen = window.entrance.restore
    assert not window.desk.open
    _click(screen.choose)
    _type(screen.passphrase, "not the right passphrase")
    _type(screen.reason, "the disk was exchanged", enter=True)
    qtbot.waitUntil(lambda: "passphrase is wrong" in screen.error, timeout=30_000)
    blob = next((backup / "blobs").glob("*/*/*"))
    flip(blob, 9000)
    _type(screen.passphrase, PASSPHRASE, enter=True)
    qtbot.waitUntil(lambda: "backup is damaged" in screen.error, timeout=30_000)
    flip(blob, 9000)
    _type(screen.passphrase, PASSPHRASE, enter=True)
    qtbot.waitUntil(window.unlock.isVisible, timeout=30_000)
    _sign_in(window, qtbot)
    window.close()
    assert "restore" in _events(folder)


@pytest.mark.parametrize("damage", ["header", "newer", "gone", "read-only"])
def test_each_thing_that_is_wrong_with_the_archive_is_told_in_its_own_words(
    window: MainWindow, qtbot: QtBot, folder: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if damage == "gone":
        folder.rename(folder.with_name("elsewhere"))
        window.ask_for_archive(folder)
        assert "not connected" in window.unlock.explanation
        assert window.unlock.passphrase.isHidden()
        assert window.unlock.again.isHidden()
        folder.with_name("elsewhere").rename(folder)
        _click(window.unlock.button)
        _sign_in(window, qtbot)
        return
    if damage == "header":
        for name in ("slots.json", "slots.copy.json"):
            flip(folder / name, 200)
    elif damage == "newer":
        label = json.loads((folder / "vault.json").read_text())
        newer = label | {"form": 9, "min_reader": 9}
        (folder / "vault.json").write_text(json.dumps(newer, indent=1, sort_keys=True))
    else:

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(30, "Read-only file system")

        monkeypatch.setattr("clinic.archive.vault.slots.unlock", refuse)
    words = {"header": "key file", "newer": "newer version", "read-only": "write-protected"}[damage]
    _type(window.unlock.passphrase, PASSPHRASE, enter=True)
    qtbot.waitUntil(lambda: words in window.unlock.error, timeout=30_000)
    assert "Nothing was changed" in window.unlock.error or "nothing was read or changed" in window.unlock.error


def test_a_record_is_handed_out_erased_and_taken_in_elsewhere(
    window: MainWindow, qtbot: QtBot, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sign_in(window, qtbot)
    window.show_records("hand_over")
    page = window.hand_over
    assert not page.erased.button.isEnabled()
    _click(window.records.back)
    QTest.mouseClick(window.patients.findChildren(PatientRow)[0], LEFT)
    _idle(window, qtbot, lambda: window.desk.case is not None)
    window.show_records("hand_over")
    (tmp_path / "disk").mkdir()
    monkeypatch.setattr(choosing, "folder", lambda *_: tmp_path / "disk")
    _type(page.out.secret.first, OWN)
    _type(page.out.secret.again, OWN)
    _type(page.out.reason, "she moves away")
    _click(page.out.button)
    _idle(window, qtbot, lambda: "whole record is in" in window.banner.words)
    (record,) = (tmp_path / "disk").iterdir()

    # Erasing needs the name, and is for ever: what was handed out is not taken back here.
    _type(page.erased.reason, "she asked for it")
    _type(page.erased.name, "Roe")
    assert not page.erased.button.isEnabled()
    _type(page.erased.name, "doe")
    _click(page.erased.button)
    _idle(window, qtbot, lambda: "erased" in window.banner.words)
    assert window.desk.case is None
    assert not window.patients._cases
    monkeypatch.setattr(choosing, "folder", lambda *_: record)
    _click(page.taken.choose)
    _type(page.taken.passphrase, OWN, enter=True)
    _idle(window, qtbot, lambda: "or was erased from it" in window.banner.words)
    assert not window.patients._cases

    # Another clinic takes it in.
    Archive.create(tmp_path / "other", PASSPHRASE, "Dr Bob").close()
    _lock(window)
    window.ask_for_archive(tmp_path / "other")
    _sign_in(window, qtbot)
    window.show_records("hand_over")
    _click(page.taken.choose)
    _type(page.taken.passphrase, "not the right passphrase", enter=True)
    _idle(window, qtbot, lambda: "wrong" in window.banner.words)
    _type(page.taken.passphrase, OWN, enter=True)
    _idle(window, qtbot, lambda: len(window.patients._cases) == 1)
    window.close()
    with Archive.open(tmp_path / "other", PASSPHRASE) as other:
        assert other.open_case("c-0001")[0].face is not None


def test_the_recovery_key_is_printed_from_memory(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is drawn by the printer's own hand: here one that writes a PDF, whose letters are checked."""
    _sign_in(window, qtbot)
    window.show_records("sign_in")
    _idle(window, qtbot)
    card = window.sign_in.recovery
    _type(card.passphrase, PASSPHRASE, enter=True)
    _idle(window, qtbot, lambda: card.key.isVisible())

    def to_file(dialog: QPrintDialog) -> QPrintDialog.DialogCode:
        printer = dialog.printer()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(tmp_path / "key.pdf"))
        return QPrintDialog.DialogCode.Accepted

    monkeypatch.setattr(QPrintDialog, "exec", to_file)
    before = set(tmp_path.rglob("*"))
    _click(card.print)
    assert "sent to the printer" in window.banner.words
    page = tmp_path / "key.pdf"
    assert page.read_bytes().startswith(b"%PDF")
    assert page.stat().st_size > 5000
    assert set(tmp_path.rglob("*")) - before == {page}
