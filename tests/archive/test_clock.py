from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from vaults import PASSPHRASE, audit_rows

from clinic.archive import clock
from clinic.archive.audit import verify
from clinic.archive.clock import Instant
from clinic.archive.store import Archive

START = datetime(2030, 1, 1, tzinfo=UTC)


def instant(wall_s: float, mono_s: float, boot: str = "a") -> Instant:
    return Instant(START + timedelta(seconds=wall_s), int(mono_s * 1e9), boot)


@pytest.mark.parametrize(
    ("before", "after", "turned"),
    [
        (instant(0, 0), instant(3600, 3600), False),
        (instant(0, 0), instant(1.5, 0), False),
        (instant(0, 0), instant(3600, 10), True),  # set forward
        (instant(0, 0), instant(-60, 10), True),  # set back
        (instant(0, 0), instant(86400, 5, "b"), False),  # after a restart only a step back shows
        (instant(0, 0), instant(-86400, 5, "b"), True),
    ],
)
def test_a_turned_clock_is_noticed(before: Instant, after: Instant, turned: bool) -> None:
    assert bool(after.skew_since(before)) == turned


def test_a_turned_clock_is_recorded_and_the_order_stays(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = clock.now()
    yesterday = Instant(real.utc - timedelta(days=1), real.mono_ns, real.boot_id)
    monkeypatch.setattr(clock, "now", lambda: yesterday)
    archive.record("view", "Look at the list")
    monkeypatch.undo()
    rows = audit_rows(archive)
    assert [row["event"] for row in rows[-2:]] == ["clock-skew", "view"]
    assert "−86400" in rows[-2]["reason"]
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    archive.close()
    assert verify(folder, PASSPHRASE).faults == ()
