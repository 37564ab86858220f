"""Where a face lies on the skin of a CT, or of another scan: landmarks first, then what does not move.

Trimmed ICP (Chetverikov et al. 2002), point to plane, on forehead, nose and the upper cheeks: lips, chin, lids and neck
lie otherwise when a patient smiles, bites or lies on the back.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation

from clinic.case import FaceModel, Floats, Ints, Mask, Points, Triangles
from clinic.case.arrays import freeze
from clinic.errors import ClinicError
from clinic.geometry import vertex_normals
from clinic.jobs import Progress
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.scan import upright
from clinic.reconstruction.scan.coloured import Coloured
from clinic.reconstruction.scan.placing import similarity_of
from clinic.reconstruction.scan.target import Drawn, Target
from clinic.words import say

TARGET_MM = 0.7
# Above, the two are not the same face, or not in the same state; a face from photos is itself off by millimetres.
_LIMIT_OF_SCANS_MM, _LIMIT_OF_PHOTOS_MM = 1.5, 3.0
_KEPT = 0.8  # the share of places that count, those that lie nearest
_TRIMS_MM = (20.0, 12.0, 8.0, 6.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0)
_WORDS = {
    "forehead": say("forehead"),
    "nose": say("nose"),
    "cheek_r": say("right cheek"),
    "cheek_l": say("left cheek"),
}
_STILL = tuple(_WORDS)
_REGIONS = (*_STILL, "upper_lip", "lower_lip", "chin")
_LEAST_PLACES = 300


class TooFarApart(ClinicError):
    """A face and a skin do not fit each other."""

    def __init__(self, rms_mm: float, limit_mm: float, worst: str, from_photos: bool) -> None:
        why = (
            say("The photos may be of another day, or give another size: use a scan, or photos taken with the CT")
            if from_photos
            else say("They may be of two patients, or of one whose face has changed or moved in between")
        )
        super().__init__(
            say(
                "The face does not fit this skin: {rms_mm:.1f} mm apart where nothing should move (at most "
                "{limit_mm:.1f} mm are taken), most at the {worst!t}. {why!t}. Nothing was changed.",
                rms_mm=rms_mm,
                limit_mm=limit_mm,
                worst=worst,
                why=why,
            )
        )


class TooLittleShared(ClinicError):
    """A face and a skin have too little in common to be laid onto each other."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "Forehead, nose and cheeks are not on this skin, or are cut away, so that the face cannot be "
                "laid onto it. Nothing was changed. Use a scan of the whole face."
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """size · rotation · p + translation takes the patient frame of the face to that of the skin, mm.

    rms_mm: over what does not move, point to surface, the nearest 80 %. by_region: (name, root mean square in mm of all
    its places that face the same way), NaN where the skin has none of a region.
    """

    size: float
    rotation: Floats
    translation: Floats
    rms_mm: float
    by_region: tuple[tuple[str, float], ...]

    def __post_init__(self) -> None:
        freeze(self, rotation=(np.float64, 3, 3), translation=(np.float64, 3))

    @property
    def good(self) -> bool:
        """Whether it is as near as is aimed at."""
        return self.rms_mm <= TARGET_MM

    @property
    def still_regions(self) -> tuple[tuple[str, float], ...]:
        """(words, root mean square in mm) of the regions that do not move."""
        known = dict(self.by_region)
        return tuple((words, known[name]) for name, words in _WORDS.items() if np.isfinite(known.get(name, np.nan)))

    def place(self, points: Points) -> Points:
        """Return (n, 3) points of the face in the frame of the skin."""
        placed: Points = self.size * points @ self.rotation.T + self.translation
        return placed


def align(face: FaceModel, points: Points, triangles: Triangles, progress: Progress) -> Alignment:
    """Return where a face lies on a skin. points: (n, 3) mm, lying anyhow; triangles: (m, 3), facing outwards.

    A face from photos alone also takes the skin's size, which is surer than its own. Raises NoFaceInScan,
    TooLittleShared and TooFarApart.
    """
    space = FaceSpace.load()
    marked = upright.find(Coloured(points, triangles, None, None, None), space, progress.part(0.0, 0.5))
    sized = face.scan is None
    found = _started(face, marked.points, space, sized=sized)
    target, still = Target(points, triangles), _still(face)
    for number, trim in enumerate(_TRIMS_MM):
        progress.report(0.5 + 0.4 * number / len(_TRIMS_MM), say("Laying the face onto the skin"))
        found = _stepped(face, found, target, still, trim, sized=sized)
    return _judged(face, found, target, still)


def _started(face: FaceModel, marks: Points, space: FaceSpace, *, sized: bool) -> Alignment:
    own = space.landmarks_478.on(face.points, face.topology.triangles)
    known = np.isfinite(marks[:, 0]) & np.isfinite(space.landmarks_478_sigma)
    placed = similarity_of(own[known], marks[known])
    if placed is None:
        raise TooLittleShared
    size = placed.size if sized else 1.0
    shift = np.median(marks[known] - size * own[known] @ placed.rotation.T, axis=0)
    return Alignment(size, placed.rotation, shift, np.nan, ())


def _still(face: FaceModel) -> Ints:
    """Return the display vertices of skin that is seen and does not move."""
    at = face.landmarks()
    wings = (at["alar_crease_r"][2] + at["alar_crease_l"][2]) / 2
    inside = _over(face, *_STILL) & ~_over(face, "lids", "upper_lip", "interior")
    return np.flatnonzero(inside & (face.points[:, 2] > wings) & (face.seen > 0)).astype(np.int32)


def _over(face: FaceModel, *names: str) -> Mask:
    control = np.any([face.topology.region(name) for name in names], axis=0)
    over: Mask = face.topology.subdivide(control[:, None].astype(float))[:, 0] > 0.5
    return over


def _near(face: FaceModel, found: Alignment, target: Target, asked: Ints, trim_mm: float) -> tuple[Points, Drawn]:
    placed = found.place(face.points)
    return placed, target.drawn(placed, vertex_normals(placed, face.topology.triangles), asked, trim_mm)


def _stepped(
    face: FaceModel, found: Alignment, target: Target, still: Ints, trim_mm: float, *, sized: bool
) -> Alignment:
    """Return the placing after one linear step."""
    placed, drawn = _near(face, found, target, still, trim_mm)
    if len(drawn.vertex) < _LEAST_PLACES:
        raise TooLittleShared
    near = drawn.away <= np.quantile(drawn.away, _KEPT)
    at, normal = placed[drawn.vertex[near]], drawn.normal[near]
    middle = at.mean(axis=0)
    fields = [normal, np.cross(at - middle, normal)]
    if sized:
        fields.append(((at - middle) * normal).sum(axis=1, keepdims=True))
    off = ((drawn.goal[near] - at) * normal).sum(axis=1)
    step = np.linalg.lstsq(np.hstack(fields), off, rcond=None)[0]
    turn, grown = Rotation.from_rotvec(step[3:6]).as_matrix(), 1 + (step[6] if sized else 0.0)
    return replace(
        found,
        size=found.size * grown,
        rotation=turn @ found.rotation,
        translation=grown * turn @ (found.translation - middle) + middle + step[:3],
    )


def _judged(face: FaceModel, found: Alignment, target: Target, still: Ints) -> Alignment:
    """Return the placing with its errors. Raises TooFarApart."""
    _, drawn = _near(face, found, target, still, np.inf)
    if len(drawn.vertex) < _LEAST_PLACES:
        raise TooLittleShared
    nearest = np.sort(drawn.away)[: int(_KEPT * len(drawn.away))]
    seen = face.seen > 0
    regions = tuple((name, _rms(face, found, target, _over(face, name) & seen)) for name in _REGIONS)
    rms = float(np.sqrt((nearest**2).mean()))
    from_photos = face.scan is None
    limit = _LIMIT_OF_PHOTOS_MM if from_photos else _LIMIT_OF_SCANS_MM
    if rms > limit:
        still_ones = [(value, name) for name, value in regions if name in _STILL and np.isfinite(value)]
        raise TooFarApart(rms, limit, _WORDS[max(still_ones)[1]], from_photos)
    return replace(found, rms_mm=rms, by_region=regions)


def _rms(face: FaceModel, found: Alignment, target: Target, region: Mask) -> float:
    _, drawn = _near(face, found, target, np.flatnonzero(region).astype(np.int32), np.inf)
    return float(np.sqrt((drawn.away**2).mean())) if len(drawn.away) else float("nan")
