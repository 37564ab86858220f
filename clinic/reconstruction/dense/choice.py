"""Picks the windows of a flow that are worth handing on, and writes them as matches."""

import cv2
import numpy as np

from clinic.case import Floats, Ints, Triangles
from clinic.reconstruction.dense.between import Between
from clinic.reconstruction.dense.flow import WINDOW_PX, Flow
from clinic.reconstruction.dense.matches import Matches
from clinic.reconstruction.dense.sighting import Image

# Windows this far apart share little: the square has the area of the window, 4π sigma².
_APART_PX = round(float(np.sqrt(4 * np.pi)) * WINDOW_PX)
_LEAST_ALIKE = 0.5
_COARSEST_PX = 1.0  # standard deviation along the better axis
_FLOOR_PX = 0.07  # what resampling and the change of view leave, however clear the skin
# Errors over what white noise of this strength would make: neighbouring pixels err alike. Measured on rendered faces.
_CORRELATED = 2.5


def choose(pair: Between, measured: Flow, triangles: Triangles, numbers: tuple[int, int]) -> Matches:
    """Return the best window of every square of the middle view as matches between photos `numbers`."""
    rows, columns = _best(pair, measured)
    information = measured.information[rows, columns].astype(np.float64)
    shift = measured.shift[rows, columns]
    triangle, weights, carried = pair.skin(rows, columns, triangles)
    half = np.float32(0.5) * shift
    images = [
        one.back(_read(place, rows, columns, by))
        for one, place, by in zip(pair.sightings, pair.places, (-half, half), strict=True)
    ]
    to_photo = carried[1] / pair.sightings[1].scale
    sound = np.abs(np.linalg.det(to_photo)) > 1e-3
    kept = np.flatnonzero(sound)
    root = np.linalg.cholesky(_honest(information[kept]))
    whiten = np.asarray(root.transpose(0, 2, 1) @ np.linalg.inv(to_photo[kept]), np.float64)
    return Matches(numbers[0], numbers[1], triangle[kept], weights[kept], images[0][kept], images[1][kept], whiten)


def expected(pair: Between) -> float:
    """Return how many matches fully marked skin would give."""
    return float(pair.shared.sum()) / _APART_PX**2


def _best(pair: Between, measured: Flow) -> tuple[Ints, Ints]:
    """Return rows and columns of the most telling pixel in each square, where there is one that tells enough."""
    information = measured.information
    strength = (information[..., 0, 0] + information[..., 1, 1]) * (measured.alike > _LEAST_ALIKE)
    strength = np.where((pair.shared > 0) & np.isfinite(strength), strength, 0)
    height, width = (length // _APART_PX * _APART_PX for length in strength.shape)
    squares = strength[:height, :width].reshape(height // _APART_PX, _APART_PX, width // _APART_PX, _APART_PX)
    flat = squares.transpose(0, 2, 1, 3).reshape(-1, _APART_PX**2)
    best = flat.argmax(axis=1)
    telling = flat.max(axis=1) > 1 / _COARSEST_PX**2
    across = width // _APART_PX
    number = np.arange(len(flat))
    rows = number // across * _APART_PX + best // _APART_PX
    columns = number % across * _APART_PX + best % _APART_PX
    return rows[telling].astype(np.int32), columns[telling].astype(np.int32)


def _honest(information: Floats) -> Floats:
    """Return information (s, 2, 2) of which nothing is surer than the floor; still positive definite."""
    values, vectors = np.linalg.eigh(information / _CORRELATED**2)
    limited = 1 / (1 / np.maximum(values, 1e-4) + _FLOOR_PX**2)
    return np.asarray((vectors * limited[:, None, :]) @ vectors.transpose(0, 2, 1))


def _read(place: Image, rows: Ints, columns: Ints, by: Image) -> Floats:
    """Return where a crop (rows, columns, 2) shows pixels moved by (s, 2), between pixels linearly."""
    at = np.stack([columns, rows], axis=1) + by
    read = cv2.remap(place, at[None].astype(np.float32), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(read[0], np.float64)
