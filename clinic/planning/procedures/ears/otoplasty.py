"""Otoplasty: a protruding ear turned towards the head."""

from dataclasses import dataclass

import numpy as np

from clinic.case import Edit, FaceModel, Floats, Gauge, Load, Mask, Points
from clinic.planning.procedures.fields import ease, moving
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.words import say

_UP = np.array([0.0, 0.0, 1.0])
# From the front of the ear's foot, 0, to its back, 1: the axis runs along the floor of the concha. Tragus and crus of
# the helix before it stay; from the wall of the concha on, all cartilage turns as one.
_AXIS, _STAYS, _TURNS = 0.5, 0.2, 0.75
_FOOT, _OUT = 0.0, 0.24  # of the length of the foot, out of the head: skin behind the ear holds the foot


@dataclass(frozen=True, slots=True, eq=False)
class _Ear:
    """One ear in its own axes.

    inside: (c,) its vertices. axis: (3,) about which it turns towards the head, right-handed. arm: (c, 3) mm from the
    axis. behind: (c,) 0 at the front of its foot, 1 at the back. out: (c,) how far out of the head, in lengths of the
    foot.
    """

    inside: Mask
    axis: Floats
    arm: Points
    behind: Floats
    out: Floats

    @property
    def cartilage(self) -> Floats:
        """(c,) how far vertices turn with the helix."""
        share = ease((self.behind - _STAYS) / (_TURNS - _STAYS)) * ease((self.out - _FOOT) / (_OUT - _FOOT))
        return np.where(self.inside, share, 0.0)


def otoplasty(edit: Edit, face: FaceModel) -> Load:
    """Turn the cartilage of one ear about the floor of its concha, until helix and antihelix have turned so far.

    What is cut and sutured behind the ear closes its angle with the head. Not proportional to the angle, as no turn is.
    """
    angle, ear = edit.amount("angle_deg"), _ear(face, edit.side)
    turning = ear.cartilage
    gauge = Gauge(say("Ear, {side!t}", side=edit.side), angle, "°", np.where(turning > 0.5, turning, 0.0), ear.axis)
    return moving(edit, _turned(ear.arm, ear.axis, angle * turning), gauge, to_reach=True)


def _ear(face: FaceModel, side: str) -> _Ear:
    points, sign = face.control, 1.0 if side == "left" else -1.0
    inside = face.topology.region("ears") & (sign * points[:, 0] > 0.0)
    foot = points[_foot(face, inside)]
    outwards = _outwards(foot, sign)
    up = _UP - (_UP @ outwards) * outwards
    axis = sign * up / np.linalg.norm(up)
    back = np.cross(axis, outwards)
    along = (points - foot.mean(axis=0)) @ back
    front, length = along[inside].min(), float(np.ptp((foot - foot.mean(axis=0)) @ back))
    pivot = foot.mean(axis=0) + (front + _AXIS * length) * back
    arm = points - pivot
    return _Ear(inside, axis, arm - np.outer(arm @ axis, axis), (along - front) / length, arm @ outwards / length)


def _foot(face: FaceModel, ear: Mask) -> Mask:
    """Return the (c,) mask of the vertices of an ear where it leaves the head."""
    quads, foot = face.topology.control_quads, np.zeros(len(ear), bool)
    foot[quads[ear[quads].any(axis=1) & ~ear[quads].all(axis=1)]] = True
    return foot & ear


def _outwards(foot: Points, sign: float) -> Floats:
    """Return the unit normal (3,) of the plane of the foot, away from the head."""
    _, _, axes = np.linalg.svd(foot - foot.mean(axis=0))
    normal: Floats = axes[2] * np.sign(axes[2, 0]) * sign
    return normal


def _turned(arm: Points, axis: Floats, degrees: Floats) -> Points:
    """Return how far (c, 3) points move that are turned by (c,) angles about an axis, right-handed."""
    angle = np.radians(degrees)[:, None]
    moves: Points = (np.cos(angle) - 1.0) * arm + np.sin(angle) * np.cross(axis, arm)
    return moves


OTOPLASTY = Procedure(
    id="otoplasty",
    title=say("Otoplasty"),
    region=say("Ears"),
    parameters=(
        Parameter(
            "angle_deg",
            say("Turn per side"),
            "°",
            0.0,
            20.0,
            0.5,
            sign=say("towards the head, of helix and antihelix, on each treated side"),
            default=12.0,
            cautions=(
                say("Keep the helix visible behind the antihelix from the front: hidden, the ear looks operated."),
            ),
            guards=(
                Guard(15.0, say("Above 15° the ear lies on the head; leave at least 15 mm from helix to mastoid.")),
            ),
        ),
    ),
    sided=True,
    load=otoplasty,
)
