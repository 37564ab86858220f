"""Lift of the brow."""

import numpy as np

from clinic.case import Edit, FaceModel, Floats, Gauge, Load, Points
from clinic.planning.procedures.fields import bump, ease
from clinic.planning.procedures.lids.orbit import UP, Orbit, orbit
from clinic.planning.procedures.lift.flap import along_skin, drawn
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.words import say

# How far out, 0 at the inner corner of the lids and 1 at the outer: the head of the brow goes less, so that the brows
# do not spread, and the temple beyond its tail stays.
_HEAD, _BODY, _TAIL, _TEMPLE = -0.2, 0.45, 1.3, 1.95
# How high, 0 at the eye and 1 at the brow: the skin of the lid unfolds, the forehead comes up against the hairline.
_RIM, _BROW, _FOREHEAD, _HAIRLINE = 0.1, 1.2, 1.25, 3.3
_TENSION = 2.2  # skin taken out over what the brow gives up: the forehead glides, and carries the brow with it
_GAUGE_AT, _GAUGE_WIDE, _GAUGE_HIGH = 0.75, 0.4, 0.35


def brow_lift(edit: Edit, face: FaceModel) -> Load:
    """Free one brow from the orbital rim and draw it up along a vector, until its skin has gone by the amount.

    The periosteum is fixed higher up with what hangs on it; the skin that is left over is taken out below the hairline.
    """
    amount, angle = edit.amount("amount_mm"), np.radians(edit.amount("vector_deg"))
    eye = orbit(face, edit.side)
    vector = np.cos(angle) * UP + np.sin(angle) * eye.outwards
    along = along_skin(face, vector)
    away = np.hypot(
        (eye.across(face.control) - _GAUGE_AT) / _GAUGE_WIDE, (eye.height(face.control) - 1.0) / _GAUGE_HIGH
    )
    read = np.where(face.topology.region("face"), bump(away, 1.0), 0.0)
    drawn_along = read @ along
    gauge = Gauge(say("Brow, {side!t}", side=edit.side), amount, "mm", read, drawn_along / np.linalg.norm(drawn_along))
    return drawn(edit, face, amount, along, lambda points: _share(eye, points), gauge, to_reach=True, tension=_TENSION)


def _share(eye: Orbit, points: Points) -> Floats:
    across, height = eye.across(points), eye.height(points)
    sideways = ease((across - _HEAD) / (_BODY - _HEAD)) * ease((_TEMPLE - across) / (_TEMPLE - _TAIL))
    upwards = ease((height - _RIM) / (_BROW - _RIM)) * ease((_HAIRLINE - height) / (_HAIRLINE - _FOREHEAD))
    return sideways * upwards


BROW_LIFT = Procedure(
    id="brow_lift",
    title=say("Brow lift"),
    region=say("Brow"),
    parameters=(
        Parameter(
            "amount_mm",
            say("Lift per side"),
            "mm",
            0.0,
            7.0,
            0.1,
            sign=say("how far the skin of the brow goes along the vector, on each treated side"),
            default=3.0,
            cautions=(say("Lids that were closed tightly before may not close after: check for dry eyes."),),
            guards=(
                Guard(5.0, say("Above 5 mm the brow looks surprised, and it settles by up to a third in a year.")),
            ),
        ),
        Parameter(
            "vector_deg",
            say("Vector"),
            "°",
            0.0,
            45.0,
            1.0,
            sign=say("0° is straight up, more goes outwards"),
            default=20.0,
            shapes=True,
        ),
    ),
    sided=True,
    load=brow_lift,
)
