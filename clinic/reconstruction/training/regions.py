"""Names the regions of the skin on the control mesh."""

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from clinic.case import Floats, Ints, Mask, Points
from clinic.reconstruction.training.mean_head import Frame
from clinic.reconstruction.training.seals import seam_halves

_CAP_AT_NAPE_MM = -42.0  # how far below the eyes the cap ends at the back of the head
_CAP_ABOVE_EAR_MM = 5.0
_CAP_ABOVE_HAIRLINE_MM = 2.0
_EAR_MARGIN_RINGS = 1
_UNDER_CHIN_MM, _BEFORE_EAR_MM = 14.0, 4.0  # where the simulated face ends


def name_regions(frame: Frame, control: Points, landmarks: dict[str, Points]) -> dict[str, Mask]:
    """Return a (c,) mask for every region of a topology. landmarks: name -> (3,) mm."""
    graph, marks = frame.graph, frame.marks
    x, y, z = control.T
    skin = ~marks.interior
    scalp = skin & ~marks.ears & (height_over_cap(control, marks.ears, landmarks) > 0)
    ears = marks.ears
    face = _face(frame, control, landmarks, scalp, ears)
    upper, lower = seam_halves(control, graph, marks)
    p = landmarks
    red_upper, red_lower = _lips(frame, upper, lower)
    mouth_width = p["cheilion_l"][0]
    philtrum = face & (z < p["subnasale"][2] - 1) & (z > p["stomion"][2]) & (np.abs(x) < 0.75 * mouth_width)
    below_lip = face & (z > p["sublabiale"][2]) & (z < p["stomion"][2]) & (np.abs(x) < 0.75 * mouth_width)
    lids = np.zeros(len(control), bool)
    for margin in (marks.lid_l, marks.lid_r):
        lids[margin] = True
    lids = graph.grow(lids, 5) & skin
    nose = face & ~lids & _nose(control, p)
    upper_lip = (red_upper | (philtrum & (y < p["subnasale"][1] + 14))) & ~nose
    lower_lip = red_lower | below_lip
    chin = face & (z < p["sublabiale"][2]) & (np.abs(x) < 0.8 * mouth_width) & (z > p["menton"][2] - 8) & ~lower_lip
    forehead = face & (z > p["nasion"][2] + 2) & ~lids & ~nose
    taken = nose | upper_lip | lower_lip | lids | chin | forehead
    cheek = face & ~taken
    return {
        "face": face,
        "nose": nose,
        "upper_lip": upper_lip,
        "lower_lip": lower_lip,
        "lids": lids,
        "chin": chin,
        "cheek_r": cheek & (x < 0),
        "cheek_l": cheek & (x > 0),
        "forehead": forehead,
        "ears": ears,
        "neck": skin & ~scalp & ~ears & ~face & (z < p["tragion_l"][2]),
        "scalp": scalp,
        "interior": marks.interior,
    }


def height_over_cap(points: Points, ears: Mask, landmarks: dict[str, Points]) -> Floats:
    """Return how far points lie above the edge of the surgical cap: trichion, over the ears, to the nape, mm."""
    front = landmarks["trichion"]
    ear = points[ears]
    top = ear[np.argmax(ear[:, 2])]
    nape = points[:, 1].max() - 18
    back = np.array([front[1], top[1] - 12, top[1] + 22, nape])
    up = np.array([front[2] + _CAP_ABOVE_HAIRLINE_MM, top[2] + _CAP_ABOVE_EAR_MM + 4, top[2] - 6, _CAP_AT_NAPE_MM])
    above: Floats = points[:, 2] - np.interp(points[:, 1], back, up)
    return above


def _face(frame: Frame, control: Points, p: dict[str, Points], scalp: Mask, ears: Mask) -> Mask:
    """Whole quads of exterior skin from under the cap to under the chin and to the ears: one piece without bow-ties."""
    _, y, z = control.T
    quads = frame.template.quads
    near_ear = frame.graph.grow(ears, _EAR_MARGIN_RINGS)
    wanted = ~frame.marks.interior & ~scalp & ~near_ear
    wanted &= (z > p["menton"][2] - _UNDER_CHIN_MM) & (y < p["tragion_l"][1] - _BEFORE_EAR_MM)
    chosen = _whole(wanted, quads)
    for _ in range(50):
        before = chosen.sum()
        chosen &= _largest_piece(quads, chosen)
        chosen = _without_bow_ties(quads, chosen, len(control))
        mask = _vertices(quads, chosen, len(control))
        chosen = _whole(mask & ~frame.marks.interior, quads)
        if chosen.sum() == before:
            break
    return _vertices(quads, chosen, len(control))


def _whole(mask: Mask, quads: Ints) -> Mask:
    """True for quads that lie in a mask with all four corners."""
    whole: Mask = np.logical_and.reduce(mask[quads], axis=1)
    return whole


def _vertices(quads: Ints, chosen: Mask, count: int) -> Mask:
    mask = np.zeros(count, bool)
    mask[quads[chosen]] = True
    return mask


def _largest_piece(quads: Ints, chosen: Mask) -> Mask:
    pairs = np.sort(np.vstack([quads[:, [i, (i + 1) % 4]] for i in range(4)]), axis=1)
    _, edge = np.unique(pairs, axis=0, return_inverse=True)
    quad = np.tile(np.arange(len(quads)), 4)
    ok = chosen[quad]
    touch = sparse.csr_matrix((np.ones(ok.sum()), (quad[ok], edge.ravel()[ok])), (len(quads), edge.max() + 1))
    _, piece = connected_components(touch @ touch.T, directed=False)
    largest: Mask = piece == np.bincount(piece[chosen]).argmax()
    return largest


def _without_bow_ties(quads: Ints, chosen: Mask, count: int) -> Mask:
    """Drop quads at vertices with more than two border edges, and spikes hanging on by two or three free edges."""
    pairs = np.sort(np.vstack([quads[:, [i, (i + 1) % 4]] for i in range(4)]), axis=1)
    ends, edge = np.unique(pairs, axis=0, return_inverse=True)
    edge = edge.ravel().reshape(4, -1)
    uses = np.bincount(edge[:, chosen].ravel(), minlength=len(ends))
    rim = np.bincount(ends[uses == 1].ravel(), minlength=count)
    ties = (rim > 2)[quads].any(1)
    spikes = (uses[edge] == 1).sum(0) >= 3
    kept: Mask = chosen & ~ties & ~spikes
    return kept


def _lips(frame: Frame, upper: Ints, lower: Ints) -> tuple[Mask, Mask]:
    sides = []
    for half in (upper, lower):
        mask = np.zeros(frame.template.count, bool)
        mask[half[1:-1]] = True
        sides.append(frame.graph.steps(mask))
    red = frame.marks.vermilion
    return red & (sides[0] <= sides[1]), red & (sides[1] <= sides[0])


def _nose(control: Points, p: dict[str, Points]) -> Mask:
    """Between the inner canthi at the root, widening to the alar creases, down to the columella's foot."""
    x, y, z = control.T
    root, foot = p["nasion"][2], p["subnasale"][2]
    along = np.clip((root - z) / (root - foot), 0, 1)
    half = 9.0 + along * (p["alar_crease_l"][0] + 2.5 - 9.0)
    inside: Mask = (z < root + 4) & (z > foot - 0.5) & (np.abs(x) < half) & (y < p["alar_crease_l"][1] + 3)
    return inside
