"""What a thief, a forger and a failing disk do to a closed archive; every one must be found."""

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, delete, insert, update

from clinic.archive import chain, slots, vault
from clinic.archive.schema import AUDIT, TRIGGERS
from clinic.bench.records.ground import CASE, CHEAP, OTHER, PASSPHRASE, Ground, Tally, planned, words
from clinic.case import Patient

_PAGE = 4096
_ASIDE = 1 << 40  # a number that no row has


def bit_flips(ground: Ground, tries: int) -> Tally:
    """Turn one bit anywhere in the archive: database, keys, objects, key file or label."""
    tally = Tally()
    with ground.copied() as victim:
        files = sorted(path for path in victim.folder.rglob("*") if path.is_file())
        for _ in range(tries):
            path = victim.rng.choice(files)
            whole = path.read_bytes()
            path.write_bytes(_flipped(whole, victim.rng))
            tally.add(bool(victim.faults(full=True)))
            path.write_bytes(whole)
    return tally


def cuts_and_swaps(ground: Ground, tries: int) -> Tally:
    """Cut a file short, append to it, swap two objects, or swap two chunks' worth of bytes inside one."""
    tally = Tally()
    with ground.copied() as victim:
        blobs = sorted(path for path in (victim.folder / vault.BLOBS).rglob("*") if path.is_file())
        for number in range(tries):
            one, other = victim.rng.sample(blobs, 2)
            before = one.read_bytes(), other.read_bytes()
            _spoil(number % 4, one, other, victim.rng)
            tally.add(bool(victim.faults(full=True)))
            one.write_bytes(before[0])
            other.write_bytes(before[1])
    return tally


def clean_checks(ground: Ground, tries: int) -> Tally:
    """Check a whole archive; a miss is a false alarm."""
    tally = Tally()
    with ground.copied() as copy:
        for number in range(tries):
            tally.add(not copy.faults(full=number % 2 == 0))
    return tally


def replays(ground: Ground, tries: int) -> Tally:
    """Put back old pages, a file, or the whole archive of some steps ago, all of them once genuine."""
    tally = Tally()
    with ground.copied() as victim:
        past = _history(victim, 6)
        now = _files(victim.folder)
        for number in range(tries):
            old = past[victim.rng.randrange(len(past) - 1)]
            _put_back(victim, number % 5, old, now)
            tally.add(bool(victim.faults()))
            _restore(victim.folder, now)
    return tally


def forgeries(ground: Ground, tries: int) -> Tally:
    """Edit, delete, swap, backdate, cut or invent audit rows with the key of the database in hand."""
    tally = Tally()
    with ground.copied() as victim:
        whole = (victim.folder / "vault.db").read_bytes()
        for number in range(tries):
            _forge(victim, _FORGERIES[number % len(_FORGERIES)])
            tally.add(bool(victim.faults()))
            (victim.folder / "vault.db").write_bytes(whole)
    return tally


def _flipped(whole: bytes, rng: random.Random) -> bytes:
    data, bit = bytearray(whole), rng.randrange(8 * len(whole))
    data[bit // 8] ^= 1 << bit % 8
    return bytes(data)


def _spoil(way: int, one: Path, other: Path, rng: random.Random) -> None:
    first, second = one.read_bytes(), other.read_bytes()
    if way == 0:
        one.write_bytes(first[: rng.randrange(len(first))])
    elif way == 1:
        one.write_bytes(first + rng.randbytes(rng.randrange(1, 100)))
    elif way == 2:
        one.write_bytes(second)
        other.write_bytes(first)
    else:
        middle = len(first) // 2
        one.write_bytes(first[:29] + first[middle:] + first[29:middle])


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _history(victim: Ground, steps: int) -> list[dict[str, bytes]]:
    """Go on working, with a new patient and new passphrases at each step, and keep the files of every step."""
    past = [_files(victim.folder)]
    for number in range(100, 100 + steps):
        with victim.open() as archive:
            case, _ = archive.open_case(CASE)
            archive.commit(planned(case, number), words(number))
            archive.commit(replace(case, id=f"c-{number}", patient=Patient(f"p-{number}", "Ground")), "Register")
            archive.search("ground")
            for old, new in ((PASSPHRASE, OTHER), (OTHER, PASSPHRASE)):
                archive.change_passphrase(old, new, cost=CHEAP)
        past.append(_files(victim.folder))
    return past


def _put_back(victim: Ground, way: int, old: dict[str, bytes], now: dict[str, bytes]) -> None:
    """Put back the whole archive, one of its files, or pages of its database."""
    if way == 0:
        _restore(victim.folder, old)
    elif way in (1, 2):
        name = ("vault.db", "keys.db")[way - 1]
        (victim.folder / name).write_bytes(old[name])
    elif way == 3:
        for name in slots.NAMES:
            (victim.folder / name).write_bytes(old[name])
    else:
        (victim.folder / "vault.db").write_bytes(_mixed(old["vault.db"], now["vault.db"], victim.rng))


def _mixed(old: bytes, now: bytes, rng: random.Random) -> bytes:
    """Return the present database with one to three of its pages as they were."""
    data = bytearray(now)
    differ = [at for at in range(0, min(len(old), len(now)), _PAGE) if old[at : at + _PAGE] != now[at : at + _PAGE]]
    for at in rng.sample(differ, min(len(differ), rng.randrange(1, 4))):
        data[at : at + _PAGE] = old[at : at + _PAGE]
    return bytes(data)


def _restore(folder: Path, files: dict[str, bytes]) -> None:
    shutil.rmtree(folder)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _forge(victim: Ground, change: Callable[[Connection, random.Random, int], None]) -> None:
    opened = vault.unlock(victim.folder, PASSPHRASE, victim.device)
    try:
        with opened.records.begin() as connection:
            for trigger in TRIGGERS:
                connection.exec_driver_sql(f"DROP TRIGGER {trigger.split()[2]}")
            last = chain.last_row(connection)
            assert last is not None
            change(connection, victim.rng, last["seq"])
            for trigger in TRIGGERS:
                connection.exec_driver_sql(trigger)
    finally:
        opened.close()


def _edit(connection: Connection, rng: random.Random, last: int) -> None:
    column, value = rng.choice((("reason", "nothing"), ("actor", "0" * 32), ("outcome", "refused"), ("rows", "[]x")))
    connection.execute(update(AUDIT).where(AUDIT.c.seq == rng.randint(1, last)).values({column: value}))


def _drop(connection: Connection, rng: random.Random, last: int) -> None:
    connection.execute(delete(AUDIT).where(AUDIT.c.seq == rng.randint(1, last)))


def _swap(connection: Connection, rng: random.Random, last: int) -> None:
    one, other = rng.sample(range(1, last + 1), 2)
    for old, new in ((one, _ASIDE), (other, one), (_ASIDE, other)):
        connection.execute(update(AUDIT).where(AUDIT.c.seq == old).values(seq=new))


def _backdate(connection: Connection, rng: random.Random, last: int) -> None:
    when = f"20{rng.randrange(10, 25)}-01-01T00:00:00.000000+00:00"
    connection.execute(update(AUDIT).where(AUDIT.c.seq == rng.randint(1, last)).values(ts_utc=when))


def _cut(connection: Connection, rng: random.Random, last: int) -> None:
    connection.execute(delete(AUDIT).where(AUDIT.c.seq > rng.randint(1, last - 1)))


def _invent(connection: Connection, rng: random.Random, last: int) -> None:
    row = chain.last_row(connection)
    assert row is not None
    made = dict(row) | {"seq": last + 1, "prev": row["mac"], "mac": rng.randbytes(32), "reason": "never happened"}
    connection.execute(insert(AUDIT).values(**made))


_FORGERIES = (_edit, _drop, _swap, _backdate, _cut, _invent)
