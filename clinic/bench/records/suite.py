"""The fault suite: every attack in parts, each part on a copy of its own with dice of its own, on all cores."""

import random
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from typing import Any

from clinic.bench.records import attacks, crashes, guessing, io_faults, torn
from clinic.bench.records.crew import Done, crew, each
from clinic.bench.records.ground import Ground, Tally, memory_disk
from clinic.bench.records.profile import Profile

_MEMORY = (
    "the copies of these attacks lie in memory: what they find does not depend on how fast a disk is. Processes are "
    "killed while they write to the disk itself"
)
_ARGON2 = "a process stretches the same passphrase, salt and cost once: no attack here is on Argon2id (see `unlock_s`)"


Taken = Mapping[str, float]
Details = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Attack:
    """One kind of attack. share: tries of one part, on one copy. on_disk: where it lies matters."""

    strike: Callable[[Ground, int], Tally | None]
    tries: int
    share: int
    on_disk: bool = False

    def parts(self, name: str, ground: Ground) -> list["Part"]:
        """Return the parts; the dice of each follow from its name and number, whoever works on it."""
        begins = range(0, self.tries, self.share)
        return [
            Part(
                self.strike, replace(ground, rng=random.Random(f"{name} {begin}")), min(self.share, self.tries - begin)
            )
            for begin in begins
        ]


@dataclass(frozen=True, slots=True)
class Part:
    """Some tries of one attack."""

    strike: Callable[[Ground, int], Tally | None]
    ground: Ground
    tries: int


@dataclass(frozen=True, slots=True)
class Stood:
    """How the archive stood everything. details: for the report."""

    tallies: Mapping[str, Tally]
    details: Mapping[str, object]


def attacked(ground: Ground, profile: Profile) -> Stood:
    """Attack copies of the archive as often as the profile says."""
    with ExitStack() as stack:
        memory = memory_disk()
        quick = stack.enter_context(ground.copied(memory)) if memory else ground
        processes = stack.enter_context(crew())
        kinds = _attacks(profile)
        begun = {
            name: each(processes, _struck, attack.parts(name, ground if attack.on_disk else quick))
            for name, attack in kinds.items()
        }
        summed = {name: _summed(name, done) for name, done in begun.items()}
        rounds = io_faults.rounds(quick, profile.io_points)
        failed = list(each(processes, io_faults.stood, rounds))
    points = _summed_rounds(rounds, failed)
    io_fault = Tally(sum(one["points"] for one in points.values()), sum(len(one["missed"]) for one in points.values()))
    tallies = {name: tally for name, (tally, _) in summed.items() if tally is not None} | {"io_fault": io_fault}
    details = {
        "attacks": {name: asdict(tally) for name, tally in tallies.items()},
        "seconds": {name: taken for name, (_, taken) in summed.items()} | {"io_fault": _taken(failed)},
        "io_fault_points": points,
        "notes": [_ARGON2, *([_MEMORY] if memory else [])],
        "in_memory": [*(name for name, kind in kinds.items() if not kind.on_disk), "io_fault"] if memory else [],
    }
    return Stood(tallies, details)


def _attacks(profile: Profile) -> Mapping[str, Attack]:
    """Return them, the longest first: so no core is left with a long one at the end."""
    return {
        "kill9": Attack(crashes.kills, profile.kills, 25, on_disk=True),
        "replaced": Attack(crashes.replacements, profile.replacements, 20, on_disk=True),
        "torn": Attack(torn.torn_writes, profile.torn, 100),
        "together": Attack(crashes.together, profile.writers, profile.writers, on_disk=True),
        "replay": Attack(attacks.replays, profile.replays, 125),
        "bitflip": Attack(attacks.bit_flips, profile.flips, 125),
        "audit": Attack(attacks.forgeries, profile.forgeries, 50),
        "cut": Attack(attacks.cuts_and_swaps, profile.cuts, 50),
        "clean": Attack(attacks.clean_checks, profile.clean, 50),
        "full_disk": Attack(torn.full_disk, profile.full_disks, 5),
        "clock": Attack(torn.turned_clocks, profile.clocks, 25),
        "guess": Attack(guessing.guessed, profile.guesses, 25),
    }


def _struck(part: Part) -> Tally | None:
    return part.strike(part.ground, part.tries)


def _summed(name: str, parts: Iterable[Done[Tally | None]]) -> tuple[Tally | None, Taken]:
    """Return the sum of the parts, None if none of them could be tried."""
    done = list(parts)
    tallies = [part.answer for part in done if part.answer is not None]
    tally = Tally(sum(one.tries for one in tallies), sum(one.missed for one in tallies)) if tallies else None
    if tally is not None:
        _tell(name, tally)
    return tally, _taken(done)


def _taken(done: Iterable[Done[object]]) -> Taken:
    parts = list(done)
    return {
        "wall": round(sum(part.seconds for part in parts), 1),
        "cpu": round(sum(part.cpu_seconds for part in parts), 1),
    }


def _summed_rounds(rounds: Iterable[io_faults.Round], done: Iterable[Done[Mapping[int, bool]]]) -> Details:
    """Return what the report tells of each operation: its calls, which of them failed, which were not stood."""
    told: dict[str, dict[str, Any]] = {}
    for one, part in zip(rounds, done, strict=True):
        about = told.setdefault(one.name, {"calls": one.calls, "every": one.every, "points": 0, "missed": []})
        about["points"] += len(part.answer)
        about["missed"] += [at for at, good in part.answer.items() if not good]
    return told


def _tell(name: str, tally: Tally) -> None:
    """Say how far the suite is: it takes minutes."""
    sys.stderr.write(f"{name}: {tally.tries} tries, {tally.missed} missed\n")
