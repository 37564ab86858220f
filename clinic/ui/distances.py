"""A few distances between landmarks, each with its ±, until the analysis stage measures more."""

from dataclasses import dataclass

import numpy as np

from clinic.case import FaceModel, Points

_TWO_SIDED_95 = 1.96
# Each is a straight distance between two landmarks, by the usual abbreviations of anthropometry.
_PAIRS = (
    ("Intercanthal, en–en", "endocanthion_r", "endocanthion_l"),
    ("Outer canthi, ex–ex", "exocanthion_r", "exocanthion_l"),
    ("Nasal length, n–prn", "nasion", "pronasale"),
    ("Nasal height, n–sn", "nasion", "subnasale"),
    ("Alar width, al–al", "alare_r", "alare_l"),
    ("Mouth width, ch–ch", "cheilion_r", "cheilion_l"),
    ("Lower face, sn–gn", "subnasale", "gnathion"),
    ("Chin, sn–pg", "subnasale", "pogonion"),
)


@dataclass(frozen=True, slots=True)
class Distance:
    """A distance in mm and the half-width of its 95 % interval."""

    words: str
    value_mm: float
    plus_minus_mm: float


def distances(face: FaceModel, displacement: Points | None = None) -> tuple[Distance, ...]:
    """Return the distances that this face's landmarks allow, optionally after its skin moved by (n, 3) mm.

    ± joins what is known of the surface at both ends with what is known of the scale.
    """
    at = face.landmarks(displacement)
    sigma = _sigma_mm(face)
    measured = []
    for words, one, other in _PAIRS:
        if one not in at or other not in at:
            continue
        value = float(np.linalg.norm(at[one] - at[other]))
        spread = np.sqrt(sigma[one] ** 2 + sigma[other] ** 2 + (face.scale.relative_sigma * value) ** 2)
        measured.append(Distance(words, value, float(_TWO_SIDED_95 * spread)))
    return tuple(measured)


def scale_words(face: FaceModel) -> str:
    """Return where the millimetres come from and what that means for lengths and volumes."""
    lengths = 100 * _TWO_SIDED_95 * face.scale.relative_sigma
    # a length that is off by 1 % makes a volume off by 3 %
    of_all = "(95\N{NO-BREAK SPACE}%)"
    return f"Scale from the {face.scale.source}: lengths ±{lengths:.1f} %, volumes ±{3 * lengths:.0f} % {of_all}."


def certainty_mm(face: FaceModel) -> dict[str, float]:
    """Return the half-width of the 95 % interval of each landmark's place, mm, scale left aside."""
    return {name: _TWO_SIDED_95 * sigma for name, sigma in _sigma_mm(face).items()}


def _sigma_mm(face: FaceModel) -> dict[str, float]:
    marks = face.topology.landmarks
    corners = face.topology.triangles[marks.triangle]
    return dict(zip(marks.names, (face.sigma_mm[corners] * marks.weights).sum(axis=1), strict=True))
