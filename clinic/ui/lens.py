"""Looking closer at a photo without leaving the place from which it was taken."""

from dataclasses import dataclass, replace

import numpy as np

from clinic.case import Points
from clinic.rendering.views import ViewCamera

_LARGEST = 12.0
_AIR = 0.30  # of the height of a head, above it and at its sides
_ANY_WIDTH = 1e-3  # aspect of a camera that nothing widens: the lens sees to what is in sight


@dataclass(frozen=True, slots=True)
class Lens:
    """The part of a photo's view that a frame shows.

    zoom: 1 where the height of the photo fills the frame. right_mm, up_mm: from the middle of the photo to the middle
    of the part, at the depth of the face. `aspect` is everywhere width over height of the frame.
    """

    zoom: float = 1.0
    right_mm: float = 0.0
    up_mm: float = 0.0

    @classmethod
    def around(cls, points: Points, whole: ViewCamera, aspect: float) -> "Lens":
        """Return the lens that shows points (n, 3) mm, a head, with air around it."""
        places = whole.project(points, 2, 2) - 1.0  # from the middle of the photo, in halves of its height
        low, high = places.min(axis=0), places.max(axis=0)
        air, edge = _AIR * (high[1] - low[1]), np.array([whole.aspect, 1.0])
        low, high = np.maximum(low - air, -edge), np.minimum(high + air, edge)
        wide, tall = high - low
        right, down = (low + high) / 2 * whole.mm_per_pixel(2)
        zoom = min(2 / tall, 2 * aspect / wide)
        return cls(float(zoom)).moved(float(right), -float(down), whole, aspect)

    def camera(self, whole: ViewCamera) -> ViewCamera:
        """Return the camera that sees this part: the same place and perspective, a longer and shifted lens."""
        right, up, _ = whole.axes
        tangent = np.tan(np.radians(whole.angle_deg) / 2) / self.zoom
        framed = whole.framed + self.right_mm * right + self.up_mm * up
        angle = float(np.degrees(2 * np.arctan(tangent)))
        return replace(whole, angle_deg=angle, framed=framed, aspect=_ANY_WIDTH)

    def enlarged(self, factor: float, right_mm: float, up_mm: float, whole: ViewCamera, aspect: float) -> "Lens":
        """Enlarge further; what lies (right_mm, up_mm) from the middle of the part stays where it is."""
        zoom = min(max(self.zoom * factor, min(1.0, aspect / whole.aspect)), _LARGEST)
        share = 1.0 - self.zoom / zoom
        return replace(self, zoom=zoom).moved(share * right_mm, share * up_mm, whole, aspect)

    def moved(self, right_mm: float, up_mm: float, whole: ViewCamera, aspect: float) -> "Lens":
        """Move the part, not beyond the edges of the photo."""
        half_mm = whole.mm_per_pixel(2)
        limits = np.maximum(np.array([whole.aspect - aspect / self.zoom, 1.0 - 1.0 / self.zoom]), 0.0) * half_mm
        right, up = np.clip((self.right_mm + right_mm, self.up_mm + up_mm), -limits, limits)
        return replace(self, right_mm=float(right), up_mm=float(up))
