"""The attacks on the records find what is broken: with the protection taken away each of them reports misses."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from clinic.archive import audit
from clinic.archive.errors import ArchiveError
from clinic.bench import records
from clinic.bench.records import attacks, crashes, io_faults, leaks, planting, speed, torn
from clinic.bench.records.ground import Ground, prepared
from clinic.bench.records.profile import Profile

TINY = Profile(
    kills=2,
    writers=2,
    flips=4,
    cuts=4,
    replays=5,
    forgeries=6,
    io_points=1,
    clean=2,
    audit_rows=2000,
    steps=3,
    torn=4,
    replacements=2,
    full_disks=1,
    clocks=2,
    guesses=5,
    stream_gib=0.01,
)
COUNTS = ("kill9", "bitflip", "replay", "audit")
MISSES = ("kill9_lost", "bitflip_missed", "false_alarms", "replay_missed", "audit_missed", "io_fault_silent")
SPEEDS = ("seal_mb_s", "open_mb_s", "seal_over_plain", "open_over_plain", "ratio_vs_sqlite")


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with prepared(1) as made:
        yield made


def test_the_records_stand_a_little_of_everything() -> None:
    report = records.bench(TINY, large_mib=2)
    summary = report.figures["summary"]
    assert isinstance(summary, dict)
    assert {name: summary[name] for name in (*MISSES, "canaries_found")} == dict.fromkeys(
        (*MISSES, "canaries_found"), 0
    )
    assert all(summary[f"{name}_tries"] > 0 for name in COUNTS)
    assert all(summary[name] > 0 for name in SPEEDS)
    assert summary["io_fault_points"] >= 12
    assert summary["verify_1m_rows_s"] is None
    assert "million" in summary["why"]["verify_1m_rows_s"]
    assert "kill9" in report.words
    attacks = report.figures["attacks"]
    assert isinstance(attacks, dict)
    assert {"torn", "replaced", "clock"} <= attacks.keys()
    assert all(tally["missed"] == 0 for tally in attacks.values())


def test_a_check_that_looks_at_nothing_is_found_out(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "check", lambda opened, **_: audit.Report("full", 0, ()))
    assert attacks.replays(ground, 3).missed > 0
    assert attacks.forgeries(ground, 6).missed == 6
    assert attacks.cuts_and_swaps(ground, 4).missed == 4


def test_a_check_that_always_complains_is_found_out(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "check", lambda opened, **_: audit.Report("full", 0, ("a fault",)))
    assert attacks.clean_checks(ground, 2).missed == 2


def test_commits_that_are_acknowledged_too_early_are_found_out(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinic.archive.store.Archive.commit", lambda self, case, words: None)
    assert crashes.kills(ground, 2).missed > 0


def test_an_archive_that_forgets_is_found_out(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crashes, "_there", lambda archive, acknowledged: False)
    assert torn.torn_writes(ground, 2).missed == 2


def test_clocks_that_nobody_looks_at_are_found_out(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinic.archive.clock.Instant.skew_since", lambda self, before: "")
    assert torn.turned_clocks(ground, 2).missed == 2


def test_faults_that_are_swallowed_are_found_out(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = io_faults.Operation(_half, lambda archive: True)
    monkeypatch.setattr(io_faults, "OPERATIONS", {"broken": broken})
    assert not all(_stood(ground))


def test_work_that_was_not_done_and_not_told_is_found_out(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    forgetful = io_faults.Operation(_asleep, io_faults.OPERATIONS["record"].done)
    monkeypatch.setattr(io_faults, "OPERATIONS", {"forgetful": forgetful})
    assert not all(_stood(ground))


def _stood(ground: Ground) -> Iterator[bool]:
    for part in io_faults.rounds(ground, 4):
        yield from io_faults.stood(part).values()


def _asleep(victim: Ground) -> None:
    """Swallow every fault."""
    with suppress(ArchiveError), victim.open() as archive:
        archive.record("view", "look")


def _half(victim: Ground) -> None:
    """Something that leaves half a file behind when a call fails."""
    (victim.home / "half.tmp").touch()
    with victim.open():
        pass
    (victim.home / "half.tmp").unlink()


def test_words_in_the_clear_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planting, "planted", lambda: (b"SQLite format", b"CANARY-99-9999", b"archive"))
    assert leaks.found() == ["archive"]


def test_a_long_audit_is_whole(ground: Ground) -> None:
    assert speed.long_audit(ground, 3000).seconds > 0
