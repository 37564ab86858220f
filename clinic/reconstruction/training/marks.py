"""Where things are on the template: rims of the pockets, lips, ears and midline, found along its edge loops.

The few numbers below are vertices of the base figure, chosen by eye once; everything else follows from the loops.
"""

from dataclasses import dataclass

import numpy as np

from clinic.case import Ints, Mask
from clinic.reconstruction.training.template import Graph, Template

_LID_MARGIN = (7747, 7748)  # two neighbours on the rim of the left lids that touches the eyeball
_CANTHI = (6784, 6785)  # two rings further out, where the lids meet at the corners of the eye
_SOCKET = 8025  # behind the left eyeball
_LIPS = (474, 418)  # two neighbours on the loop one ring outside the lip seam
_MOUTH_BAG = 676
_SEAM_UPPER, _SEAM_LOWER = 520, 523
_VERMILION = (466, 412)
_NOSTRIL = 7153  # the roof of the left nostril
_EAR_ROOT = (12344, 12367)
_EAR_TIP = 12018


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Loops in order around their opening, masks over control vertices, everything for both sides."""

    lid_r: Ints
    lid_l: Ints
    canthi_l: Ints
    seam: Mask
    seam_upper: int
    seam_lower: int
    vermilion: Mask  # the red of both lips, seam included
    red_rim: Ints  # the loop around it
    nostril_rim: Mask
    interior: Mask
    mouth_bag: Mask
    ears: Mask
    midline: Mask


def find_marks(template: Template, graph: Graph) -> Marks:
    """Trace the loops and flood what they enclose."""
    number = template.number
    lid = _named_loop(template, graph, _LID_MARGIN)
    outside_seam = _mask(template, _named_loop(template, graph, _LIPS))
    mouth = graph.flood(number(_MOUTH_BAG), outside_seam)
    seam = mouth & graph.grow(outside_seam)
    nostril = np.zeros(template.count, bool)
    nostril[number(_NOSTRIL)] = True
    inner_nostril = graph.grow(nostril, 2)
    rim = graph.grow(inner_nostril) & ~inner_nostril
    socket = graph.flood(number(_SOCKET), _mask(template, lid))
    root = _mask(template, _named_loop(template, graph, _EAR_ROOT))
    ear = graph.flood(number(_EAR_TIP), root) | root
    red_rim = _named_loop(template, graph, _VERMILION)
    red = _mask(template, red_rim)
    vermilion = (graph.flood(number(_SEAM_UPPER), red) | red) & ~(mouth & ~seam)
    bag = mouth & ~seam
    return Marks(
        lid_r=template.mirror[lid],
        lid_l=lid,
        canthi_l=_named_loop(template, graph, _CANTHI),
        seam=seam,
        seam_upper=number(_SEAM_UPPER),
        seam_lower=number(_SEAM_LOWER),
        vermilion=vermilion,
        red_rim=red_rim,
        nostril_rim=rim | rim[template.mirror],
        interior=bag | both(template, inner_nostril) | both(template, socket),
        mouth_bag=bag,
        ears=both(template, ear),
        midline=template.mirror == np.arange(template.count),
    )


def both(template: Template, mask: Mask) -> Mask:
    """Return a mask and its mirror image."""
    two: Mask = mask | mask[template.mirror]
    return two


def edge_loop(graph: Graph, first: int, second: int) -> Ints:
    """Follow an edge loop straight on through vertices of four edges until it closes."""
    beside = [set(row) for row in np.split(graph.edge.indices, graph.edge.indptr[1:-1])]
    quads_at: list[list[int]] = [[] for _ in range(graph.count)]
    for number, quad in enumerate(graph.quads):
        for vertex in quad:
            quads_at[vertex].append(number)
    loop = [first, second]
    while True:
        before, here = loop[-2:]
        turning = {v for q in quads_at[here] if before in graph.quads[q] for v in graph.quads[q]}
        ahead = beside[here] - turning
        if len(ahead) != 1:
            raise ValueError(f"the loop of {first} and {second} ends at {here}")
        following = int(ahead.pop())
        if following == first:
            return np.array(loop, np.int32)
        loop.append(following)


def _named_loop(template: Template, graph: Graph, pair: tuple[int, int]) -> Ints:
    """Trace the loop through two vertices of the base figure; the second may lie anywhere on it."""
    first, second = (template.number(vertex) for vertex in pair)
    for neighbour in graph.edge[first].indices:
        try:
            loop = edge_loop(graph, first, int(neighbour))
        except ValueError:
            continue
        if second in loop:
            return loop
    raise ValueError(f"no edge loop holds {pair}")


def _mask(template: Template, vertices: Ints) -> Mask:
    mask = np.zeros(template.count, bool)
    mask[vertices] = True
    return mask
