"""Pieces of bone that are cut free and moved, and the soft tissue that bridges what opens around them."""

from dataclasses import replace

import numpy as np
from scipy.spatial import KDTree

from clinic.case import Edit, FaceModel, Floats, Gauge, Load, Mask, Points
from clinic.planning.procedures.fields import chosen, neighbours

# Around a cut nothing holds the tissue: periosteum is stripped there and a step stands in the bone.
# At least one control vertex wide: the simulated tissue is finer, at least two of its edges then cross the gap.
_GAP_EDGES, _GAP_MM = 1, 8.0
_BORDER_MM = 5.0  # below the line gonion–menton the skin still lies on the lower border of the mandible
_HYOID_MM = 45.0  # from the segment: as far back the floor of the mouth follows it


def evened(face: FaceModel) -> FaceModel:
    """Return the mean of a face and its mirror image: a cut lies alike on both sides, however crooked the face is."""
    mirrored = face.control[face.topology.control_mirror] * (-1.0, 1.0, 1.0)
    return replace(face, control=0.5 * (face.control + mirrored))


def above_border(face: FaceModel) -> Floats:
    """Return (c,) how far the skin lies above the lower border of the mandible as seen from the side, mm."""
    at = face.landmarks()
    gonion = (at["gonion_r"] + at["gonion_l"]) / 2
    along = (gonion - at["menton"])[1:] / np.linalg.norm((gonion - at["menton"])[1:])
    offset = face.control - at["menton"]
    above: Floats = offset[:, 2] * along[0] - offset[:, 1] * along[1] + _BORDER_MM
    return above


def gap(face: FaceModel, segment: Mask) -> Mask:
    """Return the (c,) mask of the skin around a segment whose support is let go: over at least 8 mm."""
    by_edges = neighbours(face.topology, segment, _GAP_EDGES)
    around: Mask = by_edges & ~segment & face.topology.region("face")
    return around | near(face, segment, face.topology.region("face") & ~segment, _GAP_MM)


def floor_of_mouth(face: FaceModel, segment: Mask) -> Mask:
    """Return the (c,) mask of the skin between a segment of the mandible and the hyoid.

    The muscles of the floor of the mouth are fixed to the segment in front and to the hyoid behind. They stretch with
    it, so nothing holds the skin under the jaw where it was.
    """
    below = (above_border(face) < 0) & face.topology.region("face") & ~segment
    return near(face, segment, below, _HYOID_MM)


def near(face: FaceModel, segment: Mask, among: Mask, reach_mm: float) -> Mask:
    """Return the (c,) mask of those vertices of another mask that lie within a distance of a segment."""
    places = face.control[segment]
    low, high = places.min(axis=0) - reach_mm, places.max(axis=0) + reach_mm
    asked = np.flatnonzero(among & ((face.control > low) & (face.control < high)).all(axis=1))
    found = np.zeros(len(among), bool)
    found[asked] = KDTree(places).query(face.control[asked], distance_upper_bound=reach_mm)[0] < reach_mm
    return found


def slid(edit: Edit, moves: Points, moved: Mask, released: Mask, gauges: tuple[Gauge, ...]) -> Load:
    """Return the load that moves the bone under a (c,) mask of vertices by (c, 3) mm and lets go what is released."""
    return Load(
        edit=edit,
        moved=chosen(moved),
        moved_by=moves[moved],
        released=chosen(released & ~moved),
        growth=np.zeros(len(moves)),
        growth_cc=0.0,
        gauges=gauges,
    )


def turned(points: Points, pivot: Points, axis: Points, degrees: float) -> Points:
    """Return the (n, 3) moves of points that turn about an axis through a pivot, right-handed.

    The move is that of the first instant, so that half the angle moves half as far: at 6° and 70 mm from the axis a
    point ends 0.4 mm too far out.
    """
    moves: Points = np.radians(degrees) * np.cross(axis, points - pivot)
    return moves
