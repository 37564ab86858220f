"""The Merkle tree hash of RFC 6962, §2.1, grown leaf by leaf."""

import hashlib
from dataclasses import dataclass
from itertools import pairwise

_HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that is needed to go on: one hash per full subtree, from the largest to the smallest.

    size: number of leaves; its binary digits say how large the subtrees are.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """Return the tree with one more leaf."""
        hashes, size = [*self.hashes, hashlib.sha256(b"\0" + leaf).digest()], self.size
        while size & 1:
            right = hashes.pop()
            hashes[-1] = _joined(hashes[-1], right)
            size >>= 1
        return Frontier(self.size + 1, tuple(hashes))

    @property
    def root(self) -> bytes:
        """The tree's hash; of nothing, the hash of nothing."""
        if not self.hashes:
            return hashlib.sha256().digest()
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = _joined(left, root)
        return root

    def to_bytes(self) -> bytes:
        """Return the hashes, joined; the size is kept beside them."""
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, content: bytes) -> "Frontier":
        """Return what `to_bytes` was made from. Raises ValueError if the two do not belong together."""
        if len(content) != _HASH_BYTES * size.bit_count():
            raise ValueError("the tree does not have that size")
        edges = range(0, len(content) + 1, _HASH_BYTES)
        return cls(size, tuple(content[start:end] for start, end in pairwise(edges)))


def _joined(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()
