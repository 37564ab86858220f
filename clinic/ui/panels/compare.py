"""Compare: how before and after are laid over each other, and what changed by region."""

from itertools import groupby

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from clinic.case import Comparison
from clinic.case.case import Planned
from clinic.ui import theme
from clinic.ui.compared import Compared
from clinic.ui.desk import Desk
from clinic.ui.distances import scale_words
from clinic.ui.modes import MODES
from clinic.ui.panels.reached import add_reached
from clinic.ui.panels.solve import RangeSwitch
from clinic.ui.picture import OF_ANY_EXTENT
from clinic.ui.widgets.segments import Segments
from clinic.ui.widgets.side import Side, clear, fact, hint
from clinic.ui.widgets.text import Button, Icon, label
from clinic.ui.widgets.volume_bar import VolumeBar
from clinic.words import say, tr

_LIGHTS = (
    ("clinic", say("Studio"), "", ""),
    ("soft", say("Soft"), "", ""),
    ("raking", say("Raking"), "", ""),
    ("flat", say("Flat"), "", ""),
)


class CompareModes(Side):
    """Left: what is compared, one row per way to do it, and the light. patient_asked(): the patient is to see it."""

    mode_chosen = Signal(str)
    patient_asked = Signal()

    def __init__(self, desk: Desk, compared: Compared) -> None:
        super().__init__("left")
        self._desk, self._compared = desk, compared
        self.section(tr("Compare"), tr("before and plan"), ("compare", "Ways to compare"))
        self._pickers: list[QWidget] = []
        self.left, self.right = _choice(tr("Left")), _choice(tr("Right"))
        for words, choice in ((tr("Left"), self.left), (tr("Right"), self.right)):
            choice.activated.connect(self._choose)
            self._pickers.append(_labelled(words, choice))
            self.column.addWidget(self._pickers[-1])
        self.buttons: dict[str, Button] = {}
        for group, modes in groupby(MODES, key=lambda mode: mode.group):
            if group:
                self.section(tr(group))
            rows = QVBoxLayout()
            rows.setSpacing(0)
            for mode in modes:
                rows.addLayout(self._row(mode.id, tr(mode.words), mode.icon, mode.key))
            self.column.addLayout(rows)
        self.section(tr("Lighting"))
        self.lights = Segments(tuple((name, tr(words), key, icon) for name, words, key, icon in _LIGHTS), stretch=True)
        self.lights.chosen.connect(compared.choose_light)
        self.column.addWidget(self.lights)
        self.column.addSpacing(8)
        self.column.addLayout(_note("eye", tr("Hold Space over the picture to see the face before.")))
        self.column.addLayout(_note("swap", tr("Camera, lens and light are equal in all views.")))
        self.column.addStretch(1)
        self.foot.addWidget(Button(tr("Patient view"), self.patient_asked.emit, icon="face", tip=tr("Full screen  F5")))
        for changed in (desk.case_changed, compared.changed):
            changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        """Offer what there is to compare, and mark what is compared."""
        compared, opened = self._compared, self._desk.plan.name
        names = tuple(one.plan.name for one in compared.solved)
        _offer(self.left, ("", *names), tr("Before"), compared.left)
        _offer(self.right, ("", *(name for name in names if name != opened)), opened, compared.right)
        self.lights.choose(compared.light)
        for picker in self._pickers:
            picker.setVisible(len(names) > 1)

    def _choose(self) -> None:
        self._compared.choose(self.left.currentData(), self.right.currentData())

    def show_mode(self, chosen: str) -> None:
        """Mark the way that is shown."""
        for name, button in self.buttons.items():
            button.setChecked(name == chosen)

    def _row(self, name: str, words: str, icon: str, key: str) -> QHBoxLayout:
        button = Button(words, lambda: self.mode_chosen.emit(name), icon=icon, role="row")
        button.setCheckable(True)
        self.buttons[name] = button
        inside = QHBoxLayout(button)
        inside.setContentsMargins(0, 0, 14, 0)
        inside.addStretch(1)
        inside.addWidget(label(key, "small"))
        row = QHBoxLayout()
        row.addWidget(button)
        return row


class CompareFigures(Side):
    """Right: volumes by region, what reached the skin, the largest move and strain."""

    def __init__(self, desk: Desk, compared: Compared) -> None:
        super().__init__("right")
        self._desk, self._compared = desk, compared
        self._figures = QVBoxLayout()
        self._figures.setSpacing(4)
        self.column.addLayout(self._figures)
        self.column.addStretch(1)
        self._mode = "side"
        self._range_title = label(tr("Soft-tissue range"), "strong")
        self.extent = RangeSwitch(desk)
        self.foot.addWidget(self._range_title)
        self.foot.addWidget(self.extent)
        for changed in (desk.case_changed, compared.changed):
            changed.connect(lambda: self.when_seen(self._show, now=desk.case is None))
        desk.shown_changed.connect(self._offer_range)
        self._show()
        self._offer_range()

    def show_mode(self, chosen: str) -> None:
        """Offer the range where the mode can show it."""
        self._mode = chosen
        self._offer_range()

    def _offer_range(self) -> None:
        offered = self.extent.offered and self._mode in OF_ANY_EXTENT
        self._range_title.setVisible(offered)
        self.extent.setVisible(offered)

    def _show(self) -> None:
        clear(self._figures)
        case, aside = self._desk.case, self._compared.right
        comparison = None if case is None else case.comparison if aside is None else aside.comparison
        if case is None or comparison is None:
            self._figures.addWidget(hint(tr("Figures appear once the plan was solved in Plan.")))
            return
        if case.stale_simulation if aside is None else self._compared.badge(aside) == "stale":
            self._figures.addWidget(
                label(tr("These figures belong to another plan. Solve again in Plan."), "warning", wrap=True)
            )
        if self._compared.left is not None:
            words = tr("Figures tell {plan!t} from the face before.", plan=(aside.plan if aside else case.plan).name)
            self._figures.addWidget(label(words, "small", wrap=True))
        self._volumes(comparison)
        self._title(tr("Reached at the skin"), tr("asked → reached"))
        add_reached(self._figures, comparison)
        self._title(tr("Extremes"), "")
        self._figures.addWidget(fact(tr("Largest move"), tr("{max_mm:.1f} mm", max_mm=comparison.max_mm)))
        self._figures.addWidget(fact(tr("Largest skin strain"), f"{100 * comparison.max_strain:.0f} %"))
        if case.face is not None:
            self._figures.addSpacing(8)
            self._figures.addWidget(label(scale_words(case.face), "small", wrap=True))

    def _volumes(self, comparison: Comparison) -> None:
        errors = comparison.volume_errors or (None,) * len(comparison.volumes)
        self._title(tr("Volume by region"), tr("cc, ± for size and tissue") if comparison.volume_errors else "cc")
        rows = tuple(zip(comparison.volumes, errors, strict=True))
        ends = [cc + side * (error or 0.0) for (_, cc), error in rows for side in (-1, 1)]
        shown = min(0.0, *ends), max(0.0, *ends)
        for (region, cc), error in rows:
            self._figures.addWidget(VolumeBar(region, cc, error, shown))
        if comparison.volume_errors:
            self._figures.addWidget(label(tr("Grey: within its ±, or below 0.05 cc."), "small"))

    def _title(self, words: str, aside: str) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 16 if self._figures.count() else 0, 0, 4)
        row.addWidget(label(words, "section"), 1)
        row.addWidget(label(aside, "small"))
        self._figures.addWidget(line)


def _choice(words: str) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(words)
    made.setMinimumHeight(theme.TARGET)
    return made


def _labelled(words: str, choice: QComboBox) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(label(words, "small"))
    column.addWidget(choice)
    return box


def _offer(choice: QComboBox, names: tuple[str, ...], first: str, chosen: Planned | None) -> None:
    """Offer plans by name, and what stands first."""
    choice.clear()
    for name in names:
        choice.addItem(tr(name or first), name)
    choice.setCurrentIndex(names.index(chosen.plan.name) if chosen is not None else 0)


def _note(icon: str, words: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(Icon(icon, "accent"), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label(words, "small", wrap=True), 1)
    return row
