import threading

from pytestqt.qtbot import QtBot

from clinic.jobs import Cancelled, Progress
from clinic.ui.worker import Clerk, Latest, Worker


def test_the_answer_comes_back_on_the_windows_thread(qtbot: QtBot) -> None:
    worker = Worker()
    answers: list[tuple[int, int]] = []
    errors: list[Exception] = []
    heard: list[tuple[float, str]] = []
    worker.progressed.connect(lambda fraction, words: heard.append((fraction, words)))

    def work(progress: Progress) -> int:
        progress.report(0.5, "Half way")
        return threading.get_ident()

    assert worker.start("Count", work, lambda ident: answers.append((ident, threading.get_ident())), errors.append)
    qtbot.waitUntil(lambda: bool(answers))
    assert answers[0][0] != threading.get_ident()
    assert answers[0][1] == threading.get_ident()
    assert heard == [(0.5, "Half way")]
    assert worker.words == ""


def test_one_job_at_a_time_and_a_cancel_reaches_it(qtbot: QtBot) -> None:
    worker = Worker()
    errors: list[Exception] = []
    began = threading.Event()

    def work(progress: Progress) -> None:
        began.set()
        while True:
            progress.report(0.1, "Turning")

    assert worker.start("Turn", work, lambda _: None, errors.append)
    assert not worker.start("Turn again", work, lambda _: None, errors.append)
    began.wait(5)
    worker.cancel()
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], Cancelled)


def test_what_a_job_raises_is_handed_on(qtbot: QtBot) -> None:
    worker = Worker()
    errors: list[Exception] = []

    def work(progress: Progress) -> None:
        raise ValueError("broken")

    worker.start("Break", work, lambda _: None, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert str(errors[0]) == "broken"


def test_only_the_newest_question_is_answered(qtbot: QtBot) -> None:
    lane = Latest()
    answers: list[str] = []
    lane.answered.connect(answers.append)
    gate = threading.Event()

    def first() -> str:
        gate.wait(5)
        return "first"

    lane.ask(first)
    qtbot.wait(50)
    lane.ask(lambda: "second")
    lane.ask(lambda: "third")
    gate.set()
    qtbot.waitUntil(lambda: len(answers) == 2)
    lane.close()
    assert answers == ["first", "third"]


def test_a_clerk_does_one_thing_after_the_other_and_drops_what_waits_when_stopped(qtbot: QtBot) -> None:
    clerk, gate = Clerk(), threading.Event()
    done: list[object] = []

    def answer(number: int) -> int:
        gate.wait(5)
        return number

    for number in range(3):
        clerk.ask(f"Thing {number}", lambda _, number=number: answer(number), done.append, done.append)  # type: ignore[misc]
    assert clerk.words == "Thing 0"
    gate.set()
    qtbot.waitUntil(lambda: len(done) == 3)
    assert done == [0, 1, 2]
    gate.clear()
    for number in range(2):
        clerk.ask(f"Thing {number}", lambda progress: gate.wait(5), done.append, done.append)
    clerk.cancel()
    gate.set()
    qtbot.waitUntil(lambda: not clerk.words)
    assert [type(one) for one in done[3:]] == [Cancelled]
