"""Reads the scan-derived head model whose identities teach the face space and test it.

ICT-FaceKit's light model (MIT, © USC ICT 2020) as one file of arrays, which is not part of this program: the prior
learned from it is. Everything handed out is in millimetres in LPS axes (x patient's left, y back, z up), in the
model's own place: the origin lies inside the head.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from clinic.case import Floats, Ints, Points, Triangles
from clinic.case.arrays import freeze

_MM_PER_CM = 10.0
_FACE, _NARROW = 9409, 6706  # the first so many vertices
PRIOR_SEED, PRIOR_DRAWS = 60, 60  # the identities from which the `holdout` build learns; no test may draw them


@dataclass(frozen=True, eq=False)
class Ict:
    """The skin of face, head and neck, without eyeballs and teeth.

    mean: (11248, 3) mm. modes: (100, 11248, 3) one standard deviation each, not orthogonal. expressions: (57, 11248, 3)
    for weight 1, with their names (ARKit's with _L and _R). quads: (11144, 4) counter-clockwise from outside. uv:
    (11657, 2), the face in the unit square, with uv_quads (11144, 4). lm68: (68,) vertices of the Multi-PIE points.
    face, narrow: slices of the vertices of the face and of its part between the ears.
    """

    mean: Points
    modes: Floats
    expressions: Floats
    names: tuple[str, ...]
    quads: Ints
    uv: Floats
    uv_quads: Ints
    lm68: Ints
    face: ClassVar[slice] = slice(0, _FACE)
    narrow: ClassVar[slice] = slice(0, _NARROW)

    def __post_init__(self) -> None:
        freeze(
            self,
            mean=(np.float64, -1, 3),
            modes=(np.float64, -1, len(self.mean), 3),
            expressions=(np.float64, len(self.names), len(self.mean), 3),
            quads=(np.int32, -1, 4),
            uv=(np.float64, -1, 2),
            uv_quads=(np.int32, len(self.quads), 4),
            lm68=(np.int32, 68),
        )

    @cached_property
    def triangles(self) -> Triangles:
        """The (22288, 3) triangles: each quad cut from its first corner."""
        return np.concatenate([self.quads[:, [0, 1, 2]], self.quads[:, [0, 2, 3]]])

    def draw(self, weights: Floats, expression: Floats | None = None) -> Points:
        """Return the (11248, 3) mm vertices of a head. weights: (100,) from N(0, 1). expression: (57,) from 0 to 1."""
        head: Points = self.mean + np.tensordot(weights, self.modes, 1)
        if expression is not None:
            head = head + np.tensordot(expression, self.expressions, 1)
        return head


def read(path: Path) -> Ict:
    """Read the arrays as shared in ict_head.npz. Raises OSError if there is no such file."""
    with np.load(path, allow_pickle=False) as arrays:
        return Ict(
            mean=_lps(arrays["V0"]),
            modes=_lps(arrays["ID"]),
            expressions=_lps(arrays["EX"]),
            names=tuple(str(name) for name in arrays["EX_NAMES"]),
            quads=arrays["F"],
            uv=arrays["VT"],
            uv_quads=arrays["FT"],
            lm68=arrays["LM68"],
        )


def identities(seed: int, count: int) -> Floats:
    """Return (count, 100) weights of random people whom the `holdout` build has not seen.

    Raises ValueError for the seed of the identities that it has.
    """
    if seed == PRIOR_SEED:
        raise ValueError(f"seed {seed} draws the identities from which the prior was learned")
    return np.random.default_rng(seed).standard_normal((count, 100))


def prior_identities() -> Floats:
    """Return the (60, 100) weights from which the `holdout` build learns."""
    return np.random.default_rng(PRIOR_SEED).standard_normal((PRIOR_DRAWS, 100))


def _lps(centimetres: NDArray[Any]) -> Points:
    """Turn x left, y up, z forward in centimetres to LPS in millimetres."""
    turned: Points = centimetres[..., [0, 2, 1]].astype(np.float64) * (_MM_PER_CM, -_MM_PER_CM, _MM_PER_CM)
    return turned
