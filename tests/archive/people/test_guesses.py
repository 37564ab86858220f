"""The limit on guesses, with clocks that are turned by hand."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from clinic.archive import clock
from clinic.archive.device import Device
from clinic.archive.people import guesses
from clinic.archive.people.errors import TooManyGuesses

ARCHIVE, ADA, BOB = "0" * 32, "ada", "bob"
S = 1_000_000_000


class Clock:
    """The computer's clocks: `pass_s` lets time go by, `turn` sets the wall clock, `restart` boots."""

    def __init__(self) -> None:
        self.now = replace(clock.now(), mono_ns=5000 * S)

    def pass_s(self, seconds: float) -> None:
        self.now = replace(
            self.now, utc=self.now.utc + timedelta(seconds=seconds), mono_ns=self.now.mono_ns + int(seconds * S)
        )

    def turn(self, **by: float) -> None:
        self.now = replace(self.now, utc=self.now.utc + timedelta(**by))

    def restart(self) -> None:
        self.now = replace(self.now, mono_ns=20 * S, boot_id="another")


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(guesses, "now", lambda: made.now)
    return made


def _guess(device: Device, who: str = ADA) -> bool:
    """Guess wrong; False if the guess was not even looked at."""
    try:
        guesses.begin(device, ARCHIVE, who)
    except TooManyGuesses:
        return False
    return True


def test_a_thousand_tries_make_at_most_ten_guesses_in_a_quarter_of_an_hour(device: Device, time: Clock) -> None:
    made = []
    for _ in range(1000):
        made.append(_guess(device))
        time.pass_s(0.9)
    assert 5 <= sum(made) <= 10


def test_waits_double_and_never_pass_a_quarter_of_an_hour(device: Device, time: Clock) -> None:
    waits = []
    for _ in range(14):
        waits.append(round(guesses.waiting_s(device, ARCHIVE, ADA)))
        time.pass_s(waits[-1])
        assert _guess(device)
    assert waits == [0, 0, 0, 0, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]


@pytest.mark.parametrize("turned", [{"days": 365}, {"days": -1}])
def test_turning_the_wall_clock_ends_no_wait(device: Device, time: Clock, turned: dict[str, float]) -> None:
    for _ in range(5):
        _guess(device)
    time.turn(**turned)
    assert not _guess(device)
    time.pass_s(17)
    assert _guess(device)


def test_a_restart_ends_no_wait_and_makes_none_longer_than_it_was(device: Device, time: Clock) -> None:
    for _ in range(4):
        _guess(device)
    time.pass_s(guesses.waiting_s(device, ARCHIVE, ADA))
    assert _guess(device)
    time.restart()
    again = Device.load()
    assert not _guess(again)
    time.pass_s(32)
    assert _guess(again)


def test_a_refused_try_does_not_make_the_wait_longer(device: Device, time: Clock) -> None:
    for _ in range(4):
        _guess(device)
    for _ in range(15):
        assert not _guess(device)
        time.pass_s(1)
    time.pass_s(1)
    assert _guess(device)


def test_a_right_guess_begins_anew_and_tells_how_many_were_wrong(device: Device, time: Clock) -> None:
    for _ in range(3):
        _guess(device)
    assert guesses.begin(device, ARCHIVE, ADA) == 3
    guesses.was_right(device, ARCHIVE, ADA)
    assert guesses.begin(device, ARCHIVE, ADA) == 0


def test_programs_that_guess_at_the_same_moment_share_the_limit(device: Device, time: Clock) -> None:
    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(lambda _: _guess(device), range(32))) == 4


def test_one_person_does_not_lock_out_another(device: Device, time: Clock) -> None:
    while _guess(device, ADA):
        pass
    assert _guess(device, BOB)


def test_a_guess_counts_before_it_is_made(device: Device, time: Clock) -> None:
    """Whoever kills the program between guess and answer has used the guess up."""
    for _ in range(4):
        guesses.begin(device, ARCHIVE, ADA)
    assert guesses.waiting_s(Device.load(), ARCHIVE, ADA) == 16


def test_forged_and_torn_lines_count_for_nothing(device: Device, time: Clock) -> None:
    for _ in range(4):
        _guess(device)
    file = device.anchor_file(f"{ARCHIVE}.guesses")
    file.write_bytes(file.read_bytes() + b'\n["{\\"say\\":\\"right\\",\\"who\\":\\"ada\\"}","00"]\n["{\\"sa')
    assert not _guess(device)
