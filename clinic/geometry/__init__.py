"""Mesh arithmetic on plain arrays: numpy, and numba where a loop over triangles is the work itself."""

from clinic.geometry.alignment import rigid_alignment, similarity_alignment
from clinic.geometry.gauges import reached
from clinic.geometry.surfaces import (
    enclosed_volume_mm3,
    swept_volumes_mm3,
    triangle_areas,
    triangle_normals,
    vertex_areas,
    vertex_normals,
)

__all__ = [
    "enclosed_volume_mm3",
    "reached",
    "rigid_alignment",
    "similarity_alignment",
    "swept_volumes_mm3",
    "triangle_areas",
    "triangle_normals",
    "vertex_areas",
    "vertex_normals",
]
