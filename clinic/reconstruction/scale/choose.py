"""Takes the surest cue for the size of a face, and says where another one disagrees with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from clinic.case import Acquisition, Points, Scale
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.scale import card, depth, eyes, ruler
from clinic.reconstruction.scale.sight import Reading, Sight
from clinic.words import say

AVERAGE = say("average adult")
_PEOPLE = 0.045  # relative spread of the size of adult faces: nothing was measured
_DISAGREE = 3.0  # standard deviations
_LEAST_PUPILS_MM, _MOST_PUPILS_MM = 50.0, 76.0


@dataclass(frozen=True, slots=True)
class Chosen:
    """size: mm per unit of the face space."""

    size: float
    scale: Scale
    warnings: tuple[str, ...]


def choose(
    taken: Acquisition,
    sights: Sequence[Sight],
    faces: Sequence[Detection | None],
    eye_centres: Points,
    eye_radius: float,
) -> Chosen:
    """Return the size of a face. eye_centres: (2, 3) and eye_radius in the face space."""
    kinds = sorted(_by_kind(_readings(taken, sights, faces, eye_centres, eye_radius)), key=lambda kind: kind.sigma)
    best = kinds[0] if kinds else Reading(AVERAGE, 1.0, _PEOPLE)
    pupils_mm = best.size * float(np.linalg.norm(eye_centres[1] - eye_centres[0]))
    words = [_disagreement(best, other) for other in kinds[1:]] + [_unusual(best, pupils_mm)]
    if taken.card_mm is None:
        words += card.named([sight.photo for sight in sights])
    if best.source == AVERAGE:
        words.append(
            say(
                "Nothing in the photos tells how large the face is; it was made as large as an average adult's. "
                "Measure the pupil distance, or mark a ruler in a photo."
            )
        )
    return Chosen(best.size, Scale(best.source, best.sigma), tuple(filter(None, words)))


def _readings(
    taken: Acquisition,
    sights: Sequence[Sight],
    faces: Sequence[Detection | None],
    eye_centres: Points,
    eye_radius: float,
) -> list[Reading]:
    by_photo = {sight.photo.id: sight for sight in sights}
    found: list[Reading | None] = [
        ruler.read(by_photo[one.photo_id], one) for one in taken.rulers if one.photo_id in by_photo
    ]
    if taken.card_mm is not None:
        found += card.read(sights, taken.card_mm)
    if taken.interpupillary_mm is not None:
        found.append(eyes.from_pupils(eye_centres, taken.interpupillary_mm))
    found += [depth.read(sight) for sight in sights]
    found.append(eyes.from_irises(sights, faces, eye_centres, eye_radius))
    return [one for one in found if one is not None]


def _by_kind(readings: Iterable[Reading]) -> list[Reading]:
    """Put the readings of each kind together, each counting by its certainty."""
    ordered = sorted(readings, key=lambda reading: reading.source)
    return [_together(list(same)) for _, same in groupby(ordered, key=lambda reading: reading.source)]


def _together(same: Sequence[Reading]) -> Reading:
    weights = np.array([one.sigma**-2 for one in same])
    size = float(np.exp(weights @ np.log([one.size for one in same]) / weights.sum()))
    scatter = float(np.std([one.size / size for one in same])) if len(same) > 1 else 0.0
    return Reading(same[0].source, size, float(np.hypot(weights.sum() ** -0.5, scatter)))


def _disagreement(best: Reading, other: Reading) -> str:
    apart = best.size / other.size - 1
    if abs(np.log1p(apart)) < _DISAGREE * np.hypot(best.sigma, other.sigma):
        return ""
    than = say("larger") if apart > 0 else say("smaller")
    return say(
        "The {source!t} gives a face {apart:.0f} % {than!t} than the {other!t}. Check both; all "
        "lengths follow the {source!t}.",
        source=best.source,
        apart=100 * abs(apart),
        than=than,
        other=other.source,
    )


def _unusual(best: Reading, pupils_mm: float) -> str:
    if _LEAST_PUPILS_MM <= pupils_mm <= _MOST_PUPILS_MM:
        return ""
    return say(
        "The {source!t} gives {pupils_mm:.0f} mm between the pupils, unusual for an adult. Measure "
        "the distance on the patient and enter it.",
        source=best.source,
        pupils_mm=pupils_mm,
    )
