"""The mandible: the segment that carries the teeth, and how the whole of it turns about its joints."""

import numpy as np

from clinic.case import Floats, Mask, Points
from clinic.planning.procedures.fields import LEFT, ease
from clinic.planning.procedures.segments import Jaws, floor_of_mouth, gap, turned

# The outer cut of the sagittal split runs down in front of the masseter, beside the second molar.
_CUT_SHARE = 0.5  # of the way from gonion to the corner of the mouth
_BODY_MM = 19.0  # height of the body beside the molars with the soft tissue under it; above is cheek
BEHIND_CORNER_MM = 3.0  # of the mouth: as far back skin lies over teeth; behind, only mucosa lines the cheek

# The mandible does not turn about its condyles when the maxilla is impacted, but about a point 2.5 mm behind and
# 19.6 mm below them (Wang et al. 2006, ten patients with Le Fort I impaction). The condyle lies about 12 mm in front
# of the tragion and 5 mm below the Frankfort plane, where the hinge axis is looked for with a face-bow.
_CONDYLE_MM = np.array([0.0, -12.0, -5.0])  # from the tragion
_TURNS_ABOUT_MM = np.array([0.0, 2.5, -19.6])  # from the condyle


def distal_segment(bone: Jaws) -> Mask:
    """Return the (c,) mask of the vertices over the part of the mandible that carries the teeth."""
    at, (_, y, z) = bone.at, bone.points.T
    lips = {name: bone.topology.region(f"{name}_lip") for name in ("upper", "lower")}
    before_cheek = y < at["cheilion_l"][1] + BEHIND_CORNER_MM
    over_teeth = ((z < at["stomion"][2]) & before_cheek & ~lips["upper"]) | lips["lower"]
    height = (bone.above_border > 0) & (over_teeth | (bone.above_border < _BODY_MM))
    inside: Mask = height & (y < _cut(at)) & ~bone.between & bone.skin
    return inside


def opened(bone: Jaws, segment: Mask) -> Mask:
    """Return the (c,) mask of the skin around a segment of the mandible that nothing holds; the upper lip is held."""
    around = gap(bone, segment) | floor_of_mouth(bone, segment)
    return (around & ~bone.topology.region("upper_lip")) | bone.between


def autorotation(bone: Jaws, segment: Mask, up_mm: float) -> tuple[Points, Floats]:
    """Return how the mandible turns until its incisors have risen: (c, 3) moves, mm, and (c,) shares of them.

    segment: the part that carries the teeth, which moves fully. Over the ramus the masseter, fixed to the zygoma above,
    moves less the higher it lies.
    """
    at = bone.at
    pivot = at["tragion_l"] * (0, 1, 1) + _CONDYLE_MM + _TURNS_ABOUT_MM
    degrees = float(np.degrees(up_mm / (pivot[1] - at["stomion"][1])))
    share = np.where(segment, 1.0, _ramus(bone, pivot))
    return share[:, None] * turned(bone.points, pivot, -LEFT, degrees), share


def _ramus(bone: Jaws, pivot: Points) -> Floats:
    """Return (c,) weights over ramus and angle: 1 at the angle, falling to 0 at the height of the pivot."""
    fallen = ease((pivot[2] - bone.points[:, 2]) / (pivot[2] - bone.at["gonion_l"][2]))
    return np.where((bone.points[:, 1] > _cut(bone.at)) & (bone.above_border > 0) & bone.skin, fallen, 0.0)


def _cut(at: dict[str, Points]) -> float:
    """Return how far back the cut lies."""
    gonion, cheilion = at["gonion_l"][1], at["cheilion_l"][1]
    return float(gonion + _CUT_SHARE * (cheilion - gonion))
