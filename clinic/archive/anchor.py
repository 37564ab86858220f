"""What this computer remembers of an archive, against what the archive says of itself."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from clinic.archive.chain import Head
from clinic.archive.clock import now
from clinic.archive.device import AnchorLine, Device
from clinic.archive.schema import AUDIT


@dataclass(frozen=True, slots=True)
class Memory:
    """What the anchor file of one archive holds.

    heads: (seq, MAC in hex). begun: large objects that this computer set out to write. erased: patients (ids).
    unreadable: lines that are not genuine, after a power cut or a forgery. restoring: the last row of a backup that was
    being put back when the program died.
    """

    heads: frozenset[tuple[int, str]]
    begun: frozenset[str]
    erased: frozenset[str]
    unreadable: int
    restoring: tuple[int, str] | None = None

    @classmethod
    def load(cls, device: Device, archive: str) -> "Memory":
        """Read all of it. Raises OSError."""
        return cls._gathered(device.remembered(archive))

    @classmethod
    def load_recent(cls, device: Device, archive: str) -> "Memory":
        """Read back to the last opening but one: enough to tell an old copy, quick however long the memory is.

        The last opening alone would not do: a line of another process may stand just before it.
        """
        return cls._gathered(_recent(device.remembered(archive)))

    @classmethod
    def _gathered(cls, latest_first: Iterable[AnchorLine]) -> "Memory":
        heads: set[tuple[int, str]] = set()
        begun: set[str] = set()
        erased: set[str] = set()
        restored = settled = False
        restoring = None
        unreadable = 0
        for line in latest_first:
            said: Any = line.said.get("say")
            unreadable += not line.genuine
            settled |= said in ("opened", "restored")
            if said == "restoring" and not settled and restoring is None:
                restoring = int(line.said["seq"]), str(line.said["mac"])
            if said in ("head", "restored") and not restored:
                heads.add((int(line.said["seq"]), str(line.said["mac"])))
            restored |= said == "restored"  # what was recorded before is known to be lost
            begun.update(line.said.get("begun", ()))
            erased.update(line.said.get("erased", ()))
        return cls(frozenset(heads), frozenset(begun), frozenset(erased), unreadable, restoring)

    def restored(self, mac_of: Callable[[int], str | None]) -> bool:
        """Return True if this is the archive that was being put in its place when the program died."""
        return self.restoring is not None and mac_of(self.restoring[0]) == self.restoring[1]

    def lost(self, mac_of: Callable[[int], str | None]) -> int | None:
        """Return the first remembered row that the archive does not have as it was, None if it has them all."""
        if self.restored(mac_of):
            return None
        return next((seq for seq, mac in sorted(self.heads) if mac_of(seq) != mac), None)


def _recent(latest_first: Iterable[AnchorLine]) -> Iterator[AnchorLine]:
    openings = 0
    for line in latest_first:
        yield line
        openings += line.said.get("say") == "opened"
        if openings == 2:
            return


def remember_head(device: Device, archive: str, head: Head) -> None:
    """Remember the last row, after it was committed: the memory is never ahead of the archive. Raises OSError.

    It is not waited for: each line says what the ones before said, and more. What a power cut takes of the last seconds
    could be cut off the archive unnoticed, no more.
    """
    said = {"say": "head", "seq": head.seq, "mac": head.mac.hex(), "utc": now().text}
    device.remember(archive, said, settled=False)


def remember_restoring(device: Device, archive: str, head: Head) -> None:
    """Remember that a backup with this last row is about to be put back; it counts until the next opening.

    So a computer that dies before `remember_restored` still knows the restored archive for what it is. Raises OSError.
    """
    device.remember(archive, {"say": "restoring", "seq": head.seq, "mac": head.mac.hex(), "utc": now().text})


def remember_restored(device: Device, archive: str, head: Head) -> None:
    """Remember that a backup was put back, and so later rows than `head` were given up. Raises OSError."""
    device.remember(archive, {"say": "restored", "seq": head.seq, "mac": head.mac.hex(), "utc": now().text})


def remember_erased(device: Device, archive: str, patients: Sequence[str]) -> None:
    """Remember who was erased, for the day a backup brings them back. Raises OSError."""
    device.remember(archive, {"say": "erased", "erased": patients, "utc": now().text})


def remember_begun(device: Device, archive: str, blobs: Sequence[str]) -> None:
    """Remember which files may be cleared away if nothing comes to refer to them. Raises OSError."""
    device.remember(archive, {"say": "begin", "begun": blobs, "utc": now().text})


def remember(device: Device, archive: str, what: str) -> None:
    """Remember something that cannot or must not go into the archive itself. Raises OSError."""
    device.remember(archive, {"say": what, "utc": now().text})


def mac_lookup(connection: Connection) -> Callable[[int], str | None]:
    """Return the function that gives the MAC (hex) of an audit row, None if there is no such row."""

    def mac_of(seq: int) -> str | None:
        mac: bytes | None = connection.execute(select(AUDIT.c.mac).where(AUDIT.c.seq == seq)).scalar()
        return None if mac is None else mac.hex()

    return mac_of
