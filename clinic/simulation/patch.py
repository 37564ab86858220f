"""The piece of skin that is simulated: the exterior of the face as triangles, with its outer rim."""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from clinic.case import FaceModel, Floats, Ints, Mask, Points, Topology, Triangles
from clinic.case.arrays import freeze


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Skin triangles on vertices of their own.

    control: (s,) control vertex of each. from_control: (s, c) what carries values of the control vertices there, rows
    sum to 1. points: (s, 3) mm. triangles: (k, 3), counter-clockwise from outside. order:
    (s,) equal for a vertex and its mirror image, different for all others: what decides how cells are cut, so that the
    two halves of a face are cut alike. rim: (s,) True where the skin goes on beyond the patch (openings of eyes,
    mouth and nose are no rim).
    """

    control: Ints
    from_control: sp.csr_array
    points: Points
    triangles: Triangles
    order: Ints
    rim: Mask

    def __post_init__(self) -> None:
        freeze(
            self,
            control=(np.int32, -1),
            points=(np.float64, -1, 3),
            triangles=(np.int32, -1, 3),
            order=(np.int32, -1),
            rim=(np.bool_, -1),
        )

    @property
    def edges(self) -> Ints:
        """(3k, 2): the edges of every triangle, so that inner ones come twice."""
        t = self.triangles
        return np.concatenate([t[:, [0, 1]], t[:, [1, 2]], t[:, [2, 0]]])

    @property
    def border(self) -> Mask:
        """(s,) True at the rim and around openings."""
        unique, count = np.unique(np.sort(self.edges, axis=1), axis=0, return_counts=True)
        border = np.zeros(len(self.control), bool)
        border[unique[count == 1]] = True
        return border

    @property
    def laplacian(self) -> sp.csr_array:
        """The (s, s) graph Laplacian, each edge weighted by 1/length: symmetric, rows sum to 0."""
        edges = np.unique(np.sort(self.edges, axis=1), axis=0)
        length = np.linalg.norm(self.points[edges[:, 0]] - self.points[edges[:, 1]], axis=1)
        return graph_laplacian(edges, 1.0 / np.maximum(length, 1e-3), len(self.points))


def graph_laplacian(edges: Ints, weights: Floats, count: int) -> sp.csr_array:
    """Return the (count, count) Laplacian of weighted edges (e, 2)."""
    half = sp.coo_array((weights, (edges[:, 0], edges[:, 1])), shape=(count, count))
    adjacency = (half + half.T).tocsr()
    return (sp.diags_array(np.asarray(adjacency.sum(axis=1)).ravel()) - adjacency).tocsr()


def skin_patch(face: FaceModel, without: Mask) -> Patch:
    """Return the simulated skin of a face: the quads that lie wholly in region `face`, in one piece.

    without: (c,) control vertices to leave out.
    """
    topology = face.topology
    wanted = topology.region("face") & ~without
    quads = _largest_piece(topology.control_quads[wanted[topology.control_quads].all(axis=1)])
    control, inverse = np.unique(quads, return_inverse=True)
    local: Ints = inverse.reshape(quads.shape).astype(np.int32)
    order = np.minimum(control, topology.control_mirror[control])
    triangles = _halve(local, order)
    selected = sp.eye_array(len(face.control), format="csr")[control]
    patch = Patch(control, selected, face.control[control], triangles, order, np.zeros(len(control), bool))
    return replace(patch, rim=_rim(patch, topology))


def margins(face: FaceModel, rings: int) -> Mask:
    """Return the (c,) mask of the outermost rings of face skin around eyes, mouth and nostrils."""
    left_out = np.zeros(len(face.control), bool)
    for _ in range(rings):
        patch = skin_patch(face, left_out)
        left_out[patch.control[patch.border & ~patch.rim]] = True
    return left_out


def _largest_piece(quads: Ints) -> Ints:
    count = int(quads.max()) + 1
    edges = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    joined = sp.coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(count, count))
    _, piece = connected_components(joined, directed=False)
    of_quad = piece[quads[:, 0]]
    largest: Ints = quads[of_quad == np.bincount(of_quad).argmax()]
    return largest


def _halve(quads: Ints, order: Ints) -> Triangles:
    """Cut each quad along the diagonal through its corner of the smallest order."""
    first = np.argmin(order[quads], axis=1)
    turned = quads[np.arange(len(quads))[:, None], (first[:, None] + np.arange(4)) % 4]
    return np.concatenate([turned[:, [0, 1, 2]], turned[:, [0, 2, 3]]]).astype(np.int32)


def _rim(patch: Patch, topology: Topology) -> Mask:
    """Return the borders that mostly meet other exterior skin; the rest are openings."""
    outside = ~topology.region("face") & ~topology.region("interior") & ~topology.region("lids")
    touching = np.zeros(len(outside), bool)
    touching[topology.control_quads[outside[topology.control_quads].any(axis=1)]] = True
    unique, count = np.unique(np.sort(patch.edges, axis=1), axis=0, return_counts=True)
    edges, size = unique[count == 1], len(patch.control)
    _, loop = connected_components(sp.coo_array((np.ones(len(edges)), edges.T), shape=(size, size)), directed=False)
    share = np.bincount(loop, touching[patch.control]) / np.bincount(loop)
    rim: Mask = patch.border & (share > 0.5)[loop]
    return rim
