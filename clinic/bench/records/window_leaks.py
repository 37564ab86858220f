"""The canaries on their way through the window: typed, dropped, searched, copied, chosen in dialogs, and a crash.

The lock comes last: what every widget then still says, also after an undo, and what lies on the clipboard is written
to files, which are searched with all others.
"""

import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from unittest import mock

import numpy as np
from PIL import Image

from clinic.bench.records.ground import CHEAP
from clinic.bench.records.planting import COUNT, canary, left_by, reach_the_end
from clinic.bench.viewport.screen import screen
from clinic.case import Case, Edit, PhotoCheck, Plan
from clinic.jobs import Progress, in_process

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLineEdit, QWidget

    from clinic.ui.entrance import Entrance
    from clinic.ui.main_window import MainWindow

_LONGEST_MS, _LOOK_MS, _DIALOG_MS = 60_000, 20, 500
_PASSPHRASE, _EXPORTED, _WRONG, _COPIED = 9, 10, 11, 12
_IN_FILES = range(20, 26)
_DIALOGS = range(26, 32)
_CRASHES = range(32, 37)
_PATIENTS = range(37, COUNT)


def found() -> list[str]:
    """Return the canaries that the window left in the clear. Raises NoScreen."""
    with screen() as environment:
        return left_by("clinic.bench.records.window_leaks", environment)


class _Hands:
    """Types, clicks and waits as a person at the window does."""

    window: "MainWindow"

    def __init__(self, entrance: "Entrance") -> None:
        self.entrance, self.desk = entrance, entrance.desk

    def type(self, field: "QLineEdit", text: str, *, enter: bool = False) -> None:
        """Type into a field in the place of what stands there."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        if enter:
            QTest.keyClick(field, Qt.Key.Key_Return)

    def copy(self, field: "QLineEdit") -> None:
        """Select what stands in a field and copy it."""
        field.selectAll()
        field.copy()

    def wait(self, until: Callable[[], object] = lambda: True) -> None:
        """Wait until nothing runs and something is so."""
        from PySide6.QtCore import QEventLoop, QTimer

        for _ in range(_LONGEST_MS // _LOOK_MS):
            loop = QEventLoop()  # QTest.qWait does not survive an error in a slot
            QTimer.singleShot(_LOOK_MS, loop.quit)
            loop.exec()
            if not (self.desk.busy or self.desk.clerk.words) and until():
                return
        raise TimeoutError

    def choose(self, ask: Callable[[], object], path: Path) -> None:
        """Let something open a dialog for files, and choose a path in it."""
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

        def answer() -> None:
            dialog = QApplication.activeModalWidget()
            if isinstance(dialog, QFileDialog):
                self.type(dialog.findChildren(QLineEdit, "fileNameEdit")[0], str(path))
                dialog.accept()

        again = QTimer()
        again.timeout.connect(answer)
        again.start(_DIALOG_MS)
        ask()
        again.stop()
        self.wait()


def _plant(home: Path, outside: Path) -> None:
    """Start the program as ever, and go through the story once its window is there."""
    from PySide6.QtCore import QTimer

    from clinic.ui import app

    real = app.begin

    def begin(entrance: "Entrance", *given: Any) -> None:
        real(entrance, *given)
        QTimer.singleShot(0, lambda: _told(_Hands(entrance), home, outside))

    quick = mock.patch("clinic.archive.store.calibrated", return_value=CHEAP)
    with quick, mock.patch("clinic.workflow.check_photos", _looked_at), mock.patch.object(app, "begin", begin):
        app.run(["--archive", str(home / "archive")])


def _told(hands: _Hands, home: Path, outside: Path) -> None:
    try:
        _story(hands, home, outside)
    except BaseException:
        traceback.print_exc()
    finally:
        os.abort()


def _story(hands: _Hands, home: Path, outside: Path) -> None:
    _come_in(hands)
    _register(hands, canary(0), canary(1), canary(2))
    _consent(hands)
    _take_files(hands, outside)
    _plan(hands)
    _search(hands)
    _hand_out(hands, outside)
    for number in range(_PATIENTS.start, COUNT - 2, 3):
        _register(hands, canary(number), canary(number + 1), canary(number + 2))
    _leave_typed(hands)
    _fail(hands)
    hands.type(hands.window.patients.search, canary(_COPIED))
    hands.copy(hands.window.patients.search)
    hands.desk.lock()
    (home / "on the clipboard").write_text(_clipboard(), encoding="utf-8")
    (home / "in the widgets").write_text("\n".join(_said()), encoding="utf-8")
    hands.type(hands.entrance.unlock.passphrase, f"{canary(_WRONG)} is wrong", enter=True)
    hands.wait(lambda: hands.entrance.unlock.error)
    reach_the_end(home)


def _come_in(hands: _Hands) -> None:
    """Make an archive, and wait for the window that follows the lock screen."""
    from PySide6.QtWidgets import QApplication

    screen, passphrase = hands.entrance.unlock, f"{canary(_PASSPHRASE)} and three other words"
    hands.type(screen.user, "Dr Ada")
    hands.type(screen.passphrase, passphrase)
    hands.type(screen.again, passphrase, enter=True)

    def followed() -> bool:
        for one in QApplication.topLevelWidgets():
            if type(one).__name__ == "MainWindow":
                hands.window = cast("MainWindow", one)
        return hasattr(hands, "window")

    hands.wait(followed)


def _register(hands: _Hands, family: str, given: str, number: str) -> None:
    hands.window.new_patient()
    form = hands.window.details
    hands.type(form.family_name, family)
    hands.type(form.given_name, given)
    hands.type(form.record_number, number, enter=True)
    hands.wait(lambda: hands.desk.case is not None and hands.desk.case.patient.family_name == family)


def _consent(hands: _Hands) -> None:
    panel = hands.window.details.consent
    for check in panel.checks.values():
        check.setChecked(True)
    hands.type(panel.note, canary(3), enter=True)


def _take_files(hands: _Hands, outside: Path) -> None:
    """Drop a photo with words in name, folder and metadata, a scan that is none and slices that are none."""
    folder = outside / canary(4)
    folder.mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (800, 640, 3)).astype(np.uint8)
    words = "".join(canary(number) for number in _IN_FILES)
    photo, scan, slices = folder / f"{canary(5)}.jpg", folder / f"{canary(6)}.obj", folder / f"{canary(7)}.dcm"
    Image.fromarray(pixels).save(photo, exif=_exif(words), comment=words.encode())
    scan.write_text(f"v 1 2 {words}")
    slices.write_text(words)
    hands.window.show_stage("capture")
    for path in (photo, scan, slices):
        _drop(hands.window.files.drop, path)
        hands.wait()
    assert hands.desk.case is not None
    assert len(hands.desk.case.acquisition.photos) == 1


def _exif(words: str) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = words  # description, artist
    return exif


def _drop(target: "QWidget", path: Path) -> None:
    from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
    from PySide6.QtGui import QDropEvent

    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(path))])
    place, left = QPointF(target.rect().center()), Qt.MouseButton.LeftButton
    event = QDropEvent(place, Qt.DropAction.CopyAction, files, left, Qt.KeyboardModifier.NoModifier)
    target.dropEvent(event)


def _plan(hands: _Hands) -> None:
    case = hands.desk.case
    assert case is not None
    plan = Plan((Edit("genioplasty", (("forward_mm", 1.0),)),), name=canary(8))
    hands.desk.commit(replace(case, patient=replace(case.patient, note=canary(13)), plan=plan), "Plan")
    hands.desk.undo()
    hands.desk.redo()


def _search(hands: _Hands) -> None:
    hands.window.show_stage("patient")
    for number in (0, 2, 14):
        hands.type(hands.window.patients.search, canary(number))
        hands.copy(hands.window.patients.search)


def _hand_out(hands: _Hands, outside: Path) -> None:
    """Choose folders and files with words in their names in the dialogs of every page."""
    window = hands.window
    folders = [outside / canary(number) for number in _DIALOGS]
    for folder in folders:
        folder.mkdir()
    window.show_records("backups")
    hands.choose(window.backups.make.click, folders[0])
    window.show_records("audit")
    hands.wait()
    hands.choose(window.audit.hand_out.click, folders[1] / f"{canary(15)}.csv")
    window.show_records("hand_over")
    out = window.hand_over.out
    for field in (out.secret.first, out.secret.again):
        hands.type(field, f"{canary(_EXPORTED)} and three other words")
    hands.type(out.reason, canary(16))
    hands.choose(out.button.click, folders[2])
    hands.choose(window.hand_over.taken.choose.click, folders[3])
    window.records.back.click()
    photo = folders[4] / f"{canary(17)}.jpg"
    photo.write_bytes(b"")
    hands.choose(window.files.choose, photo)
    hands.choose(window.choose_export, folders[5])


def _leave_typed(hands: _Hands) -> None:
    """Leave words in fields that nobody sends off."""
    window = hands.window
    window.show_records("audit")
    hands.type(window.audit.patient, canary(18))
    window.show_records("hand_over")
    hands.type(window.hand_over.erased.name, canary(0))
    hands.type(window.hand_over.taken.passphrase, canary(19))
    window.records.back.click()
    window.show_stage("patient")
    hands.type(window.patients.search, canary(0))
    window.new_patient()
    hands.type(window.details.family_name, canary(1))


def _fail(hands: _Hands) -> None:
    """Let everything that can fail do so, with words in the error."""
    from PySide6.QtCore import QTimer

    desk = hands.desk
    texts = [canary(number) for number in _CRASHES]
    QTimer.singleShot(0, lambda: _refuse(texts[0]))
    thread = threading.Thread(target=_refuse, args=(texts[1],))
    thread.start()
    thread.join()
    _Broken(texts[2])
    hands.wait()
    desk.worker.start("Fail", lambda progress: in_process(_refuse, texts[3], progress=progress), print, desk.tell)
    hands.wait()
    desk.ask("Fail", lambda progress: _refuse(texts[4], progress), print)
    hands.wait()


def _refuse(words: str, progress: Progress | None = None) -> None:
    raise ValueError(words)


class _Broken:
    """Fails when it is taken away, where nobody can catch it."""

    def __init__(self, words: str) -> None:
        self._words = words

    def __del__(self) -> None:
        _refuse(self._words)


def _clipboard() -> str:
    from PySide6.QtGui import QClipboard, QGuiApplication

    clipboard = QGuiApplication.clipboard()
    return "\n".join(clipboard.text(mode) for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection))


def _said() -> Iterator[str]:
    """Yield every word that a widget of the program holds, and what an undo brings back."""
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit

    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # what is gone once nothing runs any more
    for widget in QApplication.allWidgets():
        kind = widget.metaObject()
        properties = (kind.property(number).read(widget) for number in range(kind.propertyCount()))
        yield from (value for value in properties if isinstance(value, str))
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            model = widget.model()
            cells = product(range(model.rowCount()), range(model.columnCount()))
            yield from (str(model.index(*cell).data()) for cell in cells)
        if isinstance(widget, QLineEdit):
            while widget.isUndoAvailable():
                widget.undo()
                yield widget.text()


def _looked_at(case: Case, progress: Progress) -> tuple[PhotoCheck, ...]:
    """Find a face in every photo without looking: finding it is not what is tried here."""
    return tuple(
        PhotoCheck(photo.id, "frontal", 0.0, 0.0, ((10.0, 10.0, 100.0, 100.0),)) for photo in case.acquisition.photos
    )


if __name__ == "__main__":
    _plant(Path(sys.argv[1]), Path(sys.argv[2]))
