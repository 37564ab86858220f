"""Lift of the upper lip by excision under the nose."""

from dataclasses import replace

import numpy as np

from clinic.case import Edit, FaceModel, Floats, Gauge, Load
from clinic.planning.procedures.fields import DOWN, around, ease, idle
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.words import say

# Down the philtrum, 0 at the nasal base and 1 at the border of the red: where the strip is at its full height, and
# where it ends, short of Cupid's bow. Long, so that it takes little of each millimetre.
_FROM, _FULL, _FULL_TO, _TO = -0.08, 0.1, 0.65, 0.95
_STRIP = 0.5 * (_FULL_TO + _TO) - 0.5 * (_FROM + _FULL)  # its mean height, share of the philtrum
_FLAT, _ENDS = 0.65, 1.15  # to the side, as shares of half the width of the nasal base
_GAUGE_MM = 5.0


def lip_lift(edit: Edit, face: FaceModel) -> Load:
    """Take a strip of skin out under the nose, from ala to ala, until the border of the red has risen by the amount.

    Skin alone is shortened, down the philtrum; the muscle stays and the red rolls out.
    """
    amount = edit.amount("amount_mm")
    at = face.landmarks()
    philtrum = at["labiale_superius"] - at["subnasale"]
    length = float(np.linalg.norm(philtrum))
    excised = amount / (_STRIP * length) * _strip(face)
    border = around(face, at["labiale_superius"], _GAUGE_MM)
    gauge = Gauge(say("Lip lift"), amount, "mm", border, -DOWN)
    shorter = excised[:, None] * philtrum / length
    return replace(idle(edit, len(face.control), gauge), shortening=shorter, to_reach=True)


def _strip(face: FaceModel) -> Floats:
    """Return (c,) weights of the skin under the nasal base, 1 in the middle of the strip."""
    at = face.landmarks()
    base, border = at["subnasale"][2], at["labiale_superius"][2]
    down = (base - face.control[:, 2]) / (base - border)
    half_width = 0.5 * float(at["alar_crease_l"][0] - at["alar_crease_r"][0])
    side = abs(face.control[:, 0] - at["subnasale"][0]) / half_width
    strip = ease((down - _FROM) / (_FULL - _FROM)) * ease((_TO - down) / (_TO - _FULL_TO))
    return np.where(face.topology.region("face"), strip * ease((_ENDS - side) / (_ENDS - _FLAT)), 0.0)


LIP_LIFT = Procedure(
    id="lip_lift",
    title=say("Lip lift"),
    region=say("Lips"),
    parameters=(
        Parameter(
            "amount_mm",
            say("Lift"),
            "mm",
            0.0,
            6.0,
            0.1,
            sign=say("how far the border of the upper lip rises in the middle"),
            default=3.0,
            cautions=(
                say("Leave at least 11 mm from the nose to the border of the red: a shorter lip bares teeth and gum."),
            ),
            guards=(
                Guard(5.0, say("Above 5 mm the scar under the nose widens and the nostril sills are pulled down.")),
            ),
        ),
    ),
    sided=False,
    load=lip_lift,
)
