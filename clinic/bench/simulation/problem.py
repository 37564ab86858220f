"""What both sides solve: a body of tissue with some points held, moved, and some cells grown."""

from dataclasses import dataclass, replace

import numpy as np

from clinic.case import Floats, Ints, Mask, Points, Triangles
from clinic.case.arrays import freeze
from clinic.simulation.tissue import Material


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Layers of tetrahedra in columns under the triangles of skin.

    triangles: (k, 3), of the first points, seen from outside. points: (p, 3) mm, level by level inwards. cells: (t, 4).
    layer: (t,), a number in layers.
    held: (p,). prescribed: (p, 3) mm, read where held. growth: (t,) J_g.
    Energy per volume of a cell: J_g μ/2 (J^(−2/3) I₁ − 3) + J_g K/2 (J/J_g − 1)².
    """

    triangles: Triangles
    points: Points
    cells: Ints
    layer: Ints
    layers: tuple[Material, ...]
    held: Mask
    prescribed: Points
    growth: Floats

    def __post_init__(self) -> None:
        freeze(
            self,
            triangles=(np.int32, -1, 3),
            points=(np.float64, -1, 3),
            cells=(np.int32, -1, 4),
            layer=(np.int32, -1),
            held=(np.bool_, -1),
            prescribed=(np.float64, -1, 3),
            growth=(np.float64, -1),
        )

    @property
    def unknowns(self) -> int:
        """How many displacements are free."""
        return int(3 * (~self.held).sum())

    @property
    def shear(self) -> Floats:
        """(t,) μ, MPa."""
        return np.array([material.shear for material in self.layers])[self.layer]

    @property
    def bulk(self) -> Floats:
        """(t,) K, MPa."""
        return np.array([material.bulk for material in self.layers])[self.layer]


def with_poisson(problem: Problem, poisson: float) -> Problem:
    """Return the problem in tissues of another Poisson's ratio."""
    return replace(problem, layers=tuple(replace(material, poisson=poisson) for material in problem.layers))
