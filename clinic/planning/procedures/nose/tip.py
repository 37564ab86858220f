"""The tip complex: lobule, columella and alar rims, which follow each other."""

from clinic.case import Floats
from clinic.planning.procedures.fields import ease
from clinic.planning.procedures.nose.frame import Nose

# As shares of the way ahead from the alar creases, and of the way down the dorsum. The lobule is rigid; alae, columella
# and dorsum lead over to what stays: alar creases, upper lip and bony dorsum.
_CREASE, _LOBULE = 0.05, 0.80
_BONE, _SUPRATIP = 0.30, 0.95
_INTO_LIP = 0.6  # of the way from subnasale to labiale superius


def tip_complex(at: Nose) -> Floats:
    """Return (c,) weights: 1 on lobule and columella, falling smoothly to 0 at its neighbours."""
    lip = at.subnasale + _INTO_LIP * (at.labiale - at.subnasale)
    forwards = ease((at.ahead - _CREASE) / (_LOBULE - _CREASE))
    downwards = ease((at.along - _BONE) / (_SUPRATIP - _BONE))
    upwards = ease((at.height - lip) / (at.columella - lip))
    return at.skin * forwards * downwards * upwards
