"""Facelift: a flap of skin and SMAS in one, drawn up and back over cheek and jaw."""

import numpy as np

from clinic.case import Edit, FaceModel, Floats, Gauge, Load, Points
from clinic.planning.procedures.fields import FORWARD, bump, ease
from clinic.planning.procedures.lift.flap import along_skin, drawn
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.words import say

_UP = np.array([0.0, 0.0, 1.0])
# From the front of the ear, 0, to the corner of the mouth, 1: the flap is fixed at its border before the ear, and
# ends at the ligaments along the nasolabial fold.
_EAR, _BORDER, _FREE, _FOLD = 0.16, 0.48, 0.52, 0.9
# From the level of the corner of the eye, 0, to that of the border of the jaw, 1: temple and lower lid stay, and the
# neck less and less.
_TEMPLE, _CHEEK, _NECK, _LOW = -0.05, 0.4, 1.15, 1.7
# Of the pull, what the flap keeps: it stretches, and its border is trimmed. Drawn by 20 mm it comes to lie 7 mm
# further. Chosen, not measured.
_KEPT = 0.36
_TENSION = 1.3  # skin taken out over what the flap gives up
_JOWL_MM = 16.0


def facelift(edit: Edit, face: FaceModel) -> Load:
    """Draw the SMAS of one half of the face along a vector, as far as the hand pulls its border before the ear.

    The amount is the pull, as in the operation; what of it reaches the jowl is read there and is much less. The flap
    hangs on the ligaments along the fold and stretches, so that it goes less far the nearer to the mouth. Skin and SMAS
    that are left over before the ear, and below temple and lower lid, are taken out.
    """
    pull, angle = edit.amount("pull_mm"), np.radians(edit.amount("vector_deg"))
    along = along_skin(face, np.cos(angle) * -FORWARD + np.sin(angle) * _UP)
    place = _jowl(face, edit.side)
    read = np.where(face.topology.region("face"), bump(np.linalg.norm(face.control - place, axis=1), _JOWL_MM), 0.0)
    vector = read @ along
    gauge = Gauge(say("Jowl, {side!t}", side=edit.side), pull, "mm", read, vector / np.linalg.norm(vector))
    share = _Share(face, edit.side)
    return drawn(edit, face, _KEPT * pull, along, share, gauge, to_reach=False, tension=_TENSION)


def _jowl(face: FaceModel, side: str) -> Points:
    """Return the skin nearest to a place between gonion, menton and the corner of the mouth."""
    at, end = face.landmarks(), side[0]
    within = 0.35 * at[f"gonion_{end}"] + 0.35 * at["menton"] + 0.3 * at[f"cheilion_{end}"]
    skin = face.control[face.topology.region("face")]
    place: Points = skin[np.linalg.norm(skin - within, axis=1).argmin()]
    return place


class _Share:
    """How far places on one half of the face go with the flap."""

    def __init__(self, face: FaceModel, side: str) -> None:
        at, end = face.landmarks(), side[0]
        self._sign = 1.0 if side == "left" else -1.0
        self._ear, self._mouth = at[f"tragion_{end}"], at[f"cheilion_{end}"]
        self._eye, self._gonion, self._menton = (
            at[f"exocanthion_{end}"],
            at[f"gonion_{end}"],
            at["menton"],
        )

    def __call__(self, points: Points) -> Floats:
        ahead = (self._ear[1] - points[:, 1]) / (self._ear[1] - self._mouth[1])
        back = np.clip((points[:, 1] - self._menton[1]) / (self._gonion[1] - self._menton[1]), 0.0, 1.0)
        jaw = self._menton[2] + back * (self._gonion[2] - self._menton[2])
        down = (self._eye[2] - points[:, 2]) / (self._eye[2] - jaw)
        lengthwise = ease((ahead - _EAR) / (_BORDER - _EAR)) * ease((_FOLD - ahead) / (_FOLD - _FREE))
        upright = ease((down - _TEMPLE) / (_CHEEK - _TEMPLE)) * ease((_LOW - down) / (_LOW - _NECK))
        return np.where(self._sign * points[:, 0] > 0.0, lengthwise * upright, 0.0)


FACELIFT = Procedure(
    id="facelift",
    title=say("Facelift"),
    region=say("Face"),
    parameters=(
        Parameter(
            "pull_mm",
            say("Pull per side"),
            "mm",
            0.0,
            30.0,
            0.5,
            sign=say("how far the border of the flap is drawn before it is trimmed, on each treated side"),
            default=15.0,
            cautions=(say("Branches of the facial nerve lie under the flap; keep its deep plane above them."),),
            guards=(
                Guard(25.0, say("A pull above 25 mm leaves tension on the skin: scars widen, the lobe is drawn down.")),
            ),
        ),
        Parameter(
            "vector_deg",
            say("Vector"),
            "°",
            30.0,
            90.0,
            1.0,
            sign=say("90° is straight up, less goes back towards the ear"),
            default=60.0,
            shapes=True,
        ),
    ),
    sided=True,
    load=facelift,
)
