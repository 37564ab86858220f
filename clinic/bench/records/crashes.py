"""Processes killed in the middle of their work, and several at once: nothing acknowledged is lost, nothing is half."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from clinic.archive import backup
from clinic.archive.device import Device
from clinic.archive.errors import ArchiveError
from clinic.archive.store import Archive
from clinic.bench.records.crew import forking
from clinic.bench.records.ground import CASE, PASSPHRASE, Ground, Tally, pictured, words
from clinic.bench.timing import timed
from clinic.case import Case, digest
from clinic.jobs import Progress

_CHECK_EVERY = 10
_LONGEST_S = 0.03  # a commit takes less: kills fall into every part of it
_SOME = 10  # states
_PER_KILL = 1000  # numbers of states that one writer may use


def kills(ground: Ground, tries: int) -> Tally:
    """Kill a writer at a random moment, again and again; a miss is an acknowledged state that is not there, whole."""
    tally = Tally()
    with ground.copied() as victim:
        for attempt in range(1, tries + 1):
            acknowledged = _killed(victim, attempt * _PER_KILL)
            tally.add(kept(victim, acknowledged, thorough=attempt % _CHECK_EVERY == 0))
    return tally


def together(ground: Ground, writers: int) -> Tally:
    """Let several processes write to the same archive; a miss is a commit that is not there."""
    tally = Tally()
    with ground.copied() as victim:
        processes = [_started(victim, _PER_KILL * (number + 1), _SOME) for number in range(writers)]
        said = [set(_said(pipe)) for _, pipe in processes]
        for process, _ in processes:
            process.join()
        with victim.open() as archive:
            for numbers in said:
                there = {revision.words for revision in archive.history(_case_of(min(numbers))).revisions}
                for number in numbers:
                    tally.add(words(number) in there)
        tally.add(not victim.faults(full=True))
    return tally


def replacements(ground: Ground, tries: int) -> Tally:
    """Kill what replaces the archive's files: a rotation of the vault key, a restore. A miss is neither old nor new."""
    tally = Tally()
    with ground.copied() as home:
        with home.open() as archive:
            archive.back_up(home.home / "backup", Progress())
        for work in (_rotate, _restore):
            with home.copied() as rehearsal:
                _, longest = timed(_run(work, rehearsal).join)
            for _ in range(tries // 2):
                with home.copied() as victim:
                    process = _run(work, victim)
                    time.sleep(victim.rng.uniform(0.0, longest))
                    process.kill()
                    process.join()
                    tally.add(_old_or_new(victim))
    return tally


def _run(work: Callable[[Path], object], victim: Ground) -> BaseProcess:
    process: BaseProcess = forking().Process(target=work, args=(victim.home,))
    process.start()
    return process


def _rotate(home: Path) -> None:
    with Archive.open(home / "archive", PASSPHRASE, device=Device.load(home / "device")) as archive:
        archive.renew_vault_key(Progress())


def _restore(home: Path) -> None:
    device = Device.load(home / "device")
    backup.restore(home / "backup", home / "archive", PASSPHRASE, "proof", Progress(), device=device)


def _old_or_new(victim: Ground) -> bool:
    try:
        with victim.open() as archive:
            there = not archive.old_copy and digest(archive.open_case(CASE)[0]) == digest(pictured(3))
    except ArchiveError:
        return False
    left = [path.name for path in victim.home.iterdir() if path.name.endswith((".tmp", ".ready"))]
    return there and not left and not victim.faults(full=True)


def _killed(victim: Ground, first: int) -> list[int]:
    process, pipe = _started(victim, first, _PER_KILL)
    pipe.recv()  # it has opened the archive
    time.sleep(victim.rng.uniform(0.0, _LONGEST_S))
    process.kill()
    process.join()
    return list(_said(pipe))


def acknowledged_and_killed(victim: Ground) -> list[int]:
    """Let a writer acknowledge some states, kill it while its log is not folded in, and return their numbers."""
    process, pipe = _started(victim, _PER_KILL, _PER_KILL)
    pipe.recv()  # it has opened the archive
    said = [pipe.recv() for _ in range(_SOME)]
    process.kill()
    process.join()
    return [*said, *_said(pipe)]


def kept(victim: Ground, acknowledged: list[int], *, thorough: bool) -> bool:
    """Return True if the archive opens, has every acknowledged state, and is whole. thorough: every byte is read."""
    try:
        with victim.open() as archive:
            there = not acknowledged or _there(archive, acknowledged)
    except ArchiveError:
        return False
    return there and not victim.faults(full=thorough)


def _there(archive: Archive, acknowledged: list[int]) -> bool:
    case, history = archive.open_case(_case_of(acknowledged[0]))
    kept = {revision.words for revision in history.revisions}
    newest = int(history.revisions[-1].words.split()[1])  # may be one that was recorded and not yet acknowledged
    return kept >= {words(number) for number in acknowledged} and digest(case) == digest(_state(newest))


def _started(victim: Ground, first: int, commits: int) -> tuple[BaseProcess, Connection]:
    context = forking()
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_write, args=(victim.folder, victim.home / "device", first, commits, there))
    process.start()
    there.close()
    return process, here


def _write(folder: Path, device: Path, first: int, commits: int, pipe: Connection) -> None:
    with Archive.open(folder, PASSPHRASE, device=Device.load(device)) as archive:
        pipe.send(None)
        for number in range(first, first + commits):
            archive.commit(_state(number), words(number))
            pipe.send(number)


def _said(pipe: Connection) -> Iterator[int]:
    """Yield what was acknowledged until the other end closes."""
    with pipe, _ended():
        while True:
            number = pipe.recv()
            if number is not None:
                yield number


@contextmanager
def _ended() -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError):  # a message cut off in the middle was not received
        return


def _state(number: int) -> Case:
    return replace(pictured(number), id=_case_of(number))


def _case_of(number: int) -> str:
    return f"case-{number // _PER_KILL}"
