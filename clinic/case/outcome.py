"""What the operation would do to the skin."""

from dataclasses import dataclass
from math import nan

import numpy as np

from clinic.case.arrays import Floats, Points, freeze
from clinic.case.digest import later
from clinic.case.plan import Load
from clinic.words import say

DISCLAIMER = say("Computer simulation for discussion. Not a prediction or promise.")  # stands on whatever shows one
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
    min_quality: float = later(1.0)  # of the worst cell before the operation: 6√2 · volume / rms edge³, 1 is regular
    volume_error: float = later(0.0)  # worst |asked − reached| / asked of the loads that inject or remove volume


@dataclass(frozen=True, slots=True, eq=False)
class Range:
    """How far the result may lie from the likely one, for what is not known of this patient's tissue.

    low, high: (n, 3) mm, least and largest likely move of each display vertex, along the likely move: the 5th and 95th
    percentile of what the inputs do together, each alone as `runs` linear solutions tell. gauges: (low, high) of each
    gauge of the loads, in their order, unit of the gauge. A range, not a confidence interval: no clinic's results have
    calibrated it.
    """

    low: Points
    high: Points
    gauges: tuple[tuple[float, float], ...]
    runs: int
    inputs: tuple[str, ...]  # "stiffness of each layer × 0.5 to 2", ...

    def __post_init__(self) -> None:
        freeze(self, low=(np.float64, -1, 3), high=(np.float64, -1, 3))


@dataclass(frozen=True, slots=True, eq=False)
class Simulation:
    """Where the skin goes.

    control_displacement: (c, 3) mm over control vertices; what is not simulated stays, but for the linings of mouth,
    lids and nostrils, which follow the skin. displacement: (n, 3) mm over display vertices. strain: (n,) largest
    principal stretch of the skin − 1. solved: False for the linear preview, which may be shown with that label and
    never exported. range: None for a preview. by_others: what each gauge of the loads reads, in their order, of what
    the other loads do there; () where nothing is told apart, as in a preview. made_from: digests of face and plan.
    """

    displacement: Points
    control_displacement: Points
    strain: Floats
    loads: tuple[Load, ...]
    figures: SolverFigures
    solved: bool
    made_from: tuple[str, ...]
    made_by: str = ""
    range: Range | None = later(None)
    by_others: tuple[float, ...] = later(())

    def __post_init__(self) -> None:
        freeze(
            self,
            displacement=(np.float64, -1, 3),
            control_displacement=(np.float64, -1, 3),
            strain=(np.float64, -1),
        )


@dataclass(frozen=True, slots=True)
class EditReached:
    """What was asked of one edit and what the skin did; low and high: the range of it, NaN if none is known."""

    label: str
    asked: float
    reached: float
    unit: str  # "mm", "cc" or "°"
    low: float = later(nan)
    high: float = later(nan)


@dataclass(frozen=True, slots=True)
class Caution:
    """Something about a result that the surgeon should know before it is shown to anyone.

    title: a few words. words: what it means and what to do. severe: a reason belongs into the record.
    """

    title: str
    words: str
    severe: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Before against after.

    signed_mm: (n,) move along the skin's normal, + outwards. volumes: (region, cc) gained. edits: asked and reached.
    volume_errors: of each region, cc, by how much its volume may be off either way for what is not known of the size of
    the face (95 %) and of the tissue (the range of the simulation); () where nobody worked it out.
    """

    signed_mm: Floats
    volumes: tuple[tuple[str, float], ...]
    edits: tuple[EditReached, ...]
    max_mm: float
    max_strain: float
    made_from: tuple[str, ...]
    cautions: tuple[Caution, ...] = later(())
    volume_errors: tuple[float, ...] = later(())

    def __post_init__(self) -> None:
        freeze(self, signed_mm=(np.float64, -1))
