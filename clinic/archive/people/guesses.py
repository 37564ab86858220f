"""How often a passphrase or code may be guessed at this computer: after four misses each one more doubles the wait.

What was tried stands in a memory of the device, each guess before it is made, so that neither a restart nor a kill nor
several programs at a time give more of them. The wall clock plays no part: turning it ends no wait. Who has a copy of
the archive guesses elsewhere, as fast as Argon2id lets him; this is for those who sit at the keyboard.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from clinic.archive.clock import now
from clinic.archive.device import AnchorLine, Device
from clinic.archive.people.errors import TooManyGuesses

_FREE = 4  # misses without a wait
_LONGEST_S = 900


@dataclass(frozen=True, slots=True)
class Misses:
    """Misses in a row, and when the last one was by the monotonic clock."""

    count: int = 0
    last_ns: int = 0

    def wait_s(self, mono_ns: int) -> float:
        """Return how long to wait before the next guess, 0 if it may be made.

        Since a start of the computer the monotonic clock counts anew: it shows less than before, and the wait begins
        again with the start.
        """
        if self.count < _FREE:
            return 0.0
        passed_ns = mono_ns - self.last_ns if mono_ns >= self.last_ns else mono_ns
        return max(0.0, min(2.0**self.count, _LONGEST_S) - passed_ns / 1e9)


def waiting_s(device: Device, archive: str, who: str) -> float:
    """Return how long `who` has to wait before the next guess. Raises OSError."""
    misses, _ = _tally(_lines(device, archive, who), None)
    return misses.wait_s(now().mono_ns)


def begin(device: Device, archive: str, who: str) -> int:
    """Write down that a guess is made, and return how many misses there were. Raises TooManyGuesses, OSError.

    Programs that guess at the same moment are judged by the order of their lines.
    """
    mark = secrets.token_hex(8)
    device.remember(_memory(archive), {"say": "guess", "who": who, "mark": mark, "mono_ns": now().mono_ns})
    misses, wait_s = _tally(_lines(device, archive, who), mark)
    if wait_s > 0.0:
        raise TooManyGuesses(wait_s)
    return misses.count


def was_right(device: Device, archive: str, who: str) -> None:
    """Write down that the last guess was right: counting begins again. Raises OSError."""
    device.remember(_memory(archive), {"say": "right", "who": who})


def _memory(archive: str) -> str:
    return f"{archive}.guesses"


def _lines(device: Device, archive: str, who: str) -> list[AnchorLine]:
    """Return the lines since the last right guess, oldest first."""
    found = []
    for line in device.remembered(_memory(archive)):
        if line.said.get("who") != who:
            continue
        if line.said["say"] == "right":
            break
        found.append(line)
    return found[::-1]


def _tally(lines: Iterable[AnchorLine], mark: str | None) -> tuple[Misses, float]:
    """Return the misses before the guess `mark` (before the next one if None), and how long that one has to wait.

    A guess during a wait was refused, so it counts for nothing.
    """
    misses = Misses()
    for line in lines:
        mono_ns = int(line.said["mono_ns"])
        wait_s = misses.wait_s(mono_ns)
        if line.said["mark"] == mark:
            return misses, wait_s
        if wait_s == 0.0:
            misses = Misses(misses.count + 1, mono_ns)
    return misses, 0.0
