"""Turns what the dense cues find of the skin into what the fit sees."""

from collections.abc import Sequence

from clinic.case import Points, Topology
from clinic.reconstruction.dense.matches import Matches
from clinic.reconstruction.fitting import PairSeen, SpotsSeen
from clinic.reconstruction.spots import Spots
from clinic.reconstruction.surface import Skin, tangents

# What the shape cannot say pulls neighbouring matches alike, far more than each errs by itself: the fit of five photos
# of rendered heads of another family is best where about a hundred count as one (10: 1.28 mm, 100: 1.03, 400: 1.13).
_ALIKE = 100.0


def spots_seen(found: Sequence[Spots | None], skin: Skin) -> tuple[SpotsSeen, ...]:
    """Return the recognised spots of each photo; found: one for each photo, None for nothing."""
    return tuple(
        SpotsSeen(photo, skin.places(spots.triangle, spots.weights), spots.image, spots.whiten)
        for photo, spots in enumerate(found)
        if spots is not None and len(spots.image)
    )


def pairs_seen(
    found: Sequence[Matches], skin: Skin, topology: Topology, points: Points, most: int
) -> tuple[PairSeen, ...]:
    """Return the skin that two photos show, for each pair of photos.

    points: (n, 3) display vertices of the face as it is believed, face space. most: matches to keep of all, evenly
    taken and each counting for those left out, so that the fit stays quick.
    """
    total = sum(len(matches.triangle) for matches in found)
    step = max(1, -(-total // most))
    return tuple(_pair(matches, step, skin, topology, points) for matches in found)


def _pair(matches: Matches, step: int, skin: Skin, topology: Topology, points: Points) -> PairSeen:
    kept = slice(None, None, step)
    triangle = matches.triangle[kept]
    return PairSeen(
        matches.first,
        matches.second,
        skin.places(triangle, matches.weights[kept]),
        tangents(points, topology, triangle),
        matches.image_first[kept],
        matches.image_second[kept],
        matches.whiten[kept] * (step / _ALIKE) ** 0.5,
    )
