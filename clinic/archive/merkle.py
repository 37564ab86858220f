"""The Merkle tree hash of RFC 6962, §2.1, grown leaf by leaf."""

from collections.abc import Iterable
from hashlib import sha256
from itertools import pairwise

_HASH_BYTES = 32


class Frontier:
    """All that is needed to go on: one hash per full subtree, from the largest to the smallest.

    size: number of leaves; its binary digits say how large the subtrees are.
    """

    __slots__ = ("_hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size, self._hashes = size, list(hashes)

    def append(self, leaf: bytes) -> None:
        """Add a leaf. A check does this a million times, so nothing is made anew that can stay."""
        grown, size, hashes = sha256(b"\0" + leaf).digest(), self.size, self._hashes
        while size & 1:
            grown = sha256(b"\1" + hashes.pop() + grown).digest()
            size >>= 1
        hashes.append(grown)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The tree's hash; of nothing, the hash of nothing."""
        if not self._hashes:
            return sha256().digest()
        root = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            root = sha256(b"\1" + left + root).digest()
        return root

    def to_bytes(self) -> bytes:
        """Return the hashes, joined; the size is kept beside them."""
        return b"".join(self._hashes)

    @classmethod
    def from_bytes(cls, size: int, content: bytes) -> "Frontier":
        """Return what `to_bytes` was made from. Raises ValueError if the two do not belong together."""
        if len(content) != _HASH_BYTES * size.bit_count():
            raise ValueError("the tree does not have that size")
        edges = range(0, len(content) + 1, _HASH_BYTES)
        return cls(size, (content[start:end] for start, end in pairwise(edges)))
