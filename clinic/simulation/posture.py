"""Gravity: the same face in another posture, or later in life.

What a camera or scanner sees hangs already. First the shape is found that tissue without weight would have: the one
that sags into what was measured. Then weight pulls from another side, or at older tissue, which hangs on the same bone.
Not modelled: muscles that resist, and cheeks that come to lie on the teeth.

Take it for a lower bound. With the tissue of `tissue.py` cheeks go up, back and aside by up to 0.9 mm when a patient
lies down, 1.7 mm were tissue half as stiff. The direction is that of photographs (Ramesh et al. 2020, 53 women), but
there the malar region gains 1.2 ± 1.1 cc, here hardly any: its deep planes do not give way in the model.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from clinic.case import FaceModel, Floats, Ints, Mask, Points
from clinic.case.arrays import freeze
from clinic.errors import ClinicError
from clinic.jobs import Progress
from clinic.simulation.loading import Ground
from clinic.simulation.mesher import mesh
from clinic.simulation.newton import Acting, Equilibrium, equilibrium
from clinic.simulation.problem import Tissue
from clinic.simulation.saddle import Step
from clinic.simulation.shaping import volumes
from clinic.simulation.skin import Skin
from clinic.simulation.tissue import LAYERS, Material
from clinic.words import say

GRAVITY = 9.81e-6  # N per mm³ of water
DENSITY = (1.09, 0.95, 1.05, 0.95)  # of the layers, relative to water: ICRU Report 44 (1989)

# What ten years leave. Fat: 11.3 % of the superficial and 18.4 % of the deep midface fat were lost in 11 years (Boehm
# et al. 2021, 19 adults, CT); Tower et al. (2018) saw no loss in 14, so people differ, and that all facial fat behaves
# so is an assumption. Stiffness: deep cheek fat (Paluch et al. 2018, 89 women, elastography) and facial skin soften
# with age; how fast is an assumption.
FAT_PER_DECADE = (1.0, 0.90, 1.0, 0.83)
STIFFNESS_PER_DECADE = (0.9, 0.9, 1.0, 0.9)

TOLERANCE_MM = 1e-4
_MOST_ROUNDS = 30


class Posture(Enum):
    """Where weight pulls: a unit vector in the patient frame."""

    UPRIGHT = (0.0, 0.0, -1.0)
    SUPINE = (0.0, 1.0, 0.0)


class CannotUnload(ClinicError):
    """No shape without weight leads to what was measured."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "The shape of the face without gravity could not be found: tissue as soft and heavy as this "
                "model's would fold before it hangs as measured. The posture is not changed. Use the face in "
                "the posture in which it was measured."
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class Hanging:
    """Layered tissue and what it hangs on, whatever its shape.

    cells: (t, 4). layer: (t,), a number in `layers` and `density`, which is relative to water. held: (p,) points that
    do not move. springs: (p, 3, 3) N/mm, that tie points to where they are without weight.
    """

    cells: Ints
    layer: Ints
    layers: tuple[Material, ...]
    density: tuple[float, ...]
    held: Mask
    springs: Floats

    def __post_init__(self) -> None:
        freeze(
            self,
            cells=(np.int32, -1, 4),
            layer=(np.int32, -1),
            held=(np.bool_, -1),
            springs=(np.float64, len(self.held), 3, 3),
        )

    def shaped(self, shape: Points) -> Tissue:
        """Return the tissue that is free of stress with its points in a shape (p, 3)."""
        tissue = Tissue(shape, self.cells, self.layer, self.layers)
        tissue.tie(self.springs)
        return tissue

    def weight(self, shape: Points, posture: Posture, growth: Floats | None = None) -> Floats:
        """Return the (3p,) weight at the points, N: a quarter of each cell's, which has grown by J_g, (t,)."""
        of_cell = GRAVITY * np.array(self.density)[self.layer] * volumes(shape, self.cells)
        grown = of_cell if growth is None else growth * of_cell
        of_point = np.bincount(self.cells.ravel(), np.repeat(grown / 4, 4), len(shape))
        return np.outer(of_point, posture.value).ravel()

    def unloaded(self, measured: Points, posture: Posture, progress: Progress) -> Points:
        """Return the shape (p, 3) that sags into the measured one (p, 3). Raises CannotUnload.

        Newton's method with one tangent: points move against the forces that are lacking in the measured shape, because
        tissue that begins further up pulls more. Source: inverse elastostatics, Govindjee and Mihalic (1996); Sellier
        (2011) for the fixed point.
        """
        step, shape, still = Step(self.held), measured, np.zeros_like(measured)
        step.take(self.shaped(measured).linearise(still))
        for turn in range(_MOST_ROUNDS):
            progress.report(1.0 - 0.5**turn, say("Taking away gravity"))
            if volumes(shape, self.cells).min() <= 0.0:
                break
            tissue = self.shaped(shape)
            if tissue.min_det_f(measured - shape) <= 0.0:
                break
            change = step.solve(tissue.residual(measured - shape) - self.weight(shape, posture), still)
            shape = shape + change
            if abs(change).max() < TOLERANCE_MM:
                return shape
        raise CannotUnload

    def settled(self, shape: Points, begun: Equilibrium, acting: Acting, progress: Progress) -> Points:
        """Return where the points of a stress-free shape (p, 3) come to rest. Raises NoEquilibrium.

        begun: where they are now, and under what. acting: what acts then.
        """
        found = equilibrium(
            *(self.shaped(shape), Step(self.held), begun, acting.prescribed, acting.growth, progress),
            force=acting.force,
        )
        return shape + found.moved


def posture_change(face: FaceModel, measured: Posture, wanted: Posture, progress: Progress) -> Points:
    """Return by how much the skin of a face moves, (n, 3) mm, when it is turned from one posture into another.

    Raises CannotMesh, CannotUnload, NoEquilibrium and Cancelled.
    """
    return _change(face, measured, wanted, 0.0, progress)


def aged(face: FaceModel, posture: Posture, decades: float, progress: Progress) -> Points:
    """Return by how much the skin of a face moves, (n, 3) mm, when fat has shrunk and tissue softened for decades.

    The shape without weight stays that of today, bone as well. Raises as `posture_change`.
    """
    return _change(face, posture, posture, decades, progress)


def _change(face: FaceModel, measured: Posture, wanted: Posture, decades: float, progress: Progress) -> Points:
    progress.report(0.0, say("Modelling the soft tissue"))
    volume = mesh(face)
    ground, today, still = Ground(volume), np.ones(len(volume.cells)), np.zeros_like(volume.points)
    body = Hanging(volume.cells, volume.layer, LAYERS, DENSITY, ground.held, ground.springs)
    shape = body.unloaded(volume.points, measured, progress.part(0.1, 0.5))
    begun = Equilibrium(volume.points - shape, Acting(still, today, body.weight(shape, measured)))
    older = replace(body, layers=tuple(_softened(LAYERS, decades)))
    shrunk = (np.array(FAT_PER_DECADE) ** decades)[volume.layer]
    acting = Acting(still, shrunk, older.weight(shape, wanted, shrunk))
    moved = older.settled(shape, begun, acting, progress.part(0.5, 1.0)) - volume.points
    skin = Skin(face, volume.patch)
    return skin.display(skin.control(moved[volume.skin]))


def _softened(layers: Sequence[Material], decades: float) -> list[Material]:
    factors = np.array(STIFFNESS_PER_DECADE) ** decades
    return [
        replace(material, young_mpa=material.young_mpa * factor)
        for material, factor in zip(layers, factors.tolist(), strict=True)
    ]
