"""The openings of the scan-derived head: lids and lips as rings around the rims where its skin ends."""

import numpy as np

from clinic.case import Ints, Mask
from clinic.reconstruction.training.ict import Ict
from clinic.reconstruction.training.marks import edge_loop
from clinic.reconstruction.training.template import Graph

# The rims: first and last vertex of each, read off the model once.
_RIMS = {"lid_l": (6548, 6589), "lid_r": (6590, 6631), "mouth": (6632, 6705)}
LID_MARGIN, LIPS_TOUCH = 1, 7  # rings from the rim


def outer_skin(model: Ict) -> Mask:
    """Return (11248,) what does not lie behind the margin of the lids or the line where the lips touch."""
    behind = {"lid_l": LID_MARGIN, "lid_r": LID_MARGIN, "mouth": LIPS_TOUCH}
    graph = Graph(model.quads, len(model.mean))
    outside = np.stack([graph.steps(_rim(model, name)) >= rings for name, rings in behind.items()])
    outer: Mask = np.logical_and.reduce(outside, axis=0)
    return outer


def outer_triangles(model: Ict) -> Mask:
    """Return (22288,) the triangles of the outer skin."""
    outer: Mask = np.logical_and.reduce(outer_skin(model)[model.triangles], axis=1)
    return outer


def ring(model: Ict, name: str, rings: int) -> Ints:
    """Return the vertices, in order, of the loop so many rings from a rim: "lid_l", "lid_r" or "mouth"."""
    graph = Graph(model.quads, len(model.mean))
    steps = graph.steps(_rim(model, name))
    first = int(np.flatnonzero(steps == rings)[0])
    beside = graph.edge[first].indices
    return edge_loop(graph, first, int(beside[steps[beside] == rings][0]))


def _rim(model: Ict, name: str) -> Mask:
    rim = np.zeros(len(model.mean), bool)
    first, last = _RIMS[name]
    rim[first : last + 1] = True
    return rim
