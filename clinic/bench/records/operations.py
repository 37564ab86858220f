"""What sealing and recording cost: each step of the archive against plain SQLite that keeps and tells the same.

The plain twin is what a careful program without encryption or proof would do: the same rows with the same bytes, a line
in a log for each event, one transaction per step, WAL, synchronous FULL.
"""

import secrets
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from clinic.archive import clock
from clinic.archive.store import Archive
from clinic.bench.records.ground import CASE, Ground, planned, words
from clinic.bench.timing import timed
from clinic.case import Case, Patient

_CASES = 20  # for the list
_ROOT_BYTES = 400  # about what the sealed root of a case has
_FIRST = 1000  # number of the first state that is made here

Step = Callable[[int], object]


def against_sqlite(ground: Ground, count: int) -> Mapping[str, Mapping[str, float]]:
    """Return milliseconds and ratios of each step."""
    with ground.copied() as copy, copy.open() as archive, closing(_Plain(copy.home / "plain.db")) as plain:
        case = archive.open_case(CASE)[0]
        for number in range(_CASES):
            archive.commit(replace(case, id=f"c-{number}", patient=Patient(f"p-{number}", "Ground")), "Register")
            plain.register(f"c-{number}")
        plain.register(CASE)
        return {name: _pairs(*steps, count) for name, steps in _steps(archive, case, plain).items()}


def _steps(archive: Archive, case: Case, plain: "_Plain") -> Mapping[str, tuple[Step, Step]]:
    """Return each step in the archive and in plain SQLite."""
    return {
        "commit": (lambda n: archive.commit(planned(case, n), words(n)), lambda n: plain.commit(CASE, n, words(n))),
        "undo": (lambda n: archive.move(CASE, 1 + n % 4, "Undo", "undo"), lambda n: plain.move(CASE, 1, "undo")),
        "record": (lambda n: archive.record("view", "look"), lambda n: plain.record("view", "look")),
        "open a case": (lambda n: archive.open_case(CASE), lambda n: plain.open_case(CASE)),
        "list": (lambda n: archive.cases(), lambda n: plain.list()),
    }


def _pairs(ours: Step, theirs: Step, count: int) -> Mapping[str, float]:
    """Time both, in turns the one and the other first: the disk is not the same after either."""
    taken: dict[Step, list[tuple[float, float]]] = {ours: [], theirs: []}
    for number in range(_FIRST, _FIRST + count):
        for step in (ours, theirs) if number % 2 else (theirs, ours):
            begun = time.process_time()
            _, wall = timed(partial(step, number))
            taken[step].append((wall, time.process_time() - begun))
    pairs = [(one[0], other[0]) for one, other in zip(taken[ours], taken[theirs], strict=True)]
    return {
        "ours_ms": _milliseconds(one for one, _ in pairs),
        "sqlite_ms": _milliseconds(other for _, other in pairs),
        "ratio": round(statistics.median(one / other for one, other in pairs), 2),
        "ours_cpu_ms": _milliseconds(cpu for _, cpu in taken[ours]),
        "sqlite_cpu_ms": _milliseconds(cpu for _, cpu in taken[theirs]),
    }


def _milliseconds(seconds: Iterable[float]) -> float:
    return round(1000 * statistics.median(seconds), 3)


_TABLES = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "CREATE TABLE patient (id TEXT PRIMARY KEY, content BLOB)",
    "CREATE TABLE study (id TEXT PRIMARY KEY, patient TEXT, head INTEGER, changed_utc TEXT)",
    "CREATE TABLE revision (id TEXT PRIMARY KEY, study TEXT, number INTEGER, parent INTEGER, made_utc TEXT, "
    "words TEXT, content BLOB)",
    "CREATE TABLE log (seq INTEGER PRIMARY KEY, utc TEXT, actor TEXT, event TEXT, object TEXT, words TEXT)",
)


class _Plain:
    """A store of the same steps in plain SQLite."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._content = secrets.token_bytes(_ROOT_BYTES)
        for statement in _TABLES:
            self._connection.execute(statement)

    def close(self) -> None:
        self._connection.close()

    def register(self, case: str) -> None:
        with _Step(self._connection) as run:
            run("INSERT INTO patient VALUES (?, ?)", (case, self._content))
            run("INSERT INTO study VALUES (?, ?, 1, ?)", (case, case, clock.now().text))
            run("INSERT INTO revision VALUES (?, ?, 1, NULL, ?, '', ?)", (f"{case}/1", case, "", self._content))

    def commit(self, case: str, number: int, said: str) -> None:
        with _Step(self._connection) as run:
            head = run("SELECT head FROM study WHERE id = ?", (case,)).fetchone()[0]
            values = f"{case}/{number}", case, number, head, clock.now().text, said, self._content
            run("INSERT INTO revision VALUES (?, ?, ?, ?, ?, ?, ?)", values)
            run("UPDATE study SET head = ?, changed_utc = ? WHERE id = ?", (number, clock.now().text, case))
            self._log(run, "change", case, said)

    def move(self, case: str, number: int, event: str) -> None:
        with _Step(self._connection) as run:
            run("SELECT content FROM revision WHERE id = ?", (f"{case}/{number}",)).fetchone()
            run("UPDATE study SET head = ?, changed_utc = ? WHERE id = ?", (number, clock.now().text, case))
            self._log(run, event, case, event)

    def record(self, event: str, said: str) -> None:
        with _Step(self._connection) as run:
            self._log(run, event, "", said)

    def open_case(self, case: str) -> None:
        with _Step(self._connection) as run:
            head = run("SELECT head FROM study WHERE id = ?", (case,)).fetchone()[0]
            run("SELECT content FROM revision WHERE study = ? AND number = ?", (case, head)).fetchone()
            run("SELECT number, parent, words, made_utc FROM revision WHERE study = ?", (case,)).fetchall()
            self._log(run, "view", case, "")

    def list(self) -> None:
        with _Step(self._connection) as run:
            run("SELECT s.*, p.content FROM study AS s JOIN patient AS p ON p.id = s.patient").fetchall()
            self._log(run, "list", "", "")

    @staticmethod
    def _log(run: Callable[..., sqlite3.Cursor], event: str, about: str, said: str) -> None:
        values = clock.now().text, "surgeon", event, about, said
        run("INSERT INTO log (utc, actor, event, object, words) VALUES (?, ?, ?, ?, ?)", values)


class _Step:
    """One transaction of plain SQLite."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> Callable[..., sqlite3.Cursor]:
        self._connection.execute("BEGIN IMMEDIATE")
        return self._connection.execute

    def __exit__(self, *_: object) -> None:
        self._connection.execute("COMMIT")
