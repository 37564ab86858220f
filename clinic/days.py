"""Dates and times as people read them, unmistakable in every country."""

from datetime import date, datetime

from clinic.words import say, tr

_MONTHS = (
    say("{day} Jan {year}"),
    say("{day} Feb {year}"),
    say("{day} Mar {year}"),
    say("{day} Apr {year}"),
    say("{day} May {year}"),
    say("{day} Jun {year}"),
    say("{day} Jul {year}"),
    say("{day} Aug {year}"),
    say("{day} Sep {year}"),
    say("{day} Oct {year}"),
    say("{day} Nov {year}"),
    say("{day} Dec {year}"),
)


def words_of(day: date) -> str:
    """Return "14 Feb 1992" in the language of the moment, whatever the computer's."""
    return tr(_MONTHS[day.month - 1], day=day.day, year=day.year)


def words_of_iso(text: str) -> str:
    """Return an ISO 8601 date in words; what is no such date is returned as it is."""
    try:
        return words_of(date.fromisoformat(text))
    except ValueError:
        return text


def moment(text: str, seconds: bool = False) -> str:
    """Return an ISO 8601 time by the clock on the wall, "14 Feb 1992, 09:30"; what is no such time as it is."""
    try:
        local = datetime.fromisoformat(text).astimezone()
    except ValueError:
        return text
    return f"{words_of(local.date())}, {local.strftime('%H:%M:%S' if seconds else '%H:%M')}"
