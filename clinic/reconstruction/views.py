"""From where the photos of a set look at the face: what they show twice, and how much each of them adds."""

from collections.abc import Sequence

import numpy as np

from clinic.case import Floats, Photo
from clinic.reconstruction.fitting import Solution
from clinic.words import say

SAME_VIEW_DEG = 15.0  # below, two photos show the same side of the face, and the detector errs in both alike


def distinct(photos: Sequence[Photo]) -> tuple[tuple[Photo, ...], tuple[str, ...]]:
    """Return the photos without those that hold the same picture as an earlier one, and words on those left out."""
    first: dict[str, Photo] = {}
    words = []
    for photo in photos:
        kept = first.setdefault(photo.id, photo)
        if kept is not photo:
            name = photo.name[:1].upper() + photo.name[1:]
            words.append(
                say(
                    "{name!t} is the same picture as {other!t} and was not used a second time.",
                    name=name,
                    other=kept.name,
                )
            )
    return tuple(first.values()), tuple(words)


def directions(solution: Solution) -> Floats:
    """Return (p, 3) unit vectors from the face to the camera, in the face space; one for each view."""
    towards = np.array([-view.rotation.T @ view.translation for view in solution.views])
    unit: Floats = towards / np.linalg.norm(towards, axis=1, keepdims=True)
    return unit


def shares(towards: Floats) -> Floats:
    """Return (p,) how much each photo counts: views that nearly coincide share what one of them would say."""
    return np.asarray(1 / (_apart_deg(towards) < SAME_VIEW_DEG).sum(axis=1))


def spread_deg(towards: Floats) -> float:
    """Return the largest angle between two of the viewing directions (p, 3)."""
    return float(_apart_deg(towards).max())


def _apart_deg(towards: Floats) -> Floats:
    apart: Floats = np.degrees(np.arccos(np.clip(towards @ towards.T, -1, 1)))
    return apart
