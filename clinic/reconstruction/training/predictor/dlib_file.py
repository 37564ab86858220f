"""Reads the trees out of a shape predictor that dlib saved.

dlib spends six bytes on every number of a leaf and rounds its answers to whole pixels; `predictor.Trees` spends two
and does not round. Layout: dlib 20.0, shape_predictor.h and serialize.h.
"""

from dataclasses import dataclass

import numpy as np

from clinic.case import Floats
from clinic.reconstruction.predictor import BOX, Trees

_VERSION = 1
_NEGATIVE, _LENGTH = 0x80, 0x0F


@dataclass(slots=True)
class _Reader:
    """Reads dlib's packed numbers one after the other."""

    content: bytes
    at: int = 0

    def whole(self) -> int:
        """A sign bit and a length in one byte, then so many bytes, the lowest first."""
        head = self.content[self.at]
        first = self.at + 1
        self.at = first + (head & _LENGTH)
        value = int.from_bytes(self.content[first : self.at], "little")
        return -value if head & _NEGATIVE else value

    def real(self) -> float:
        """Mantissa and exponent of two."""
        mantissa = self.whole()
        return float(mantissa * 2.0 ** self.whole())

    def column(self) -> Floats:
        """A matrix of one column; its sizes are written as negative numbers."""
        rows, columns = -self.whole(), -self.whole()
        return np.array([self.real() for _ in range(rows * columns)])


def trees(content: bytes) -> Trees:
    """Return the trees of a saved shape_predictor. Raises ValueError for another version."""
    reader = _Reader(content)
    if reader.whole() != _VERSION:
        raise ValueError("this is no shape predictor of the known version")
    start = reader.column().reshape(-1, 2)
    levels = [[_tree(reader) for _ in range(reader.whole())] for _ in range(reader.whole())]
    anchor = [[reader.whole() for _ in range(reader.whole())] for _ in range(reader.whole())]
    delta = [[(reader.real(), reader.real()) for _ in range(reader.whole())] for _ in range(reader.whole())]
    # dlib's box ends at the centre of its last pixel
    grown = (BOX - 1) / BOX
    leaf = np.array([[tree[2] for tree in level] for level in levels])
    return Trees(
        start=start * grown + 0.5 / BOX,
        anchor=np.array(anchor, np.int32),
        delta=np.array(delta, np.float32) * np.float32(grown),
        pair=np.array([[tree[0] for tree in level] for level in levels], np.int32),
        threshold=np.array([[tree[1] for tree in level] for level in levels], np.int32),
        leaf=(leaf * grown).reshape(*leaf.shape[:3], -1, 2).astype(np.float16),
    )


def _tree(reader: _Reader) -> tuple[Floats, Floats, Floats]:
    """Return pairs of pixels, thresholds (whole, because pixels are) and leaves."""
    splits = [(reader.whole(), reader.whole(), reader.real()) for _ in range(reader.whole())]
    leaves = np.array([reader.column() for _ in range(reader.whole())])
    return np.array([s[:2] for s in splits]), np.floor([s[2] for s in splits]), leaves
