"""Capture, centre: a CT or MR in three planes and in 3D, with the levels from which skin and bone begin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from clinic import workflow
from clinic.case import CT, Case, Volume
from clinic.rendering.raycast import BONE, SKIN, Body
from clinic.rendering.slices import PLANES, Grey, grey_range
from clinic.ui import theme
from clinic.ui.body_view import BodyView
from clinic.ui.desk import Desk
from clinic.ui.slice_canvas import SliceCanvas
from clinic.ui.widgets.segments import Segments
from clinic.ui.widgets.slider import AmountSlider
from clinic.ui.widgets.text import Button, label
from clinic.ui.worker import Latest
from clinic.words import number, say, tr

if TYPE_CHECKING:
    from clinic.reconstruction.tomography import Levels

_PRESETS = ((SKIN, say("Skin"), "", ""), (BONE, say("Bone"), "", ""))
_WINDOWS = (("soft", say("Soft tissue"), "", ""), ("bone", say("Bone window"), "", ""))
_SKIN_HU, _BONE_HU = (-900, 0), (100, 1600)


@dataclass(frozen=True, slots=True, eq=False)
class _Looked:
    """What was worked out of a volume beside the window's thread."""

    volume: Volume
    levels: Levels
    body: Body


class VolumePage(QWidget):
    """Lies over the photos of Capture. left(): back to all photos."""

    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk = desk
        self._volume: Volume | None = None
        self._looked: _Looked | None = None
        self._lane = Latest(self)
        self._lane.answered.connect(self._learn)
        self._lane.failed.connect(desk.tell)
        self.planes = {name: SliceCanvas(name) for name in PLANES}
        self.body = BodyView()
        self.presets, self.windows = Segments(_PRESETS), Segments(_WINDOWS)
        self._preset, self._window = BONE, "soft"
        self.skin, self.bone = AmountSlider(*_SKIN_HU, -450), AmountSlider(*_BONE_HU, 300)
        self.skin.setAccessibleName(tr("Skin from, HU"))
        self.bone.setAccessibleName(tr("Bone from, HU"))
        self._skin_words, self._bone_words = label("", "strong"), label("", "strong")
        self.automatic = Button(tr("Automatic"), self._let_find, tip=tr("Find both levels in the scan"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        column.addLayout(self._make_views(), 1)
        self._foot = self._make_foot()
        column.addWidget(self._foot)
        self._connect()
        self._follow(None, desk.case)

    def finish(self) -> None:
        """End threads."""
        self._lane.close()
        self.body.finish()

    def _make_head(self) -> QWidget:
        head = QWidget()
        head.setFixedHeight(theme.VIEW_BAR_HEIGHT)
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(12)
        row.addWidget(Button(tr("All photos"), self.left.emit, icon="photo", role="flat"))
        row.addStretch(1)
        row.addWidget(self.windows)
        self._in_3d = label("3D", "muted")
        row.addWidget(self._in_3d)
        row.addWidget(self.presets)
        return head

    def _make_views(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(2)
        places = {"axial": (0, 0), "coronal": (0, 1), "sagittal": (1, 0)}
        for name, (row, column) in places.items():
            grid.addWidget(self.planes[name], row, column)
        grid.addWidget(self.body, 1, 1)
        for k in (0, 1):
            grid.setRowStretch(k, 1)
            grid.setColumnStretch(k, 1)
        return grid

    def _make_foot(self) -> QWidget:
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(16, 4, 16, 8)
        row.setSpacing(12)
        for words, slider, value in (
            (tr("Skin from"), self.skin, self._skin_words),
            (tr("Bone from"), self.bone, self._bone_words),
        ):
            row.addWidget(label(words, "muted"))
            row.addWidget(slider, 1)
            value.setMinimumWidth(68)
            row.addWidget(value)
        row.addWidget(self.automatic)
        return foot

    def _connect(self) -> None:
        for canvas in self.planes.values():
            canvas.moved.connect(self.go)
        self.presets.chosen.connect(self._choose_preset)
        self.windows.chosen.connect(self._choose_window)
        for slider in (self.skin, self.bone):
            slider.valueChanged.connect(self._preview)
            slider.sliderReleased.connect(self._settle)
        self._desk.case_changed.connect(self._follow)
        self._desk.job_changed.connect(self._refresh)

    def go(self, place: tuple[int, int, int]) -> None:
        """Cut all planes through a voxel (x, y, z)."""
        if self._volume is not None:
            for canvas in self.planes.values():
                canvas.show_slice(self._volume, place, self._grey())

    def _follow(self, before: Case | None, after: Case | None) -> None:
        volume = after.acquisition.volume if after is not None else None
        if (volume.id if volume is not None else "") != (self._volume.id if self._volume is not None else ""):
            self._volume, self._looked = volume, None
            self.body.clear()
            if volume is None:
                self._blank()
            else:
                middle = volume.shape
                self._show_words()
                self._lane.ask(lambda: _look(volume))
                self.go((middle[0] // 2, middle[1] // 2, middle[2] // 2))
        self._take_levels()
        self._refresh()

    def _blank(self) -> None:
        self._lane.drop()
        for canvas in self.planes.values():
            canvas.clear()
        self.left.emit()

    def _learn(self, looked: _Looked) -> None:
        if looked.volume is self._volume:
            self._looked = looked
            self._take_levels()
            self._refresh()

    def _take_levels(self) -> None:
        """Put the sliders where the case has them, or where they were found."""
        if self._looked is None or self._desk.case is None:
            return
        asked, found = self._desk.case.acquisition.levels, self._looked.levels
        wanted = asked or (found.skin, found.bone if found.bone is not None else float(_BONE_HU[0]))
        for slider, value in zip((self.skin, self.bone), wanted, strict=True):
            slider.blockSignals(True)
            slider.setValue(round(value))
            slider.blockSignals(False)
        self._redraw()

    def _refresh(self) -> None:
        free = self._looked is not None and not self._desk.busy
        ct = free and self._looked is not None and self._looked.levels.bone is not None
        self.skin.setEnabled(ct)
        self.bone.setEnabled(ct)
        case = self._desk.case
        self.automatic.setEnabled(free and case is not None and case.acquisition.levels is not None)
        self.presets.choose(self._preset)
        self.windows.choose(self._window)
        of_ct = self._volume is not None and self._volume.modality == CT
        for widget in (self.windows, self._in_3d, self.presets, self._foot):
            widget.setVisible(of_ct)  # MR has neither windows nor bone

    def _preview(self) -> None:
        """Show what the levels would take, at once."""
        self._redraw()
        if not self.skin.isSliderDown() and not self.bone.isSliderDown():
            self._settle()  # by the keyboard

    def _settle(self) -> None:
        case = self._desk.case
        levels = (float(self.skin.value()), float(self.bone.value()))
        if case is not None and self._looked is not None and case.acquisition.levels != levels:
            self._desk.commit(workflow.set_levels(case, levels), say("Set the levels of skin and bone"))

    def _let_find(self) -> None:
        case = self._desk.case
        if case is not None:
            self._desk.commit(workflow.set_levels(case, None), say("Find the levels of skin and bone"))

    def _choose_preset(self, preset: str) -> None:
        self._preset = preset
        self._refresh()
        self._redraw()

    def _choose_window(self, window: str) -> None:
        self._window = window
        self._refresh()
        self._redraw()

    def _redraw(self) -> None:
        self._show_words()
        self.go(self.planes["axial"].place)
        if self._looked is not None:
            bone = None if self._looked.body.bone is None else float(self.bone.value())
            skin = self._looked.body.skin if bone is None else float(self.skin.value())
            self.body.show_body(replace(self._looked.body, skin=skin, bone=bone), self._preset)

    def _grey(self) -> Grey:
        assert self._volume is not None
        low, high = grey_range(self._volume, self._window)
        if self._looked is None:
            return Grey(low, high)
        if self._looked.levels.bone is None:
            return Grey(low, high, self._looked.levels.skin)
        return Grey(low, high, float(self.skin.value()), float(self.bone.value()))

    def _show_words(self) -> None:
        for words, slider in ((self._skin_words, self.skin), (self._bone_words, self.bone)):
            _say(words, slider, self._looked)


def _say(words: QLabel, slider: AmountSlider, looked: _Looked | None) -> None:
    known = looked is not None and looked.levels.bone is not None
    words.setText(f"{number(slider.value())} HU" if known else "–")


def _look(volume: Volume) -> _Looked:
    from clinic.reconstruction.tomography import levels
    from clinic.reconstruction.tomography.coarse import coarse

    found = levels(volume)
    values, spacing = coarse(volume, found)
    return _Looked(volume, found, Body(values, spacing, found.skin, found.bone, found.soft))
