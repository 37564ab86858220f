"""Passphrases guessed at the keyboard, by a program that is started anew for each: after a few it has to wait."""

from dataclasses import replace
from unittest import mock

from clinic.archive import clock
from clinic.archive.errors import ArchiveError, WrongPassphrase
from clinic.archive.people.errors import TooManyGuesses
from clinic.bench.records.ground import Ground, Tally

_FREE = 4  # guesses without a wait
_LONG_NS = 1 << 50  # 13 days


def guessed(ground: Ground, tries: int) -> Tally:
    """Guess again and again while the clock stands still.

    A miss is a guess that is listened to when it should wait, or an owner who, later, does not get in.
    """
    tally, stopped = Tally(), clock.now()
    with ground.copied() as victim:
        with mock.patch("clinic.archive.people.guesses.now", return_value=stopped):
            for number in range(tries):
                tally.add(
                    _answer(victim, f"guess number {number}") is (TooManyGuesses, WrongPassphrase)[number < _FREE]
                )
        later = replace(stopped, mono_ns=stopped.mono_ns + _LONG_NS)
        with mock.patch("clinic.archive.people.guesses.now", return_value=later):
            tally.add(_answer(victim, None) is None)
    return tally


def _answer(victim: Ground, guess: str | None) -> type[ArchiveError] | None:
    """Return how a guess (the passphrase itself if None) was refused."""
    try:
        (victim.open() if guess is None else victim.open(guess)).close()
    except ArchiveError as refused:
        return type(refused)
    return None
