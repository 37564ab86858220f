"""A z-buffer in tensors: many pictures at once, on any device.

On a processor the compiled loop of `geometry.rasterise` does the same many times as fast. On an accelerator triangles
are sorted by the size of their box in pixels; each size tries its few pixels in one go, and the nearest of all that lie
inside wins by one scatter of (nearness, triangle) packed into an integer.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from clinic.geometry.rasterise import rasterise as compiled

_SIDES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128, 256, 512)
_EDGE = -1e-5  # a centre this far outside still counts, so that single precision leaves no cracks
_LEAST_AREA = 1e-9
_AT_ONCE = 4_000_000  # pixels tried at once, which bounds the memory


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """The pixels that show something, all pictures after each other.

    pixel: (p,) number within (pictures, rows, columns). corners: (p, 3) rows of the vertices of all pictures.
    weights: (p, 3) barycentric on the surface itself (perspective undone). shape: pictures, rows, columns.
    """

    pixel: Tensor
    corners: Tensor
    weights: Tensor
    shape: tuple[int, int, int]

    def carry(self, values: Tensor) -> Tensor:
        """Interpolate (b, n, k) values of the vertices: (p, k)."""
        return functional.embedding_bag(
            self.corners, values.reshape(-1, values.shape[2]), mode="sum", per_sample_weights=self.weights
        )

    def spread(self, values: Tensor, empty: Tensor) -> Tensor:
        """Write (p, k) values into a copy of `empty` (b, k, rows, columns)."""
        b, rows, columns = self.shape
        flat = empty.permute(0, 2, 3, 1).reshape(b * rows * columns, -1).clone()
        flat[self.pixel] = values
        return flat.reshape(b, rows, columns, -1).permute(0, 3, 1, 2)


def rasterise(points: Tensor, triangles: Tensor, side: int) -> Hits:
    """Return what stands in front at every pixel.

    points: (b, n, 3) column and row in pixels, and depth along the camera's axis. triangles: (m, 3), shared by all
    pictures. side: pixels along a side of the square pictures. A pixel belongs to a triangle if its centre
    (column + ½, row + ½) lies inside; triangles with a corner at depth 0 or behind are left out.
    """
    if points.device.type == "cpu":
        return _looped(points, triangles, side)
    return in_tensors(points, triangles, side)


def in_tensors(points: Tensor, triangles: Tensor, side: int) -> Hits:
    """Do what `rasterise` says, with tensors only."""
    b, n, _ = points.shape
    m = len(triangles)
    seen, low, high = _boxes(points, triangles, side)
    nearest = torch.zeros(b * side * side, dtype=torch.int64, device=points.device)
    flat = points.reshape(-1, 3)
    longest = (high - low + 1).amax(dim=1)
    before = 0
    for width in _SIDES:
        chosen = (longest > before) & (longest <= width)
        before = width
        for some in torch.split(torch.nonzero(chosen)[:, 0], max(1, _AT_ONCE // (width * width))):
            _draw(nearest, flat, seen[some], low[some], triangles, n, side, width)
    pixel = torch.nonzero(nearest)[:, 0]
    number = m - (nearest[pixel] & 0xFFFFFFFF)
    corners = triangles[number] + (pixel // (side * side) * n)[:, None]
    share, depth = _shares(flat[corners], _centres(pixel, side))
    share = share / depth
    return Hits(pixel, corners, share / share.sum(dim=1, keepdim=True), (b, side, side))


def _looped(points: Tensor, triangles: Tensor, side: int) -> Hits:
    faces = triangles.numpy().astype(np.int32)
    pixels, corners, weights = [], [], []
    for number, picture in enumerate(points.numpy()):
        raster = compiled(picture[:, :2], picture[:, 2], faces, side, side)
        hit = np.flatnonzero(raster.triangle.ravel() >= 0)
        pixels.append(hit + number * side * side)
        corners.append(faces[raster.triangle.ravel()[hit]].astype(np.int64) + number * points.shape[1])
        weights.append(raster.weights.reshape(-1, 3)[hit])
    pixel, corner, share = (torch.from_numpy(np.concatenate(part)) for part in (pixels, corners, weights))
    return Hits(pixel, corner, share, (len(points), side, side))


def _boxes(points: Tensor, triangles: Tensor, side: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return numbers (k,) of picture · m + triangle for all that may be seen, and the pixels (k, 2) from and to."""
    x, y, depth = (points[:, :, axis][:, triangles] for axis in range(3))
    left, right = torch.ceil(x.amin(2) - 0.5).clamp(min=0), torch.floor(x.amax(2) - 0.5).clamp(max=side - 1)
    top, bottom = torch.ceil(y.amin(2) - 0.5).clamp(min=0), torch.floor(y.amax(2) - 0.5).clamp(max=side - 1)
    seen = torch.nonzero(((right >= left) & (bottom >= top) & (depth.amin(2) > 0)).reshape(-1))[:, 0]
    low = torch.stack([left.reshape(-1)[seen], top.reshape(-1)[seen]], 1).long()
    high = torch.stack([right.reshape(-1)[seen], bottom.reshape(-1)[seen]], 1).long()
    return seen, low, high


def _draw(
    nearest: Tensor, flat: Tensor, seen: Tensor, low: Tensor, triangles: Tensor, n: int, side: int, width: int
) -> None:
    m = len(triangles)
    picture, number = seen // m, seen % m
    corners = flat[triangles[number] + (picture * n)[:, None]]
    step = torch.arange(width, device=flat.device)
    column, row = low[:, :1] + step.repeat(width), low[:, 1:] + step.repeat_interleave(width)
    centre = torch.stack([column + 0.5, row + 0.5], 2)
    share, depth = _shares(corners[:, None], centre)
    inside = (share > _EDGE).all(dim=2) & (column < side) & (row < side)
    nearness = (share / depth).sum(dim=2)[inside].clamp(min=1e-12)
    key = (nearness.view(torch.int32).long() << 32) | (m - number)[:, None].expand_as(inside)[inside]
    pixel = ((picture * side)[:, None] + row) * side + column
    nearest.scatter_reduce_(0, pixel[inside], key, "amax")


def _shares(corners: Tensor, centre: Tensor) -> tuple[Tensor, Tensor]:
    """Return barycentric shares (…, 3) of pixel centres (…, 2) in the image, and the corners' depths."""
    a, b, c = (corners[..., i, :2] for i in range(3))
    area = _cross(b - a, c - a)
    area = torch.where(area.abs() < _LEAST_AREA, torch.full_like(area, float("nan")), area)
    p, q = _cross(b - centre, c - centre) / area, _cross(c - centre, a - centre) / area
    return torch.stack([p, q, 1 - p - q], -1), corners[..., :, 2]


def _cross(a: Tensor, b: Tensor) -> Tensor:
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def _centres(pixel: Tensor, side: int) -> Tensor:
    return torch.stack([pixel % side + 0.5, pixel // side % side + 0.5], 1)
