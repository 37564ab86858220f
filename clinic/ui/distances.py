"""A few distances between landmarks, each with its ±, until the analysis stage measures more."""

from dataclasses import dataclass

import numpy as np

from clinic.case import FaceModel, Floats, Points
from clinic.words import say, tr

ASSUMED = say("average adult")  # `Scale.source` where nothing in the photos tells the size
_TWO_SIDED_95 = 1.96
# Each is a straight distance between two landmarks, by the usual abbreviations of anthropometry.
_PAIRS = (
    (say("Intercanthal, en–en"), "endocanthion_r", "endocanthion_l"),
    (say("Outer canthi, ex–ex"), "exocanthion_r", "exocanthion_l"),
    (say("Nasal length, n–prn"), "nasion", "pronasale"),
    (say("Nasal height, n–sn"), "nasion", "subnasale"),
    (say("Alar width, al–al"), "alare_r", "alare_l"),
    (say("Mouth width, ch–ch"), "cheilion_r", "cheilion_l"),
    (say("Lower face, sn–gn"), "subnasale", "gnathion"),
    (say("Chin, sn–pg"), "subnasale", "pogonion"),
)


@dataclass(frozen=True, slots=True)
class Distance:
    """A distance in mm and the half-width of its 95 % interval."""

    words: str
    value_mm: float
    plus_minus_mm: float


def distances(face: FaceModel, displacement: Points | None = None) -> tuple[Distance, ...]:
    """Return the distances that this face's landmarks allow, optionally after its skin moved by (n, 3) mm.

    ± joins what is known of the surface at both ends with what is known of the scale. Where the face tells in which
    ways it may be off as a whole, it follows from how each of them changes the distance: ends that may only be off
    together keep theirs.
    """
    at = face.landmarks(displacement)
    pairs = [(words, one, other) for words, one, other in _PAIRS if one in at and other in at]
    apart = {words: at[one] - at[other] for words, one, other in pairs}
    spread = _spread_mm(face, pairs, apart)
    measured = []
    for words, between in apart.items():
        value = float(np.linalg.norm(between))
        sigma = np.hypot(spread[words], face.scale.relative_sigma * value)
        measured.append(Distance(words, value, float(_TWO_SIDED_95 * sigma)))
    return tuple(measured)


def _spread_mm(face: FaceModel, pairs: list[tuple[str, str, str]], apart: dict[str, Floats]) -> dict[str, float]:
    """Return one standard deviation of each distance for what is not known of the surface, mm."""
    if face.error_modes is None:
        sigma = _sigma_mm(face)
        return {words: float(np.hypot(sigma[one], sigma[other])) for words, one, other in pairs}
    ways = [face.topology.landmarks_on(mode.astype(np.float64)) for mode in face.error_modes]
    return {
        words: float(np.linalg.norm([(way[one] - way[other]) @ apart[words] for way in ways]))
        / float(np.linalg.norm(apart[words]))
        for words, one, other in pairs
    }


def scale_known(face: FaceModel) -> bool:
    """True if something measured tells how large the face is."""
    return face.scale.source != ASSUMED


def percent(face: FaceModel) -> float:
    """Return the half-width of the 95 % interval of every length for what is not known of the scale, in percent."""
    return 100 * _TWO_SIDED_95 * face.scale.relative_sigma


def scale_words(face: FaceModel) -> str:
    """Return where the millimetres come from and what that means for lengths and volumes."""
    lengths = percent(face)
    # a length that is off by 1 % makes a volume off by 3 %
    figures = tr("lengths ±{length:.1f} %, volumes ±{volume:.0f} % (95 %)", length=lengths, volume=3 * lengths)
    if not scale_known(face):
        return tr(
            "Size unknown, an {assumed!t}’s was taken: {figures}. Mark a ruler or measure the pupils in Capture.",
            assumed=ASSUMED,
            figures=figures,
        )
    return tr("Scale from the {source!t}: {figures}.", source=face.scale.source, figures=figures)


def certainty_mm(face: FaceModel) -> dict[str, float]:
    """Return the half-width of the 95 % interval of each landmark's place, mm, scale left aside."""
    return {name: _TWO_SIDED_95 * sigma for name, sigma in _sigma_mm(face).items()}


def _sigma_mm(face: FaceModel) -> dict[str, float]:
    marks = face.topology.landmarks
    corners = face.topology.triangles[marks.triangle]
    return dict(zip(marks.names, (face.sigma_mm[corners] * marks.weights).sum(axis=1), strict=True))
