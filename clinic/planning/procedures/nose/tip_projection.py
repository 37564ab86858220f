"""How far the tip of the nose stands out."""

import numpy as np

from clinic.case import Edit, FaceModel, Gauge, Load
from clinic.planning.procedures.fields import FORWARD, moving
from clinic.planning.procedures.nose.frame import nose
from clinic.planning.procedures.nose.tip import tip_complex
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.words import say

_ALA_BEGINS, _LOBULE = 0.0, 0.9  # the alae get longer from their creases to the tip
_AT_TIP = 0.95


def tip_projection(edit: Edit, face: FaceModel) -> Load:
    """Bring the tip complex forwards (positive) or back, until the skin of the tip has gone so far.

    Projection is measured on the skin, from the alar crease to the tip, so the cartilage moves as far as that takes.
    """
    weights, amount = tip_complex(nose(face), _ALA_BEGINS, _LOBULE), edit.amount("amount_mm")
    gauge = Gauge(say("Tip projection"), amount, "mm", np.where(weights > _AT_TIP, weights, 0.0), FORWARD)
    return moving(edit, amount * weights[:, None] * FORWARD, gauge, to_reach=True)


TIP_PROJECTION = Procedure(
    id="tip_projection",
    title=say("Tip projection"),
    region=say("Nose"),
    parameters=(
        Parameter(
            "amount_mm",
            say("Projection"),
            "mm",
            -4.0,
            4.0,
            0.1,
            sign=say("positive brings the tip forwards, negative sets it back"),
            default=1.0,
            guards=(
                Guard(3.0, say("A strut or an extension graft of the septum has to hold the tip.")),
                Guard(-3.0, say("The alae flare when the tip goes back so far; consider the alar base too.")),
            ),
        ),
    ),
    sided=False,
    load=tip_projection,
)
