import hashlib

import pytest

from clinic.archive.merkle import Frontier

# The leaves and roots of the tests of Certificate Transparency's reference code (merkletree, `merkle_tree_test.cc`).
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def tree(count: int) -> Frontier:
    grown = Frontier()
    for leaf in LEAVES[:count]:
        grown.append(bytes.fromhex(leaf))
    return grown


@pytest.mark.parametrize("count", ROOTS)
def test_roots_are_those_of_rfc_6962(count: int) -> None:
    assert tree(count).root.hex() == ROOTS[count]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert Frontier().root == hashlib.sha256().digest()


def test_a_tree_goes_on_from_what_was_kept() -> None:
    for count in range(8):
        kept = tree(count)
        again = Frontier.from_bytes(count, kept.to_bytes())
        again.append(bytes.fromhex(LEAVES[count]))
        assert again.root == tree(count + 1).root
    with pytest.raises(ValueError, match="size"):
        Frontier.from_bytes(3, bytes(32))
