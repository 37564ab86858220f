"""Passphrases that change, and the printed key for the day one is lost."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaults import CHEAP, PASSPHRASE, audit_rows, files

from clinic.archive import slots
from clinic.archive.crypto import recovery_secret
from clinic.archive.errors import OldKeyFile, WeakPassphrase, WrongPassphrase
from clinic.archive.store import Archive

NEW = "four other unrelated words"
_FIXED = "2GB8EY-T7Z7YG-GC1XZK-P5E5K1-R6PN0Z-XVGEY1-3R216X-G71R90-GN5ARN"


def test_after_a_change_only_the_new_passphrase_opens(archive: Archive, folder: Path) -> None:
    archive.change_passphrase(PASSPHRASE, NEW, cost=CHEAP)
    archive.close()
    with pytest.raises(WrongPassphrase):
        Archive.open(folder, PASSPHRASE)
    with Archive.open(folder, NEW) as again:
        assert "change-passphrase" in [row["event"] for row in audit_rows(again)]


def test_a_change_needs_the_present_passphrase_and_a_strong_new_one(archive: Archive, folder: Path) -> None:
    before = files(folder)["slots.json"]
    with pytest.raises(WrongPassphrase):
        archive.change_passphrase(NEW, NEW, cost=CHEAP)
    with pytest.raises(WeakPassphrase):
        archive.change_passphrase(PASSPHRASE, "short", cost=CHEAP)
    assert files(folder)["slots.json"] == before


@pytest.mark.parametrize("reached", [1, 2])
def test_a_change_that_is_cut_off_leaves_one_passphrase_that_opens(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch, reached: int
) -> None:
    """Cut off before the first file or between the two: the old or the new one opens, and the files become alike."""
    real, count = slots.write, 0

    def cut(*arguments: object) -> None:
        nonlocal count
        count += 1
        if count == reached:
            raise KeyboardInterrupt
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(slots, "write", cut)
    with pytest.raises(KeyboardInterrupt):
        archive.change_passphrase(PASSPHRASE, NEW, cost=CHEAP)
    monkeypatch.undo()
    archive.close()
    Archive.open(folder, PASSPHRASE if reached == 1 else NEW).close()
    left = files(folder)
    assert left["slots.json"] == left["slots.copy.json"]


def test_the_recovery_key_opens_and_lets_a_new_passphrase_be_set(archive: Archive, folder: Path) -> None:
    key = archive.new_recovery_key(PASSPHRASE)
    archive.close()
    with Archive.open(folder, key.lower().replace("-", " ")) as again:
        assert [row["reason"] for row in audit_rows(again)][-1] == "with the recovery key"
        again.change_passphrase(key, NEW, cost=CHEAP)
    Archive.open(folder, NEW).close()
    Archive.open(folder, key).close()
    with pytest.raises(WrongPassphrase):
        Archive.open(folder, PASSPHRASE)


def test_a_new_recovery_key_ends_the_old_one(archive: Archive, folder: Path) -> None:
    old = archive.new_recovery_key(PASSPHRASE)
    new = archive.new_recovery_key(PASSPHRASE)
    archive.close()
    with pytest.raises(WrongPassphrase):
        Archive.open(folder, old)
    Archive.open(folder, new).close()


def test_the_recovery_key_is_kept_nowhere(archive: Archive, folder: Path) -> None:
    key = archive.new_recovery_key(PASSPHRASE)
    secret = recovery_secret(key)
    assert secret is not None
    assert all(secret not in content and key.encode() not in content for content in files(folder).values())


@given(st.integers(0, 53), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_a_letter_that_was_misread_is_noticed(at: int, letter: str) -> None:
    """One wrong letter passes with a chance of 1 in 16,384; look-alikes (O, I, L) are taken as what they look like."""
    letters = list(_FIXED.replace("-", ""))
    changed = letters[at] != letter
    letters[at] = letter
    assert (recovery_secret("".join(letters)) is None) == changed


def test_look_alikes_are_taken_as_what_they_look_like() -> None:
    assert recovery_secret(_FIXED.replace("0", "o").replace("1", "I")) == recovery_secret(_FIXED) is not None
    for between in (" ", "\u2013", "\u00a0", "", "\n"):  # as pasted from a letter
        assert recovery_secret(_FIXED.lower().replace("-", between)) == recovery_secret(_FIXED)
    assert recovery_secret("") is None
    assert recovery_secret("x" * 54) is None


def test_an_old_key_file_is_refused_whole_as_it_is(archive: Archive, folder: Path) -> None:
    """Whoever kept a copy of it, and a former passphrase, does not get in by putting it back."""
    former = {name: (folder / name).read_bytes() for name in slots.NAMES}
    archive.change_passphrase(PASSPHRASE, NEW, cost=CHEAP)
    archive.close()
    present = {name: (folder / name).read_bytes() for name in slots.NAMES}
    for name in slots.NAMES:
        (folder / name).write_bytes(former[name])
    with pytest.raises(OldKeyFile):
        Archive.open(folder, PASSPHRASE)
    (folder / slots.NAMES[1]).write_bytes(present[slots.NAMES[1]])
    with pytest.raises(WrongPassphrase):  # the copy is the present one, and takes its place
        Archive.open(folder, PASSPHRASE)
    with Archive.open(folder, NEW):
        assert {name: (folder / name).read_bytes() for name in slots.NAMES} == present
