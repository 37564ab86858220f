"""The plain data of a scene: surfaces with colours, before a background. Nothing here draws."""

from dataclasses import dataclass

import numpy as np

from clinic.case import Floats, Pixels, Points, Triangles, frozen
from clinic.rendering.heat import Legend

Colour = tuple[int, int, int]
DARK: Colour = (0x2B, 0x2B, 0x2B)
LIGHT: Colour = (0xDA, 0xDA, 0xDA)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One surface.

    points: (n, 3) mm, patient frame. triangles: (m, 3). colours: (n, 4) red, green, blue, opacity; times `gain` they
    multiply the texture, if there is one. uv: (n, 2), v upwards, tiles beyond [0, 1]. texture: (h, w, 3), v = 1 on top.
    gloss: strength of mirrored key lights, 0 for none; `normals` (n, 3) are needed for that alone. blends: some opacity
    is below 255; drawn after the others, near side only. opacity: of the whole layer (ghost).
    """

    name: str
    points: Points
    triangles: Triangles
    colours: Pixels
    gain: float = 1.0
    uv: Floats | None = None
    texture: Pixels | None = None
    gloss: float = 0.0
    normals: Points | None = None
    blends: bool = False
    opacity: float = 1.0

    def __post_init__(self) -> None:
        count = len(self.points)
        object.__setattr__(self, "points", frozen(self.points, np.float64, count, 3))
        object.__setattr__(self, "triangles", frozen(self.triangles, np.int32, -1, 3))
        object.__setattr__(self, "colours", frozen(self.colours, np.uint8, count, 4))
        if self.uv is not None:
            object.__setattr__(self, "uv", frozen(self.uv, np.float64, count, 2))
        if self.texture is not None:
            object.__setattr__(self, "texture", frozen(self.texture, np.uint8, -1, -1, 3))
        if self.normals is not None:
            object.__setattr__(self, "normals", frozen(self.normals, np.float64, count, 3))


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Surfaces before a plain background. legend: what the colours of a heat-map mean, None without one."""

    layers: tuple[Layer, ...]
    background: Colour = DARK
    legend: Legend | None = None

    def layer(self, name: str) -> Layer:
        """Return a layer by name. Raises KeyError for an unknown one."""
        return {layer.name: layer for layer in self.layers}[name]
