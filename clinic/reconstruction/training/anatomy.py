"""Finds anthropometric landmarks on a head by their geometric definitions.

Definitions after Farkas (1994), Anthropometry of the Head and Face, read in the Frankfort frame: x to the patient's
left, y back, z up, mm. Where a definition needs bone or hair (orbitale, gonion, rhinion, trichion) the usual distance
on the skin stands in, with the figure beside it.
"""

from dataclasses import dataclass

import numpy as np

from clinic.case import Ints, Mask, Points
from clinic.reconstruction.training.marks import Marks
from clinic.reconstruction.training.template import Template

_RHINION_OF_DORSUM = 0.42  # bone ends at two fifths of the dorsum
_TRICHION_ABOVE_GLABELLA_MM = 56.0
_ORBITALE_BELOW_EYE_MM = 16.0
_GLABELLA_REACH_MM = 22.0
_TRAGION = 12045  # vertex of the base figure: the notch above the left tragus
_FOLD_REACH_MM = 27.0  # the mentolabial fold is searched so far below the lips
_UNDER_CHIN_MM = 20.0
_GONION_BELOW_MOUTH_MM = 14.0  # the angle of the jaw lies about level with the lower lip
_ALAR_CREASE = 7057  # vertex of the base figure: where the left wing of the nose meets the cheek
_WING = (7051, 7053, 7098, 7101, 7102, 11672, 11673)  # vertices around the most lateral point of the left wing


@dataclass(frozen=True, slots=True, eq=False)
class Skin:
    """What landmarks are looked for on. points: (n, 3). exterior: (n,)."""

    points: Points
    exterior: Mask
    midline: Ints  # display vertices on x = 0 from the front of the neck over face and crown to the nape
    marks: Marks
    template: Template
    eyes: Points  # (2, 3) centres, right and left


def find_landmarks(skin: Skin) -> dict[str, int]:
    """Return the display vertex of every landmark; left ones are found, right ones mirrored by the caller."""
    found = _profile(skin)
    found |= _paired(skin, found)
    return found


def _profile(skin: Skin) -> dict[str, int]:
    path, points = skin.midline, skin.points
    lower = path[: _at(path, skin.marks.seam_lower) + 1]
    upper = path[_at(path, skin.marks.seam_upper) : int(np.argmax(points[path, 2]))]
    y, z = points[upper, 1], points[upper, 2]
    tip = int(np.argmin(np.where(z < skin.eyes[0, 2], y, np.inf)))
    lip = int(np.argmin(np.where(np.arange(len(upper)) < _notch(points[upper[: tip + 1]]), y, np.inf)))
    base = lip + _deepest(points[upper[lip : tip + 1]])
    column = base + _bulge(points[upper[base : tip + 1]])
    root = tip + int(np.argmax(np.where(np.abs(z[tip:] - skin.eyes[0, 2]) < 20, y[tip:], -np.inf)))
    above = np.flatnonzero((z > z[root]) & (z < z[root] + _GLABELLA_REACH_MM) & (np.arange(len(upper)) > root))
    brow = int(above[np.argmin(y[above])])
    length = np.r_[0, np.cumsum(np.linalg.norm(np.diff(points[upper[tip : root + 1]], axis=0), axis=1))]
    bone = tip + int(np.argmin(np.abs(length - (1 - _RHINION_OF_DORSUM) * length[-1])))
    hair = int(np.argmin(np.abs(z - (z[brow] + _TRICHION_ABOVE_GLABELLA_MM)) + 1e3 * (np.arange(len(z)) < brow)))
    found = {
        "stomion": 0,
        "labiale_superius": lip,
        "subnasale": base,
        "columella": column,
        "pronasale": tip,
        "rhinion": bone,
        "nasion": root,
        "glabella": brow,
        "trichion": hair,
    }
    return {name: int(upper[place]) for name, place in found.items()} | _chin(points, lower)


def _chin(points: Points, lower: Ints) -> dict[str, int]:
    """The lower profile, from the neck up to the lower lip."""
    path = lower[::-1]
    y, z = points[path, 1], points[path, 2]
    red = np.linalg.norm(points[path] - points[path[0]], axis=1)
    lip = int(np.argmin(np.where(red < 11, y, np.inf)))
    fold = int(np.argmax(np.where((red > 12) & (red < _FOLD_REACH_MM), y, -np.inf)))
    chin = fold + int(np.argmin(y[fold : fold + 24] + 0.05 * z[fold : fold + 24]))
    below = slice(chin, chin + int(np.argmax(y[chin:] > y[chin] + _UNDER_CHIN_MM)))
    lowest = chin + int(np.argmin(z[below] + 0.3 * y[below]))
    corner = chin + int(np.argmin(z[below] + y[below]))
    found = {"labiale_inferius": lip, "sublabiale": fold, "pogonion": chin, "gnathion": corner, "menton": lowest}
    return {name: int(path[place]) for name, place in found.items()}


def _paired(skin: Skin, found: dict[str, int]) -> dict[str, int]:
    points, eye = skin.points, skin.eyes[1]
    x, y, z = points.T
    face = skin.exterior & (x > 0)
    lid = skin.marks.canthi_l
    seam = np.flatnonzero(skin.marks.seam)
    wing = np.array([skin.template.number(vertex) for vertex in _WING])
    tragion = skin.template.number(_TRAGION)
    side = face & ~_grown(skin, skin.marks.ears) & (y < y[tragion] - 6)
    cheek = side & (z < eye[2] - 14) & (z > z[found["subnasale"]] - 6) & (x > eye[0])
    arch = side & (z < eye[2] - 4) & (z > eye[2] - 34) & (y > y[tragion] - 45)
    jaw = side & (z < z[found["subnasale"]]) & (z > z[found["stomion"]] - _GONION_BELOW_MOUTH_MM)
    under = np.abs(x - eye[0]) + np.abs(z - (eye[2] - _ORBITALE_BELOW_EYE_MM))
    left = {
        "endocanthion": int(lid[np.argmin(x[lid])]),
        "exocanthion": int(lid[np.argmax(x[lid])]),
        "cheilion": int(seam[np.argmax(x[seam])]),
        "alare": int(wing[np.argmax(x[wing])]),
        "alar_crease": skin.template.number(_ALAR_CREASE),
        "tragion": tragion,
        "orbitale": int(np.argmin(np.where(face & (y < eye[1]), under, np.inf))),
        "zygion": int(np.argmax(np.where(arch, x, -np.inf))),
        "malar": int(np.argmax(np.where(cheek, 0.62 * x - 0.72 * y + 0.1 * z, -np.inf))),
        "gonion": int(np.argmax(np.where(jaw, 0.60 * x + 0.45 * y - 0.66 * z, -np.inf))),
    }
    return {f"{name}_l": vertex for name, vertex in left.items()}


def _grown(skin: Skin, mask: Mask) -> Mask:
    """Carry a mask over control vertices to display vertices (touching)."""
    count = skin.template.count
    grown = np.zeros(len(skin.points), bool)
    grown[:count] = mask
    return grown


def _at(path: Ints, vertex: int) -> int:
    return int(np.flatnonzero(path == vertex)[0])


def _deepest(path: Points) -> int:
    """Where a profile lies deepest behind the chord of its ends."""
    chord = path[-1] - path[0]
    behind = np.cross(path - path[0], chord)[:, 0]
    return int(np.argmax(behind * np.sign(behind[np.argmax(np.abs(behind))])))


def _bulge(path: Points) -> int:
    """Where a profile stands out most from the chord of its ends."""
    return _deepest(path)


def _notch(path: Points) -> int:
    """The place of the deepest inward corner of a profile between its lips' front and the nose tip."""
    step = np.linalg.norm(path - path[0], axis=1)
    return int(np.flatnonzero(step < 14)[-1])
