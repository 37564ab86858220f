"""What has the keys is told from what has not, whatever it shows besides: WCAG 2.2, 2.4.13."""

from collections.abc import Callable

import pytest
from contrast import contrast
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from clinic.ui import theme
from clinic.ui.widgets.photo_tile import PhotoTile
from clinic.ui.widgets.row_button import RowButton
from clinic.ui.widgets.stage_tab import StageTab
from clinic.ui.widgets.text import Button

_LEAST_CONTRAST = 3.0


def _primary() -> QWidget:
    return Button("Solve", role="primary")


def _tile(chosen: bool = False) -> QWidget:
    tile = PhotoTile()
    tile.setFixedSize(160, 200)
    tile.setChecked(chosen)
    return tile


def _chosen_tile() -> QWidget:
    return _tile(chosen=True)


def _chosen_row() -> QWidget:
    row = RowButton("Example", "card")
    row.setFixedSize(240, 60)
    row.mark(True)
    return row


def _chosen_tab() -> QWidget:
    tab = StageTab("Plan", "plan")
    tab.setChecked(True)
    return tab


@pytest.mark.parametrize("palette", ["dark", "light"])
@pytest.mark.parametrize("make", [_primary, _chosen_tile, _tile, _chosen_row, _chosen_tab])
def test_a_ring_that_stands_out_shows_where_the_keys_go(
    make: Callable[[], QWidget], palette: str, qapp: QApplication, qtbot: QtBot
) -> None:
    theme.apply(qapp, theme.PALETTES[palette])
    page, shown, other = QWidget(), make(), Button("Other")
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    for widget in (other, shown):
        column.addWidget(widget)
    page.resize(320, 420)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    before = shown.grab().toImage()
    shown.setFocus()
    qtbot.waitUntil(shown.hasFocus)
    after = shown.grab().toImage()
    least = 2 * (shown.width() + shown.height() - 40)  # a line of one pixel around it, without its corners
    assert _changed(before, after) >= least


def _changed(before: QImage, after: QImage) -> int:
    """How many pixels changed so much that it is seen."""
    places = [(x, y) for x in range(after.width()) for y in range(after.height())]
    pairs = ((QColor(before.pixel(*at)).name(), QColor(after.pixel(*at)).name()) for at in places)
    return sum(one != other and contrast(one, other) >= _LEAST_CONTRAST for one, other in pairs)
