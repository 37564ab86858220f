"""Setting the nose straight, or showing how it would look off the midline."""

import numpy as np

from clinic.case import Edit, FaceModel, Floats, Gauge, Load
from clinic.planning.procedures.fields import LEFT, ease, moving
from clinic.planning.procedures.nose.frame import Nose, nose
from clinic.planning.procedures.nose.tip import tip_complex
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.words import say

# Down the dorsum, as shares of the way from nasion to pronasale: the curve of the middle third.
_BEGINS, _FROM, _TO, _ENDS = 0.0, 0.45, 0.60, 1.0
_WALL_BEGINS, _RIDGE = -0.1, 0.9  # of the rise over the face: the walls lean with the ridge
_FACE, _BEYOND_TIP = -0.2, 1.2  # alae and columella lean evenly with the tip
_AT_RIDGE = 0.95


def deviation(edit: Edit, face: FaceModel) -> Load:
    """Shift septum and ridge of the middle third, or of the tip, to the patient's left (positive) or right.

    They go by so much as is asked, along a smooth curve, to where the surgeon fixes them; the gauge reads how much of
    it the skin shows. The side walls lean with the ridge and stay at their base.
    """
    at = nose(face)
    middle, tip = edit.amount("middle_mm"), edit.amount("tip_mm")
    label, amount, weights = (
        (say("Deviation, middle third"), middle, _middle_third(at))
        if middle
        else (say("Deviation, tip"), tip, tip_complex(at, _FACE, _BEYOND_TIP))
    )
    weights = weights / float(weights.max())
    gauge = Gauge(label, amount, "mm", np.where(weights > _AT_RIDGE, weights, 0.0), LEFT)
    return moving(edit, amount * weights[:, None] * LEFT, gauge)


def _middle_third(at: Nose) -> Floats:
    upper, lower = (at.along - _BEGINS) / (_FROM - _BEGINS), (_ENDS - at.along) / (_ENDS - _TO)
    leaning = ease((at.rise - _WALL_BEGINS) / (_RIDGE - _WALL_BEGINS))
    return at.skin * ease(np.minimum(upper, lower)) * leaning


DEVIATION = Procedure(
    id="deviation",
    title=say("Deviation"),
    region=say("Nose"),
    parameters=tuple(
        Parameter(
            name,
            title,
            "mm",
            -8.0,
            8.0,
            0.1,
            sign=say("positive goes to the patient's left, negative to the right"),
            default=0.0,
            guards=(Guard(-most, words), Guard(most, words)),
        )
        for name, title, most, words in (
            (
                "middle_mm",
                say("Middle third"),
                5.0,
                say("This needs osteotomies on both sides, or the bones pull it back."),
            ),
            ("tip_mm", say("Tip"), 4.0, say("The septum has to be set free and fixed at the nasal spine.")),
        )
    ),
    sided=False,
    load=deviation,
)
