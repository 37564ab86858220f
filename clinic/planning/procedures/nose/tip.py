"""The tip complex: lobule, columella and alar rims, which follow each other."""

from clinic.case import Floats
from clinic.planning.procedures.fields import ease
from clinic.planning.procedures.nose.frame import Nose

_BONE, _SUPRATIP = -0.1, 0.7  # down the dorsum, over all of which skin and cartilage make room for the tip
_ALA, _CHEEK = 1.15, 2.0  # sideways, in widths of the ala: full cheeks reach as far forwards as the ala
_INTO_LIP = 0.7  # of the way from subnasale to labiale superius, which follows a little


def tip_complex(at: Nose, begins: float, ends: float) -> Floats:
    """Return (c,) weights: 1 on the lobule, falling smoothly to 0 at dorsum, lip and face.

    begins, ends: where alae and columella lead over from the face to the tip, as shares of the way from the alar
    creases, 0, to the tip, 1.
    """
    lip = at.subnasale + _INTO_LIP * (at.labiale - at.subnasale)
    forwards = ease((at.ahead - begins) / (ends - begins))
    downwards = ease((at.along - _BONE) / (_SUPRATIP - _BONE))
    upwards = ease((at.height - lip) / (at.columella - lip))
    sideways = ease((_CHEEK - at.lateral / at.ala) / (_CHEEK - _ALA))
    return at.skin * forwards * downwards * upwards * sideways
