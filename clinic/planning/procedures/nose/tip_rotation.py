"""How far the tip of the nose is turned up."""

import numpy as np

from clinic.case import Edit, FaceModel, Floats, Gauge, Load, Points
from clinic.planning.procedures.fields import LEFT, ease, moving
from clinic.planning.procedures.nose.frame import nose
from clinic.planning.procedures.nose.tip import tip_complex
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.words import say

_UPWARDS = -LEFT  # right-handed about this axis the tip goes up
# At the creases, about which all turns, a turn moves little: the alae turn with the tip almost from there.
_CREASE, _ALA = -0.3, 0.2
# Down the dorsum: it is pressed together along its line, and lowered the less the higher up.
_DORSUM, _SUPRATIP = -0.1, 0.6


def tip_rotation(edit: Edit, face: FaceModel) -> Load:
    """Turn the tip complex up (positive) or down about the alar creases, until its skin has turned so far.

    Rotation is measured on the skin, as the turn of the nasal base (the long axis of the nostrils), so the cartilage
    turns as far as that takes. Lobule and columella turn as one piece, alae and dorsum follow; the distance from alar
    crease to tip stays. Not proportional to the angle, as no turn is.
    """
    at, angle = nose(face), edit.amount("angle_deg")
    weights = tip_complex(at, _CREASE, _ALA)
    base = face.topology.region("nose") & (at.height < at.tip)
    gauge = Gauge(say("Tip rotation"), angle, "°", base.astype(np.float64), _UPWARDS)
    turned = _turned(at.bed - at.pivot, angle * weights)
    sunk = (1.0 - ease((at.along - _DORSUM) / (_SUPRATIP - _DORSUM))) * (turned @ at.out)
    return moving(edit, turned - sunk[:, None] * at.out, gauge, to_reach=True)


def _turned(arm: Points, degrees: Floats) -> Points:
    """Return how far (c, 3) points move that are turned up by (c,) angles about the x axis."""
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    x, y, z = arm.T
    return np.stack([0.0 * x, (cosine - 1.0) * y + sine * z, (cosine - 1.0) * z - sine * y], axis=1)


TIP_ROTATION = Procedure(
    id="tip_rotation",
    title=say("Tip rotation"),
    region=say("Nose"),
    parameters=(
        Parameter(
            "angle_deg",
            say("Rotation"),
            "°",
            -10.0,
            20.0,
            0.5,
            sign=say("positive turns the tip up, negative turns it down"),
            default=5.0,
            guards=(Guard(10.0, say("The nostrils show from the front and the nose gets shorter; look at both.")),),
        ),
    ),
    sided=False,
    load=tip_rotation,
)
