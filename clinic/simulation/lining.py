"""How what is not simulated follows the skin that is: the margins of lids, lips and nostrils, and their linings."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial.distance import cdist

from clinic.case import FaceModel, Floats, Ints, Mask, Points

_NEAR_MM = 25.0  # along the skin from an opening: how far the skin is read that its lining follows
_SHARED_MM = 8.0  # skin that is about as near to one lip as to the other belongs to both
_TURNS_OVER = 0.35, 0.65  # of the way along the mouth's lining, from lower to upper lip
_ROUGH_MM = 0.5  # how strongly the spline smooths: steps between neighbouring vertices are not carried inwards
# How far from the skin a lining follows fully, and where it stays behind, mm. Sockets lie hidden within the eyeballs,
# which do not move; cheeks and lips carry the lining of the mouth with them, the throat stays.
_SOCKET_REACH_MM, _REACH_MM = (1.0, 6.0), (12.0, 35.0)


@dataclass(frozen=True, slots=True, eq=False)
class Lining:
    """The control vertices that follow.

    vertices: (l,) their numbers. follow: (l, m) what each takes of the moving simulated vertices.
    """

    vertices: Ints
    follow: sp.csr_array


@dataclass(frozen=True, slots=True, eq=False)
class _Skin:
    """What all openings of one face share: control points, edges as (c, c) lengths in mm, what is simulated, moves."""

    points: Points
    edges: sp.csr_array
    inside: Mask
    moving: Ints


def lining(face: FaceModel, inside: Mask, moving: Ints) -> Lining:
    """Return how the surfaces behind the openings of the simulated skin follow it.

    inside: (c,) the simulated control vertices. moving: (m,) those of them that move, all but the rim; skin beyond the
    rim does not follow. Every component is the biharmonic spline in space, φ = r with a linear part (Duchon 1977),
    through the skin around the opening, so that a lining keeps its distance from the skin before it: what moves rigidly
    or stretches evenly takes it along exactly. The mouth's lining follows the upper lip above and the lower lip below.
    It is geometry, no mechanics.
    """
    skin = _Skin(face.control, _edge_lengths(face), inside, moving)
    vertices: list[Ints] = [np.empty(0, np.int32)]
    rows = [sp.csr_array((0, len(moving)))]
    for behind in _behind_openings(skin):
        margin = moving[skin.edges[moving][:, behind].sum(axis=1) > 0]
        reach = _reach(face, skin, behind, margin)
        near = behind[reach > 0]
        vertices.append(near)
        rows.append(sp.csr_array(sp.diags_array(reach[reach > 0]) @ _followed(face, skin, behind, near, margin)))
    return Lining(np.concatenate(vertices), sp.vstack(rows, format="csr"))


def _behind_openings(skin: _Skin) -> list[Ints]:
    """Return the numbers of the vertices behind each opening."""
    outside = np.flatnonzero(~skin.inside)
    count, piece = connected_components(skin.edges[outside][:, outside], directed=False)
    held = skin.inside.copy()
    held[skin.moving] = False
    beside_moving, beside_held = np.zeros(count, bool), np.zeros(count, bool)
    beside_moving[piece[skin.edges[outside] @ (skin.inside & ~held).astype(np.float64) > 0]] = True
    beside_held[piece[skin.edges[outside] @ held.astype(np.float64) > 0]] = True
    return [outside[piece == k] for k in np.flatnonzero(beside_moving & ~beside_held)]


def _reach(face: FaceModel, skin: _Skin, behind: Ints, margin: Ints) -> Floats:
    """Return (b,) how much each vertex behind an opening follows: 1 near the skin around it, 0 far from it."""
    left_out = ~face.topology.region("interior")[behind]
    if face.topology.region("lids")[margin].any():
        full, none = _SOCKET_REACH_MM
        away = _way(skin, behind, behind[left_out])
    else:
        full, none = _REACH_MM
        around = skin.moving[_way(skin, skin.moving, margin) < _NEAR_MM]
        away = cdist(skin.points[behind], skin.points[around]).min(axis=1)
    return np.where(left_out, 1.0, _eased((none - away) / (none - full)))


def _followed(face: FaceModel, skin: _Skin, behind: Ints, near: Ints, margin: Ints) -> sp.csr_array:
    """Return (n, m) what vertices near the skin take of the moving ones; in a mouth, lips are told apart."""
    upper, lower = (margin[face.topology.region(f"{name}_lip")[margin]] for name in ("upper", "lower"))
    if not (len(upper) and len(lower)):
        return _spline(skin, _way(skin, skin.moving, margin) < _NEAR_MM, near)
    from_upper, from_lower = (_way(skin, skin.moving, lip) for lip in (upper, lower))
    above = _spline(skin, from_upper < np.minimum(from_lower + _SHARED_MM, _NEAR_MM), near)
    below = _spline(skin, from_lower < np.minimum(from_upper + _SHARED_MM, _NEAR_MM), near)
    share = _share_of_upper(skin, behind, upper, lower)[np.isin(behind, near)]
    return sp.csr_array(sp.diags_array(share) @ above + sp.diags_array(1.0 - share) @ below)


def _share_of_upper(skin: _Skin, behind: Ints, upper: Ints, lower: Ints) -> Floats:
    """Return (b,) how much a mouth's lining belongs to the upper lip, by the way along it to either lip."""
    to_upper, to_lower = (_way(skin, np.r_[behind, lip], lip)[: len(behind)] for lip in (upper, lower))
    low, high = _TURNS_OVER
    return _eased((to_lower / (to_upper + to_lower) - low) / (high - low))


def _spline(skin: _Skin, chosen: Mask, at: Ints) -> sp.csr_array:
    """Return (n, m) the weights of the biharmonic spline through chosen (m,) moving vertices, read at others (n,)."""
    centres, places = skin.points[skin.moving[chosen]], skin.points[at]
    count, middle = len(centres), centres.mean(axis=0)
    system = np.zeros((count + 4, count + 4))
    system[:count, :count] = _ROUGH_MM * np.eye(count) - cdist(centres, centres)
    system[:count, count:] = _linear(centres - middle)
    system[count:, :count] = system[:count, count:].T
    read = np.hstack([-cdist(places, centres), _linear(places - middle)])
    weights = np.zeros((len(at), len(chosen)))
    weights[:, chosen] = np.linalg.solve(system, read.T).T[:, :count]
    return sp.csr_array(weights)


def _linear(points: Points) -> Floats:
    return np.hstack([np.ones((len(points), 1)), points])


def _way(skin: _Skin, among: Ints, sources: Ints) -> Floats:
    """Return the (n,) shortest way, mm, from some of a set of vertices to each of it, along edges within it."""
    start = np.flatnonzero(np.isin(among, sources))
    away: Floats = dijkstra(skin.edges[among][:, among], directed=False, indices=start, min_only=True)
    return away


def _edge_lengths(face: FaceModel) -> sp.csr_array:
    quads, points = face.topology.control_quads, face.control
    ends = np.unique(np.sort(np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)]), axis=1), axis=0)
    length = np.maximum(np.linalg.norm(points[ends[:, 0]] - points[ends[:, 1]], axis=1), 1e-6)
    half = sp.coo_array((length, (ends[:, 0], ends[:, 1])), shape=(len(points), len(points)))
    return sp.csr_array(half + half.T)


def _eased(share: Floats) -> Floats:
    clipped = np.clip(share, 0.0, 1.0)
    eased: Floats = clipped**2 * (3.0 - 2.0 * clipped)
    return eased
