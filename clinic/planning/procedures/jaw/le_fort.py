"""The upper jaw, cut above its teeth and moved, and the lower jaw that follows the bite."""

import numpy as np
from scipy.spatial import KDTree

from clinic.case import Edit, FaceModel, Floats, Gauge, Load, Mask
from clinic.planning.procedures.fields import DOWN, FORWARD, around, ease
from clinic.planning.procedures.jaw.mandible import BEHIND_CORNER_MM, autorotation, distal_segment, opened
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.planning.procedures.segments import Jaws, gap, jaws, slid, turned
from clinic.words import say

# The cut leaves the nasal aperture 5 mm above its floor, which lies behind the subnasale, and runs level to the
# buttress of the zygoma above the first molar.
_CUT_MM = 5.0
_NOSE_MM = 30.0  # from the segment: to above the tip of the nose
_STEP = 0.25  # cartilage that goes less far with the segment leaves no step beside it
_GAUGE_MM, _TURN_GAUGE_MM = 9.0, 24.0


def le_fort(edit: Edit, face: FaceModel) -> Load:
    """Move the upper jaw with its teeth after a Le Fort I osteotomy, as one rigid piece.

    It carries the support of the upper lip, the nasal spine and the lower canine fossa, and with them the base of the
    nose. Cant turns it about the level axis between the incisors. Around the cut the support is let go.

    The lower jaw follows the bite as muscles close it: impacted, the upper teeth leave room and the mandible turns
    upwards and forwards about its centre of rotation until its incisors have risen as much; lowered, it turns down and
    back. An advance or a cant leaves the mandible where it is: the bite changes unless a BSSO is planned with it.
    """
    bone, at = jaws(face), face.landmarks()
    forward, vertical, cant = (edit.amount(name) for name in ("forward_mm", "vertical_mm", "cant_deg"))
    share = _carried(bone)
    released = _opened(bone, share > _STEP)
    moves = share[:, None] * (forward * FORWARD + vertical * DOWN + turned(face.control, at["stomion"], FORWARD, cant))
    if vertical != 0.0:
        lower = distal_segment(bone)
        closing, closed = autorotation(bone, lower, -vertical)
        moves, share, released = moves + closing, np.maximum(share, closed), released | opened(bone, lower)
    philtrum = (at["subnasale"] + at["labiale_superius"]) / 2
    middle, wide = around(face, philtrum, _GAUGE_MM), around(face, philtrum, _TURN_GAUGE_MM)
    gauges = (
        Gauge(say("Upper jaw forward"), forward, "mm", middle, FORWARD),
        Gauge(say("Upper jaw vertical"), vertical, "mm", middle, DOWN),
        Gauge(say("Upper jaw, cant"), cant, "°", wide, FORWARD),
    )
    return slid(edit, moves, share > 0, released, gauges)


def _carried(bone: Jaws) -> Floats:
    """Return (c,) how far each vertex goes with the segment: 1 on it, falling over the cartilages of the nose.

    Alar bases hang on the rim of the nasal aperture and the columella stands on the nasal spine, both part of the
    segment; the septum is cut from it, and the tip, held from above, follows least.
    """
    segment = _segment(bone)
    on_nose = np.flatnonzero(bone.topology.region("nose") & bone.skin)
    away = KDTree(bone.points[segment]).query(bone.points[on_nose])[0]
    share = segment.astype(np.float64)
    share[on_nose] = ease(1.0 - away / _NOSE_MM)
    return share


def _segment(bone: Jaws) -> Mask:
    """Return the (c,) mask of the vertices over the maxilla below the cut."""
    at, region, (_, y, z) = bone.at, bone.topology.region, bone.points.T
    before_cheek = y < at["cheilion_l"][1] + BEHIND_CORNER_MM
    over_teeth = ((z > at["stomion"][2]) & before_cheek & ~region("lower_lip")) | region("upper_lip")
    inside: Mask = over_teeth & (z < at["subnasale"][2] + _CUT_MM) & ~region("nose")
    return inside & ~bone.between & bone.skin


def _opened(bone: Jaws, carried: Mask) -> Mask:
    """Return the (c,) mask of the skin around what is carried that nothing holds; nose and lower lip are held."""
    held = bone.topology.region("lower_lip") | bone.topology.region("nose")
    return (gap(bone, carried) & ~held) | bone.between


LE_FORT = Procedure(
    id="le_fort",
    title=say("Upper jaw (Le Fort I)"),
    region=say("Jaw"),
    parameters=(
        Parameter(
            "forward_mm",
            say("Forward"),
            "mm",
            -3.0,
            10.0,
            0.1,
            sign=say("positive advances the upper jaw with its teeth, negative sets it back"),
            default=4.0,
            cautions=(say("The bite changes by the same amount unless the lower jaw is moved too."),),
            guards=(
                Guard(3.0, say("The alar bases widen and the tip of the nose turns up; consider a cinch suture.")),
                Guard(6.0, say("Above 6 mm relapse becomes more frequent; consider bone grafts or both jaws.")),
            ),
        ),
        Parameter(
            "vertical_mm",
            say("Vertical"),
            "mm",
            -8.0,
            6.0,
            0.1,
            sign=say("negative impacts the upper jaw, positive lowers it; the lower jaw turns with the bite"),
            guards=(
                Guard(-3.0, say("Impaction hides the incisors behind the lip; keep 2 to 4 mm of them at rest.")),
                Guard(2.0, say("Lowering is the least stable move of the upper jaw and needs bone grafts.")),
            ),
        ),
        Parameter(
            "cant_deg",
            say("Cant"),
            "°",
            -5.0,
            5.0,
            0.5,
            sign=say("positive raises the left side of the upper jaw, negative the right"),
            cautions=(say("The lower jaw does not follow a cant: turn it by the same angle."),),
        ),
    ),
    sided=False,
    load=le_fort,
)
