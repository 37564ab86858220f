"""A secret in the system keyring beside the passphrase: a copy of the archive does not open with the latter alone."""

import sys
import types
from pathlib import Path

import pytest
from vaults import CHEAP, PASSPHRASE, files

from clinic.archive import second_secret
from clinic.archive.audit import verify
from clinic.archive.errors import WrongPassphrase
from clinic.archive.holders import Keyring, NoKeyring, SecretGone
from clinic.archive.second_secret import NoRecoveryKey
from clinic.archive.store import Archive

NEW = "four other unrelated words"


class KeyringError(Exception):
    """As the package raises it."""


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """A keyring in memory behind the package's own functions."""
    secrets: dict[tuple[str, str], str] = {}
    package, errors = types.ModuleType("keyring"), types.ModuleType("keyring.errors")
    monkeypatch.setattr(package, "get_password", lambda service, name: secrets.get((service, name)), raising=False)
    monkeypatch.setattr(
        package, "set_password", lambda service, name, secret: secrets.update({(service, name): secret}), raising=False
    )
    monkeypatch.setattr(package, "delete_password", lambda service, name: secrets.pop((service, name)), raising=False)
    monkeypatch.setattr(errors, "KeyringError", KeyringError, raising=False)
    monkeypatch.setitem(sys.modules, "keyring", package)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    return secrets


def test_passphrase_and_keyring_open_together_and_neither_alone(
    archive: Archive, folder: Path, kept: dict[tuple[str, str], str]
) -> None:
    printed = archive.new_recovery_key(PASSPHRASE)
    second_secret.bind(archive, PASSPHRASE, cost=CHEAP)
    archive.close()
    Archive.open(folder, PASSPHRASE).close()
    with pytest.raises(WrongPassphrase):
        Archive.open(folder, NEW)
    stolen = dict(kept)
    kept.clear()
    with pytest.raises(SecretGone, match="recovery key"):
        Archive.open(folder, PASSPHRASE)
    Archive.open(folder, printed).close()
    kept.update(stolen)
    assert all(secret.encode() not in data for secret in stolen.values() for data in files(folder).values())
    assert verify(folder, PASSPHRASE, full=True).faults == ()


def test_a_change_of_passphrase_keeps_the_secret_and_a_release_ends_it(
    archive: Archive, folder: Path, kept: dict[tuple[str, str], str]
) -> None:
    archive.new_recovery_key(PASSPHRASE)
    second_secret.bind(archive, PASSPHRASE, cost=CHEAP)
    archive.change_passphrase(PASSPHRASE, NEW, cost=CHEAP)
    assert len(kept) == 1
    second_secret.release(archive, NEW, cost=CHEAP)
    assert kept == {}
    archive.close()
    Archive.open(folder, NEW).close()


def test_without_a_recovery_key_or_a_keyring_nothing_changes(
    archive: Archive, folder: Path, kept: dict[tuple[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(folder)["slots.json"]
    with pytest.raises(NoRecoveryKey):
        second_secret.bind(archive, PASSPHRASE, cost=CHEAP)
    assert (kept, files(folder)["slots.json"]) == ({}, before)
    archive.new_recovery_key(PASSPHRASE)
    before = files(folder)["slots.json"]

    def refused(*_: str) -> None:
        raise KeyringError

    monkeypatch.setattr(sys.modules["keyring"], "set_password", refused)
    with pytest.raises(NoKeyring):
        second_secret.bind(archive, PASSPHRASE, cost=CHEAP)
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(NoKeyring):
        Keyring().fetch("x")
    assert files(folder)["slots.json"] == before
