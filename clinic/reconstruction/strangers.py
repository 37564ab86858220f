"""Whether two photos show different people: how likely their faces' proportions are for one person and for two.

The detector's points, as a shape without size and turn, are freed of what turn and mien do to them, and a few dozen
directions that tell people apart are kept, in which people spread by `between` and photos of one person by 1: a
probabilistic linear discriminant (Ioffe 2006). `clinic.reconstruction.training.likeness` learns it from renders, so it
needs no face model and no fit. Skin marks that agree overrule it: they belong to one person.
"""

import hashlib
import io
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from clinic import resources
from clinic.case import Floats, Ints, Photo, Points
from clinic.case.arrays import freeze
from clinic.errors import ClinicError
from clinic.reconstruction.landmarks import IRISES, Detection
from clinic.reconstruction.mirrored import LEAST_BLOCKS
from clinic.reconstruction.skin_marks import agreement, skin_marks
from clinic.words import say

_ARRAYS, _CARD = "likeness.npz", "likeness.toml"
MOST_TURNED_DEG = 55.0
# Log odds of a photo against the others, below which it likely or surely shows somebody else. More photos are compared
# in more ways.
_LIKELY, _SURELY = -2.1, -15.0
_MORE = 2.0  # for each e-fold of the others
_SAME_SKIN = 4.5  # standard errors; of 967 pairs of different people none reached it
_WHOLE_DEG = (45.0, 20.0)  # yaw and pitch that count 1 among the things that change a face's points


class DamagedLikeness(ClinicError):
    """What tells people apart is missing or is not what was learned."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "The file resources/likeness/likeness.npz is missing or damaged, so photos of different people "
                "could not be told apart. Restore that folder from the program's own files or install the "
                "program again."
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class Discriminant:
    """traits = (shape − mean) · directions − state · drift − offset.

    reference: (468, 3) the mean face, firm: (f,) points that align with it. mean: (1404,). directions: (1404, k).
    drift: (s, k). offset: (k,). between: (k,) variance between people where that of one person's photos is 1.
    """

    reference: Points
    firm: Ints
    mean: Floats
    directions: Floats
    drift: Floats
    offset: Floats
    between: Floats

    def __post_init__(self) -> None:
        k = len(self.between)
        freeze(self, reference=(np.float64, IRISES, 3), firm=(np.int32, -1), mean=(np.float64, 3 * IRISES))
        freeze(self, directions=(np.float64, 3 * IRISES, k), drift=(np.float64, -1, k), offset=(np.float64, k))
        freeze(self, between=(np.float64, k))

    @staticmethod
    def load() -> "Discriminant":
        """Return the one of this program, read once. Raises DamagedLikeness."""
        return _load()

    def traits(self, face: Detection) -> Floats | None:
        """Return what tells the person apart, (k,); None where the head is turned too far."""
        shape, yaw_deg, pitch_deg = aligned(face, self.reference, self.firm)
        if abs(yaw_deg) > MOST_TURNED_DEG:
            return None
        told: Floats = (
            (shape - self.mean) @ self.directions - state(face, yaw_deg, pitch_deg) @ self.drift - self.offset
        )
        return told

    def log_odds(self, traits: Floats, others: Floats) -> float:
        """Return the logarithm of how much likelier traits (k,) are if they belong to the person of others (n, k)."""
        count = len(others)
        expected = count * self.between / (count * self.between + 1) * others.mean(axis=0)
        known, anybody = 1 + self.between / (1 + count * self.between), 1 + self.between
        odds = np.log(anybody / known) - (traits - expected) ** 2 / known + traits**2 / anybody
        return float(odds.sum() / 2)


class DifferentPeople(ClinicError):
    """The photos of a series show more than one person."""

    def __init__(self, stranger: Photo, other: Photo) -> None:
        super().__init__(
            say(
                "{stranger!t} and {other!t} show different people: their faces have other proportions. Nothing "
                "was built. Leave out the photos that are not of this patient.",
                stranger=_begin(stranger),
                other=other.name,
            )
        )


@dataclass(frozen=True, slots=True)
class _Stranger:
    """The photo that fits worst among the others, and the photo it resembles least."""

    photo: Photo
    other: Photo


def refuse(photos: Sequence[Photo], faces: Sequence[Detection]) -> None:
    """Raise DifferentPeople if a photo surely shows somebody else. Raises DamagedLikeness."""
    found = _stranger(photos, faces, _SURELY)
    if found is not None:
        raise DifferentPeople(found.photo, found.other)


def warnings(photos: Sequence[Photo], faces: Sequence[Detection]) -> tuple[str, ...]:
    """Return words on the photo that likely shows somebody else than the others. Raises DamagedLikeness."""
    found = _stranger(photos, faces, _LIKELY)
    if found is None:
        return ()
    first, second = sorted((found.photo, found.other), key=lambda photo: [one is photo for one in photos].index(True))
    return (
        say(
            "{first!t} and {other!t} may show different people. Check that both are of this patient.",
            first=_begin(first),
            other=second.name,
        ),
    )


def _stranger(photos: Sequence[Photo], faces: Sequence[Detection], limit: float) -> _Stranger | None:
    """Return the photo whose odds are lowest and below a limit, unless its skin is that of another photo."""
    learned = Discriminant.load()
    read = [(number, traits) for number, face in enumerate(faces) if (traits := learned.traits(face)) is not None]
    if len(read) < 2:
        return None
    told = np.array([traits for _, traits in read])
    odds = [learned.log_odds(told[row], np.delete(told, row, axis=0)) for row in range(len(told))]
    worst = int(np.argmin(odds))
    if odds[worst] >= limit - _MORE * np.log(len(told) - 1):
        return None
    number = read[worst][0]
    alone = {
        read[row][0]: learned.log_odds(told[worst], told[row : row + 1]) for row in range(len(told)) if row != worst
    }
    if any(_same_skin(photos, faces, number, other) for other in alone):
        return None
    return _Stranger(photos[number], photos[min(alone, key=alone.__getitem__)])


def _same_skin(photos: Sequence[Photo], faces: Sequence[Detection], first: int, second: int) -> bool:
    """Whether both photos show the same marks of the skin, mirrored or not."""
    found = agreement(skin_marks(photos[first], faces[first]), skin_marks(photos[second], faces[second]))
    return found.blocks >= LEAST_BLOCKS and abs(found.score) > _SAME_SKIN


def aligned(face: Detection, reference: Points, firm: Ints) -> tuple[Floats, float, float]:
    """Return the shape (1404,) of a face laid on the reference without size and turn, and its yaw and pitch, degrees.

    The detector's depth is taken as it is: it is right to a few degrees. Least squares by Umeyama 1991.
    """
    points = np.stack([face.points[:IRISES, 0], face.points[:IRISES, 2], -face.points[:IRISES, 1]], axis=1)
    middle, goal = points[firm].mean(axis=0), reference[firm].mean(axis=0)
    left, stretch, right = np.linalg.svd((points[firm] - middle).T @ (reference[firm] - goal))
    proper = np.array([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
    turn = left @ np.diag(proper) @ right
    size = float(stretch @ proper) / float(((points[firm] - middle) ** 2).sum())
    towards = -turn[1]
    yaw, pitch = np.degrees((np.arctan2(towards[0], -towards[1]), np.arcsin(np.clip(towards[2], -1, 1))))
    laid = size * (points - middle) @ turn + goal
    return laid.ravel(), float(yaw), float(pitch)


def state(face: Detection, yaw_deg: float, pitch_deg: float) -> Floats:
    """Return what changes a face's points though the person stays: polynomials of the turn, and the expression."""
    y, p = yaw_deg / _WHOLE_DEG[0], pitch_deg / _WHOLE_DEG[1]
    return np.concatenate([[1, y, y * y, abs(y), y**3, p, p * p, y * p, y * y * p], face.blendshapes])


@cache
def _load() -> Discriminant:
    folder = resources.folder("likeness")
    try:
        card = tomllib.loads((folder / _CARD).read_text(encoding="utf-8"))
        content = (folder / _ARRAYS).read_bytes()
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DamagedLikeness from error
    if hashlib.sha256(content).hexdigest() != card.get("sha256"):
        raise DamagedLikeness
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return Discriminant(**{name: array.astype(np.float64) for name, array in arrays.items()})


def _begin(photo: Photo) -> str:
    return photo.name[:1].upper() + photo.name[1:]
