"""Arrays that nobody can change, so that cases can share them."""

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Points = NDArray[np.float64]  # (n, 3) mm, patient frame LPS unless said otherwise
Triangles = NDArray[np.int32]  # (m, 3) vertex numbers, counter-clockwise seen from outside
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Pixels = NDArray[np.uint8]  # (rows, columns, 3) sRGB, or (rows, columns) for masks


def frozen(array: Any, dtype: DTypeLike, *shape: int) -> NDArray[Any]:
    """Return a read-only, C-ordered array of `dtype`; shared if it already is one, otherwise a copy.

    `shape` may hold −1 for a free length. Raises ValueError for another shape.
    """
    given = np.asarray(array)
    if given.ndim != len(shape) or any(want not in (-1, got) for want, got in zip(shape, given.shape, strict=True)):
        raise ValueError(f"expected an array of shape {shape}, got {given.shape}")
    if given.dtype == np.dtype(dtype) and given.flags.c_contiguous and not given.flags.writeable:
        return given
    copy = np.array(given, dtype=dtype, order="C")
    copy.flags.writeable = False
    return copy


def refreeze(value: Any) -> None:
    """Make every array in a value read-only again, in place: pickling between processes forgets it."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, tuple):
        for item in value:
            refreeze(item)
    elif is_dataclass(value):
        for field in fields(value):
            refreeze(getattr(value, field.name))


def freeze(instance: object, **arrays: tuple[Any, ...]) -> None:
    """Freeze fields of a frozen dataclass: `freeze(self, points=(np.float64, -1, 3))`."""
    for name, (dtype, *shape) in arrays.items():
        object.__setattr__(instance, name, frozen(getattr(instance, name), dtype, *shape))
