"""Loads on the face, brought to the points and cells of its soft tissue.

Every load is one or two demands: the change that it makes (moved support, pulling sutures, excised skin), and the
volume that it adds or takes. What a demand does is worked out for one unit; its amount is known, or has to be found
until a gauge reads what was asked. All demands together act by the sum of amount × unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.linalg import splu

from clinic.case import LAYER_NAMES, Floats, Gauge, Ints, Load, Mask, Points
from clinic.errors import ClinicError
from clinic.geometry import vertex_areas, vertex_normals
from clinic.simulation.mesher import Volume
from clinic.simulation.newton import Acting
from clinic.simulation.shaping import volumes
from clinic.simulation.tissue import MUSCLE, SKIN
from clinic.words import say

# What holds a point of a gliding support, MPa per mm. Across: as good as rigid beside soft tissue. Along: a loose
# plane a millimetre thick, of a shear modulus a third of that of fat.
HELD_OFF, LOOSE = 50.0, 0.0003
_LEAST_GROWTH = 0.05  # what is left of a cell of which volume is taken
_MOST_SHORTENING = 0.9
_OPEN = 0.25  # a point of the support of which so much is let go, is let go


class TooMuchTaken(ClinicError):
    """More tissue is taken than there is."""

    def __init__(self, label: str, what: str) -> None:
        super().__init__(
            say(
                "{label!t}: there is not so much {what!t} there. No result is shown. Reduce the amount, or "
                "what other edits take from the same place, and simulate again.",
                label=label,
                what=what,
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """One thing that a load does, of which there may be more or less.

    grows: it adds or takes volume; otherwise it is all else of the load.
    """

    load: Load
    grows: bool

    @property
    def gauges(self) -> tuple[Gauge, ...]:
        """What its amount is read off; none if the amount is given."""
        if self.grows:
            return tuple(gauge for gauge in self.load.gauges if gauge.unit == "cc")
        return self.load.gauges[:1] if self.load.to_reach else ()

    @property
    def asked(self) -> float:
        """What the gauges are to read together."""
        return self.load.growth_cc if self.grows else self.load.gauges[0].asked

    @property
    def label(self) -> str:
        """How the edit is called in words."""
        return self.load.gauges[0].label if self.load.gauges else self.load.edit.procedure.replace("_", " ")

    @property
    def size(self) -> float:
        """How many units are given in the load: 1 mm, 1 N per mm³ or all of the length, whatever is most."""
        if self.grows:
            return 1.0
        load = self.load
        given = [values for values in (load.moved_by, load.traction, load.shortening) if values is not None]
        return max(float(abs(values).max()) for values in given if values.size)

    @property
    def key(self) -> bytes:
        """The same for all demands that differ only in amount."""
        load = self.load
        if self.grows:
            fields: list[bytes | NDArray[np.generic]] = [load.growth, load.growth_layer.encode()]
        else:
            scaled = [x for x in (load.moved_by, load.traction, load.shortening) if x is not None]
            fields = [load.moved, load.released, *(np.round(x / self.size, 9) for x in scaled)]
        return _digest(*fields, *(gauge_key(gauge) for gauge in self.gauges))


def gauge_key(gauge: Gauge) -> bytes:
    """Return the same for all gauges that read the same."""
    return _digest(gauge.unit.encode(), gauge.weights, gauge.direction)


def demands(loads: Sequence[Load]) -> tuple[Demand, ...]:
    """Return what loads do, in their order."""
    made = []
    for load in loads:
        changes = (load.moved_by, load.traction, load.shortening)
        if any(values is not None and values.any() for values in changes):
            made.append(Demand(load, False))
        if load.growth_cc != 0.0:
            made.append(Demand(load, True))
    return tuple(made)


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """What one unit of a demand does to the tissue; None for nothing.

    moved: (p, 3) mm, of the support; support that the load lets go goes smoothly between its neighbours. force: (3p,)
    N. shortened: (t, 3, 3) by how much of its length skin is shortened. swollen: (t,) volume, relative.
    """

    moved: Points | None = None
    force: Floats | None = None
    shortened: Floats | None = None
    swollen: Floats | None = None

    @property
    def least(self) -> float:
        """The smallest amount that leaves something of every cell."""
        most = 0.0 if self.swollen is None else float(self.swollen.max())
        return -(1.0 - _LEAST_GROWTH) / most if most > 0.0 else -np.inf


class Ground:
    """How the soft tissue of one face hangs on what lies under it, and how loads get at it."""

    def __init__(self, volume: Volume, gliding: bool = True) -> None:
        """gliding: whether support that can glide does; otherwise it is held there as well."""
        self._volume, self._carry = volume, volume.patch.from_control
        self._laplacian: sp.csr_array | None = None
        self.held: Mask = volume.still
        self.held[volume.support] |= ~(volume.gliding | volume.free)
        self.springs = np.zeros((len(volume.points), 3, 3))
        along = LOOSE if gliding else HELD_OFF
        across = volume.inwards[:, :, None] * volume.inwards[:, None, :]
        stiffness = along * np.eye(3) + (HELD_OFF - along) * across
        area = np.where(volume.gliding, vertex_areas(volume.patch.points, volume.patch.triangles), 0.0)
        self.springs[volume.support] = area[:, None, None] * stiffness
        self.springs[self.held] = 0.0

    def released(self, loads: Sequence[Load]) -> Mask:
        """Return (p,) the points that loads let go, whatever else moves them: a cut is open whoever carries bone."""
        points = np.zeros(len(self.held), bool)
        points[self._volume.support] = self._let_go(loads) > _OPEN
        return points & ~self._volume.still

    def unit(self, demand: Demand) -> Unit:
        """Return what one unit of a demand does."""
        load, size = demand.load, demand.size
        if demand.grows:
            return Unit(swollen=self._depot(load))
        return Unit(
            moved=self._moved(load) / size if len(load.moved) else None,
            force=None if load.traction is None else self._force(load.traction / size),
            shortened=None if load.shortening is None else self._shortened(load.shortening / size),
        )

    def acting(self, asked: Sequence[Demand], units: Sequence[Unit], amounts: Floats) -> Acting:
        """Return what acts under so much of each demand. Raises TooMuchTaken."""
        volume = self._volume
        moved, force = np.zeros_like(volume.points), np.zeros(volume.points.size)
        swollen, shortened = np.ones(len(volume.cells)), np.zeros((len(volume.cells), 3, 3))
        for unit, amount in zip(units, amounts, strict=True):
            for total, one in ((moved, unit.moved), (force, unit.force), (swollen, unit.swollen)):
                if one is not None:
                    total += amount * one
            if unit.shortened is not None:
                shortened += amount * unit.shortened
        if swollen.min() < 0.99 * _LEAST_GROWTH:
            raise TooMuchTaken(_largest(asked, amounts, grows=True), "fat")
        if not shortened.any():
            return Acting(moved, swollen, force if force.any() else None)
        if np.linalg.norm(shortened, axis=(1, 2)).max() > _MOST_SHORTENING:
            raise TooMuchTaken(_largest(asked, amounts, grows=False), "skin")
        growth = np.cbrt(swollen)[:, None, None] * (np.eye(3) - shortened)
        return Acting(moved, growth, force if force.any() else None)

    def _let_go(self, loads: Sequence[Load]) -> Floats:
        """Return (s,) how much of what is carried to each point of the support is let go, 0 … 1."""
        share: Floats = self._carry @ _marked(self._carry.shape[1], [load.released for load in loads])
        return share

    def _moved(self, load: Load) -> Points:
        """Return (p, 3) mm. What is let go says nothing of how its neighbours move: a segment is rigid to its edge."""
        moves = np.zeros((self._carry.shape[1], 3))
        np.add.at(moves, load.moved, load.moved_by)
        open_share = self._let_go([load])
        support: Points = (self._carry @ moves) / np.maximum(1.0 - open_share, 1.0 - _OPEN)[:, None]
        moved = np.zeros_like(self._volume.points)
        moved[self._volume.support] = self._bridged(support, open_share > _OPEN)
        moved[self._volume.still] = 0.0
        return moved

    def _bridged(self, support: Points, let_go: Mask) -> Points:
        """Return moves of the support (s, 3) with those that are let go drawn smoothly between their neighbours."""
        if not let_go.any():
            return support
        if self._laplacian is None:
            self._laplacian = self._volume.patch.laplacian
        rows = self._laplacian[let_go]
        inner = rows[:, let_go] + 1e-9 * sp.eye_array(int(let_go.sum()))
        bridged = support.copy()
        bridged[let_go] = splu(inner.tocsc()).solve(-(rows[:, ~let_go] @ support[~let_go]))
        return bridged

    def _force(self, traction: Points) -> Floats:
        """Return (3p,) N for a pull on the muscle layer, N per mm³."""
        volume = self._volume
        cells = volume.cells[volume.layer == MUSCLE]
        share = np.repeat(volumes(volume.points, cells) / 4, 4)
        held = np.bincount(cells.ravel(), share, len(volume.points))
        levels = len(volume.points) // len(volume.inwards)
        pull: Points = held[:, None] * np.tile(self._carry @ traction, (levels, 1))
        return pull.ravel()

    def _shortened(self, shortening: Points) -> Floats:
        """Return (t, 3, 3): s d⊗d laid into the skin over each of its cells."""
        patch, layer = self._volume.patch, self._volume.layer
        length = np.linalg.norm(shortening, axis=1)[:, None, None]
        dyads = shortening[:, :, None] * shortening[:, None, :] / np.maximum(length, 1e-12)
        carried = (self._carry @ dyads.reshape(-1, 9)).reshape(-1, 3, 3)
        normal = vertex_normals(patch.points, patch.triangles)
        within = np.eye(3) - normal[:, :, None] * normal[:, None, :]
        carried = within @ carried @ within
        shortened = np.zeros((len(layer), 3, 3))
        columns = self._volume.cells[layer == SKIN] % len(carried)
        shortened[layer == SKIN] = carried[columns].mean(axis=1)
        return shortened

    def _depot(self, load: Load) -> Floats:
        """Return (t,): the load's growth, averaged over the corners of each cell of its layer."""
        under = self._carry @ load.growth
        shares = under[self._volume.cells % len(under)].mean(axis=1)
        return np.where(self._volume.layer == LAYER_NAMES.index(load.growth_layer), shares, 0.0)


def _digest(*fields: bytes | NDArray[np.generic]) -> bytes:
    digest = blake2b(digest_size=16)
    for field in fields:
        digest.update(b"|")
        digest.update(np.ascontiguousarray(field).tobytes() if isinstance(field, np.ndarray) else field)
    return digest.digest()


def _marked(count: int, chosen: Sequence[Ints]) -> Floats:
    marked = np.zeros(count)
    for some in chosen:
        marked[some] = 1.0
    return marked


def _largest(asked: Sequence[Demand], amounts: Floats, grows: bool) -> str:
    """Return the label of the largest demand of one kind."""
    alike = [k for k, demand in enumerate(asked) if demand.grows == grows]
    return asked[max(alike, key=lambda k: abs(float(amounts[k])))].label
