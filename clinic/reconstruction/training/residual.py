"""What identity modes cannot say: a smooth field along the normals, a Gaussian process on two scales.

Given as its principal components (Karhunen and Loève), whitened: weights drawn from N(0, 1) make draws of the process,
and the first so many components are the best so many.
"""

import numpy as np

from clinic.case import Floats, Mask, Points
from clinic.reconstruction.training.mean_head import Frame
from clinic.reconstruction.training.template import normals

COUNT = 400
_LENGTHS_MM, _SIGMAS_MM = (12.0, 6.0), (0.4, 0.3)  # together what modes left of held-out heads
_FADE_MM = 5.0  # to nothing at lids, lip seam and the rim of the face, which stay shut and in place


def residual_modes(frame: Frame, control: Points, face: Mask) -> Floats:
    """Return (400, c) mm along the control normals, ordered by size. control: (c, 3), face: (c,)."""
    number = np.flatnonzero(face)
    facing = normals(control, frame.template.quads)[number]
    places = control[number]
    apart = ((places[:, None] - places) ** 2).sum(2)
    process = sum(
        size**2 * np.exp(-apart / (2 * length**2)) for length, size in zip(_LENGTHS_MM, _SIGMAS_MM, strict=True)
    )
    fade = _fade(frame, control, face)[number]
    process = process * ((1 + facing @ facing.T) / 2) ** 2 * np.outer(fade, fade)
    root = np.sqrt(_areas(frame, control)[number])
    sizes, vectors = np.linalg.eigh(process * np.outer(root, root))
    fields = (vectors * np.sqrt(np.maximum(sizes, 0)) / root[:, None])[:, ::-1][:, :COUNT].T
    signs = np.sign(fields[np.arange(COUNT), np.abs(fields).argmax(1)])
    modes = np.zeros((COUNT, len(control)))
    modes[:, number] = fields * signs[:, None]
    return modes


def _fade(frame: Frame, control: Points, face: Mask) -> Floats:
    """Return (c,) from 0 at what must stay to 1 further away."""
    marks = frame.marks
    still = marks.seam | ~face
    still[np.r_[marks.lid_r, marks.lid_l]] = True
    still &= frame.graph.grow(face)
    away = np.sqrt(((control[:, None] - control[still]) ** 2).sum(2).min(1))
    share = np.clip(away / _FADE_MM, 0, 1)
    fade: Floats = share * share * (3 - 2 * share)
    return fade


def _areas(frame: Frame, control: Points) -> Floats:
    """Return (c,) mm² around each control vertex."""
    quads = frame.template.quads
    across = np.cross(control[quads[:, 2]] - control[quads[:, 0]], control[quads[:, 3]] - control[quads[:, 1]])
    areas = np.zeros(len(control))
    for corner in quads.T:
        np.add.at(areas, corner, np.linalg.norm(across, axis=1) / 8)
    return areas
