import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.archive.crypto import (
    MIN_PASSPHRASE,
    Argon2Cost,
    Forged,
    derive,
    new_passphrase,
    passphrase_key,
    place,
    random_key,
    require_strong,
    seal,
    seal_to,
    unseal,
    unseal_with,
)
from clinic.archive.errors import WeakPassphrase
from clinic.archive.slots import User

FLOOR = Argon2Cost(passes=2, memory_kib=19 * 1024)


def test_a_new_passphrase_is_long_legible_and_never_the_same() -> None:
    made = {new_passphrase() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}", one) for one in made)
    for one in made:
        require_strong(one)


def test_a_short_passphrase_is_refused_and_told_how_long() -> None:
    require_strong("x" * MIN_PASSPHRASE)
    with pytest.raises(WeakPassphrase, match="at least 15"):
        require_strong("x" * (MIN_PASSPHRASE - 1))


def test_a_passphrase_is_the_same_however_the_keyboard_composes_it() -> None:
    composed, decomposed = "caf\u00e9 au lait, encore", "cafe\u0301 au lait, encore"
    assert passphrase_key(composed, bytes(16), FLOOR) == passphrase_key(decomposed, bytes(16), FLOOR)


def test_a_passphrase_gives_the_same_key_for_ever() -> None:
    """Archives of the past depend on it. Argon2id 1.3, t = 2, m = 19 MiB, p = 1."""
    key = passphrase_key("correct horse battery", b"0123456789abcdef", FLOOR)
    assert key.hex() == "ebd23ba828c34ec430850a85be94098aa108d25190bf10bce1f5c4d0ab7171ae"


@pytest.mark.parametrize(
    "cost", [Argon2Cost(1), Argon2Cost(memory_kib=1024), Argon2Cost(memory_kib=1 << 30), Argon2Cost(1000)]
)
def test_costs_outside_floor_and_ceiling_are_not_acceptable(cost: Argon2Cost) -> None:
    assert not cost.acceptable
    assert FLOOR.acceptable
    assert Argon2Cost().acceptable


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.binary(max_size=100), st.data())
def test_sealed_bytes_open_only_whole_in_their_place_with_their_key(content: bytes, data: st.DataObject) -> None:
    key, where = random_key(), place("patient", "enc", "p-1", 1)
    sealed = seal(key, content, where)
    assert unseal(key, sealed, where) == content
    bit = data.draw(st.integers(0, 8 * len(sealed) - 1))
    flipped = bytearray(sealed)
    flipped[bit // 8] ^= 1 << bit % 8
    cut = sealed[: data.draw(st.integers(0, len(sealed) - 1))]
    elsewhere = place("patient", "enc", "p-1", 2)
    for attempt in (
        (key, bytes(flipped), where),
        (key, cut, where),
        (key, sealed, elsewhere),
        (bytes(32), sealed, where),
    ):
        with pytest.raises(Forged):
            unseal(*attempt)


def test_what_is_sealed_for_one_user_opens_for_no_other() -> None:
    ada, eve = User("ada", random_key(), random_key()), User("eve", random_key(), random_key())
    sealed = seal_to(ada.public_x25519, b"the vault key", b"where")
    assert unseal_with(ada.x25519, sealed, b"where") == b"the vault key"
    for private, attempt in ((eve.x25519, sealed), (ada.x25519, bytes(32) + sealed[32:]), (ada.x25519, sealed[:20])):
        with pytest.raises(Forged):
            unseal_with(private, attempt, b"where")


def test_places_cannot_run_into_each_other() -> None:
    assert place("ab", "c") != place("a", "bc")
    assert derive(bytes(32), "one") != derive(bytes(32), "two")
