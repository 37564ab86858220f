"""What of the face's mesh a scan can show, and what of it must stay together."""

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from clinic.case import Floats, Ints, Mask, Points, Topology
from clinic.reconstruction.face_space import FaceSpace

_PLACES, _REACH = 25, 0.96  # where the two sides of the lips are compared, and how far towards the corners
# Along the skin from where the inside begins, mm: up to the first nothing is believed, from the second on all.
_LIDS, _LIPS, _NOSTRILS = (3.0, 7.0), (1.5, 4.0), (1.0, 3.0)
_STIFF_INSIDE, _STIFF_EARS, _STIFF_CORNERS = 1.5, 4.0, 8.0
_EARS = 0.1  # how far ears are believed: front and back lie close, and a scan shows little of the folds
_CORNERS, _BEHIND = (4.0, 9.0), (12.0, 25.0)  # mm, as above: corners of the mouth, skin behind an ear
_FOLD_MM = 2.0  # how near folds lie on each other
_MOUTH_MM = 15.0  # height around the mouth in which its opening lies


def exterior(topology: Topology) -> Ints:
    """Return the display vertices of outer skin that scans show: not the inside of mouth, nose and sockets."""
    inside = topology.subdivide(topology.region("interior").astype(float)[:, None])[:, 0]
    return np.flatnonzero(inside < 1e-9).astype(np.int32)


def away_from_openings(space: FaceSpace) -> Floats:
    """Return (n,) 0 at the edges of lids, lips and nostrils to 1 a little away from them.

    A scan joins eyeball and lid, and lip and lip, into one surface: at their edges the skin that faces the same way is
    not the same skin.
    """
    topology = space.topology
    inside, lids = topology.region("interior"), topology.region("lids")
    lips = topology.region("upper_lip") | topology.region("lower_lip")
    steps = _along_skin(space)
    heard = np.ones(len(space.mean))
    rim = inside & (_beside(topology) @ (~inside).astype(float) > 0)
    near_lids = _beside(topology, 3) @ lids.astype(float) > 0
    near_lips = _beside(topology, 3) @ lips.astype(float) > 0
    for there, (first, whole) in ((near_lids, _LIDS), (near_lips, _LIPS), (~near_lids & ~near_lips, _NOSTRILS)):
        source = np.flatnonzero(rim & there)
        if len(source):
            away = dijkstra(steps, indices=source, min_only=True, limit=2 * whole)
            heard = np.minimum(heard, _ramp(away, first, whole))
    heard = np.minimum(heard, _off_corners(space)) * _at_ears(space, steps)
    return topology.subdivide(np.where(inside, 0.0, heard)[:, None])[:, 0]


def stiffness(space: FaceSpace) -> Floats:
    """Return (c,) what bending costs at least, as a factor: what a scan does not show moves along in one piece."""
    topology = space.topology
    unseen = np.where(topology.region("interior"), _STIFF_INSIDE, 0.0)
    thin = np.where(topology.region("ears"), _STIFF_EARS, unseen)
    return np.maximum(thin, _STIFF_CORNERS * (1 - _off_corners(space)))


def _off_corners(space: FaceSpace) -> Floats:
    """Return (c,) 0 at the corners of the mouth, where four folds meet, to 1 a little away."""
    at = space.topology.landmarks_on(space.mean)
    away = np.min([np.linalg.norm(space.mean - at[name], axis=1) for name in ("cheilion_r", "cheilion_l")], axis=0)
    return _ramp(away, *_CORNERS)


def _at_ears(space: FaceSpace, steps: sparse.csr_matrix) -> Floats:
    """Return (c,) how far skin is believed at ears: little on them, not behind them, where hair and ear hide it."""
    ears = space.topology.region("ears")
    away = dijkstra(steps, indices=np.flatnonzero(ears), min_only=True, limit=2 * _BEHIND[1])
    tragion = space.topology.landmarks_on(space.mean)["tragion_l"]
    behind = space.mean[:, 1] > tragion[1]
    return np.where(ears, _EARS, np.where(behind, _ramp(away, *_BEHIND), 1.0))


def _ramp(away: Floats, first: float, whole: float) -> Floats:
    share = np.clip((away - first) / (whole - first), 0, 1)
    smooth: Floats = share * share * (3 - 2 * share)
    return smooth


def lips_apart(space: FaceSpace) -> sparse.csr_matrix:
    """Return the (k, c) rows that read how far the two sides of the closed lips are apart."""
    topology, mean = space.topology, space.mean
    placed = topology.landmarks.on(topology.subdivide(mean), topology.triangles)
    at = dict(zip(topology.landmarks.names, placed, strict=True))
    inside = topology.region("interior")
    seam = ~inside & (_beside(topology) @ inside.astype(float) > 0)
    seam &= np.abs(mean[:, 2] - at["stomion"][2]) < _MOUTH_MM
    lips = topology.region("upper_lip") | topology.region("lower_lip")
    above = -(bending(topology) @ mean)[:, 2]  # its skin lies above the seam, or below
    upper, lower = _half(seam & lips & (above > 0), mean), _half(seam & lips & (above < 0), mean)
    wide = min(np.abs(mean[half, 0]).max() for half in (upper, lower))
    places = np.linspace(-1, 1, _PLACES) * _REACH * wide
    return _read(mean, upper, places) - _read(mean, lower, places)


def folds_apart(space: FaceSpace) -> sparse.csr_matrix:
    """Return the (k, c) differences between vertices that lie close at the corners of the mouth.

    Their folds lie on each other, many edges apart: along the mesh alone they would slide through each other.
    """
    mean = space.mean
    near = np.flatnonzero(_off_corners(space) < 1.0)
    pairs = near[cKDTree(mean[near]).query_pairs(_FOLD_MM, output_type="ndarray")]
    rows, signs = np.arange(len(pairs)).repeat(2), np.tile([1.0, -1.0], len(pairs))
    return sparse.csr_matrix((signs, (rows, pairs.ravel())), (len(pairs), len(mean)))


def _half(side: Mask, mean: Points) -> Ints:
    half = np.flatnonzero(side)
    return half[np.argsort(mean[half, 0], kind="stable")].astype(np.int32)


def _read(mean: Points, half: Ints, places: Floats) -> sparse.csr_matrix:
    """Return (places, c): linear interpolation along x between the vertices of one side."""
    x = mean[half, 0]
    right = np.clip(np.searchsorted(x, places), 1, len(x) - 1)
    part = np.clip((places - x[right - 1]) / np.maximum(x[right] - x[right - 1], 1e-9), 0, 1)
    rows = np.arange(len(places))
    entries = np.concatenate([1 - part, part]), (np.r_[rows, rows], np.r_[half[right - 1], half[right]])
    return sparse.csr_matrix(entries, (len(places), len(mean)))


def subdivision(topology: Topology) -> sparse.csr_matrix:
    """Return the (n, c) matrix from control to display vertices."""
    arrays = topology.subdivision_weights, topology.subdivision_indices, topology.subdivision_indptr
    return sparse.csr_matrix(arrays, (len(topology.uv), len(topology.control_mirror)))


def bending(topology: Topology) -> sparse.csr_matrix:
    """Return the (c, c) umbrella operator of the control mesh: how far a vertex is from the mean of its neighbours."""
    beside = _beside(topology)
    share = sparse.diags(1 / np.maximum(np.asarray(beside.sum(axis=1)).ravel(), 1)) @ beside
    return sparse.csr_matrix(sparse.identity(beside.shape[0]) - share)


def _edges(topology: Topology) -> Ints:
    quads = topology.control_quads
    return np.concatenate([np.stack([quads[:, k], quads[:, (k + 1) % 4]], axis=1) for k in range(4)])


def _beside(topology: Topology, rings: int = 1) -> sparse.csr_matrix:
    """Return (c, c): 1 for vertices that so many edges or fewer join; for one ring without the vertex itself."""
    ends, count = _edges(topology), len(topology.control_mirror)
    both = np.vstack([ends, ends[:, ::-1]])
    one = sparse.csr_matrix((np.ones(len(both)), both.T), (count, count))
    one.data[:] = 1
    reached = one
    for _ in range(rings - 1):
        reached = reached @ one + reached
    return sparse.csr_matrix((reached > 0).astype(float))


def _along_skin(space: FaceSpace) -> sparse.csr_matrix:
    """Return (c, c) edge lengths of the mean, mm."""
    ends = np.unique(np.sort(_edges(space.topology), axis=1), axis=0)
    lengths = np.linalg.norm(space.mean[ends[:, 0]] - space.mean[ends[:, 1]], axis=1)
    count = len(space.mean)
    half = sparse.csr_matrix((lengths, ends.T), (count, count))
    return sparse.csr_matrix(half + half.T)
