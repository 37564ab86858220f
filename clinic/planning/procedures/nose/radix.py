"""Lowering or raising the root of the nose."""

import numpy as np

from clinic.case import Edit, FaceModel, Floats, Gauge, Load
from clinic.planning.procedures.fields import FORWARD, ease, moving
from clinic.planning.procedures.nose.frame import Nose, nose
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.words import say

# Upwards the radix runs out below the glabella, down into the dorsum: as shares of the ways from the nasion to glabella
# and pronasale.
_UPWARDS, _DOWNWARDS = 0.9, 0.42
# The root is narrow: as a share of the way to the inner canthi, whose ligaments stay.
_ROOF, _SIDE_WALL = 0.12, 0.80
_AT_RADIX = 0.95


def radix(edit: Edit, face: FaceModel) -> Load:
    """Burr down (negative) or graft (positive) the bone at the nasion, by so much as is asked.

    The support moves straight forwards or back, as the depth of the radix is measured. Thick skin (6.5 mm) passes on
    less than that; the gauge reads how much.
    """
    at, amount = nose(face), edit.amount("amount_mm")
    weights = _root(at)
    gauge = Gauge(say("Radix"), amount, "mm", np.where(weights > _AT_RADIX, weights, 0.0), FORWARD)
    return moving(edit, amount * weights[:, None] * FORWARD, gauge)


def _root(at: Nose) -> Floats:
    lengthwise = np.where(at.along < 0.0, 1.0 - at.along / (_UPWARDS * at.glabella), 1.0 - at.along / _DOWNWARDS)
    across = 1.0 - ease((at.lateral / at.canthus - _ROOF) / (_SIDE_WALL - _ROOF))
    weights: Floats = at.skin * ease(lengthwise) * across
    return weights / float(weights.max())


RADIX = Procedure(
    id="radix",
    title=say("Radix"),
    region=say("Nose"),
    parameters=(
        Parameter(
            "amount_mm",
            say("Radix"),
            "mm",
            -4.0,
            4.0,
            0.1,
            sign=say("negative deepens the root of the nose, positive raises it with a graft"),
            default=1.0,
            cautions=(say("Skin over the radix is thick: expect about half of what bone gives up to show."),),
            guards=(Guard(3.0, say("The eyes look closer together, and an edge of the graft may show.")),),
        ),
    ),
    sided=False,
    load=radix,
)
