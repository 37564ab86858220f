"""The mandible split at both rami, its segment with the teeth moved."""

import numpy as np

from clinic.case import Edit, FaceModel, Gauge, Load
from clinic.planning.procedures.fields import DOWN, FORWARD, around
from clinic.planning.procedures.jaw.mandible import distal_segment, opened
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.planning.procedures.segments import jaws, slid, turned
from clinic.words import say

_GAUGE_MM, _TURN_GAUGE_MM = 9.0, 32.0
_UP = -DOWN


def bsso(edit: Edit, face: FaceModel) -> Load:
    """Move the tooth-bearing segment of the mandible after a bilateral sagittal split, as one rigid piece.

    Chin, lower lip and the tissue between go with it; the rami and angles stay. It goes forward or back; yaw turns it
    about the upright axis midway between the cuts, so that it stays in touch with both rami, cant about the level axis
    between the incisors. Amounts count from where the upper jaw's move has left the mandible. Around the cut and under
    the jaw the support is let go.
    """
    bone, at = jaws(face), face.landmarks()
    segment = distal_segment(bone)
    forward, yaw, cant = (edit.amount(name) for name in ("forward_mm", "yaw_deg", "cant_deg"))
    between_cuts = np.array([at["stomion"][0], bone.points[segment][:, 1].max(), 0.0])
    moves = np.tile(forward * FORWARD, (len(segment), 1))
    moves += turned(face.control, between_cuts, _UP, yaw) + turned(face.control, at["stomion"], FORWARD, cant)
    near, wide = around(face, at["pogonion"], _GAUGE_MM), around(face, at["pogonion"], _TURN_GAUGE_MM)
    gauges = (
        Gauge(say("Lower jaw forward"), forward, "mm", near, FORWARD),
        Gauge(say("Lower jaw, yaw"), yaw, "°", wide, _UP),
        Gauge(say("Lower jaw, cant"), cant, "°", wide, FORWARD),
    )
    return slid(edit, moves, segment, opened(bone, segment), gauges)


BSSO = Procedure(
    id="bsso",
    title=say("Lower jaw (BSSO)"),
    region=say("Jaw"),
    parameters=(
        Parameter(
            "forward_mm",
            say("Forward"),
            "mm",
            -10.0,
            12.0,
            0.1,
            sign=say("positive advances the lower jaw with its teeth, negative sets it back"),
            default=5.0,
            cautions=(say("The bite changes by the same amount unless the upper jaw is moved too."),),
            guards=(
                Guard(7.0, say("Above 7 mm relapse becomes more frequent; consider more fixation or both jaws.")),
                Guard(-7.0, say("A setback of more than 7 mm narrows the airway; consider both jaws.")),
            ),
        ),
        Parameter(
            "yaw_deg",
            say("Turn"),
            "°",
            -6.0,
            6.0,
            0.5,
            sign=say("positive turns the chin to the patient's left, negative to the right"),
            cautions=(
                say("The segments gape on one side; bone may have to be ground so that the condyle stays in place."),
            ),
        ),
        Parameter(
            "cant_deg",
            say("Cant"),
            "°",
            -6.0,
            6.0,
            0.5,
            sign=say(
                "positive raises the left side of the jaw, negative the right; the chin swings to the raised side"
            ),
            cautions=(say("The bite opens on one side unless the upper jaw is turned by the same angle."),),
        ),
    ),
    sided=False,
    load=bsso,
)
