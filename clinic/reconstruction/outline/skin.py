"""What the skin of one face looks like in one photo, under whatever light."""

from dataclasses import dataclass

import numpy as np

from clinic.case import Camera, Floats, Mask, Pixels, Points, Topology
from clinic.case.arrays import freeze
from clinic.geometry import vertex_normals

_FACING = 0.25  # cosine: skin that is seen well
# Log luminance, log red/green, log green/blue. Lamps change the first most; within these a face's skin lies.
_LEAST_SPREAD = np.array([0.45, 0.10, 0.12])
_MOST = 3.0  # spreads
_DARK = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class SkinColour:
    """middle, spread: (3,) of the logarithms of luminance, red over green, green over blue."""

    middle: Floats
    spread: Floats

    def __post_init__(self) -> None:
        freeze(self, middle=(np.float64, 3), spread=(np.float64, 3))

    def holds(self, colour: Floats) -> Mask:
        """Return (s,) which colours (s, 3), 0…1, may be this skin and not hair or cloth."""
        off = (_logs(colour) - self.middle) / self.spread
        alike: Mask = np.linalg.norm(off, axis=1) < _MOST
        return alike


def skin_colour(pixels: Pixels, camera: Camera, points: Points, topology: Topology) -> SkinColour:
    """Return the skin's colour where the fitted face turns towards the camera."""
    normals = vertex_normals(points, topology.triangles)
    towards = camera.position - points
    cosine = np.einsum("ni,ni->n", normals, towards) / np.linalg.norm(towards, axis=1)
    face = topology.subdivide(topology.region("face").astype(float)[:, None])[:, 0] > 0.99
    at = np.floor(camera.project(points[face & (cosine > _FACING)])).astype(int)
    at = at[((at >= 0) & (at < (camera.width, camera.height))).all(axis=1)]
    logs = _logs(pixels[at[:, 1], at[:, 0]].astype(float) / 255)
    middle = np.median(logs, axis=0) if len(logs) else np.zeros(3)
    spread = 1.4826 * np.median(np.abs(logs - middle), axis=0) if len(logs) else np.zeros(3)
    return SkinColour(middle, np.maximum(spread, _LEAST_SPREAD))


def _logs(colour: Floats) -> Floats:
    red, green, blue = (np.maximum(colour, _DARK) ** 2).T
    return np.stack([np.log((red + green + blue) / 3), np.log(red / green), np.log(green / blue)], axis=1)
