"""How wide the nose stands on the face."""

import numpy as np

from clinic.case import Edit, FaceModel, Floats, Gauge, Load
from clinic.planning.procedures.fields import LEFT, around, ease, moving
from clinic.planning.procedures.nose.frame import Nose, nose
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.words import say

# Sideways, as shares of the way from the midline to the alar crease: the sill gives way between columella and ala, the
# cheek follows as far as the nasolabial fold.
_COLUMELLA, _ALA, _ALA_ENDS, _CHEEK = 0.15, 1.05, 1.15, 2.0
_LOBULE_BEGINS, _ALA_BEGINS = 0.80, 0.25  # ahead of the alar crease: the ala leads over to the lobule
_ALAR_GROOVE, _SIDE_WALL = 0.15, 0.50  # up from the alar crease, in lengths of the nose
_SILL = 0.5  # down from the alar crease to the subnasale; from there the upper lip leads over to the red
_AT_ALARE = 0.10  # of the length of the nose


def alar_base(edit: Edit, face: FaceModel) -> Load:
    """Bring the alar base of one side towards the midline, until its skin has gone so far (negative narrows).

    The surgeon excises so many millimetres of sill and ala, so it is the skin that is measured, at the alare, where the
    width of the nose is taken.
    """
    at, amount = nose(face), edit.amount("amount_mm")
    half, sign = at.on_side(edit.side)
    weights = half * _base(at)
    outwards = sign * LEFT
    alare = face.landmarks()[f"alare_{edit.side[0]}"]
    seen = np.where(face.topology.region("nose"), around(face, alare, _AT_ALARE * at.length), 0.0)
    gauge = Gauge(say("Alar base, {side!t}", side=edit.side), amount, "mm", seen, outwards)
    return moving(edit, amount * weights[:, None] * outwards, gauge, to_reach=True)


def _base(at: Nose) -> Floats:
    aside = at.lateral / at.ala
    sill = ease((aside - _COLUMELLA) / (_ALA - _COLUMELLA))
    cheek = ease((_CHEEK - aside) / (_CHEEK - _ALA_ENDS))
    lobule = ease((_LOBULE_BEGINS - at.ahead) / (_LOBULE_BEGINS - _ALA_BEGINS))
    above = ease((_SIDE_WALL - at.height / at.length) / (_SIDE_WALL - _ALAR_GROOVE))
    sill_height = _SILL * at.subnasale
    lip = ease((at.height - at.labiale) / (sill_height - at.labiale))
    weights: Floats = at.skin * sill * cheek * lobule * above * lip
    return weights / float(weights.max())


ALAR_BASE = Procedure(
    id="alar_base",
    title=say("Alar base"),
    region=say("Nose"),
    parameters=(
        Parameter(
            "amount_mm",
            say("Alar base per side"),
            "mm",
            -5.0,
            0.0,
            0.1,
            sign=say("negative narrows the base of the nose on each treated side"),
            default=-2.0,
            guards=(Guard(-4.0, say("The nostril may become narrow; keep sill and rim.")),),
        ),
    ),
    sided=True,
    load=alar_base,
)
