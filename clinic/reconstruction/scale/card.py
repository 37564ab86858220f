"""Marker cards: printed ArUco or AprilTag squares of known size, held at the face or stuck on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np

from clinic.case import Floats, Photo, Pixels
from clinic.case.arrays import freeze
from clinic.reconstruction.scale.sight import Reading, Sight
from clinic.words import say

SOURCE = say("marker card")
_FAMILIES = ("DICT_APRILTAG_36H11", "DICT_4X4_50", "DICT_5X5_100", "DICT_6X6_250")
_SEARCH_PX, _LEAST_SIDE_PX = 1600, 16.0
_PRINTED = 0.004  # relative: 0.1 mm of 25 mm, the edge of print
_CORNER_PX = 0.3
_SPREAD_DEG = 10.0  # of two views, from which a corner's place in space is known
_STILL_MM = 0.8  # a card that keeps its place on the head is found so near to where two views meet


@dataclass(frozen=True, slots=True, eq=False)
class Marker:
    """family and number name it. corners: (4, 2) px of its black square."""

    family: str
    number: int
    corners: Floats

    def __post_init__(self) -> None:
        freeze(self, corners=(np.float64, 4, 2))

    @property
    def side_px(self) -> float:
        """Mean length of its sides."""
        return float(np.linalg.norm(self.corners - np.roll(self.corners, 1, axis=0), axis=1).mean())


def find(pixels: Pixels) -> tuple[Marker, ...]:
    """Return the markers in a picture (rows, columns, 3), each once."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    share = min(1.0, _SEARCH_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    found: list[Marker] = []
    for family in _FAMILIES:
        if share < 1 and not _of_family(small, family):
            continue  # four families in the whole of a large photo would take a second
        for marker in _of_family(grey, family):
            centre = marker.corners.mean(axis=0)
            taken = any(np.linalg.norm(centre - one.corners.mean(axis=0)) < one.side_px / 2 for one in found)
            if marker.side_px >= _LEAST_SIDE_PX and not taken:
                found.append(marker)
    return tuple(found)


def _of_family(grey: Pixels, family: str) -> list[Marker]:
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    parameters.errorCorrectionRate = 0.0  # skin and cloth must not be read as a damaged marker
    dictionary = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, family))
    corners, numbers, _ = cv2.aruco.ArucoDetector(dictionary, parameters).detectMarkers(grey)
    if numbers is None:
        return []
    # OpenCV counts from the centre of the first pixel, we from its corner.
    return [
        Marker(family, int(number), four.reshape(4, 2).astype(np.float64) + 0.5)
        for number, four in zip(np.ravel(numbers), corners, strict=True)
    ]


def named(photos: Sequence[Photo]) -> tuple[str, ...]:
    """Return words on markers whose size nobody gave."""
    return tuple(
        say(
            "{name!t} shows a marker card. Enter the width of its black square to take the scale from it.",
            name=photo.name[:1].upper() + photo.name[1:],
        )
        for photo in photos
        if find(photo.pixels)
    )


def read(sights: Sequence[Sight], side_mm: float) -> list[Reading]:
    """Return what the cards in a set of photos say; a card seen from two sides needs no guess of its depth."""
    seen: dict[tuple[str, int], list[tuple[Sight, Marker]]] = {}
    for sight in sights:
        for marker in find(sight.photo.pixels):
            seen.setdefault((marker.family, marker.number), []).append((sight, marker))
    readings = []
    for places in seen.values():
        in_space = _in_space(places, side_mm)
        readings += [in_space] if in_space else [_beside(sight, marker, side_mm) for sight, marker in places]
    return readings


def _beside(sight: Sight, marker: Marker, side_mm: float) -> Reading:
    """Compare the card's true distance from the camera with that of the face where it lies."""
    half, camera = side_mm / 2, sight.camera
    square = np.array([[-half, half, 0], [half, half, 0], [half, -half, 0], [-half, -half, 0]])
    lens = np.array([[camera.focal_px, 0, camera.cx], [0, camera.focal_px, camera.cy], [0, 0, 1]])
    _, _, shift = cv2.solvePnP(square, marker.corners, lens, None, flags=cv2.SOLVEPNP_IPPE_SQUARE)
    depth, doubt = sight.depth(marker.corners.mean(axis=0))
    corner = _CORNER_PX / marker.side_px
    sigma = float(np.sqrt(_PRINTED**2 + corner**2 + (doubt / depth) ** 2))
    return Reading(SOURCE, float(shift.ravel()[2]) / depth, sigma)


def _in_space(places: Sequence[tuple[Sight, Marker]], side_mm: float) -> Reading | None:
    """Measure a card that moves with the head, from where the views of its corners meet; None if they do not."""
    apart = [_angle_deg(one, other) for (one, _), (other, _) in combinations(places, 2)]
    if not apart or max(apart) < _SPREAD_DEG:
        return None
    corners = np.stack([_meet([(sight, marker.corners[k]) for sight, marker in places]) for k in range(4)])
    missed_mm = [
        np.linalg.norm(sight.camera.project(corners) - marker.corners, axis=1) * side_mm / marker.side_px
        for sight, marker in places
    ]
    if float(np.max(missed_mm)) > _STILL_MM:
        return None
    side = float(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1).mean())
    side_px = float(np.mean([marker.side_px for _, marker in places]))
    spread = np.radians(max(apart))
    sigma = float(np.sqrt(_PRINTED**2 + (_CORNER_PX / side_px / np.sin(min(spread, np.pi / 2))) ** 2))
    return Reading(SOURCE, side_mm / side, sigma)


def _angle_deg(one: Sight, other: Sight) -> float:
    towards = [sight.camera.position - sight.beside for sight in (one, other)]
    cosine = towards[0] @ towards[1] / np.linalg.norm(towards[0]) / np.linalg.norm(towards[1])
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def _meet(rays: Sequence[tuple[Sight, Floats]]) -> Floats:
    """Return the point (3,) nearest to the rays through image points (2,), least squares of distances."""
    matrix, right = np.zeros((3, 3)), np.zeros(3)
    for sight, pixel in rays:
        direction = sight.camera.rotation.T @ sight.ray(pixel)
        direction /= np.linalg.norm(direction)
        across = np.eye(3) - np.outer(direction, direction)
        matrix += across
        right += across @ sight.camera.position
    return np.asarray(np.linalg.solve(matrix, right))
