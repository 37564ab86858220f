"""What the surgeon asks for, and what mechanics makes of it."""

from dataclasses import dataclass, replace

import numpy as np

from clinic.case.arrays import Floats, Ints, Points, freeze
from clinic.case.digest import later

LAYER_NAMES = ("skin", "fat", "muscle", "deep_fat")  # of the soft tissue, from the skin inwards


@dataclass(frozen=True, slots=True)
class Edit:
    """One change in clinical units; negative removes.

    procedure: a name that `planning` knows ("dorsal_hump"). amounts: (parameter, value) in the procedure's order, the
    unit in the parameter's name ("amount_mm", "forward_mm", "amount_cc"). side: "both", "left" or "right" (patient's).
    place: where on the skin, (u, v) of the topology, for procedures that can be done anywhere; None for all others.
    locked: it is not to be changed by mistake; this says nothing about the operation.
    """

    procedure: str
    amounts: tuple[tuple[str, float], ...]
    side: str = "both"
    enabled: bool = True
    place: tuple[float, float] | None = later(None)
    locked: bool = later(False)

    def amount(self, parameter: str) -> float:
        """Return one amount, 0 if it is not given."""
        return dict(self.amounts).get(parameter, 0.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """Edits in the order in which they are done."""

    edits: tuple[Edit, ...] = ()
    name: str = "Plan A"

    @property
    def active(self) -> tuple[Edit, ...]:
        """The edits that are switched on, as mechanics needs them: whether they are locked is left out."""
        return tuple(replace(edit, locked=False) if edit.locked else edit for edit in self.edits if edit.enabled)


@dataclass(frozen=True, slots=True, eq=False)
class Gauge:
    """How the effect of a load is read off the skin, in the words and unit in which it was asked.

    unit "mm": mean move of the skin along `direction`, weighted by `weights`. unit "cc": volume gained, weighted by
    `weights` (1 inside the region). unit "°": how far the weighted skin has turned about `direction`, right-handed.
    weights: (c,) over control vertices. direction: (3,) unit vector, patient frame.
    """

    label: str  # "Dorsal hump", "Malar filler, left"
    asked: float
    unit: str  # "mm", "cc" or "°"
    weights: Floats
    direction: Floats

    def __post_init__(self) -> None:
        freeze(self, weights=(np.float64, -1), direction=(np.float64, 3))


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """One edit, or one amount of it, as mechanics sees it, on the control vertices of the face.

    moved: (k,) control vertices whose support (bone, cartilage) moves, by moved_by: (k, 3) mm. released: (r,) control
    vertices whose support is let go around a cut. growth: (c,) ≥ 0, where `growth_layer` takes up volume, relative;
    growth_cc: how much volume the skin side must gain (negative: lose). traction: (c, 3), with which a suture pulls at
    the muscle layer (SMAS), relative. shortening: (c, 3), along the skin: direction times the share of its length that
    is excised there, 0 … 0.6, from the skin. gauges: how the effect is read off.
    to_reach: everything but the growth is scaled by one factor until the first gauge reads what was asked; otherwise
    it is done as given. Traction has no size of its own, so it needs it.
    """

    edit: Edit
    moved: Ints
    moved_by: Points
    released: Ints
    growth: Floats
    growth_cc: float
    gauges: tuple[Gauge, ...]
    growth_layer: str = later("fat")  # a name of LAYER_NAMES
    traction: Points | None = later(None)
    shortening: Points | None = later(None)
    to_reach: bool = later(False)

    def __post_init__(self) -> None:
        freeze(
            self,
            moved=(np.int32, -1),
            moved_by=(np.float64, len(self.moved), 3),
            released=(np.int32, -1),
            growth=(np.float64, -1),
        )
        count = len(self.growth)
        given = {name: (np.float64, count, 3) for name in ("traction", "shortening") if getattr(self, name) is not None}
        freeze(self, **given)
        if self.growth_layer not in LAYER_NAMES:
            raise ValueError(f"there is no layer {self.growth_layer}")
