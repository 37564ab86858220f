"""A surface with its own colours, ready to be drawn and to be asked for them."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clinic.case import Floats, Ints, Pixels, Points, Triangles
from clinic.geometry import triangle_areas, triangle_normals, vertex_normals
from clinic.geometry.rasterise import Raster

_PLAIN = (225.0, 180.0, 160.0)  # where the camera took no colour


class Coloured:
    """points: (n, 3) in any unit. triangles: (m, 3). uv and texture, or colours, as of `case.Scan`."""

    def __init__(
        self, points: Points, triangles: Triangles, uv: Floats | None, texture: Pixels | None, colours: Pixels | None
    ) -> None:
        self.points, self.triangles = points, triangles
        self._uv = uv if texture is not None else None
        self._texture, self._colours = texture, colours

    @property
    def has_colour(self) -> bool:
        """Whether it has colours of its own."""
        return self._uv is not None or self._colours is not None

    @cached_property
    def plain(self) -> "Coloured":
        """The surface like clay."""
        return Coloured(self.points, self.triangles, None, None, None) if self.has_colour else self

    @cached_property
    def normals(self) -> Points:
        """(n, 3) unit normals."""
        return vertex_normals(self.points, self.triangles)

    @cached_property
    def flat_normals(self) -> Points:
        """(m, 3) unit normals of the triangles."""
        return triangle_normals(self.points, self.triangles)

    @property
    def fineness(self) -> float:
        """How many pixels, or coloured points, it has along one unit of length."""
        area = float(triangle_areas(self.points, self.triangles).sum())
        if self._uv is not None and self._texture is not None:
            flat = np.pad(self._uv, ((0, 0), (0, 1)))
            pixels = float(triangle_areas(flat, self.triangles).sum()) * self._texture[..., 0].size
            return float(np.sqrt(pixels / area))
        return float(np.sqrt(len(self.points) / area))

    def seen(self, raster: Raster) -> NDArray[np.float32]:
        """Return (rows, columns, 3) sRGB, 0…255, of what a picture shows."""
        if self._uv is not None:
            drawn: NDArray[np.float32] = self._texels(raster.carry(self._uv, self.triangles))
            return drawn
        if self._colours is not None:
            carried: NDArray[np.float32] = raster.carry(self._colours, self.triangles)
            return carried
        return np.full((*raster.triangle.shape, 3), _PLAIN, np.float32)

    def at(self, triangle: Ints, weights: Floats) -> NDArray[np.float32]:
        """Return (n, 3) sRGB, 0…255, at places of the surface."""
        corners = self.triangles[triangle]
        if self._uv is not None:
            return self._texels(np.einsum("nk,nkd->nd", weights, self._uv[corners]))
        if self._colours is not None:
            mixed: NDArray[np.float32] = np.einsum("nk,nkd->nd", weights, self._colours[corners]).astype(np.float32)
            return mixed
        return np.full((len(triangle), 3), _PLAIN, np.float32)

    def _texels(self, uv: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return the colours at (..., 2) texture coordinates, bilinear."""
        import cv2

        assert self._texture is not None
        rows, columns = self._texture.shape[:2]
        flat = np.asarray(uv, np.float32).reshape(-1, 2)
        # A row of a map must not be longer than OpenCV's short integers.
        width = 4096
        padded = np.zeros((-(-len(flat) // width) * width, 2), np.float32)
        padded[: len(flat)] = flat * (columns, -rows) + (-0.5, rows - 0.5)
        maps = padded.reshape(-1, width, 2)
        drawn = cv2.remap(self._texture, maps, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        colours: NDArray[np.float32] = np.asarray(drawn, np.float32).reshape(-1, 3)[: len(flat)]
        return colours.reshape(*np.shape(uv)[:-1], 3)
