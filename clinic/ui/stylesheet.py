"""The style sheet, made from the tokens of a palette."""

import re
from dataclasses import asdict
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clinic.ui.theme import Tokens

_GROWS = re.compile(r"(font-size: )(\d+)px")  # what holds words is tall enough for the largest
_SHEET = Template("""
* { font-family: "Noto Sans", "Noto Sans SC"; font-size: 14px; outline: 0; }
QMainWindow, QWidget#page { background: $background; }
QWidget#top, QWidget#status, QWidget#side { background: $panel; }
QWidget#top { border-bottom: 1px solid $line; }
QWidget#status { border-top: 1px solid $line; }
QWidget#side[edge="left"] { border-right: 1px solid $line; }
QWidget#side[edge="right"] { border-left: 1px solid $line; }
QWidget#viewbar { background: $background; border-bottom: 1px solid $line; }
QWidget#strip { background: $background; border-top: 1px solid $line; }
QFrame#rule { background: $line; border: 0; max-height: 1px; min-height: 1px; }

QLabel { color: $text; background: transparent; }
QLabel[role="title"] { font-size: 20px; font-weight: 600; }
QLabel[role="section"] { font-size: 16px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="small"] { color: $muted; font-size: 12px; }
QLabel[role="value"] { color: $accent; font-size: 12px; }
QLabel[role="warning"] { color: $warning; font-size: 12px; }
QLabel[role="error"] { color: $error; font-size: 13px; }

QPushButton { min-height: 42px; padding: 0 16px; border-radius: 8px; border: 1px solid $border;
    background: transparent; color: $text; font-weight: 600; }
QPushButton:hover { background: $raised; }
QPushButton:pressed { background: $selected; }
QPushButton:focus { border: 2px solid $accent; padding: 0 15px; min-height: 40px; }
QPushButton:disabled { color: $border; border-color: $line; }
QPushButton[role="primary"] { background: $accent; border-color: $accent; color: $on_accent; }
QPushButton[role="primary"]:focus { border-color: $accent; }
QPushButton[role="primary"]:disabled { background: $raised; border-color: $raised; color: $border; }
QPushButton[role="flat"] { border: 2px solid transparent; padding: 0 8px; color: $accent; min-height: 40px; }
QWidget#status QPushButton { min-height: 0; padding: 0 8px; }
QPushButton[role="flat"]:disabled { color: $border; }
QPushButton[role="flat"]:focus { border-color: $accent; }
QPushButton[role="tool"] { border: 2px solid transparent; padding: 0; min-width: 40px; min-height: 40px; }
QPushButton[role="tool"]:focus { border-color: $accent; }
QPushButton[role="row"] { border: 2px solid transparent; text-align: left; padding: 0 10px; min-height: 40px;
    font-weight: 400; }
QPushButton[role="row"]:checked { background: $selected; }
QPushButton[role="row"]:focus { border-color: $accent; }
QPushButton[role="caution"] { border: 2px solid transparent; padding: 0; min-height: 40px; text-align: left; }
QPushButton[role="caution"][kind="warning"] { background: $warning_fill; }
QPushButton[role="caution"][kind="error"] { background: $error_fill; border-color: $error; }
QPushButton[role="caution"]:focus { border-color: $accent; }
QPushButton[role="fold"] { border: 2px solid transparent; padding: 0; min-height: 40px; }
QPushButton[role="fold"]:focus { border-color: $accent; }

QLineEdit, QDoubleSpinBox { min-height: 42px; padding: 0 12px; border-radius: 6px; border: 1px solid $border;
    background: $background; color: $text; selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus, QDoubleSpinBox:focus { border: 2px solid $accent; padding: 0 11px; min-height: 40px; }
QDoubleSpinBox QLineEdit { min-height: 0; padding: 0 12px; border: 0; background: transparent; font-weight: 600; }
QDoubleSpinBox::up-button { subcontrol-origin: border; subcontrol-position: top right; width: 1px; border: 0; }
QDoubleSpinBox::down-button { subcontrol-origin: border; subcontrol-position: bottom right; width: 1px; border: 0; }
QDoubleSpinBox::up-arrow, QDoubleSpinBox::down-arrow { width: 0; height: 0; }

QComboBox { min-height: 42px; padding: 0 12px; border-radius: 6px; border: 1px solid $border; background: $background;
    color: $text; }
QComboBox:focus { border: 2px solid $accent; padding: 0 11px; min-height: 40px; }
QComboBox::drop-down { border: 0; width: 28px; }
QComboBox::down-arrow { width: 0; height: 0; border-left: 5px solid $panel; border-right: 5px solid $panel;
    border-top: 6px solid $muted; }
QComboBox QAbstractItemView { background: $panel; color: $text; border: 1px solid $border; outline: 0;
    selection-background-color: $selected; selection-color: $text; }
QComboBox QAbstractItemView::item { min-height: 36px; padding: 0 8px; }
QTableView { background: $panel; color: $text; border: 1px solid $line; border-radius: 8px; gridline-color: $line;
    selection-background-color: $selected; selection-color: $text; alternate-background-color: $background; }
QTableView:focus { border: 2px solid $accent; }
QTableView::item { padding: 0 8px; border: 0; }
QHeaderView { background: $panel; border: 0; }
QHeaderView::section { background: $panel; color: $muted; font-size: 12px; font-weight: 600; border: 0;
    border-bottom: 1px solid $line; padding: 8px; text-align: left; }

QFrame#card { background: $panel; border: 1px solid $line; border-radius: 8px; }
QFrame#card[chosen="true"] { border: 2px solid $accent; }
QPushButton[role="holder"] { min-height: 0; padding: 0; border: 0; border-radius: 8px; background: transparent; }
QPushButton[role="holder"]:hover { background: $raised; }
QPushButton[look="quiet"], QPushButton[look="quiet"]:hover { background: $background; }
QPushButton[look="card"] { background: $panel; border: 1px solid $line; }
QPushButton[look="card"][chosen="true"] { border: 2px solid $accent; }
QPushButton[look="plan"][chosen="true"] { background: $selected; }
QLabel#portrait { background: $raised; border-radius: 8px; }
QLabel#letter { background: $raised; border-radius: 6px; font-weight: 600; }
QLabel#letter[chosen="true"] { background: $accent; color: $on_accent; }
QLineEdit#name { min-height: 22px; padding: 0 4px; border-radius: 4px; font-weight: 600; }
QLineEdit#name:focus { min-height: 20px; padding: 0 3px; }
QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $accent; }
QFrame#help { background: $panel; border: 0; border-left: 1px solid $line; }
QTextBrowser#help { background: $panel; color: $text; border: 2px solid transparent; border-radius: 6px; }
QTextBrowser#help:focus { border-color: $accent; }
QListWidget#commands { background: $panel; border: 0; outline: 0; }
QFrame#quiet { background: $background; border-radius: 8px; }
QFrame#dropline { background: $accent; border: 0; border-radius: 1px; }
QFrame#drop { background: $background; border: 1px dashed $border; border-radius: 8px; }
QFrame#drop[over="true"] { border: 2px dashed $accent; background: $selected; }
QFrame#segments { background: $raised; border-radius: 8px; }
QFrame#badge { background: $badge; border-radius: 6px; }
QFrame#banner[kind="error"] { background: $error_fill; border: 1px solid $error; border-radius: 8px; }
QFrame#banner[kind="warning"] { background: $warning_fill; border-radius: 8px; }
QFrame#banner[kind="notice"] { background: $raised; border: 1px solid $line; border-radius: 8px; }

QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: 0; }
QScrollBar:vertical { width: 10px; background: transparent; margin: 0; }
QScrollBar::handle:vertical { background: $line; border-radius: 5px; min-height: 32px; }
QScrollBar::handle:vertical:hover { background: $border; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: $raised; border: 0; border-radius: 2px; min-height: 4px; max-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 6px; }
QMenu { background: $panel; color: $text; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 10px 28px 10px 16px; border-radius: 6px; }
QMenu::item:selected { background: $selected; }
QMenu::item:disabled { color: $border; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
""")


def stylesheet(tokens: "Tokens", share: float = 1.0) -> str:
    """Return the style sheet of the whole window in one palette; share: of the usual size of words."""
    colours = asdict(tokens)
    # Qt reads #AARRGGBB in colours of the sheet as it does everywhere.
    sheet = _SHEET.substitute(colours)
    return sheet if share == 1.0 else _GROWS.sub(lambda found: f"{found[1]}{round(int(found[2]) * share)}px", sheet)
