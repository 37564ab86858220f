"""What the simulated operation changed, measured at the skin."""

from math import hypot, nan

import numpy as np

from clinic.case import Comparison, EditReached, FaceModel, Floats, Points, Simulation, Topology
from clinic.comparison.cautions import cautions
from clinic.geometry import reached, swept_volumes_mm3, vertex_normals

Volumes = tuple[tuple[str, float], ...]
_TWO_SIDED_95 = 1.96
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
    volumes = _volumes(face, simulation.displacement)
    return Comparison(
        signed_mm=np.einsum("nd,nd->n", moved, normals),
        volumes=volumes,
        edits=edits,
        max_mm=float(np.linalg.norm(moved, axis=1).max()),
        max_strain=float(simulation.strain.max()),
        made_from=simulation.made_from,
        cautions=cautions(face.topology, simulation, edits),
        volume_errors=_errors(face, simulation, volumes),
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


def _errors(face: FaceModel, simulation: Simulation, volumes: Volumes) -> tuple[float, ...]:
    """Return by how much each volume may be off, cc; a length off by 1 % makes a volume off by 3 %."""
    of_size = 3 * _TWO_SIDED_95 * face.scale.relative_sigma
    within = simulation.range
    ends = () if within is None else (_volumes(face, within.low), _volumes(face, within.high))
    of_tissue = [abs(high - low) / 2 for (_, low), (_, high) in zip(*ends, strict=True)] or [0.0] * len(volumes)
    return tuple(hypot(of_size * cc, half) for (_, cc), half in zip(volumes, of_tissue, strict=True))


def _volumes(face: FaceModel, displacement: Points) -> Volumes:
    topology = face.topology
    swept = swept_volumes_mm3(face.points, displacement, topology.triangles) / 1000.0
    return tuple((name, float(swept @ _share(topology, name))) for name in _REGIONS if name in topology.region_names)


def _share(topology: Topology, region: str) -> Floats:
    """Return (m,) how much of each display triangle lies in a region."""
    inside = topology.subdivide(topology.region(region)[:, None].astype(np.float64))[:, 0]
    share: Floats = inside[topology.triangles].mean(axis=1)
    return share
