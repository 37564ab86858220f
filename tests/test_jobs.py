import sys
import threading
import time

import numpy as np
import pytest
from numpy.typing import NDArray

from clinic.errors import ClinicError
from clinic.jobs import Cancelled, ProcessLane, Progress, WorkerDied, in_process


def add(a: int, b: int, progress: Progress) -> int:
    progress.report(0.5, "adding")
    return a + b


def refuse(progress: Progress) -> None:
    raise ClinicError("Not today.")


def sleep_for_ever(progress: Progress) -> None:
    progress.report(0.1, "asleep")
    time.sleep(600)


def die(progress: Progress) -> None:
    import os

    os._exit(9)


def test_parts_report_in_the_scale_of_the_whole() -> None:
    told: list[tuple[float, str]] = []
    whole = Progress(lambda fraction, words: told.append((fraction, words)))
    part = whole.part(0.5, 1.0)
    part.report(0.5, "half of the second half")
    part.part(0.0, 0.5).report(1.0, "deeper")
    assert told == [(0.75, "half of the second half"), (0.75, "deeper")]


def test_cancelling_the_whole_stops_its_parts() -> None:
    whole = Progress()
    part = whole.part(0.0, 0.5)
    whole.cancel()
    with pytest.raises(Cancelled):
        part.report(0.1, "never told")


def test_a_child_process_answers_and_reports() -> None:
    told: list[str] = []
    assert in_process(add, 2, 3, progress=Progress(lambda _, words: told.append(words))) == 5
    assert told == ["adding"]


def test_what_the_child_raises_is_raised_here() -> None:
    with pytest.raises(ClinicError, match="Not today"):
        in_process(refuse, progress=Progress())


class OutOfMilk(ClinicError):
    def __init__(self, litres: float) -> None:
        super().__init__(f"{litres} litres are missing.")


def shop(progress: Progress) -> None:
    raise OutOfMilk(1.5)


def test_an_error_that_makes_its_own_words_says_them_once() -> None:
    with pytest.raises(OutOfMilk) as refused:
        in_process(shop, progress=Progress())
    assert str(refused.value) == "1.5 litres are missing."


def test_cancel_kills_within_a_second_and_the_lane_serves_again() -> None:
    progress = Progress()
    asleep = threading.Event()
    progress._listener = lambda *_: asleep.set()
    threading.Thread(target=_cancel_once, args=(asleep, progress)).start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        in_process(sleep_for_ever, progress=progress)
    assert time.monotonic() - begun < 30
    assert in_process(add, 1, 1, progress=Progress()) == 2


def test_a_cancelled_job_stops_waiting_for_the_one_before() -> None:
    lane, first, second = ProcessLane(), Progress(), Progress()
    asleep, woken = threading.Event(), threading.Event()
    first._listener = lambda *_: asleep.set()

    def sleeper() -> None:
        with pytest.raises(Cancelled):
            lane.run(sleep_for_ever, progress=first)
        woken.set()

    threading.Thread(target=sleeper).start()
    assert asleep.wait(60)
    threading.Timer(0.2, second.cancel).start()
    with pytest.raises(Cancelled):
        lane.run(add, 1, 1, progress=second)
    assert not woken.is_set()
    first.cancel()
    assert woken.wait(30)
    assert lane.run(add, 1, 1, progress=Progress()) == 2


def doubled(arrays: tuple[NDArray[np.float64], ...], progress: Progress) -> tuple[NDArray[np.float64], ...]:
    return tuple(2 * array for array in arrays)


def test_arrays_of_any_layout_travel_both_ways() -> None:
    table = np.arange(600_000.0).reshape(300, 2000)
    sent = (table, np.asfortranarray(table), table[::3, ::-2], table[:0], np.array(7.0))
    for before, after in zip(sent, in_process(doubled, sent, progress=Progress()), strict=True):
        assert np.array_equal(after, 2 * before)


def test_a_child_that_dies_is_a_clear_error() -> None:
    with pytest.raises(WorkerDied, match="Nothing was changed"):
        in_process(die, progress=Progress())
    assert in_process(add, 1, 1, progress=Progress()) == 2


def _cancel_once(asleep: threading.Event, progress: Progress) -> None:
    asleep.wait(30)
    progress.cancel()


def press_ctrl_c_here(progress: Progress) -> str:
    import os
    import signal

    os.kill(os.getpid(), signal.SIGINT)
    return "still here"


@pytest.mark.skipif(sys.platform == "win32", reason="signals reach processes otherwise there")
def test_ctrl_c_in_the_terminal_does_not_reach_the_child() -> None:
    assert in_process(press_ctrl_c_here, progress=Progress()) == "still here"


def test_after_ctrl_c_the_next_job_gets_its_own_answer() -> None:
    def interrupted(fraction: float, words: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        in_process(add, 1, 1, progress=Progress(interrupted))
    assert in_process(add, 20, 3, progress=Progress()) == 23
