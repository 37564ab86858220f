"""Lowering or building up the dorsum of the nose."""

import numpy as np

from clinic.case import Edit, FaceModel, Floats, Gauge, Load
from clinic.planning.procedures.fields import ease, moving
from clinic.planning.procedures.nose.frame import Nose, nose
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.words import say

# Along the dorsum, as a share of the way from nasion to pronasale. The radix and the supratip break stay where they
# are, so that the new profile runs smoothly into both.
_RADIX, _SUPRATIP = 0.0, 0.9
_EARLIEST_HUMP, _LATEST_HUMP = 0.3, 0.55
_HUMP_UPWARDS, _HUMP_DOWNWARDS = 0.06, 0.12  # how far the hump's full height reaches from its top
# Half the flat roof between the dorsal aesthetic lines, and half the width over which the nasal bones and upper lateral
# cartilages come in with it, as shares of the way from the midline to the inner canthi.
_ROOF, _SIDE_WALL = 0.19, 0.82
_AT_HUMP = 0.97


def dorsal_hump(edit: Edit, face: FaceModel) -> Load:
    """Lower (negative) or raise (positive) the bone and cartilage of the dorsum, by so much as is asked.

    The support moves perpendicular to the line nasion–pronasale in the sagittal plane: by the full amount at the hump
    (rhinion), by nothing at radix and supratip. Skin follows by itself; the gauge reads it at the hump.
    """
    at, amount = nose(face), edit.amount("amount_mm")
    weights = _dorsum(at)
    gauge = Gauge(say("Dorsal hump"), amount, "mm", np.where(weights > _AT_HUMP, weights, 0.0), at.out)
    return moving(edit, amount * weights[:, None] * at.out, gauge)


def _dorsum(at: Nose) -> Floats:
    hump = np.clip(at.rhinion, _EARLIEST_HUMP, _LATEST_HUMP)
    rising = ease((at.along - _RADIX) / (hump - _HUMP_UPWARDS - _RADIX))
    falling = ease((_SUPRATIP - at.along) / (_SUPRATIP - hump - _HUMP_DOWNWARDS))
    across = 1.0 - ease((at.lateral / at.canthus - _ROOF) / (_SIDE_WALL - _ROOF))
    weights: Floats = at.skin * rising * falling * across
    return weights / float(weights.max())


DORSAL_HUMP = Procedure(
    id="dorsal_hump",
    title=say("Dorsal hump"),
    region=say("Nose"),
    parameters=(
        Parameter(
            "amount_mm",
            say("Hump"),
            "mm",
            -6.0,
            6.0,
            0.1,
            sign=say("negative lowers the dorsum, positive builds it up with a graft"),
            default=-2.0,
            guards=(Guard(-4.0, say("This usually opens the roof and needs osteotomies.")),),
        ),
    ),
    sided=False,
    load=dorsal_hump,
)
