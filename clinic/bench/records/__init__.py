"""`clinic bench records`: the sealed records, proven by breaking them, and what sealing costs.

`ground` prepares an archive that may be attacked; `suite` lets `attacks`, `crashes`, `torn`, `guessing` and `io_faults`
break it in every way, as often as a `profile` says; `leaks` and `window_leaks` look for what it shows, `speed` measures
against plain files and `operations` against plain SQLite.
"""

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from clinic.bench.machine import Machine
from clinic.bench.records.profile import FULL, QUICK, Profile
from clinic.bench.report import Unmeasured, report
from clinic.cli.bench import Bench, Report

if TYPE_CHECKING:
    from clinic.bench.records.ground import Tally

_SEED = 2026


_WHOLE_AUDIT = 1_000_000
_LARGE_MIB = 200
_TOO_LONG = "this run was asked for fewer than a million rows; `audit` in this report has them"


def run(options: argparse.Namespace) -> Report:
    """Attack and measure as often as the profile says."""
    return bench(FULL if options.full or options.profile == "full" else QUICK)


def bench(profile: Profile, large_mib: int = _LARGE_MIB) -> Report:
    """Return how the archive stood every attack, and its speed against plain files and plain SQLite."""
    from clinic.bench.records import operations, speed, suite
    from clinic.bench.records.ground import prepared

    machine = Machine()
    with prepared(_SEED) as ground:
        stood = suite.attacked(ground, profile)
        canaries, where = _canaries()
        objects = speed.large_objects(large_mib, 3)
        steps = operations.against_sqlite(ground, profile.steps)
        streamed = speed.streamed(profile.stream_gib)
        unlocking = speed.unlocking()
        audit = speed.long_audit(ground, profile.audit_rows)
    numbers: dict[str, float | int | Unmeasured] = {
        **_counts(stood.tallies),
        "canaries_found": canaries,
        **{name: objects[name] for name in ("seal_mb_s", "open_mb_s", "seal_over_plain", "open_over_plain")},
        "ratio_vs_sqlite": max(one["ratio"] for one in steps.values()),
        "verify_1m_rows_s": audit.seconds if profile.audit_rows >= _WHOLE_AUDIT else Unmeasured(_TOO_LONG),
    }
    details = {
        **stood.details,
        "canaries": where,
        "large_objects": {**objects, "mebibytes": large_mib},
        "against_sqlite": steps,
        "streamed": streamed,
        "unlock_s": unlocking,
        "audit": {"rows": profile.audit_rows, **{name: round(taken, 2) for name, taken in asdict(audit).items()}},
        "profile": asdict(profile),
    }
    return report(numbers, details, machine, _words(numbers, stood.tallies, profile.audit_rows, audit.seconds))


def _canaries() -> tuple[int | Unmeasured, dict[str, list[str]]]:
    """Return how many canaries lay in the clear, and which of them the archive left, and which the window."""
    from clinic.bench.records import leaks, window_leaks
    from clinic.bench.viewport.screen import NoScreen

    found = {"archive": leaks.found()}
    try:
        found["window"] = window_leaks.found()
    except NoScreen:
        return Unmeasured("there is no screen for the window; what the archive left is under `canaries`"), found
    return sum(len(words) for words in found.values()), found


def _counts(tallies: Mapping[str, "Tally"]) -> Mapping[str, int]:
    """Return what the summary tells of the attacks, each under the name of its own kind of miss."""
    kill, flip, replay, forgery = (tallies[name] for name in ("kill9", "bitflip", "replay", "audit"))
    return {
        "kill9_tries": kill.tries,
        "kill9_lost": kill.missed,
        "bitflip_tries": flip.tries,
        "bitflip_missed": flip.missed,
        "false_alarms": tallies["clean"].missed,
        "replay_tries": replay.tries,
        "replay_missed": replay.missed,
        "audit_tries": forgery.tries,
        "audit_missed": forgery.missed,
        "io_fault_points": tallies["io_fault"].tries,
        "io_fault_silent": tallies["io_fault"].missed,
    }


def _words(numbers: Mapping[str, object], tallies: Mapping[str, "Tally"], rows: int, audit_seconds: float) -> str:
    lines = [f"  {name:<10}{tally.tries:>7} tries {tally.missed:>5} missed" for name, tally in tallies.items()]
    found = numbers["canaries_found"]
    lines.append(f"  canaries  {found if isinstance(found, int) else 'not all':>7} found")
    speed = (
        f"Sealing runs at {numbers['seal_mb_s']} MB/s ({numbers['seal_over_plain']} times a plain write), opening at "
        f"{numbers['open_mb_s']} MB/s ({numbers['open_over_plain']} times a plain read); a step takes at most "
        f"{numbers['ratio_vs_sqlite']} times as long as in plain SQLite; {rows:,} audit rows are checked in "
        f"{audit_seconds:.1f} s."
    )
    return "\n".join([*lines, speed])


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", choices=("quick", "full"), default="quick", help="how often each attack is tried")


RECORDS = Bench("the sealed records under attack, and what sealing costs", run, _options)
