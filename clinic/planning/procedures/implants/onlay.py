"""Implants that lie on bone: soft tissue is then held at their outer surface."""

import numpy as np

from clinic.case import Edit, FaceModel, Floats, Gauge, Load, Points
from clinic.planning.procedures.fields import ease, moving

_FEATHERED = 0.7  # of the way from edge to centre


def onlay(edit: Edit, face: FaceModel, thickness: Floats, axis: Points, gauge: Gauge) -> Load:
    """Return the load of an implant of (c,) thickness, mm: bone moves level away from an upright axis through (3,)."""
    away = (face.control - axis) * (1.0, 1.0, 0.0)
    return moving(edit, thickness[:, None] * away / np.linalg.norm(away, axis=1, keepdims=True), gauge)


def footprint(face: FaceModel, centre: Points, axis: Points, half_length: float, half_height: float) -> Floats:
    """Return (c,) the shape of an implant that faces away from an upright axis: 1 over its middle, feathered outwards.

    half_length, half_height: mm, along the level tangent and upwards, to its edge. Each millimetre of thickness holds
    1.40 · half_length · half_height mm³.
    """
    offset = face.control - centre
    out = (centre - axis) * (1.0, 1.0, 0.0)
    out = out / np.linalg.norm(out)
    along = offset @ np.array([-out[1], out[0], 0.0])
    radius = np.hypot(along / half_length, offset[:, 2] / half_height)
    facing = face.topology.region("face") & (offset @ out > -half_length)  # not what lies behind, under the jaw
    return np.where(facing, ease((1.0 - radius) / _FEATHERED), 0.0)
