"""What is injected along a run of places on the face: a smooth depot, its load and its procedure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from clinic.case import Edit, FaceModel, Floats, Gauge, Load, Mask, Points
from clinic.planning.procedures.fields import FORWARD, bump, idle
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.words import say

_SWELLING_MM = 25.0  # beyond the edge of its depot the skin does not rise any more


@dataclass(frozen=True, slots=True)
class Stop:
    """A place that a depot runs through, and how far the depot reaches around it.

    mix: shares of landmarks that add up to 1, so that the place fits every face. A name without side is that of the
    treated side, "other gonion" lies on the other one: a little of both moves a place outwards.
    """

    mix: Mapping[str, float]
    reach_mm: float


Run = tuple[Stop, ...]


def filler(
    name: str,
    title: str,
    region: str,
    run: Run,
    *,
    layer: str,
    most_cc: float,
    usual_cc: float,
    step_cc: float = 0.05,
    sided: bool = True,
    cautions: tuple[str, ...],
    guards: tuple[Guard, ...] = (),
) -> Procedure:
    """Return the procedure that injects along a run, up to `most_cc` and usually `usual_cc` (on each side if sided).

    layer: the depth of the needle, a name of LAYER_NAMES.
    """

    def load(edit: Edit, face: FaceModel) -> Load:
        side = edit.side if sided else ""
        label = say("{title!t}, {side!t}", title=title, side=side) if sided else title
        distance = relative_distance(face, run, side)
        felt = relative_distance(face, widened(run, _SWELLING_MM), side) < 1.0
        return injected(edit, label, edit.amount("amount_cc"), bump(distance, 1.0), layer, felt & same_side(face, side))

    volume = say("Volume per side") if sided else say("Volume")
    sign = say("volume injected on each treated side") if sided else say("volume injected in all")
    parameter = Parameter("amount_cc", volume, "cc", 0.0, most_cc, step_cc, sign, usual_cc, cautions, guards=guards)
    return Procedure(name, title, region, (parameter,), sided, load)


def injected(edit: Edit, label: str, cc: float, growth: Floats, layer: str, felt: Mask) -> Load:
    """Return the load that brings so many cc (negative: takes) to the skin by growth (c,) of one layer.

    felt: (c,) the skin that its gauge reads.
    """
    gauge = Gauge(label, cc, "cc", felt.astype(np.float64), FORWARD)
    return replace(idle(edit, len(growth), gauge), growth=growth, growth_cc=cc, growth_layer=layer)


def relative_distance(face: FaceModel, run: Run, side: str) -> Floats:
    """Return (c,) the distance from a run over its reach: 1 at the edge of the depot, infinite off the face's skin."""
    inside, skin = face.topology.region("face"), _skin(face)
    places = np.array([_nearest(skin, _place(face, stop, side)) for stop in run])
    reaches = np.array([stop.reach_mm for stop in run])
    return np.where(inside, from_polyline(face.control, places, reaches), np.inf)


def from_polyline(points: Floats, corners: Floats, reaches: Floats) -> Floats:
    """Return (n,) the least distance of points (n, d) from a line through corners (k, d), over its reach there.

    reaches: (k,) mm at the corners, linear in between.
    """
    nearest = np.linalg.norm(points - corners[0], axis=1) / reaches[0]
    for a, b, wide, wider in zip(corners[:-1], corners[1:], reaches[:-1], reaches[1:], strict=True):
        share = np.clip((points - a) @ (b - a) / ((b - a) @ (b - a)), 0.0, 1.0)
        away = np.linalg.norm(points - a - share[:, None] * (b - a), axis=1)
        nearest = np.minimum(nearest, away / (wide + share * (wider - wide)))
    return np.asarray(nearest, dtype=np.float64)


def widened(run: Run, by_mm: float) -> Run:
    """Return a run that reaches further."""
    return tuple(Stop(stop.mix, stop.reach_mm + by_mm) for stop in run)


def _place(face: FaceModel, stop: Stop, side: str) -> Points:
    at = face.landmarks()
    own, other = ("_r", "_l") if side == "right" else ("_l", "_r")
    place = np.zeros(3)
    for name, share in stop.mix.items():
        bare = name.removeprefix("other ")
        place += share * at[bare if bare in at else bare + (own if bare == name else other)]
    return place


def _skin(face: FaceModel) -> Points:
    inside = face.topology.region("face").astype(np.float64)
    return face.points[face.topology.subdivide(inside[:, None])[:, 0] > 0.5]


def _nearest(skin: Points, place: Points) -> Points:
    nearest: Points = skin[np.linalg.norm(skin - place, axis=1).argmin()]
    return nearest


def same_side(face: FaceModel, side: str) -> Mask:
    """Return the (c,) mask of a half of the face; all of it for no side."""
    sign = {"left": 1.0, "right": -1.0}.get(side, 0.0)
    same: Mask = sign * face.control[:, 0] >= 0
    return same
