"""The same skin in two photos, and what that asks of shape and cameras.

A match says that what photo A shows at a and photo B at b is one spot of skin. It does not say which spot: the mesh may
slide under the skin. So neither image point may tie down a point of the mesh alone. Take the mesh point x that was used
for the warp, and its errors e_A = π_A(x) − a and e_B = π_B(x) − b. Slid by t within its triangle, x moves by J_A·t in A
and J_B·t in B (J: edges of the triangle, projected). The slide that puts it on a is t = −J_A⁻¹ e_A, and the match asks
that the same slide puts it on b:

    whiten · (e_B − H e_A) = 0,    H = J_B J_A⁻¹

H is the map of the triangle's image from A to B. Moving x within the surface changes nothing, moving it along the
normal shifts the spot along the epipolar line, turning a camera shifts it across too: the two rows are shape and camera
exactly as the rays see them. With H held, derivatives by any unknown are those of two ordinary projections combined:
∂r = whiten · (∂π_B − H ∂π_A), each of them with the expression of its own photo.
"""

from dataclasses import dataclass

import numpy as np

from clinic.case import Camera, Floats, Ints, Points, Triangles
from clinic.case.arrays import freeze

THINNEST = 1e-3  # px²: a triangle seen edge-on has no image to slide in


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Spots of skin seen in photo `first` and in photo `second`.

    triangle: (s,) triangle number of the display mesh near the spot; weights: (s, 3) barycentric. image_first,
    image_second: (s, 2) px. whiten: (s, 2, 2), so that whiten · (e_B − H e_A) counts standard deviations; nearly of
    rank one where the skin shows only an edge.
    """

    first: int
    second: int
    triangle: Ints
    weights: Floats
    image_first: Floats
    image_second: Floats
    whiten: Floats

    def __post_init__(self) -> None:
        s = len(self.image_first)
        freeze(
            self,
            triangle=(np.int32, s),
            weights=(np.float64, s, 3),
            image_first=(np.float64, s, 2),
            image_second=(np.float64, s, 2),
            whiten=(np.float64, s, 2, 2),
        )

    def residual(self, cameras: tuple[Camera, Camera], points: tuple[Points, Points], triangles: Triangles) -> Floats:
        """Return (s, 2) errors in standard deviations; cameras and display vertices (n, 3) of first and second."""
        corners = [camera.project(mesh)[triangles[self.triangle]] for camera, mesh in zip(cameras, points, strict=True)]
        placed = [camera.project(self._on(mesh, triangles)) for camera, mesh in zip(cameras, points, strict=True)]
        slide = self.slide(corners[0], corners[1])
        return self.combined(slide, placed[0] - self.image_first, placed[1] - self.image_second)

    def slide(self, first: Floats, second: Floats) -> Floats:
        """Return (s, 2, 2) H from the projected corners (s, 3, 2) of the triangles; zero where one is seen edge-on."""
        in_first, in_second = edges_of(first), edges_of(second)
        sound = np.abs(np.linalg.det(in_first)) > THINNEST
        slide = np.zeros_like(in_first)
        slide[sound] = in_second[sound] @ np.linalg.inv(in_first[sound])
        return slide

    def combined(self, slide: Floats, of_first: Floats, of_second: Floats) -> Floats:
        """Return whiten · (of_second − H of_first) for errors (s, 2) or derivatives (s, 2, k) of the projections."""
        apart = of_second - np.einsum("sij,sj...->si...", slide, of_first)
        whitened: Floats = np.einsum("sij,sj...->si...", self.whiten, apart)
        return whitened

    def _on(self, points: Points, triangles: Triangles) -> Points:
        placed: Points = np.einsum("sk,skd->sd", self.weights, points[triangles[self.triangle]])
        return placed


def edges_of(corners: Floats) -> Floats:
    """Return (s, 2, 2), columns are two edges of each triangle (s, 3, 2)."""
    return np.stack([corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]], axis=2)
