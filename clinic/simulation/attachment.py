"""How soft tissue hangs on what lies under it: where it is fixed, where it glides, where nothing holds it.

Fixed: ligaments and muscles on bone, skin on the cartilages of the nose. Gliding along the support but held off and on
it: lips on teeth, forehead in the loose plane over the periosteum, lids on the globe, neck under the platysma. Free:
the cheek between zygoma, masseter and mandible, which only mucosa lines. Bound through all layers: the margins of the
lids, skin on tarsus; their muscles keep the eye as open as it is. This is anatomy and holds for every plan.
"""

from dataclasses import dataclass

import numpy as np

from clinic.case import FaceModel, Floats, Mask, Points
from clinic.case.arrays import freeze
from clinic.simulation.patch import Patch

_BROW_MM = 5.0  # above the glabella: the ligaments of the brow hold below that
_TEMPLE_SHARE = 0.75  # of the half width between the zygia: the temporal ligaments hold further out
_SPINE_MM, _CORNER_MM = 4.0, 8.0  # of the lips: below the nasal spine, and beside the corners of the mouth
_CANTHUS_MM = 4.0  # around the tendons at the corners of the lids
_UNDER_ZYGOMA_MM, _OVER_JAW_MM, _BEHIND_CORNER_MM = 10.0, 14.0, 3.0
_MASSETER_SHARE = 0.5  # of the way from gonion to the corner of the mouth lies the masseter
_UNDER_JAW_MM = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Attachment:
    """gliding, free: (s,) masks of the points of the support, never both; all others are fixed.

    bound: (s,) under which the whole tissue is fixed, never where it glides or is free.
    """

    gliding: Mask
    free: Mask
    bound: Mask

    def __post_init__(self) -> None:
        freeze(self, gliding=(np.bool_, -1), free=(np.bool_, -1), bound=(np.bool_, -1))


def attachment(face: FaceModel, patch: Patch) -> Attachment:
    """Return how the support under each point of the skin holds, alike on both sides."""
    at, control = face.landmarks(), face.control
    lips = _in(face, "upper_lip") | _in(face, "lower_lip")
    free = _cheek(control, at)
    gliding = np.maximum.reduce(
        [_forehead(control, at), np.where(lips, _lips(control, at), -1.0), _lids(face, at), _under_jaw(control, at)]
    )
    mirror = face.topology.control_mirror
    gliding, free = (patch.from_control @ (inside + inside[mirror]) for inside in (gliding, free))
    bound = patch.border & ~patch.rim & (patch.from_control @ _in(face, "lids").astype(np.float64) > 0.5)
    return Attachment((gliding > 0) & (gliding >= free) & ~bound, (free > 0) & (free > gliding), bound)


def _forehead(points: Points, at: dict[str, Points]) -> Floats:
    """Return how far points lie inside the loose plane of the forehead, mm."""
    width = (at["zygion_l"][0] - at["zygion_r"][0]) / 2
    up = points[:, 2] - at["glabella"][2] - _BROW_MM
    inside: Floats = np.minimum(up, _TEMPLE_SHARE * width - abs(points[:, 0] - at["glabella"][0]))
    return inside


def _lips(points: Points, at: dict[str, Points]) -> Floats:
    """Return how far points lie inside the part of the lips that slides over the teeth, mm."""
    middle, half = _middle_and_half(at, "cheilion")
    inside: Floats = np.minimum.reduce(
        [
            at["subnasale"][2] - _SPINE_MM - points[:, 2],
            points[:, 2] - at["sublabiale"][2],
            half[0] + _CORNER_MM - abs(points[:, 0] - middle[0]),
        ]
    )
    return inside


def _lids(face: FaceModel, at: dict[str, Points]) -> Floats:
    """Return how far points of the lids lie from the tendons at their corners, mm; negative on no lid."""
    corners = [at[f"{name}_{side}"] for name in ("endocanthion", "exocanthion") for side in "rl"]
    away = np.min([np.linalg.norm(face.control - corner, axis=1) for corner in corners], axis=0)
    return np.where(_in(face, "lids"), away - _CANTHUS_MM, -1.0)


def _cheek(points: Points, at: dict[str, Points]) -> Floats:
    """Return how far points lie inside the cheek that no bone supports, mm."""
    malar, zygion, gonion, cheilion = (_mean(at, name) for name in ("malar", "zygion", "gonion", "cheilion"))
    masseter = gonion[1] + _MASSETER_SHARE * (cheilion[1] - gonion[1])
    middle, half = _middle_and_half(at, "cheilion")
    inside: Floats = np.minimum.reduce(
        [
            _line(points, malar, zygion) * -1.0 - _UNDER_ZYGOMA_MM,
            _line(points, at["menton"], gonion) - _OVER_JAW_MM,
            points[:, 1] - cheilion[1] - _BEHIND_CORNER_MM,
            masseter - points[:, 1],
            abs(points[:, 0] - middle[0]) - half[0],
        ]
    )
    return inside


def _under_jaw(points: Points, at: dict[str, Points]) -> Floats:
    """Return how far points lie below the border of the mandible, mm."""
    below = -_line(points, at["menton"], _mean(at, "gonion")) - _UNDER_JAW_MM
    inside: Floats = np.minimum(below, points[:, 1] - at["menton"][1] - _UNDER_JAW_MM)
    return inside


def _line(points: Points, first: Points, second: Points) -> Floats:
    """Return how far points lie above a line as seen from the side, mm."""
    along = (second - first)[1:] / np.linalg.norm((second - first)[1:])
    above: Floats = (points[:, 2] - first[2]) * along[0] - (points[:, 1] - first[1]) * along[1]
    return above


def _mean(at: dict[str, Points], name: str) -> Points:
    """Return the mean place of a pair as the side view shows it."""
    return (at[f"{name}_r"] + at[f"{name}_l"]) / 2


def _middle_and_half(at: dict[str, Points], name: str) -> tuple[Points, Points]:
    return _mean(at, name), (at[f"{name}_l"] - at[f"{name}_r"]) / 2


def _in(face: FaceModel, region: str) -> Mask:
    return face.topology.region(region)
