"""The nose in its own lengths, in which its procedures say where they act, so that they fit every nose."""

from dataclasses import dataclass

import numpy as np

from clinic.case import FaceModel, Floats, Points, Topology
from clinic.geometry import vertex_normals
from clinic.planning.procedures.fields import FORWARD

_SOFT_TISSUE = 0.16  # of the length of the nose lie over the cartilage of its lower third
_SMOOTHER = 3  # edges
_MIRRORED = np.array([-1.0, 1.0, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class Nose:
    """Where each control vertex lies on the nose, all (c,), taken from the mean of a face and its mirror image.

    A vertex and its mirror image so stand at the same place, however crooked the face is.

    along: down the dorsum, 0 at the nasion and 1 at the pronasale. leftwards: from the midline. rise: from the plane
    through inner canthi and alar creases, 0, to the line nasion–pronasale, 1. ahead: forwards, 0 at the alar creases
    and 1 at the pronasale. height: upwards, 0 at the alar creases. bed: (c, 3) about where the cartilage of the lower
    third lies. skin: 1 on the exterior skin, else 0. Lengths in mm.
    rhinion, glabella: along. out: (3,) perpendicular to the dorsum in the sagittal plane. length: nasion to pronasale.
    canthus, ala: how far from the midline inner canthi and alar creases lie. pivot: (3,) middle between the alar
    creases. tip, columella, subnasale, labiale: heights.
    """

    along: Floats
    leftwards: Floats
    rise: Floats
    ahead: Floats
    height: Floats
    bed: Points
    skin: Floats
    rhinion: float
    glabella: float
    out: Floats
    length: float
    canthus: float
    ala: float
    pivot: Points
    tip: float
    columella: float
    subnasale: float
    labiale: float

    @property
    def lateral(self) -> Floats:
        """(c,) distance from the midline, mm."""
        return abs(self.leftwards)

    def on_side(self, side: str) -> tuple[Floats, float]:
        """Return (c,) 1 on the "left" or "right" half of the nose, else 0, and which way is outwards: 1 is left."""
        sign = 1.0 if side == "left" else -1.0
        return (sign * self.leftwards > 0.0).astype(np.float64), sign


def nose(face: FaceModel) -> Nose:
    """Measure the nose of a face."""
    points = 0.5 * (face.control + _MIRRORED * face.control[face.topology.control_mirror])
    at = _landmarks(face, points)
    axis = at["pronasale"] - at["nasion"]
    length = float(np.linalg.norm(axis))
    axis = axis / length
    out = FORWARD - (FORWARD @ axis) * axis
    crease, canthus = at["alar_crease"], at["endocanthion"]
    along = (points - at["nasion"]) @ axis / length
    plane = _backwards(points, canthus, crease)
    ridge = at["nasion"] + np.clip(along, 0.0, 1.0)[:, None] * (at["pronasale"] - at["nasion"])
    return Nose(
        along=along,
        leftwards=points[:, 0],
        rise=(plane - points[:, 1]) / (_backwards(ridge, canthus, crease) - ridge[:, 1]),
        ahead=(crease - points)[:, 1] / (crease - at["pronasale"])[1],
        height=(points - crease)[:, 2],
        skin=face.topology.region("face").astype(np.float64),
        rhinion=float((at["rhinion"] - at["nasion"]) @ axis) / length,
        glabella=float((at["glabella"] - at["nasion"]) @ axis) / length,
        bed=points - _SOFT_TISSUE * length * _normals(face.topology, points),
        out=out / np.linalg.norm(out),
        length=length,
        canthus=float(canthus[0]),
        ala=float(crease[0]),
        pivot=crease * (0.0, 1.0, 1.0),
        tip=float((at["pronasale"] - crease)[2]),
        columella=float((at["columella"] - crease)[2]),
        subnasale=float((at["subnasale"] - crease)[2]),
        labiale=float((at["labiale_superius"] - crease)[2]),
    )


def _landmarks(face: FaceModel, points: Points) -> dict[str, Points]:
    """Return the landmarks on a symmetric face: those of the midline on it, the left ones for pairs."""
    topology = face.topology
    placed = topology.landmarks.on(topology.subdivide(points), topology.triangles)
    at = dict(zip(topology.landmarks.names, placed, strict=True))
    middle = {name: at[name] * (0.0, 1.0, 1.0) for name in at if not name.endswith(("_r", "_l"))}
    pairs = [name.removesuffix("_l") for name in at if name.endswith("_l")]
    return middle | {name: 0.5 * (at[f"{name}_l"] + _MIRRORED * at[f"{name}_r"]) for name in pairs}


def _backwards(points: Points, upper: Points, lower: Points) -> Floats:
    """Return y of the plane through two points and parallel to x, at the heights of (n, 3) points."""
    share = (points[:, 2] - lower[2]) / (upper[2] - lower[2])
    return np.asarray(lower[1] + share * (upper[1] - lower[1]), dtype=np.float64)


def _normals(topology: Topology, points: Points) -> Points:
    """Return (c, 3) normals of the exterior skin, averaged over some edges as cartilage is smoother than skin."""
    quads = topology.control_quads
    normals = vertex_normals(points, np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]))
    quads = quads[topology.region("face")[quads].all(axis=1)]
    for _ in range(_SMOOTHER):
        around = np.zeros_like(normals)
        np.add.at(around, quads, normals[quads].mean(axis=1, keepdims=True))
        normals = around / np.maximum(np.linalg.norm(around, axis=1, keepdims=True), 1e-12)
    return normals
