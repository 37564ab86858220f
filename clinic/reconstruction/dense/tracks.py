"""Hands matches to the fit as tracks: one spot in each of two photos that may slide along the surface together."""

from collections.abc import Sequence

import numpy as np

from clinic.case import Camera, Points, Triangles
from clinic.reconstruction.dense.matches import Matches
from clinic.reconstruction.spots import Spots


def tracks(
    matches: Sequence[Matches], fits: Sequence[tuple[Camera, Points]], triangles: Triangles
) -> tuple[Spots, ...]:
    """Return spots per photo, the matches numbered through as tracks.

    Half of a match's variance goes to each photo, W_A = √2 W H and W_B = √2 W: with the slide taken out, what is left
    of both spots is the match, whiten · (e_B − H e_A).
    """
    found: list[list[Spots]] = [[_none()] for _ in fits]
    begin = 0
    for one in matches:
        number = np.arange(begin, begin + len(one.triangle), dtype=np.int32)
        begin += len(number)
        corners = [
            camera.project(points)[triangles[one.triangle]] for camera, points in (fits[one.first], fits[one.second])
        ]
        in_second = np.sqrt(2.0) * one.whiten
        in_first = in_second @ one.slide(corners[0], corners[1])
        found[one.first].append(Spots(one.triangle, one.weights, one.image_first, in_first, number))
        found[one.second].append(Spots(one.triangle, one.weights, one.image_second, in_second, number))
    return tuple(_joined(spots) for spots in found)


def _none() -> Spots:
    return Spots(np.zeros(0, np.int32), np.zeros((0, 3)), np.zeros((0, 2)), np.zeros((0, 2, 2)), np.zeros(0, np.int32))


def _joined(spots: Sequence[Spots]) -> Spots:
    return Spots(
        *(
            np.concatenate([getattr(one, field) for one in spots])
            for field in ("triangle", "weights", "image", "whiten", "track")
        )
    )
