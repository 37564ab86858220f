"""One edit of the stack: what it asks, on or off, and what else can be done with it."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QVBoxLayout

from clinic.case import Edit
from clinic.ui import plan_edits
from clinic.ui.widgets.row_button import RowButton
from clinic.ui.widgets.text import Button, Icon, label
from clinic.words import say, tr

_ICONS = {
    say("Nose"): "nose",
    say("Chin"): "chin",
    say("Jaw"): "jaw",
    say("Cheeks"): "cheek",
    say("Lips"): "lips",
    say("Lids"): "lids",
    say("Brow"): "brow",
    say("Face"): "face",
    say("Ears"): "ear",
    say("Anywhere"): "handle",
}


class EditRow(RowButton):
    """A row that is chosen by a click, carried by a drag, and has a menu.

    chosen(): clicked, or Return. asked(what): "switch", "remove", "up", "down", "copy" or "lock". carried(y):
    dragged to this height, in the parent; dropped(): let go there.
    """

    chosen = Signal()
    asked = Signal(str)
    carried = Signal(int)
    dropped = Signal()

    def __init__(self, title: str, edit: Edit, copy: str) -> None:
        super().__init__(title, "quiet")
        self.clicked.connect(self.chosen)
        self.setToolTip(tr("Click for its sliders, drag to move it. Keys: Alt+Up, Alt+Down, Del."))
        self._pressed: QPoint | None = None
        self._carrying = False
        self._amounts = label("", "small", wrap=True)
        known = plan_edits.procedure(edit.procedure)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 4, 0, 4)
        line.setSpacing(0)
        line.addWidget(Icon(_ICONS.get(known.region, "plan"), "accent" if edit.enabled else "muted"))
        line.addSpacing(12)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(label(title, "strong" if edit.enabled else "muted", wrap=True))
        column.addWidget(self._amounts)
        line.addLayout(column, 1)
        self._lock = Icon("lock", "muted", 16)
        self._lock.setToolTip(tr("Locked: it cannot be changed by mistake"))
        self._lock.setVisible(edit.locked)
        line.addWidget(self._lock)
        verb, icon = (tr("Switch off"), "eye") if edit.enabled else (tr("Switch on"), "eye_off")
        line.addWidget(_tool(Button(f"{verb} {title}", lambda: self.asked.emit("switch"), icon=icon, role="tool")))
        more = _tool(Button(tr("More for {title!t}", title=title), self._open_menu, icon="more", role="tool"))
        line.addWidget(more)
        self.choices = self._make_menu(title, copy, edit.locked)
        self._more = more
        self.show_edit(edit)

    def show_edit(self, edit: Edit) -> None:
        """Follow the amounts."""
        words = plan_edits.words(edit)
        self._amounts.setText(words if edit.enabled else tr("{words!t} · off", words=words))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move with Alt and the arrows, take out with Delete, the rest as any row."""
        keys, alt = Qt.Key, bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        asked = {(keys.Key_Up, True): "up", (keys.Key_Down, True): "down", (keys.Key_Delete, False): "remove"}
        what = asked.get((Qt.Key(event.key()), alt))
        if what:
            self.asked.emit(what)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin a click or a drag."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed, self._carrying = event.position().toPoint(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Carry the row."""
        if self._pressed is None:
            return
        far = (event.position().toPoint() - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        self._carrying = self._carrying or far
        if self._carrying:
            self.carried.emit(self.mapToParent(event.position().toPoint()).y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Drop the row, or choose it."""
        if self._pressed is None:
            return
        self._pressed = None
        (self.dropped if self._carrying else self.chosen).emit()

    def _make_menu(self, title: str, copy: str, locked: bool) -> QMenu:
        menu = QMenu(self)
        for what, words, key in (
            ("up", tr("Move up"), "Alt+Up"),
            ("down", tr("Move down"), "Alt+Down"),
            ("copy", copy, ""),
            ("lock", tr("Unlock") if locked else tr("Lock"), ""),
            ("remove", tr("Remove {title!t}", title=title), "Del"),
        ):
            if words:
                action = menu.addAction(f"{words}\t{key}" if key else words)
                action.triggered.connect(lambda _=False, what=what: self.asked.emit(what))
        return menu

    def _open_menu(self) -> None:
        self.choices.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))


def _tool(button: Button) -> Button:
    button.setFixedWidth(36)
    return button
