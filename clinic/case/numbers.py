"""Numbers as a clinician reads them, the same in the window, on paper and in the terminal."""

from math import isnan

from clinic.case.outcome import EditReached
from clinic.words import say

RANGE_NOTE = say("A range, not a confidence interval: not yet calibrated by results of this clinic.")
_DECIMALS = {"mm": 1, "cc": 2, "°": 1}


def decimals(unit: str) -> int:
    """Return how many digits behind the point an amount in this unit is worth."""
    return _DECIMALS[unit]


def signed(value: float, digits: int) -> str:
    """Return a number with plus or a true minus, zero without a sign."""
    rounded = round(value, digits)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded):.{digits}f}"


def plain(value: float, digits: int) -> str:
    """Return a number without plus, with a true minus."""
    return signed(value, digits).lstrip("+")


def with_unit(number: str, unit: str) -> str:
    """Return a number with its unit: "4.0 mm", "5.0°"."""
    return f"{number}{unit}" if unit == "°" else f"{number} {unit}"


def brief(value: float, unit: str) -> str:
    """Return "20°", "−6 mm" or "0.25 cc": as many digits as it needs, without plus."""
    return with_unit(f"{value:g}".replace("-", "−"), unit)


def amount(value: float, unit: str) -> str:
    """Return "+4.0 mm", "−0.25 cc" or "+5.0°"."""
    return with_unit(signed(value, decimals(unit)), unit)


def spread(edit: EditReached) -> str:
    """Return the range of what an edit reaches, "2.9 to 3.9"; empty if none is known."""
    if isnan(edit.low) or isnan(edit.high):
        return ""
    digits = decimals(edit.unit)
    return say("{low:s} to {high:s}", low=plain(edit.low, digits), high=plain(edit.high, digits))


def asked_reached(edit: EditReached) -> str:
    """Return "+4.0 → +3.4 mm (2.9 to 3.9)", without brackets if no range is known."""
    digits, within = decimals(edit.unit), spread(edit)
    words = f"{signed(edit.asked, digits)} → {amount(edit.reached, edit.unit)}"
    return f"{words} ({within})" if within else words
