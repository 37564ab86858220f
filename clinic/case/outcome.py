"""What the operation would do to the skin."""

from dataclasses import dataclass

import numpy as np

from clinic.case.arrays import Floats, Points, freeze
from clinic.case.plan import Load

DISCLAIMER = "Computer simulation for discussion. Not a prediction or promise."  # stands on whatever shows one
# Of the skin. From the first on a result is to be looked at again, from the second on a reason belongs into the record.
# Both are guard-rails of planning: chosen, not measured.
STRAIN_REVIEW, STRAIN_LIMIT = 0.15, 0.30


@dataclass(frozen=True, slots=True)
class SolverFigures:
    """How the equilibrium was found; every one is shown in the record."""

    tetrahedra: int
    unknowns: int
    load_steps: int
    iterations: int
    residual: float  # ‖free residual‖ over the largest force, at the end
    min_det_f: float  # smallest local volume ratio, must stay > 0
    linear_gap_mm: float  # largest difference between linear preview and converged skin
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class Simulation:
    """Where the skin goes.

    control_displacement: (c, 3) mm over control vertices; what is not simulated stays, but for the linings of mouth,
    lids and nostrils, which follow the skin. displacement: (n, 3) mm over display vertices. strain: (n,) largest
    principal stretch of the skin − 1. solved: False for the linear preview, which may be shown with that label and
    never exported. made_from: digests of face and plan.
    """

    displacement: Points
    control_displacement: Points
    strain: Floats
    loads: tuple[Load, ...]
    figures: SolverFigures
    solved: bool
    made_from: tuple[str, ...]
    made_by: str = ""

    def __post_init__(self) -> None:
        freeze(
            self,
            displacement=(np.float64, -1, 3),
            control_displacement=(np.float64, -1, 3),
            strain=(np.float64, -1),
        )


@dataclass(frozen=True, slots=True)
class EditReached:
    """What was asked of one edit and what the skin did."""

    label: str
    asked: float
    reached: float
    unit: str  # "mm" or "cc"


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Before against after.

    signed_mm: (n,) move along the skin's normal, + outwards. volumes: (region, cc) gained. edits: asked and reached.
    """

    signed_mm: Floats
    volumes: tuple[tuple[str, float], ...]
    edits: tuple[EditReached, ...]
    max_mm: float
    max_strain: float
    made_from: tuple[str, ...]

    def __post_init__(self) -> None:
        freeze(self, signed_mm=(np.float64, -1))
