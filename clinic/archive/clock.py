"""What time it is, and whether the clocks were turned."""

import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from clinic.words import say

_TOLERANCE = timedelta(seconds=2)
_BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")
_OWN_BOOT_ID = uuid.uuid4().hex  # elsewhere: monotonic times are compared within this process only


@dataclass(frozen=True, slots=True)
class Instant:
    """Wall clock and monotonic clock at one moment; the latter counts on while the computer sleeps, if it can."""

    utc: datetime
    mono_ns: int
    boot_id: str

    @property
    def text(self) -> str:
        """ISO 8601, UTC, microseconds."""
        return self.utc.isoformat(timespec="microseconds")

    def skew_since(self, before: "Instant") -> str:
        """Return in words how the wall clock was turned since `before`, empty if it was not."""
        passed = self.utc - before.utc
        if self.boot_id == before.boot_id:
            passed -= timedelta(microseconds=(self.mono_ns - before.mono_ns) / 1000)
            return (
                say("clock turned by {passed:+.1f} s", passed=passed.total_seconds())
                if abs(passed) > _TOLERANCE
                else ""
            )
        return say("clock turned back by {back:.1f} s", back=-passed.total_seconds()) if passed < -_TOLERANCE else ""


def now() -> Instant:
    """Read the clocks."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    mono_ns = time.monotonic_ns() if clock is None else time.clock_gettime_ns(clock)
    return Instant(datetime.now(UTC), mono_ns, _boot_id())


def parse(utc: str, mono_ns: int, boot_id: str) -> Instant:
    """Return the instant that was written down. Raises ValueError."""
    return Instant(datetime.fromisoformat(utc), mono_ns, boot_id)


@cache
def _boot_id() -> str:
    try:
        return _BOOT_ID_FILE.read_text().strip()
    except OSError:
        return _OWN_BOOT_ID
