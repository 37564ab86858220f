"""A handle: skin at any place brought along any direction, for what no named procedure does."""

from dataclasses import replace

import numpy as np

from clinic.case import Edit, FaceModel, Floats, Gauge, Load, Points
from clinic.planning.procedures.fields import DOWN, FORWARD, LEFT, around, chosen, idle
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.words import say

_DIRECTIONS = {
    "lateral_mm": (say("Handle to the left"), LEFT),
    "up_mm": (say("Handle up"), -DOWN),
    "forward_mm": (say("Handle forward"), FORWARD),
}
_READ_SHARE = 0.4  # of the radius, around the place, over which the move is read
_LEAST_READ_MM = 4.0
# N per mm³ at the muscle layer, for each mm by which its support moves: where that gives way (lips, cheek) the pull
# does most of the work, where it holds (bone) the support does. Chosen so that neither tears off the other.
_PULL = 0.0004


def handle(edit: Edit, face: FaceModel) -> Load:
    """Move what lies under a place until its skin has moved as asked; what lies around follows, less and less.

    What it is tied to moves; off the nose, where there is more than skin on cartilage, sutures pull at the muscle layer
    as well. The move is read over the middle of the handle.
    """
    ((name, amount),) = [(name, given) for name, given in edit.amounts if name in _DIRECTIONS]
    words, direction = _DIRECTIONS[name]
    centre, radius = _place(edit, face), edit.amount("radius_mm")
    field = amount * around(face, centre, radius)[:, None] * direction
    nearest = int(np.argmin(np.linalg.norm(face.control - centre, axis=1)))
    on_nose = bool(face.topology.region("nose")[nearest])
    read = around(face, centre, max(_READ_SHARE * radius, _LEAST_READ_MM))
    still = idle(edit, len(field), Gauge(words, amount, "mm", read, direction))
    moved = chosen(field.any(axis=1))
    pull = None if on_nose else _PULL * field
    return replace(still, moved=moved, moved_by=field[moved], traction=pull, to_reach=True)


def _place(edit: Edit, face: FaceModel) -> Points:
    """Return where on the skin (3,) mm the handle of an edit sits."""
    assert edit.place is not None
    topology = face.topology
    corner, first, second = (topology.uv[topology.triangles[:, k]] for k in range(3))
    weights = _barycentric(np.asarray(edit.place, np.float64), corner, first - corner, second - corner)
    inside = int(np.argmax(weights.min(axis=1)))  # beside the map it is the nearest triangle, more or less
    shares = np.clip(weights[inside], 0.0, 1.0)
    return np.asarray(shares / shares.sum() @ face.points[topology.triangles[inside]], np.float64)


def _barycentric(point: Floats, corner: Floats, first: Floats, second: Floats) -> Floats:
    """Return the (m, 3) weights of a point (2,) in triangles given by a corner and two edges, (m, 2) each."""
    area = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    away = point - corner
    one = (away[:, 0] * second[:, 1] - away[:, 1] * second[:, 0]) / area
    other = (first[:, 0] * away[:, 1] - first[:, 1] * away[:, 0]) / area
    return np.stack([1.0 - one - other, one, other], axis=1)


_GUARDS = (
    Guard(3.0, say("More than 3 mm by hand is more than sutures alone do; plan the procedure instead.")),
    Guard(-3.0, say("More than 3 mm by hand is more than sutures alone do; plan the procedure instead.")),
)

HANDLE = Procedure(
    id="freehand",
    title=say("Freehand handle"),
    region=say("Anywhere"),
    parameters=(
        Parameter(
            "lateral_mm",
            say("Sideways"),
            "mm",
            -5.0,
            5.0,
            0.1,
            sign=say("positive to the patient's left, negative to the right"),
            guards=_GUARDS,
        ),
        Parameter("up_mm", say("Up"), "mm", -5.0, 5.0, 0.1, sign=say("positive up, negative down"), guards=_GUARDS),
        Parameter(
            "forward_mm",
            say("Forward"),
            "mm",
            -5.0,
            5.0,
            0.1,
            sign=say("positive out of the face, negative into it"),
            default=2.0,
            guards=_GUARDS,
        ),
        Parameter(
            "radius_mm",
            say("Radius"),
            "mm",
            8.0,
            40.0,
            1.0,
            sign=say("how far around the place the change reaches"),
            default=22.0,
            shapes=True,
        ),
    ),
    sided=False,
    load=handle,
    placed=True,
)
