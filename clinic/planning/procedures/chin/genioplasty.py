"""Procedures on the chin."""

import numpy as np

from clinic.case import Edit, FaceModel, Gauge, Load, Mask
from clinic.planning.procedures.fields import DOWN, FORWARD, around, chosen, neighbours
from clinic.planning.procedures.procedure import Parameter, Procedure

# The usual horizontal cut: at least 5 mm below the mental foramina, which lie about 25 mm to the side and some 15 mm
# above the lower border; it runs out through the lower border below the first molars.
_CUT_ABOVE_MENTON_MM = 16.0
_HALF_WIDTH_MM = 26.0
_BEHIND_POGONION_MM = 24.0
_GAP_EDGES, _GAP_MM = 2, 5.0
_GAUGE_MM = 9.0


def genioplasty(edit: Edit, face: FaceModel) -> Load:
    """Slide the bony chin forward and up or down as one rigid segment.

    vertical_mm: + lengthens the chin (the segment goes down), − shortens it, as negative removes everywhere. Around the
    cut the support is let go over two edges and at least 5 mm: there soft tissue bridges the step in the bone.
    """
    forward, vertical = edit.amount("forward_mm"), edit.amount("vertical_mm")
    segment = _segment(face)
    moved = chosen(segment)
    at = face.landmarks()
    gauges = [
        Gauge(label, asked, "mm", around(face, at[where], _GAUGE_MM), direction)
        for label, asked, where, direction in (
            ("Chin forward", forward, "pogonion", FORWARD),
            ("Chin vertical", vertical, "menton", DOWN),
        )
        if asked != 0.0
    ]
    return Load(
        edit=edit,
        moved=moved,
        moved_by=np.tile(forward * FORWARD + vertical * DOWN, (len(moved), 1)),
        released=chosen(_gap(face, segment)),
        growth=np.zeros(len(face.control)),
        growth_cc=0.0,
        gauges=tuple(gauges),
    )


def _segment(face: FaceModel) -> Mask:
    """Return the (c,) mask of the vertices over the bone below the cut."""
    at = face.landmarks()
    x, y, z = (face.control - [at["menton"][0], at["pogonion"][1], at["menton"][2]]).T
    # the cut drops towards the lower border at the sides
    height = _CUT_ABOVE_MENTON_MM * (1.0 - 0.5 * (x / _HALF_WIDTH_MM) ** 2)
    below: Mask = (z < height) & (abs(x) < _HALF_WIDTH_MM) & (y < _BEHIND_POGONION_MM)
    return below & face.topology.region("face")


def _gap(face: FaceModel, segment: Mask) -> Mask:
    by_edges = neighbours(face.topology, segment, _GAP_EDGES)
    inside = face.control[segment]
    distance = np.linalg.norm(face.control[:, None, :] - inside[None, :, :], axis=2).min(axis=1)
    gap: Mask = (by_edges | (distance < _GAP_MM)) & ~segment & face.topology.region("face")
    return gap


GENIOPLASTY = Procedure(
    id="genioplasty",
    title="Genioplasty",
    region="Chin",
    parameters=(
        Parameter(
            "forward_mm",
            "Forward",
            "mm",
            -5.0,
            12.0,
            0.1,
            sign="positive advances the chin, negative sets it back",
            cautions=("Above 10 mm the segments barely touch; plan a graft or two steps.",),
        ),
        Parameter(
            "vertical_mm",
            "Vertical",
            "mm",
            -6.0,
            6.0,
            0.1,
            sign="positive lengthens the chin, negative shortens it",
            cautions=("Lengthening opens a gap in the bone that needs a graft.",),
        ),
    ),
    sided=False,
    load=genioplasty,
)
