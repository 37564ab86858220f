"""What a living process holds, others leave alone; what a dead one held, they take."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from vaults import PASSPHRASE

from clinic.archive.claims import claimed, held
from clinic.archive.errors import ArchiveBusy
from clinic.archive.presence import alone, present
from clinic.archive.store import Archive

HOLDER = """
import sys, time
from pathlib import Path
from clinic.archive.claims import claimed
with claimed(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_claim_ends_with_its_holder_however_that_ends(tmp_path: Path) -> None:
    path = tmp_path / "x.claim"
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    assert held(path)
    with pytest.raises(ArchiveBusy), claimed(path):
        pass
    process.kill()
    process.communicate()
    assert not held(path)
    with claimed(path):
        assert path.exists()
    assert not path.exists()


def test_to_be_alone_with_an_archive_takes_that_nobody_else_has_it_open(archive: Archive, folder: Path) -> None:
    with present(folder) as own:
        with pytest.raises(ArchiveBusy), alone(folder, own):
            pass
        archive.close()
        with alone(folder, own), pytest.raises(ArchiveBusy):
            Archive.open(folder, PASSPHRASE)
    Archive.open(folder, PASSPHRASE).close()
    assert list(folder.glob("*.claim")) == []


def test_claims_of_the_dead_are_cleared_and_those_of_the_living_stay(archive: Archive, folder: Path) -> None:
    (own,) = folder.glob("*.claim")
    dead = folder / "open.dead.claim"
    dead.touch()
    for claim in (own, dead):
        os.utime(claim, (0, 0))
    Archive.open(folder, PASSPHRASE).close()
    assert list(folder.glob("*.claim")) == [own]
