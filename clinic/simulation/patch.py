"""The piece of skin that is simulated: exterior skin as triangles, finer where the face is, with its outer rim."""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from clinic.case import FaceModel, Floats, Ints, Mask, Points, Topology, Triangles
from clinic.case.arrays import freeze
from clinic.simulation.grading import cut, subdivision

# Edges are split that are longer than this, mm, by region; elsewhere than _LONGEST_ELSEWHERE.
_LONGEST_MM = {
    "nose": 3.6,
    "upper_lip": 3.8,
    "lower_lip": 3.8,
    "lids": 3.2,
    "chin": 7.0,
    "cheek_r": 10.0,
    "cheek_l": 10.0,
    "forehead": 13.5,
}
_SIZE_MM = 131.0  # of an average face: mean of height, nasion to menton, and width, that these lengths belong to
_LONGEST_EAR_MM = 4.2
_LONGEST_ELSEWHERE = 15.0
_UNDER_CHIN_MM, _BEHIND_TRAGUS_MM = 40.0, 12.0  # how far the neck is simulated, so that its rim is far from the jaw
_EAR_RINGS = 2  # of skin around the ears that is simulated with them


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Skin triangles on vertices of their own, which are some of the display mesh.

    display: (s,) display vertex of each. from_control: (s, c) what carries values of the control vertices there, rows
    sum to 1. points: (s, 3) mm. triangles: (k, 3), counter-clockwise from outside. order: (s,) equal for a vertex and
    its mirror image, different for all others: what decides how cells are cut, so that the two halves of a face are cut
    alike. rim: (s,) True where the skin goes on beyond the patch (openings of eyes, mouth and nose are no rim).
    """

    display: Ints
    from_control: sp.csr_array
    points: Points
    triangles: Triangles
    order: Ints
    rim: Mask

    def __post_init__(self) -> None:
        freeze(
            self,
            display=(np.int32, -1),
            points=(np.float64, -1, 3),
            triangles=(np.int32, -1, 3),
            order=(np.int32, -1),
            rim=(np.bool_, -1),
        )

    @property
    def edges(self) -> Ints:
        """(e, 2) each edge once, ends ascending."""
        return _edges(self.triangles)[0]

    @property
    def border(self) -> Mask:
        """(s,) True at the rim and around openings."""
        return _at_border(self.triangles, len(self.points))

    @property
    def laplacian(self) -> sp.csr_array:
        """The (s, s) graph Laplacian, each edge weighted by 1/length: symmetric, rows sum to 0."""
        edges = self.edges
        length = np.linalg.norm(self.points[edges[:, 0]] - self.points[edges[:, 1]], axis=1)
        return graph_laplacian(edges, 1.0 / np.maximum(length, 1e-3), len(self.points))


def graph_laplacian(edges: Ints, weights: Floats, count: int) -> sp.csr_array:
    """Return the (count, count) Laplacian of weighted edges (e, 2)."""
    half = sp.coo_array((weights, (edges[:, 0], edges[:, 1])), shape=(count, count))
    adjacency = (half + half.T).tocsr()
    return (sp.diags_array(np.asarray(adjacency.sum(axis=1)).ravel()) - adjacency).tocsr()


def skin_patch(face: FaceModel, within: Mask, without: Mask) -> Patch:
    """Return the simulated skin of a face: whole quads, in one piece.

    within: (c,) control vertices of `simulated` skin; without: (c,) those of them to leave out. Where the ears are
    within, only theirs are split and needles, or the cells would be too many.
    """
    topology, display = face.topology, face.points
    with_ears = bool((within & topology.region("ears")).any())
    longest = np.where(topology.region("ears"), _LONGEST_EAR_MM, np.inf) if with_ears else _longest(face)
    triangles = cut(topology, display, _quads(topology, within & ~without), longest)
    vertices, inverse = np.unique(triangles, return_inverse=True)
    local: Triangles = inverse.reshape(triangles.shape).astype(np.int32)
    carried = subdivision(topology)[vertices]
    order = np.minimum(vertices, topology.mirror[vertices])
    patch = Patch(vertices, carried, display[vertices], local, order, np.zeros(len(vertices), bool))
    rim = _at_rim(local, carried @ _beside_other_skin(topology, within).astype(np.float64) > 0.49)
    return replace(patch, rim=rim)


def simulated(face: FaceModel, ears: bool = False) -> Mask:
    """Return the (c,) mask of the face and so much skin around it that nothing a procedure moves lies at the rim.

    ears: with the ears, and skin around them.
    """
    topology, at, points = face.topology, face.landmarks(), face.control
    wanted = ~(topology.region("interior") | topology.region("scalp") | topology.region("ears"))
    wanted &= points[:, 2] > at["menton"][2] - _UNDER_CHIN_MM
    wanted &= points[:, 1] < (at["tragion_r"][1] + at["tragion_l"][1]) / 2 + _BEHIND_TRAGUS_MM
    wanted |= topology.region("face")
    if ears:
        wanted |= _grown(topology, topology.region("ears"), _EAR_RINGS) & ~topology.region("interior")
    return wanted | wanted[topology.control_mirror]


def margins(face: FaceModel, within: Mask, rings: int) -> Mask:
    """Return the (c,) mask of the outermost rings of simulated skin around eyes, mouth and nostrils."""
    topology, beside = face.topology, _beside_other_skin(face.topology, within)
    left_out = np.zeros(len(within), bool)
    for _ in range(rings):
        quads = topology.control_quads[_quads(topology, within & ~left_out)]
        left_out |= _at_border(quads, len(left_out)) & ~_at_rim(quads, beside)
    return left_out


def holes(topology: Topology, within: Mask) -> Mask:
    """Return the (c,) mask of vertices of the face where simulated skin ends, but neither skin nor a lining follows."""
    quads = topology.control_quads[_quads(topology, within)]
    beyond = np.ones(len(within), bool)
    beyond[quads] = False
    followed = _grown(topology, beyond | topology.region("lids"), 1)
    return _at_border(quads, len(within)) & topology.region("face") & ~followed


def _longest(face: FaceModel) -> Floats:
    """Return (c,) mm the wished length of edges: longer in a large face, so that there are as many cells."""
    topology, at = face.topology, face.landmarks()
    height, width = np.linalg.norm(at["nasion"] - at["menton"]), np.linalg.norm(at["zygion_r"] - at["zygion_l"])
    longest = np.full(len(topology.control_mirror), _LONGEST_ELSEWHERE)
    for region, length in _LONGEST_MM.items():
        longest[topology.region(region)] = length
    scaled: Floats = longest * np.sqrt(height * width) / _SIZE_MM
    return scaled


def _quads(topology: Topology, wanted: Mask) -> Ints:
    """Return the numbers of the quads of the largest piece whose corners are all wanted."""
    chosen = np.flatnonzero(wanted[topology.control_quads].all(axis=1))
    quads, count = topology.control_quads[chosen], len(wanted)
    edges = _edges(quads)[0]
    joined = sp.coo_array((np.ones(len(edges)), edges.T), shape=(count, count))
    _, piece = connected_components(joined, directed=False)
    of_quad = piece[quads[:, 0]]
    largest: Ints = chosen[of_quad == np.bincount(of_quad).argmax()]
    return largest


def _edges(faces: Ints) -> tuple[Ints, Ints]:
    """Return (e, 2) each edge of triangles or quads once, ends ascending, and how many faces have it."""
    ends = np.sort(np.stack([faces, np.roll(faces, -1, axis=1)], axis=2).reshape(-1, 2), axis=1).astype(np.int64)
    base = int(faces.max()) + 1
    unique, count = np.unique(ends[:, 0] * base + ends[:, 1], return_counts=True)
    return np.stack([unique // base, unique % base], axis=1).astype(np.int32), count


def _at_border(faces: Ints, size: int) -> Mask:
    edges, count = _edges(faces)
    border = np.zeros(size, bool)
    border[edges[count == 1]] = True
    return border


def _at_rim(faces: Ints, beside: Mask) -> Mask:
    """Return the vertices of the borders that mostly lie beside other exterior skin; the rest are openings."""
    edges, count = _edges(faces)
    edges, size = edges[count == 1], len(beside)
    _, loop = connected_components(sp.coo_array((np.ones(len(edges)), edges.T), shape=(size, size)), directed=False)
    rim: Mask = _at_border(faces, size) & (np.bincount(loop, beside) / np.bincount(loop) > 0.5)[loop]
    return rim


def _beside_other_skin(topology: Topology, within: Mask) -> Mask:
    """Return the (c,) mask of vertices of quads that hold exterior skin which is not simulated."""
    return _grown(topology, ~within & ~topology.region("interior") & ~topology.region("lids"), 1)


def _grown(topology: Topology, mask: Mask, rings: int) -> Mask:
    """Return the mask with so many rings of quads around it."""
    grown = mask.copy()
    for _ in range(rings):
        grown[topology.control_quads[grown[topology.control_quads].any(axis=1)]] = True
    return grown
