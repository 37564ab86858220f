"""Dates as people read them, unmistakable in every country."""

from datetime import date

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def words_of(day: date) -> str:
    """Return "14 Feb 1992", whatever the computer's language."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def words_of_iso(text: str) -> str:
    """Return an ISO 8601 date in words; what is no such date is returned as it is."""
    try:
        return words_of(date.fromisoformat(text))
    except ValueError:
        return text
