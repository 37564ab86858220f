"""Plan, left: the plans over this face as rows, one of them open; new, duplicate, rename, delete."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QStackedWidget, QVBoxLayout, QWidget

from clinic.case import Case
from clinic.planning import alternatives
from clinic.ui import plan_edits, theme
from clinic.ui.desk import Desk
from clinic.ui.plans import Plans
from clinic.ui.widgets.row_button import RowButton
from clinic.ui.widgets.side import clear
from clinic.ui.widgets.text import Button, Icon, label
from clinic.words import plural, say, tr

_PREPARING = ("busy", "accent", say("Preparing the preview"))
_STATES = {
    "": ("empty", "muted", say("No change planned")),
    "preview": ("warning", "warning", say("Preview, not solved")),
    "stale": ("warning", "warning", say("Solved for another plan")),
    "solved": ("check", "accent", say("Solved")),
}
_MOST_LETTERS = 40


class PlanList(QWidget):
    """One row for each plan. The open one follows what is dragged."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._plans = desk, Plans(desk)
        self.rows: list[PlanRow] = []
        self._shown: tuple[object, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        desk.shown_changed.connect(self._show)
        desk.job_changed.connect(lambda: self.setEnabled(not desk.busy))
        self._show()

    def begin_renaming(self) -> None:
        """Let the user type another name for the open plan."""
        case = self._desk.case
        if case is not None and self.rows:
            self.rows[case.place].edit()

    def _show(self) -> None:
        case = self._desk.case
        names = () if case is None else tuple(one.plan.name for one in case.plans)
        shown = (*names, None if case is None else case.place)
        if shown != self._shown:
            self._shown = shown
            self._fill(case)
        if case is None:
            return
        for number, row in enumerate(self.rows):
            row.show_state(*(self._open_state() if number == case.place else _aside_state(case, number)))

    def _fill(self, case: Case | None) -> None:
        focused = any(row.hasFocus() for row in self.rows)
        clear(self._column)
        self.rows = []
        for number, one in enumerate(case.plans if case is not None else ()):
            row = PlanRow(one.plan.name, _letter(number), opened=case is not None and number == case.place)
            row.chosen.connect(lambda number=number: self._plans.open(number))
            row.stepped.connect(self._plans.step)
            row.named.connect(self._plans.rename)
            row.asked.connect(lambda what, number=number: self._do(what, number))
            row.offer_deletion(case is not None and bool(case.aside))
            self.rows.append(row)
            self._column.addWidget(row)
        if focused and case is not None and self.rows:
            self.rows[case.place].setFocus()

    def _do(self, what: str, number: int) -> None:
        """Do something with a plan, which is opened for it."""
        self._plans.open(number)
        {
            "rename": self.begin_renaming,
            "duplicate": self._plans.duplicate,
            "delete": self._plans.delete,
        }[what]()

    def _open_state(self) -> tuple[str, str, str]:
        plan, badge = self._desk.plan, self._desk.badge
        icon, tone, state = _PREPARING if plan_edits.asking(plan) and not badge else _STATES[badge]
        return icon, tone, _counted(len(plan.active), state)


def _aside_state(case: Case, number: int) -> tuple[str, str, str]:
    one = case.plans[number]
    if not one.plan.active:
        return _STATES[""][0], _STATES[""][1], tr(_STATES[""][2])
    solved = one.simulation is not None and one.simulation.solved and not alternatives.stale(case, number)
    icon, tone, state = _STATES["solved"] if solved else ("empty", "muted", say("Not solved"))
    return icon, tone, _counted(len(one.plan.active), state)


def _counted(count: int, state: str) -> str:
    if not count:
        return tr(state)
    return tr("{edits} · {state!t}", edits=plural("{n} edit", "{n} edits", count), state=state)


def _letter(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else str(number + 1)


class PlanRow(RowButton):
    """One plan.

    chosen(): clicked, or Return. stepped(n): the arrows. named(name). asked(what): "rename", "duplicate", "delete".
    """

    chosen = Signal()
    stepped = Signal(int)
    named = Signal(str)
    asked = Signal(str)

    def __init__(self, name: str, letter: str, opened: bool) -> None:
        super().__init__(name, "plan")
        self._plan, self._opened = name, opened
        self.mark(opened)
        self.clicked.connect(self.chosen)
        self._icon, self._state = Icon("empty", "muted", 16), label("", "small", wrap=True)
        self.field = _NameField()
        self.field.given.connect(self._name)
        self._names = QStackedWidget()
        self.field.left.connect(lambda: self._names.setCurrentIndex(0))
        self._names.addWidget(label(name, "strong"))
        self._names.addWidget(self.field)
        self._names.setFixedHeight(theme.scaled(26))
        self._more = Button(tr("More for {name}", name=name), self._open_menu, icon="more", role="tool")
        self.choices = QMenu(self)
        self._add("rename", f"{tr('Rename')}\tF2")
        self._add("duplicate", f"{tr('Duplicate')}\tCtrl+D")
        self._deletion = self._add("delete", tr("Delete"))
        self._lay_out(letter, opened)

    def edit(self) -> None:
        """Let the user type another name."""
        self.field.setText(self._plan)
        self._names.setCurrentIndex(1)
        self.field.selectAll()
        self.field.setFocus()

    def show_state(self, icon: str, tone: str, words: str) -> None:
        """Say how far the plan is."""
        self._icon.show_icon(icon, tone)
        self._state.setText(words)
        opened = tr("open") if self._opened else ""
        self.setAccessibleName(", ".join(part for part in (self._plan, words, opened) if part))

    def offer_deletion(self, offered: bool) -> None:
        """Offer that the plan goes, where another one stays."""
        self._deletion.setEnabled(offered)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Go on with the arrows."""
        keys = Qt.Key
        if event.key() in (keys.Key_Up, keys.Key_Down):
            self.stepped.emit(1 if event.key() == keys.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Rename it."""
        self.asked.emit("rename")

    def _lay_out(self, letter: str, opened: bool) -> None:
        tile = QLabel(letter)
        tile.setObjectName("letter")
        tile.setProperty("chosen", "true" if opened else "false")
        tile.setAlignment(Qt.AlignmentFlag.AlignCenter)
        tile.setFixedSize(32, 32)
        below = QHBoxLayout()
        below.setSpacing(6)
        below.addWidget(self._icon)
        below.addWidget(self._state, 1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._names)
        words.addLayout(below)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 0, 8)
        row.setSpacing(12)
        row.addWidget(tile)
        row.addLayout(words, 1)
        row.addWidget(self._more)

    def _add(self, what: str, words: str) -> QAction:
        action = self.choices.addAction(words)
        action.triggered.connect(lambda: self.asked.emit(what))
        return action

    def _open_menu(self) -> None:
        self.choices.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _name(self, name: str) -> None:
        self._names.setCurrentIndex(0)
        self.setFocus()
        self.named.emit(name)


class _NameField(QLineEdit):
    """given(name): Return. left(): Escape, or the keys went elsewhere; then the name stays."""

    given = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("name")
        self.setAccessibleName(tr("Name of the plan"))
        self.setMaxLength(_MOST_LETTERS)
        self.returnPressed.connect(lambda: self.given.emit(self.text()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Leave with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Leave the name as it was."""
        super().focusOutEvent(event)
        self.left.emit()
