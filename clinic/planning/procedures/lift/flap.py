"""A flap of soft tissue that is drawn along the skin, and the skin that is left over before its edge."""

from collections.abc import Callable

import numpy as np

from clinic.case import Edit, FaceModel, Floats, Gauge, Load, Points
from clinic.geometry import vertex_normals
from clinic.planning.procedures.fields import chosen

Share = Callable[[Points], Floats]  # how far tissue at places (n, 3) goes with the flap, 0 … 1
_NEGLIGIBLE = 1e-3
_STEP_MM = 1.0  # over which a share is differentiated
_MOST_TAKEN = 0.6  # of the length of the skin
_SMOOTHINGS = 12  # over how many edges normals are averaged, so that neighbours are drawn alike


def drawn(
    edit: Edit,
    face: FaceModel,
    amount: float,
    along: Points,
    share: Share,
    gauge: Gauge,
    *,
    to_reach: bool,
    tension: float = 1.0,
) -> Load:
    """Return the load that draws what a flap lies on by so many mm along (c, 3) unit vectors.

    Where the flap comes up against what stays, it closes up: as much skin as that, times the tension under which it is
    closed, is excised there, and none bunches.
    """
    skin = face.topology.region("face")
    here = np.where(skin, share(face.control), 0.0)
    before = np.where(skin, share(face.control + _STEP_MM * along), 0.0)
    taken = np.clip(tension * amount * (here - before) / _STEP_MM, 0.0, _MOST_TAKEN)
    moved = chosen(here > _NEGLIGIBLE)
    return Load(
        edit=edit,
        moved=moved,
        moved_by=amount * (here[:, None] * along)[moved],
        released=chosen(np.zeros(len(here), bool)),
        growth=np.zeros(len(here)),
        growth_cc=0.0,
        gauges=(gauge,),
        shortening=taken[:, None] * along,
        to_reach=to_reach,
    )


def along_skin(face: FaceModel, direction: Points) -> Points:
    """Return (c, 3) unit vectors along the smoothed skin that follow a direction (3,) as closely as it allows."""
    quads, count = face.topology.control_quads, len(face.control)
    normal = vertex_normals(face.control, np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]))
    normal[face.topology.region("interior")] = 0.0  # linings of nose, mouth and lids look the other way
    for _ in range(_SMOOTHINGS):
        summed = normal[quads].sum(axis=1)
        normal = np.stack([np.bincount(quads.ravel(), np.repeat(summed[:, k], 4), count) for k in range(3)], axis=1)
        normal /= np.maximum(np.linalg.norm(normal, axis=1), 1e-12)[:, None]
    within = direction - (normal @ direction)[:, None] * normal
    unit: Points = within / np.maximum(np.linalg.norm(within, axis=1), 1e-12)[:, None]
    return unit
