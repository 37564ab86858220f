"""What the surgeon asks for, and what mechanics makes of it."""

from dataclasses import dataclass

import numpy as np

from clinic.case.arrays import Floats, Ints, Points, freeze


@dataclass(frozen=True, slots=True)
class Edit:
    """One change in clinical units; negative removes.

    procedure: a name that `planning` knows ("dorsal_hump"). amounts: (parameter, value) in the procedure's order, the
    unit in the parameter's name ("amount_mm", "forward_mm", "amount_cc"). side: "both", "left" or "right" (patient's).
    """

    procedure: str
    amounts: tuple[tuple[str, float], ...]
    side: str = "both"
    enabled: bool = True

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
        """The edits that are switched on."""
        return tuple(edit for edit in self.edits if edit.enabled)


@dataclass(frozen=True, slots=True, eq=False)
class Gauge:
    """How the effect of a load is read off the skin, in the words and unit in which it was asked.

    unit "mm": mean move of the skin along `direction`, weighted by `weights`. unit "cc": volume gained, weighted by
    `weights` (1 inside the region). weights: (c,) over control vertices. direction: (3,) unit vector, patient frame.
    """

    label: str  # "Dorsal hump", "Malar filler, left"
    asked: float
    unit: str
    weights: Floats
    direction: Floats

    def __post_init__(self) -> None:
        freeze(self, weights=(np.float64, -1), direction=(np.float64, 3))


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """One edit as mechanics sees it, on the control vertices of the face.

    moved: (k,) control vertices whose support (bone, cartilage) moves, by moved_by: (k, 3) mm. released: (r,) control
    vertices whose support is let go around a cut. growth: (c,) ≥ 0, where the fat layer takes up filler, relative;
    growth_cc: how much volume the skin side must gain (negative: lose). gauges: how the effect is read off.
    """

    edit: Edit
    moved: Ints
    moved_by: Points
    released: Ints
    growth: Floats
    growth_cc: float
    gauges: tuple[Gauge, ...]

    def __post_init__(self) -> None:
        freeze(
            self,
            moved=(np.int32, -1),
            moved_by=(np.float64, len(self.moved), 3),
            released=(np.int32, -1),
            growth=(np.float64, -1),
        )
