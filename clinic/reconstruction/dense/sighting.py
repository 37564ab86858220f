"""One photo as the matcher sees it: a grey crop of the face, its camera, and what stands in front."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from clinic.case import Camera, Floats, Mask, Photo, Points, Triangles
from clinic.geometry.rasterise import photograph

Image = NDArray[np.float32]
_MARGIN_MM = 10.0
_HIDDEN_MM, _EDGE_MM = (
    2.0,
    2.0,
)  # behind, or this near beside an edge, skin may be hidden: the mesh errs
_FLATTEST = 0.28  # cosine below which skin is seen too flat to be compared
_BRIGHTEST, _DARKEST = 250, 8  # clipped pixels show no skin


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """The face cut out of a photo.

    grey: (rows, columns) square root of light. sound: (rows, columns) 1 where the pixel is not clipped. depth: (rows,
    columns) mm of what stands nearest within a small neighbourhood. camera: sees the crop. points: (n, 3) display
    vertices. origin: (2,) photo px of the crop's corner; scale: crop pixels per photo pixel.
    """

    grey: Image
    sound: Image
    depth: Image
    camera: Camera
    points: Points
    origin: Floats
    scale: float

    def back(self, places: Floats) -> Floats:
        """Carry points of the crop to the photo."""
        return np.asarray(places / self.scale + self.origin)

    def sees(self, places: Image, depth: Image, cosine: Image) -> Mask:
        """Tell where points of the crop (…, 2) at a depth, seen under a cosine, are in front and not too flat."""
        rows, columns = self.depth.shape
        x, y = np.floor(places[..., 0]).astype(np.int32), np.floor(places[..., 1]).astype(np.int32)
        within = (x >= 0) & (y >= 0) & (x < columns) & (y < rows)
        x, y = np.where(within, x, 0), np.where(within, y, 0)
        slope = np.sqrt(1 / np.maximum(cosine, _FLATTEST) ** 2 - 1)
        front = depth < self.depth[y, x] + _HIDDEN_MM + _EDGE_MM * slope
        seen: Mask = within & front & (cosine > _FLATTEST) & (self.sound[y, x] > 0)
        return seen

    def look(self, places: Image) -> Image:
        """Return the grey value at points of the crop (rows, columns, 2)."""
        seen: Image = cv2.remap(self.grey, places - np.float32(0.5), None, cv2.INTER_CUBIC)
        return seen


def px_per_mm(camera: Camera, points: Points) -> float:
    """Return how many pixels of a photo fall on a millimetre of the face."""
    return camera.focal_px / float(np.median(camera.to_camera(points)[:, 2]))


def sight(photo: Photo, camera: Camera, points: Points, triangles: Triangles, finest: float) -> Sighting:
    """Cut the face out of a photo, at no more than `finest` pixels per millimetre."""
    fine = px_per_mm(camera, points)
    scale = min(1.0, finest / fine)
    image, margin = camera.project(points), _MARGIN_MM * fine
    size = np.array([photo.width, photo.height])
    low = np.clip(np.floor(image.min(axis=0) - margin), 0, size - 2).astype(int)
    high = np.clip(np.ceil(image.max(axis=0) + margin), low + 2, size).astype(int)
    part = photo.pixels[low[1] : high[1], low[0] : high[0]]
    grey, sound = _grey(part, scale)
    rows, columns = grey.shape
    own = replace(
        camera,
        focal_px=camera.focal_px * scale,
        cx=(camera.cx - low[0]) * scale,
        cy=(camera.cy - low[1]) * scale,
        width=columns,
        height=rows,
    )
    drawn = photograph(points, triangles, own).depth
    reach = max(1, round(_EDGE_MM * fine * scale))
    near = cv2.erode(drawn, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    return Sighting(grey, sound, near, own, points, low.astype(float), scale)


def _grey(part: NDArray[np.uint8], scale: float) -> tuple[Image, Image]:
    # by the factor, not to a rounded size: that would stretch the crop by up to half a pixel
    smaller = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(smaller, cv2.COLOR_RGB2GRAY)
    sound = (smaller.max(axis=2) < _BRIGHTEST) & (smaller.max(axis=2) > _DARKEST)
    return grey.astype(np.float32), sound.astype(np.float32)
