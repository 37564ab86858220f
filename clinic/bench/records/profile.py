"""How often each attack is tried: a few minutes' worth, or as often as the records have to stand it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """Tries of each attack. io_points: at most so many calls of one operation fail, spread evenly over all of them."""

    kills: int
    writers: int
    flips: int
    cuts: int
    replays: int
    forgeries: int
    io_points: int
    clean: int
    audit_rows: int
    steps: int
    torn: int
    replacements: int
    full_disks: int
    clocks: int
    guesses: int
    stream_gib: float


QUICK = Profile(
    kills=100,
    writers=4,
    flips=1000,
    cuts=60,
    replays=100,
    forgeries=100,
    io_points=8,
    clean=60,
    audit_rows=1_000_000,
    steps=100,
    torn=40,
    replacements=10,
    full_disks=2,
    clocks=10,
    guesses=100,
    stream_gib=0.5,
)
FULL = Profile(
    kills=1000,
    writers=4,
    flips=10_000,
    cuts=300,
    replays=1000,
    forgeries=1000,
    io_points=10_000,
    clean=1000,
    audit_rows=1_000_000,
    steps=1000,
    torn=300,
    replacements=60,
    full_disks=10,
    clocks=100,
    guesses=1000,
    stream_gib=5.0,
)
