"""Finds the same skin in photos of one face taken from different sides."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations

import numpy as np

from clinic.case import Camera, Mask, Photo, Points, Topology, Triangles
from clinic.reconstruction.dense.agreement import agreeing, settled
from clinic.reconstruction.dense.between import between
from clinic.reconstruction.dense.choice import choose, expected
from clinic.reconstruction.dense.flow import flow
from clinic.reconstruction.dense.matches import Matches
from clinic.reconstruction.dense.sighting import px_per_mm, sight

Fit = tuple[Camera, Points]
_NEAREST_DEG, _BEST_DEG, _FARTHEST_DEG = 8.0, 30.0, 65.0
_PARTNERS = 3  # pairs that one photo takes part in; more of them say the same again
# Where less of the shared skin agrees, it shows no marks (smoothed, blurred), and what does agree is shade.
_LEAST_SHARE = 0.25
_THREADS = min(4, os.cpu_count() or 1)  # OpenCV and NumPy leave the interpreter to each other
_COARSE, _FINE = 2.0, 4.0  # pixels per mm: to lay the photos over each other, to measure


def match(photos: Sequence[Photo], fits: Sequence[Fit], topology: Topology) -> tuple[Matches, ...]:
    """Return the matches of every pair of photos that look at the face from suitably different sides.

    fits: for each photo its camera and the (n, 3) display vertices in its expression. Pairs that share too little
    marked skin are left out.
    """
    skin = _bare(topology)

    def of_pair(pair: tuple[int, int]) -> Matches:
        a, b = pair
        return match_pair((photos[a], photos[b]), (fits[a], fits[b]), topology.triangles, skin, pair)

    with ThreadPoolExecutor(_THREADS) as lanes:
        found = list(lanes.map(of_pair, pairs(fits, skin)))
    return tuple(matches for matches in found if len(matches.triangle))


def match_pair(
    photos: tuple[Photo, Photo],
    fits: tuple[Fit, Fit],
    triangles: Triangles,
    skin: Mask,
    numbers: tuple[int, int],
) -> Matches:
    """Return the matches between two photos, none where their skin shows too little.

    skin: (n,) vertices to compare. numbers: of the photos in their set.
    """
    (first, points_first), (second, points_second) = fits
    points = (points_first, points_second)
    pixel = max(1.0, px_per_mm(second, points_second) / _FINE)
    for fineness in (_COARSE, _FINE):
        seen = [
            sight(photo, camera, mesh, triangles, fineness)
            for photo, camera, mesh in zip(photos, (first, second), points, strict=True)
        ]
        pair = between(seen[0], seen[1], triangles, skin)
        found = choose(pair, flow(pair), triangles, numbers)
        found = _only(found, agreeing(found, (first, second), points, triangles, pixel))
        if len(found.triangle) < _LEAST_SHARE * expected(pair):
            return _only(found, np.zeros(len(found.triangle), bool))
        second = settled(found, (first, second), points, triangles)
    return found


def pairs(fits: Sequence[Fit], skin: Mask) -> tuple[tuple[int, int], ...]:
    """Return the pairs of photos worth comparing, those at the best angle first; no photo in too many of them."""
    towards = np.array([camera.position - points[skin].mean(axis=0) for camera, points in fits])
    towards /= np.linalg.norm(towards, axis=1, keepdims=True)
    angle = np.degrees(np.arccos(np.clip(towards @ towards.T, -1, 1)))
    wanted = [
        (abs(angle[a, b] - _BEST_DEG), a, b)
        for a, b in combinations(range(len(fits)), 2)
        if _NEAREST_DEG <= angle[a, b] <= _FARTHEST_DEG
    ]
    taken = np.zeros(len(fits), int)
    chosen = []
    for _, a, b in sorted(wanted):
        if max(taken[a], taken[b]) < _PARTNERS:
            chosen.append((a, b))
            taken[[a, b]] += 1
    return tuple(chosen)


def _bare(topology: Topology) -> Mask:
    """Return (n,) the vertices of skin that hair does not cover, without lids: lashes and eyes move beside them."""
    skin = topology.region("face") & ~topology.region("interior") & ~topology.region("lids")
    bare: Mask = topology.subdivide(skin.astype(float)[:, None])[:, 0] > 0.99
    return bare


def _only(matches: Matches, kept: Mask) -> Matches:
    return replace(
        matches,
        triangle=matches.triangle[kept],
        weights=matches.weights[kept],
        image_first=matches.image_first[kept],
        image_second=matches.image_second[kept],
        whiten=matches.whiten[kept],
    )
