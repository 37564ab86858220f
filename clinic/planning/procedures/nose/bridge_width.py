"""How wide the bridge of the nose is."""

import numpy as np

from clinic.case import Edit, FaceModel, Floats, Gauge, Load
from clinic.planning.procedures.fields import LEFT, ease, moving
from clinic.planning.procedures.nose.frame import Nose, nose
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.words import say

# Down the dorsum, as shares of the way from nasion to pronasale.
_RADIX, _BONE, _MIDDLE_VAULT, _SUPRATIP = 0.0, 0.25, 0.70, 1.0
# Sideways, as shares of the way from the midline to the inner canthi.
_RIDGE, _WALL, _WALL_ENDS, _MAXILLA = 0.0, 0.45, 0.65, 1.05
_AT_WALL = 0.95


def bridge_width(edit: Edit, face: FaceModel) -> Load:
    """Set the side wall of the dorsum out (positive) or in (negative) on one side, by so much as is asked.

    Out: a spreader graft of that thickness. In: osteotomies. The ridge and the maxilla stay, the wall goes sideways
    from below the radix to above the supratip; the gauge reads the skin over it.
    """
    at, amount = nose(face), edit.amount("amount_mm")
    half, sign = at.on_side(edit.side)
    weights = half * _side_wall(at)
    outwards = sign * LEFT
    gauge = Gauge(
        say("Bridge width, {side!t}", side=edit.side),
        amount,
        "mm",
        np.where(weights > _AT_WALL, weights, 0.0),
        outwards,
    )
    return moving(edit, amount * weights[:, None] * outwards, gauge)


def _side_wall(at: Nose) -> Floats:
    aside = at.lateral / at.canthus
    down = ease((at.along - _RADIX) / (_BONE - _RADIX)) * ease((_SUPRATIP - at.along) / (_SUPRATIP - _MIDDLE_VAULT))
    across = ease((aside - _RIDGE) / (_WALL - _RIDGE)) * ease((_MAXILLA - aside) / (_MAXILLA - _WALL_ENDS))
    weights: Floats = at.skin * down * across
    return weights / float(weights.max())


BRIDGE_WIDTH = Procedure(
    id="bridge_width",
    title=say("Bridge width"),
    region=say("Nose"),
    parameters=(
        Parameter(
            "amount_mm",
            say("Width per side"),
            "mm",
            -3.0,
            3.0,
            0.1,
            sign=say("negative narrows by osteotomies, positive widens by spreader grafts, on each treated side"),
            default=-1.0,
            guards=(Guard(-2.0, say("The internal valve and the airway may become narrow.")),),
        ),
    ),
    sided=True,
    load=bridge_width,
)
