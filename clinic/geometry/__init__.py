"""Mesh arithmetic on plain arrays: numpy, and numba where a loop over triangles is the work itself."""

from clinic.geometry.gauges import reached
from clinic.geometry.surfaces import (
    rim_vertices,
    swept_volumes_mm3,
    triangle_areas,
    triangle_normals,
    vertex_areas,
    vertex_normals,
)

__all__ = [
    "reached",
    "rim_vertices",
    "swept_volumes_mm3",
    "triangle_areas",
    "triangle_normals",
    "vertex_areas",
    "vertex_normals",
]
