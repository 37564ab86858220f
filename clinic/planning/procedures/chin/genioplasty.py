"""The bony chin, cut and slid."""

import numpy as np

from clinic.case import Edit, FaceModel, Gauge, Load, Mask
from clinic.planning.procedures.fields import DOWN, FORWARD, LEFT, around
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.planning.procedures.segments import Jaws, floor_of_mouth, gap, jaws, slid
from clinic.words import say

# The usual horizontal cut: 5 mm below the roots of the canines, about 14 mm above the lower border and so 21 mm above
# the skin's menton, which is this share of the way to the labiomental fold. At the sides it drops, to pass 5 mm below
# the mental foramina, and runs out through the lower border below the first molars.
_CUT_SHARE, _DROP_SHARE = 0.7, 0.5
_HALF_WIDTH_MM = 26.0
_BEHIND_POGONION_MM = 24.0
_GAUGE_MM = 9.0
_GAUGES = {
    "forward_mm": (say("Chin forward"), "pogonion", FORWARD),
    "vertical_mm": (say("Chin vertical"), "menton", DOWN),
    "lateral_mm": (say("Chin to the left"), "menton", LEFT),
}


def genioplasty(edit: Edit, face: FaceModel) -> Load:
    """Slide the bony chin forward, down or to a side as one rigid segment.

    vertical_mm: + lengthens the chin (the segment goes down), − shortens it, as negative removes everywhere.
    lateral_mm: + to the patient's left. Around the cut the support is let go: there soft tissue bridges the step in the
    bone. Under the jaw the muscles of the floor of the mouth, which insert on the segment, follow it.
    """
    bone, at = jaws(face), face.landmarks()
    segment = _segment(bone)
    by, gauges = np.zeros(3), []
    for name, (label, where, direction) in _GAUGES.items():
        by = by + edit.amount(name) * direction
        gauges.append(Gauge(label, edit.amount(name), "mm", around(face, at[where], _GAUGE_MM), direction))
    released = gap(bone, segment) | floor_of_mouth(bone, segment)
    return slid(edit, np.tile(by, (len(segment), 1)), segment, released, tuple(gauges))


def _segment(bone: Jaws) -> Mask:
    """Return the (c,) mask of the vertices over the bone below the cut."""
    at = bone.at
    x, y, z = (bone.points - [at["menton"][0], at["pogonion"][1], at["menton"][2]]).T
    cut = _CUT_SHARE * (at["sublabiale"][2] - at["menton"][2])
    height = cut * (1.0 - _DROP_SHARE * (x / _HALF_WIDTH_MM) ** 2)
    below: Mask = (z < height) & (abs(x) < _HALF_WIDTH_MM) & (y < _BEHIND_POGONION_MM)
    return below & bone.skin


GENIOPLASTY = Procedure(
    id="genioplasty",
    title=say("Genioplasty"),
    region=say("Chin"),
    parameters=(
        Parameter(
            "forward_mm",
            say("Forward"),
            "mm",
            -5.0,
            12.0,
            0.1,
            sign=say("positive advances the chin, negative sets it back"),
            default=5.0,
            guards=(
                Guard(10.0, say("Above 10 mm the segments barely touch; plan a graft or two steps.")),
                Guard(
                    -3.0, say("A larger setback slackens the muscles under the chin: fullness under the jaw may show.")
                ),
            ),
        ),
        Parameter(
            "vertical_mm",
            say("Vertical"),
            "mm",
            -6.0,
            6.0,
            0.1,
            sign=say("positive lengthens the chin, negative shortens it"),
            guards=(
                Guard(2.0, say("Lengthening opens a gap in the bone that needs a graft.")),
                Guard(-4.0, say("The wedge taken out comes near the roots and the mental nerves: keep 5 mm to both.")),
            ),
        ),
        Parameter(
            "lateral_mm",
            say("To the left"),
            "mm",
            -6.0,
            6.0,
            0.1,
            sign=say("positive moves the chin to the patient's left, negative to the right"),
            guards=(
                Guard(4.0, say("A step stands out at the left lower border; it is to be smoothed.")),
                Guard(-4.0, say("A step stands out at the right lower border; it is to be smoothed.")),
            ),
        ),
    ),
    sided=False,
    load=genioplasty,
)
