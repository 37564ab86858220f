"""Pieces of bone that are cut free and moved, and the soft tissue that bridges what opens around them."""

from dataclasses import dataclass, replace

import numpy as np

from clinic.case import Edit, FaceModel, Floats, Gauge, Load, Mask, Points, Topology
from clinic.planning.procedures.fields import chosen, idle, neighbours

# Around a cut nothing holds the tissue: periosteum is stripped there and a step stands in the bone. The gap is at least
# one control vertex wide; the simulated tissue is finer.
_GAP_EDGES, _GAP_MM = 1, 8.0
_BORDER_MM = 5.0  # below the line gonion–menton the skin still lies on the lower border of the mandible
_HYOID_MM = 45.0  # from the segment: as far back the floor of the mouth follows it
_CORNER_MM = 12.0  # around the corner of the mouth both lips hang on the same muscles and follow neither jaw alone
_MIRRORED = np.array([-1.0, 1.0, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class Jaws:
    """What cuts are laid by, measured once on the mean of a face and its mirror image.

    A cut so lies alike on both sides, however crooked the face is.

    points: (c, 3) mm. at: landmarks. skin: (c,) the exterior skin. above_border: (c,) how far the skin lies above the
    lower border of the mandible as seen from the side, mm. between: (c,) near the corners of the mouth and where the
    lips meet: what hangs on neither jaw alone.
    """

    topology: Topology
    points: Points
    at: dict[str, Points]
    skin: Mask
    above_border: Floats
    between: Mask


def jaws(face: FaceModel) -> Jaws:
    """Measure the lower face."""
    topology = face.topology
    points = 0.5 * (face.control + _MIRRORED * face.control[topology.control_mirror])
    at, skin = topology.landmarks_on(points), topology.region("face")
    corner = points * np.where(points[:, :1] < 0, _MIRRORED, 1.0) - at["cheilion_l"]
    near_corner = (corner**2).sum(axis=1) < _CORNER_MM**2
    meeting = topology.region("upper_lip") & topology.region("lower_lip")
    return Jaws(topology, points, at, skin, _above_border(points, at), (near_corner | meeting) & skin)


def gap(bone: Jaws, segment: Mask) -> Mask:
    """Return the (c,) mask of the skin around a segment whose support is let go: at least 8 mm wide."""
    outside = bone.skin & ~segment
    return (neighbours(bone.topology, segment, _GAP_EDGES) & outside) | _near(bone, segment, outside, _GAP_MM)


def floor_of_mouth(bone: Jaws, segment: Mask) -> Mask:
    """Return the (c,) mask of the skin between a segment of the mandible and the hyoid.

    The muscles of the floor of the mouth are fixed to the segment in front and to the hyoid behind. They stretch with
    it, so nothing holds the skin under the jaw where it was.
    """
    return _near(bone, segment, (bone.above_border < 0) & bone.skin & ~segment, _HYOID_MM)


def slid(edit: Edit, moves: Points, moved: Mask, released: Mask, gauges: tuple[Gauge, ...]) -> Load:
    """Return the load that moves the bone under a (c,) mask of vertices by (c, 3) mm and lets go what is released."""
    still = idle(edit, len(moves), *(gauge for gauge in gauges if gauge.asked != 0.0))
    return replace(still, moved=chosen(moved), moved_by=moves[moved], released=chosen(released & ~moved))


def turned(points: Points, pivot: Points, axis: Points, degrees: float) -> Points:
    """Return the (n, 3) moves of points that turn about an axis through a pivot, right-handed.

    The move is that of the first instant, so that half the angle moves half as far: at 6° and 70 mm from the axis a
    point ends 0.4 mm too far out.
    """
    moves: Points = np.radians(degrees) * np.cross(axis, points - pivot)
    return moves


def _above_border(points: Points, at: dict[str, Points]) -> Floats:
    along = (at["gonion_l"] - at["menton"])[1:]
    along = along / np.linalg.norm(along)
    offset = points - at["menton"]
    above: Floats = offset[:, 2] * along[0] - offset[:, 1] * along[1] + _BORDER_MM
    return above


def _near(bone: Jaws, segment: Mask, among: Mask, reach_mm: float) -> Mask:
    """Return the (c,) mask of those vertices of another mask that lie within a distance of a segment."""
    places = bone.points[segment]
    low, high = places.min(axis=0) - reach_mm, places.max(axis=0) + reach_mm
    asked = np.flatnonzero(among & ((bone.points > low) & (bone.points < high)).all(axis=1))
    from scipy.spatial import KDTree  # a fifth of a second, which the lock screen need not wait for

    found = np.zeros(len(among), bool)
    found[asked] = KDTree(places).query(bone.points[asked], distance_upper_bound=reach_mm)[0] < reach_mm
    return found
