"""Whether the photos of a set may show different people: proportions of the faces that each photo gives alone.

The table and the threshold were chosen on 44 rendered heads of another family (ICT FaceKit), each at rest, smiling and
turned 35° to both sides. On twelve others none of 36 pairs of one head is called different, and half of the 594 pairs
of two heads are; of the six pairs of four real portraits four are. The words warn, and their absence proves nothing.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from clinic.case import Floats, Photo
from clinic.reconstruction.face_space import FaceSpace

_DIFFERENT = 1.9  # root mean square of differences over their repeatability; the largest within one head was 1.77
_REFERENCE = ("exocanthion_r", "exocanthion_l")
# Distances that differ most between heads for how well they repeat from photo to photo of one head, and the standard
# deviation of that repetition: of the logarithm of the distance over the distance of the outer eye corners.
_PROPORTIONS = (
    ("stomion", "orbitale_r", 0.0114),
    ("labiale_superius", "labiale_inferius", 0.0334),
    ("sublabiale", "gnathion", 0.0414),
    ("labiale_superius", "columella", 0.0357),
    ("alare_r", "orbitale_r", 0.0262),
    ("orbitale_l", "orbitale_r", 0.0072),
    ("rhinion", "orbitale_r", 0.0078),
    ("subnasale", "alar_crease_r", 0.0290),
)


def warnings(photos: Sequence[Photo], identities: Sequence[Floats], space: FaceSpace) -> tuple[str, ...]:
    """Return words on the two photos that differ most, if they differ more than photos of one person.

    identities: (k,) for each photo, fitted to it alone.
    """
    proportions = [_proportions(identity, space) for identity in identities]
    pairs = list(combinations(range(len(photos)), 2))
    if not pairs:
        return ()
    apart, first, second = max((difference(proportions[a], proportions[b]), a, b) for a, b in pairs)
    if apart <= _DIFFERENT:
        return ()
    name = photos[first].name[:1].upper() + photos[first].name[1:]
    return (f"{name} and {photos[second].name} may show different people. Check that both are of this patient.",)


def difference(one: Floats, other: Floats) -> float:
    """Return how far two sets of proportions are apart; about 1 for two photos of one person."""
    return float(np.sqrt(np.mean((one - other) ** 2) / 2))


def _proportions(identity: Floats, space: FaceSpace) -> Floats:
    """Return the logarithms of the proportions, in units of their repeatability; both sides of the face together."""
    topology = space.topology
    placed = topology.landmarks.on(topology.subdivide(space.control(identity)), topology.triangles)
    at = dict(zip(topology.landmarks.names, placed, strict=True))

    def length(a: str, b: str) -> float:
        return sum(float(np.linalg.norm(at[p] - at[q])) for p, q in ((a, b), (_across(a), _across(b))))

    reference = length(*_REFERENCE)
    return np.array([np.log(length(a, b) / reference) / sigma for a, b, sigma in _PROPORTIONS])


def _across(name: str) -> str:
    """Return the landmark on the other side; one in the middle is its own."""
    sides = {"_r": "_l", "_l": "_r"}
    return name[:-2] + sides[name[-2:]] if name[-2:] in sides else name
