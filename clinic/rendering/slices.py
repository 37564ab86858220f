"""Slices of a volume as radiologists look at them: the patient's left at the right, front and top upwards."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic.case import Pixels, Volume

PLANES = ("axial", "coronal", "sagittal")
# The axes of the volume (0 left, 1 back, 2 up) that run to the right and down in a plane, and which one it cuts.
AXES = {"axial": (0, 1, 2), "coronal": (0, 2, 1), "sagittal": (1, 2, 0)}
LETTERS = {"axial": ("R", "L", "A", "P"), "coronal": ("R", "L", "H", "F"), "sagittal": ("A", "P", "H", "F")}
WINDOWS = {"soft": (-160.0, 240.0), "bone": (-450.0, 1550.0)}  # HU from black to white
_SKIN, _BONE = np.array((79, 179, 191), np.float32), np.array((240, 178, 74), np.float32)
_BONE_SHARE = 0.45


@dataclass(frozen=True, slots=True)
class Grey:
    """Values from black to white, and from which ones skin and bone begin; None draws no mark of it."""

    low: float
    high: float
    skin: float | None = None
    bone: float | None = None


def plane(volume: Volume, name: str, number: int, grey: Grey) -> Pixels:
    """Return a slice as (rows, columns, 3): bone tinted, the skin's edge as a line."""
    values = _values(volume, name, number)
    shade = np.clip((values.astype(np.float32) - grey.low) * (255.0 / max(grey.high - grey.low, 1.0)), 0.0, 255.0)
    picture = np.repeat(shade[..., None], 3, axis=2)
    if grey.bone is not None:
        bone = values >= grey.bone
        picture[bone] = (1 - _BONE_SHARE) * picture[bone] + _BONE_SHARE * _BONE
    if grey.skin is not None:
        picture[_edge(values >= grey.skin)] = _SKIN
    drawn: Pixels = picture.astype(np.uint8)
    return drawn


def grey_range(volume: Volume, window: str) -> tuple[float, float]:
    """Return the values from black to white: the window of a CT, or what an MR spans."""
    if volume.modality == "CT":
        return WINDOWS[window]
    low, high = np.percentile(volume.values[::4, ::4, ::4], (2.0, 99.0 if window == "bone" else 97.0))
    return float(low), float(high)


def _values(volume: Volume, name: str, number: int) -> NDArray[np.int16]:
    cut: dict[str, Any] = {"axial": np.s_[number], "coronal": np.s_[::-1, number], "sagittal": np.s_[::-1, :, number]}
    values: NDArray[np.int16] = volume.values[cut[name]]
    return values


def _edge(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what is in a mask and beside something that is not."""
    whole = np.pad(mask, 1, mode="edge")
    around = whole[:-2, 1:-1] & whole[2:, 1:-1] & whole[1:-1, :-2] & whole[1:-1, 2:]
    edge: NDArray[np.bool_] = mask & ~around
    return edge
