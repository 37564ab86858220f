"""What was asked of each edit and what reached the skin, with its range."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic.case import Comparison, EditReached
from clinic.case.numbers import RANGE_NOTE, amount, decimals, signed, spread
from clinic.ui.widgets.side import fact
from clinic.ui.widgets.text import label
from clinic.words import tr


def add_reached(layout: QVBoxLayout, comparison: Comparison) -> None:
    """Add a line for each edit, and once what the ranges mean."""
    for edit in comparison.edits:
        layout.addWidget(_line(edit))
    if any(spread(edit) for edit in comparison.edits):
        layout.addSpacing(8)
        layout.addWidget(label(RANGE_NOTE, "small", wrap=True))


def _line(edit: EditReached) -> QWidget:
    within = spread(edit)
    value = f"{signed(edit.asked, decimals(edit.unit))} → {amount(edit.reached, edit.unit)}"
    return fact(edit.label, value, below=f"({tr(within)})" if within else "")
