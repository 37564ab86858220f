"""Compare: how before and after are laid over each other, and what changed by region."""

from itertools import groupby

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic.case import Case
from clinic.case.numbers import signed
from clinic.ui import theme
from clinic.ui.anatomy import spoken
from clinic.ui.desk import Desk
from clinic.ui.distances import scale_words
from clinic.ui.modes import MODES
from clinic.ui.panels.reached import add_reached
from clinic.ui.panels.solve import RangeSwitch
from clinic.ui.picture import OF_ANY_EXTENT
from clinic.ui.widgets.side import Side, clear, fact, hint
from clinic.ui.widgets.text import Button, Icon, label
from clinic.words import tr


class CompareModes(Side):
    """Left: one row per way to compare."""

    mode_chosen = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__("left")
        self.section(tr("Compare"), tr("before and plan"))
        self.buttons: dict[str, Button] = {}
        for group, modes in groupby(MODES, key=lambda mode: mode.group):
            if group:
                self.section(group)
            for mode in modes:
                self.column.addLayout(self._row(mode.id, mode.words, mode.icon, mode.key))
        self.column.addStretch(1)
        hold = QHBoxLayout()
        hold.setSpacing(10)
        hold.addWidget(Icon("eye", "accent"), 0, Qt.AlignmentFlag.AlignTop)
        hold.addWidget(label(tr("Hold Space over the picture to see the face before."), "small", wrap=True), 1)
        self.foot.addLayout(hold)
        equal = QHBoxLayout()
        equal.setSpacing(10)
        equal.addWidget(Icon("swap", "accent"), 0, Qt.AlignmentFlag.AlignTop)
        equal.addWidget(label(tr("Camera, lens and light are equal in all views."), "small", wrap=True), 1)
        self.foot.addLayout(equal)

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

    def __init__(self, desk: Desk) -> None:
        super().__init__("right")
        self._desk = desk
        self._figures = QVBoxLayout()
        self._figures.setSpacing(4)
        self.column.addLayout(self._figures)
        self.column.addStretch(1)
        self._mode = "side"
        self._range_title = label(tr("Soft-tissue range"), "strong")
        self.extent = RangeSwitch(desk)
        self.foot.addWidget(self._range_title)
        self.foot.addWidget(self.extent)
        desk.case_changed.connect(self._show)
        desk.shown_changed.connect(self._offer_range)
        self._show(None, desk.case)
        self._offer_range()

    def show_mode(self, chosen: str) -> None:
        """Offer the range where the mode can show it."""
        self._mode = chosen
        self._offer_range()

    def _offer_range(self) -> None:
        offered = self.extent.offered and self._mode in OF_ANY_EXTENT
        self._range_title.setVisible(offered)
        self.extent.setVisible(offered)

    def _show(self, before: Case | None, after: Case | None) -> None:
        clear(self._figures)
        comparison = after.comparison if after else None
        if after is None or comparison is None:
            self._figures.addWidget(hint(tr("Figures appear once the plan was solved in Plan.")))
            return
        if after.stale_simulation:
            self._figures.addWidget(
                label(tr("These figures belong to another plan. Solve again in Plan."), "warning", wrap=True)
            )
        self._title(tr("Volume by region"), "cc")
        largest = max((abs(cc) for _, cc in comparison.volumes), default=1.0) or 1.0
        for region, cc in comparison.volumes:
            self._figures.addWidget(VolumeBar(region, cc, largest))
        self._title(tr("Reached at the skin"), tr("asked → reached"))
        add_reached(self._figures, comparison)
        self._title(tr("Extremes"), "")
        self._figures.addWidget(fact(tr("Largest move"), tr("{max_mm:.1f} mm", max_mm=comparison.max_mm)))
        self._figures.addWidget(fact(tr("Largest skin strain"), f"{100 * comparison.max_strain:.0f} %"))
        if after.face is not None:
            self._figures.addSpacing(8)
            self._figures.addWidget(label(scale_words(after.face), "small", wrap=True))

    def _title(self, words: str, aside: str) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 16 if self._figures.count() else 0, 0, 4)
        row.addWidget(label(words, "section"), 1)
        row.addWidget(label(aside, "small"))
        self._figures.addWidget(line)


class VolumeBar(QWidget):
    """Volume gained or lost in a region: a bar from the middle, and the number."""

    def __init__(self, region: str, cc: float, largest: float) -> None:
        super().__init__()
        self._region, self._cc, self._share = region.replace("_", " "), cc, cc / largest
        self.setFixedHeight(32)
        self.setAccessibleName(tr("{region!t}, {cc} cc", region=self._region, cc=signed(cc, 2)))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the width of the panel."""
        return QSize(280, 32)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw region, bar and number."""
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height, quiet = self.height(), abs(self._cc) < 0.05
        painter.setPen(QColor(tokens.muted if quiet else tokens.text))
        painter.setFont(theme.font(14))
        painter.drawText(QRectF(0, 0, 110, height), Qt.AlignmentFlag.AlignVCenter, spoken(self._region))
        left, width = 112.0, self.width() - 112.0 - 64.0
        middle = left + width / 2
        painter.setPen(QColor(tokens.line))
        painter.drawLine(round(middle), 2, round(middle), height - 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#B2182B" if self._cc > 0 else "#2166AC"))
        span = self._share * width / 2
        painter.drawRoundedRect(QRectF(middle + min(0, span), height / 2 - 5, abs(span), 10), 2, 2)
        painter.setFont(theme.font(14, strong=not quiet))
        painter.setPen(QColor(tokens.muted if quiet else tokens.text))
        end = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(0, 0, self.width(), height), end, signed(self._cc, 2))
