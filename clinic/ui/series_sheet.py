"""Asks which series of a scan is the head that is wanted: one slice and the figures of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import cv2
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from clinic.case import Pixels
from clinic.ui import theme
from clinic.ui.widgets.photo_tile import picture as pixmap
from clinic.ui.widgets.text import Button, label
from clinic.words import plural, tr

if TYPE_CHECKING:
    from clinic.intake.dicom import Found

THUMB = 112


class SeriesSheet(QDialog):
    """`number` is the series that was chosen."""

    def __init__(self, found: Found, thumbs: Sequence[Pixels | None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setWindowTitle(tr("Choose a series"))
        self.list = QListWidget()
        self.list.setSpacing(2)
        self.list.setAccessibleName(tr("Series of this scan"))
        self.list.setStyleSheet(_list_style())
        for number, one in enumerate(found.series):
            item = QListWidgetItem()
            item.setSizeHint(QSize(0, THUMB + 16))
            self.list.addItem(item)
            thumb = thumbs[number] if number < len(thumbs) else None
            words = one.description or tr("Series {number}", number=number + 1)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{words}, {one.words}")
            self.list.setItemWidget(item, _row(thumb, words, one.words))
        self.list.setCurrentRow(0)
        self.list.itemDoubleClicked.connect(lambda _: self.accept())
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(Button(tr("Cancel"), self.reject))
        foot.addWidget(Button(tr("Use this series"), self.accept, role="primary"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 24)
        whole.setSpacing(12)
        whole.addWidget(label(tr("Which series is it?"), "title"))
        whole.addWidget(label(tr("Thin slices of the whole face, soft kernel, are best."), "muted", wrap=True))
        if found.several_patients:
            words = tr("These slices belong to more than one patient. Make sure that you take the right ones.")
            whole.addWidget(label(words, "warning", wrap=True))
        whole.addWidget(self.list, 1)
        for reason, count in found.left_out[:3]:
            whole.addWidget(
                label(
                    plural("{n} file left out: {reason!t}", "{n} files left out: {reason!t}", count, reason=reason),
                    "small",
                )
            )
        whole.addLayout(foot)
        self.resize(620, 560)

    @property
    def number(self) -> int:
        """Which series was chosen, from 0."""
        return self.list.currentRow()


def _row(thumb: Pixels | None, words: str, figures: str) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(8, 4, 8, 4)
    line.setSpacing(16)
    shown = QLabel()
    shown.setFixedSize(THUMB, THUMB)
    shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
    if thumb is not None:
        shown.setPixmap(pixmap(thumb))
    line.addWidget(shown)
    column = QVBoxLayout()
    column.addStretch(1)
    column.addWidget(label(words, "strong", wrap=True))
    column.addWidget(label(figures, "muted", wrap=True))
    column.addStretch(1)
    line.addLayout(column, 1)
    return row


def _list_style() -> str:
    """Mark the chosen row so that its words stay readable."""
    tokens = theme.current()
    chosen = f"background: {tokens.selected}; border-left: 4px solid {tokens.accent};"
    return f"QListWidget {{ border: 1px solid {tokens.line}; }} QListWidget::item:selected {{ {chosen} }}"


def thumbnail(grey: Pixels, proportions: float) -> Pixels:
    """Return a slice (rows, columns) as a small colour picture; proportions: height of a pixel over its width."""
    rows, columns = grey.shape[0] * proportions, float(grey.shape[1])
    scale = THUMB / max(rows, columns)
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    small: Pixels = cv2.cvtColor(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), cv2.COLOR_GRAY2RGB)
    return small
