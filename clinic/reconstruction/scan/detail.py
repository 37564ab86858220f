"""From the subdivided control mesh to the scan's own surface: what the control mesh is too coarse for."""

import numpy as np

from clinic.case import Floats, Mask, Points, Topology
from clinic.geometry import vertex_normals
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.scan import anatomy
from clinic.reconstruction.scan.target import Target

_MOST_MM = 1.5  # farther off is not this skin: hair, a hole that was closed
_ROUNDS = 2


def detail(target: Target, skin: Points, space: FaceSpace) -> tuple[Points, Mask]:
    """Return the (n, 3) mm from the display mesh to the scan along its normals, and (n,) where the scan shows skin.

    skin: (n, 3) the subdivided control mesh, in the frame of the target. Next to what the scan does not show the move
    fades to nothing over a ring of the mesh.
    """
    topology, moved = space.topology, skin
    asked, heard = anatomy.exterior(topology), anatomy.away_from_openings(space)
    shown = np.zeros(len(skin), bool)
    for _ in range(_ROUNDS):
        normals = vertex_normals(moved, topology.triangles)
        drawn = target.drawn(moved, normals, asked, _MOST_MM)
        shown = np.zeros(len(skin), bool)
        shown[drawn.vertex] = True
        away = np.zeros(len(skin))
        off = drawn.goal - moved[drawn.vertex]
        away[drawn.vertex] = (off * normals[drawn.vertex]).sum(axis=1)
        moved = moved + (away * heard * _inner(shown, topology))[:, None] * normals
    return moved - skin, shown


def _inner(shown: Mask, topology: Topology) -> Floats:
    """Return (n,) 1 where all around is shown, less where some is not."""
    share = shown[topology.triangles].mean(axis=1)
    least = np.ones(len(shown))
    np.minimum.at(least, topology.triangles.ravel(), np.repeat(share, 3))
    return least * shown
