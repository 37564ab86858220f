"""Loads on the face, brought to the points and cells of its soft tissue."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clinic.case import FaceModel, Floats, Load, Mask, Points
from clinic.case.arrays import freeze
from clinic.simulation.mesher import Volume
from clinic.simulation.tissue import FAT


@dataclass(frozen=True, slots=True, eq=False)
class Loading:
    """What all loads together do to the tissue.

    held: (p,) points whose place is prescribed: rim and support, without what is released. prescribed: (p, 3) mm.
    injecting: the loads that add volume. depots: (k, t) how strongly each cell takes part in each of them.
    """

    held: Mask
    prescribed: Points
    injecting: tuple[Load, ...]
    depots: Floats

    def __post_init__(self) -> None:
        freeze(self, held=(np.bool_, -1), prescribed=(np.float64, -1, 3), depots=(np.float64, -1, -1))

    def growth(self, strengths: Floats) -> Floats:
        """Return J_g per cell, (t,), for one strength per depot, (k,)."""
        grown: Floats = 1.0 + strengths @ self.depots
        return grown


def loading(face: FaceModel, volume: Volume, loads: Sequence[Load]) -> Loading:
    """Bring loads to the tissue.

    Where two edits move the same support their moves add up; support that any edit moves is not released. Under the
    rim everything stays where it is, so that the skin goes on there undisturbed.
    """
    moves, released = np.zeros((len(face.control), 3)), np.zeros(len(face.control), bool)
    for load in loads:
        released[load.released] = True
    for load in loads:
        released[load.moved] = False
        np.add.at(moves, load.moved, load.moved_by)
    held, prescribed = volume.rim.copy(), np.zeros_like(volume.points)
    held[volume.support] |= ~released[volume.patch.control]
    prescribed[volume.support] = moves[volume.patch.control]
    prescribed[volume.rim] = 0.0
    injecting = tuple(load for load in loads if load.growth_cc != 0.0)
    depots = [_depot(volume, load) for load in injecting]
    return Loading(held, prescribed, injecting, np.reshape(depots, (len(injecting), len(volume.cells))))


def _depot(volume: Volume, load: Load) -> Floats:
    """Return (t,): the load's growth, averaged over the corners of each cell of fat."""
    under = load.growth[volume.patch.control]
    shares = under[volume.cells % len(under)].mean(axis=1)
    return np.where(volume.layer == FAT, shares, 0.0)
