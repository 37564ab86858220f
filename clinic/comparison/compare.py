"""What the simulated operation changed, measured at the skin."""

from math import nan

import numpy as np

from clinic.case import Comparison, EditReached, FaceModel, Floats, Points, Simulation, Topology
from clinic.comparison.cautions import cautions
from clinic.geometry import reached, swept_volumes_mm3, vertex_normals

# What a clinician names; the others are not simulated or lie inside.
_REGIONS = ("nose", "upper_lip", "lower_lip", "lids", "chin", "cheek_r", "cheek_l", "forehead", "neck")


def compare(face: FaceModel, simulation: Simulation) -> Comparison:
    """Measure a simulation against the face that it was made for.

    signed_mm along the normals of the skin before; volumes swept by each region of the skin, cc (regions may share
    their borders); each edit by its own gauges, with its range if the simulation has one; what to look at again.
    """
    before, moved = face.points, simulation.displacement
    normals = vertex_normals(before, face.topology.triangles)
    edits = _edits(face.topology, before, simulation)
    return Comparison(
        signed_mm=np.einsum("nd,nd->n", moved, normals),
        volumes=_volumes(face, simulation),
        edits=edits,
        max_mm=float(np.linalg.norm(moved, axis=1).max()),
        max_strain=float(simulation.strain.max()),
        made_from=simulation.made_from,
        cautions=cautions(face.topology, simulation, edits),
    )


def _edits(topology: Topology, before: Points, simulation: Simulation) -> tuple[EditReached, ...]:
    """Return what each edit did to the skin: what its gauges read, less what the other edits do there."""
    gauges = [gauge for load in simulation.loads for gauge in load.gauges]
    ranges = simulation.range.gauges if simulation.range is not None else ((nan, nan),) * len(gauges)
    others = simulation.by_others or (0.0,) * len(gauges)
    read = [reached(gauge, topology, before, simulation.displacement) for gauge in gauges]
    return tuple(
        EditReached(gauge.label, gauge.asked, got - other, gauge.unit, *limits)
        for gauge, got, other, limits in zip(gauges, read, others, ranges, strict=True)
    )


def _volumes(face: FaceModel, simulation: Simulation) -> tuple[tuple[str, float], ...]:
    topology = face.topology
    swept = swept_volumes_mm3(face.points, simulation.displacement, topology.triangles) / 1000.0
    return tuple((name, float(swept @ _share(topology, name))) for name in _REGIONS if name in topology.region_names)


def _share(topology: Topology, region: str) -> Floats:
    """Return (m,) how much of each display triangle lies in a region."""
    inside = topology.subdivide(topology.region(region)[:, None].astype(np.float64))[:, 0]
    share: Floats = inside[topology.triangles].mean(axis=1)
    return share
