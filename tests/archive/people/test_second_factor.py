from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from vaults import PASSPHRASE, audit_rows

from clinic.archive import audit, clock
from clinic.archive.errors import WrongPassphrase
from clinic.archive.people import second_factor, totp
from clinic.archive.people.errors import CodeNeeded, TooManyGuesses, WrongCode
from clinic.archive.store import Archive

SECRET = bytes(range(20))


NOW = clock.now()


@pytest.fixture(autouse=True)
def _half_a_minute_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinic.archive.people.second_factor.clock", SimpleNamespace(now=lambda: NOW))


def code(steps: int = 0) -> str:
    return totp.code_at(SECRET, totp.step_at(NOW.utc + timedelta(seconds=30 * steps)))


@pytest.fixture
def guarded(archive: Archive, folder: Path) -> Path:
    """An archive whose owner signs in with a code; the present one was used to set that up."""
    second_factor.set_up(archive, PASSPHRASE, SECRET, code(-1))
    archive.close()
    return folder


def test_the_passphrase_alone_does_not_open(guarded: Path) -> None:
    with pytest.raises(CodeNeeded):
        Archive.open(guarded, PASSPHRASE)
    with pytest.raises(WrongCode, match="clocks"):
        Archive.open(guarded, PASSPHRASE, code="123")
    with Archive.open(guarded, PASSPHRASE, code=code()) as archive:
        assert audit_rows(archive)[-1]["reason"] == "after 1 wrong code"
    assert audit.verify(guarded, PASSPHRASE, full=True).faults == ()


def test_a_code_opens_once(guarded: Path) -> None:
    watched = code()
    Archive.open(guarded, PASSPHRASE, code=watched).close()
    for old in (watched, code(-1)):
        with pytest.raises(WrongCode, match="used before"):
            Archive.open(guarded, PASSPHRASE, code=old)
    Archive.open(guarded, PASSPHRASE, code=code(1)).close()


def test_codes_cannot_be_tried_one_after_the_other(guarded: Path) -> None:
    """The right passphrase between two wrong codes does not begin the count anew."""
    for _ in range(4):
        with pytest.raises(WrongCode):
            Archive.open(guarded, PASSPHRASE, code="123")
        with pytest.raises(CodeNeeded):
            Archive.open(guarded, PASSPHRASE)
    with pytest.raises(TooManyGuesses):
        Archive.open(guarded, PASSPHRASE, code=code())


def test_a_wrong_code_changes_nothing(archive: Archive) -> None:
    with pytest.raises(WrongCode):
        second_factor.set_up(archive, PASSPHRASE, SECRET, "000")
    with pytest.raises(WrongPassphrase):
        second_factor.set_up(archive, "some other passphrase", SECRET, code())
    assert "second-factor" not in [row["event"] for row in audit_rows(archive)]


def test_it_can_be_given_up_with_the_passphrase(guarded: Path) -> None:
    with Archive.open(guarded, PASSPHRASE, code=code()) as archive:
        second_factor.give_up(archive, PASSPHRASE)
    Archive.open(guarded, PASSPHRASE).close()


def test_the_printed_key_needs_no_code(archive: Archive, folder: Path) -> None:
    key = archive.new_recovery_key(PASSPHRASE)
    second_factor.set_up(archive, PASSPHRASE, SECRET, code(-1))
    archive.close()
    Archive.open(folder, key).close()
