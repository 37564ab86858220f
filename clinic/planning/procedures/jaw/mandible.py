"""The mandible: the segment that carries the teeth, and how the whole of it turns about its joints."""

import numpy as np

from clinic.case import FaceModel, Floats, Mask, Points
from clinic.planning.procedures.fields import ease
from clinic.planning.procedures.segments import above_border, floor_of_mouth, gap, turned

# The outer cut of the sagittal split runs down in front of the masseter, beside the second molar.
_CUT_SHARE = 0.5  # of the way from gonion to the corner of the mouth
_BODY_MM = 19.0  # height of the body beside the molars with the soft tissue under it; above is cheek
_BEHIND_CORNER_MM = 3.0  # of the mouth: as far back the skin in front of the cheek lies over teeth
_CORNER_MM = 12.0  # around the corner of the mouth both lips hang on the same muscles and follow neither jaw alone

# The mandible does not turn about its condyles when the maxilla is impacted, but about a point 2.5 mm behind and
# 19.6 mm below them (Wang et al. 2006, ten patients with Le Fort I impaction). The condyle lies about 12 mm in front
# of the tragion and 5 mm below the Frankfort plane, where the hinge axis is looked for with a face-bow.
_CONDYLE_MM = np.array([0.0, -12.0, -5.0])  # from the tragion
_TURNS_ABOUT_MM = np.array([0.0, 2.5, -19.6])  # from the condyle

ACROSS = np.array([1.0, 0.0, 0.0])


def distal_segment(face: FaceModel) -> Mask:
    """Return the (c,) mask of the vertices over the part of the mandible that carries the teeth."""
    at = face.landmarks()
    y, z = face.control[:, 1], face.control[:, 2]
    gonion, cheilion = at["gonion_l"], at["cheilion_l"]  # of an even face
    cut = gonion[1] + _CUT_SHARE * (cheilion[1] - gonion[1])
    above = above_border(face)
    upper_lip, lower_lip = face.topology.region("upper_lip"), face.topology.region("lower_lip")
    over_teeth = ((z < at["stomion"][2]) & (y < cheilion[1] + _BEHIND_CORNER_MM) & ~upper_lip) | lower_lip
    inside: Mask = (y < cut) & (above > 0) & (over_teeth | (above < _BODY_MM))
    return inside & ~between_jaws(face) & face.topology.region("face")


def opened(face: FaceModel, segment: Mask) -> Mask:
    """Return the (c,) mask of the skin around a segment of the mandible that nothing holds; the upper lip is held."""
    around = (gap(face, segment) | floor_of_mouth(face, segment)) & ~face.topology.region("upper_lip")
    return around | between_jaws(face)


def between_jaws(face: FaceModel) -> Mask:
    """Return the (c,) mask of the vertices near the corners of the mouth and where the lips meet."""
    at, topology = face.landmarks(), face.topology
    away = [np.linalg.norm(face.control - at[name], axis=1) for name in ("cheilion_r", "cheilion_l")]
    meeting = topology.region("upper_lip") & topology.region("lower_lip")
    between: Mask = ((np.minimum(*away) < _CORNER_MM) | meeting) & topology.region("face")
    return between


def autorotation(face: FaceModel, up_mm: float) -> tuple[Points, Floats]:
    """Return how the mandible turns until its incisors have risen: (c, 3) moves, mm, and (c,) shares of them.

    Over the ramus the masseter, fixed to the zygoma above, moves less the higher it lies.
    """
    at = face.landmarks()
    pivot = (at["tragion_r"] + at["tragion_l"]) / 2 + _CONDYLE_MM + _TURNS_ABOUT_MM
    arm = pivot[1] - at["stomion"][1]
    degrees = float(np.degrees(up_mm / arm))
    share = np.where(distal_segment(face), 1.0, _ramus(face, pivot))
    return share[:, None] * turned(face.control, pivot, -ACROSS, degrees), share


def _ramus(face: FaceModel, pivot: Points) -> Floats:
    """Return (c,) weights over ramus and angle: 1 at the angle, falling to 0 at the height of the pivot."""
    at = face.landmarks()
    gonion, cheilion = at["gonion_l"], at["cheilion_l"]
    behind = face.control[:, 1] > gonion[1] + _CUT_SHARE * (cheilion[1] - gonion[1])
    fallen = ease((pivot[2] - face.control[:, 2]) / (pivot[2] - gonion[2]))
    beside = behind & (above_border(face) > 0) & face.topology.region("face")
    return np.where(beside, fallen, 0.0)
