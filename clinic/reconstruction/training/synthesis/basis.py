"""The face space as tensors: what is drawn, what the maps hold, and what lies where on the skin."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import torch
from torch import Tensor

from clinic.case import Floats
from clinic.geometry.rasterise import rasterise_flat
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.training.one_photo import skin as painted
from clinic.reconstruction.training.one_photo.shading import normals_of
from clinic.reconstruction.training.one_photo.shot import openness
from clinic.reconstruction.training.one_photo.sitter import from_scalp
from clinic.reconstruction.training.synthesis.batch import MAP_SIZE

CHART = painted.SIZE


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """Some points of every face. mean: (n, 3) mm. modes, bumps, units: (k, 3n), (r, 3n), (52, 3n) mm for weight 1."""

    mean: Tensor
    modes: Tensor
    bumps: Tensor
    units: Tensor

    def neutral(self, identity: Tensor, bumps: Tensor) -> Tensor:
        """Return (b, n, 3) how far resting faces differ from the mean."""
        return (identity @ self.modes + bumps @ self.bumps).reshape(len(identity), -1, 3)

    def expression(self, units: Tensor) -> Tensor:
        """Return (b, n, 3) how far expressions move them."""
        return (units @ self.units).reshape(len(units), -1, 3)


@dataclass(frozen=True, slots=True, eq=False)
class Skin:
    """What points of the skin are. place: (n, 3) on the mean head, mm. uv: (n, 2). open: (n, 1) share of sky seen.

    interior: (n, 1) 1 in mouth, nostrils, sockets. scalp: (n, 1) mm outside the scalp, negative inside.
    """

    place: Tensor
    uv: Tensor
    interior: Tensor
    scalp: Tensor
    open: Tensor

    @property
    def rows(self) -> Tensor:
        """All of it, (n, 8)."""
        return torch.cat([self.place, self.uv, self.interior, self.scalp, self.open], 1)


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """drawn: the display vertices that stand for control vertices, with `triangles` (f, 3). texels: of the maps.

    spots: Multi-PIE's 68. marks: the detector's points that the space knows. inside: (m, m) 1 on skin. paint:
    (channels, CHART, CHART) lips, upper lids, lower lids, across and along the brows, row 0 at v = 1. eyes and
    eye_modes: (2, 3), (k, 6) centres, mm. symmetric: how many modes are.
    """

    drawn: Linear
    drawn_skin: Skin
    triangles: Tensor
    texels: Linear
    texels_skin: Skin
    inside: Tensor
    spots: Linear
    marks: Linear
    paint: Tensor
    eyes: Tensor
    eye_modes: Tensor
    eye_radius: float
    symmetric: int
    unit_names: tuple[str, ...]


@cache
def basis(build: str, device: torch.device) -> Basis:
    """Return the basis of a build of the face space on a device."""
    space = FaceSpace.load(build)
    topology = space.topology
    quads, faces = topology.control_quads, topology.triangles
    chart = rasterise_flat(topology.uv, faces, MAP_SIZE)
    known = np.isfinite(space.landmarks_478_sigma)

    def on_map(values: Floats) -> Floats:
        return chart.carry(values, faces).reshape(MAP_SIZE * MAP_SIZE, -1).astype(float)

    def drawn(values: Floats) -> Floats:
        return values[: len(space.mean)]

    linear, skin = _Linears(space, device), _skins(space)
    return Basis(
        drawn=linear.of(drawn),
        drawn_skin=_skin(drawn(skin), device),
        triangles=_tensor(np.vstack([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]), device).long(),
        texels=linear.of(on_map),
        texels_skin=_skin(on_map(skin), device),
        inside=_tensor(chart.hit.astype(float), device),
        spots=linear.of(lambda values: space.landmarks_68.on(values, faces)),
        marks=linear.of(lambda values: space.landmarks_478.on(values, faces)[known]),
        paint=_tensor(_paint(space), device),
        eyes=_tensor(space.eyes, device),
        eye_modes=_tensor(space.eye_modes.reshape(len(space.eye_modes), -1), device),
        eye_radius=space.eye_radius,
        symmetric=space.symmetric,
        unit_names=space.expression_names,
    )


class _Linears:
    """The blocks of the face space on the display mesh, to take points from."""

    def __init__(self, space: FaceSpace, device: torch.device) -> None:
        self._device = device
        subdivide = space.topology.subdivide
        self._mean = subdivide(space.mean)
        self._modes = [subdivide(mode) for mode in space.modes]
        self._units = [subdivide(unit) for unit in space.expressions]
        normals = normals_of(self._mean, space.topology.triangles)
        self._bumps = [subdivide(bump[:, None]) * normals for bump in space.residual_modes]

    def of(self, points: Callable[[Floats], Floats]) -> Linear:
        """Return the points that `points` takes from values (n, 3) of the display mesh."""
        modes, bumps, units = (
            _tensor(np.stack([points(block).ravel() for block in blocks]), self._device)
            for blocks in (self._modes, self._bumps, self._units)
        )
        return Linear(_tensor(points(self._mean), self._device), modes, bumps, units)


def _skins(space: FaceSpace) -> Floats:
    """Return (n, 8) the columns of `Skin` for the display vertices."""
    topology = space.topology
    interior = topology.subdivide(topology.region("interior").astype(float)[:, None])
    return np.column_stack([topology.subdivide(space.mean), topology.uv, interior, from_scalp(space), openness(space)])


def _skin(rows: Floats, device: torch.device) -> Skin:
    return Skin(*(_tensor(part, device) for part in np.split(rows, [3, 5, 6, 7], axis=1)))


def _tensor(array: Floats, device: torch.device) -> Tensor:
    return torch.tensor(np.asarray(array), dtype=torch.float32, device=device)


def _paint(space: FaceSpace) -> Floats:
    """Return (5, CHART, CHART) masks of lips and lids, and the coordinates of the brows: 0 on their middle line.

    Across a brow 1 is its usual edge; along it 0 is the nose's end and 1 the temple's.
    """
    marks = painted.canvas(space).marks
    lips = painted.area(marks[list(painted.LIPS)], 1.5)
    upper, lower = (
        np.max([_drawn_line(marks[list(lid)]) for lid in lids], axis=0)
        for lids in (painted.UPPER_LIDS, painted.LOWER_LIDS)
    )
    across, along = np.full((2, CHART, CHART), 9.0)
    rows, columns = np.mgrid[:CHART, :CHART] + 0.5
    for above, below in painted.BROWS:
        middle = (marks[list(above)] + marks[list(below)]) / 2
        half = float(np.linalg.norm(marks[list(above)] - marks[list(below)], axis=1).mean()) / 2
        share = np.linspace(1, 0, len(middle))  # their points run from the temple to the nose
        dense = np.linspace(0, len(middle) - 1, 60)
        line = np.column_stack([np.interp(dense, range(len(middle)), middle[:, axis]) for axis in range(2)])
        apart = np.hypot(columns[..., None] - line[:, 0], rows[..., None] - line[:, 1])
        nearest = apart.argmin(axis=2)
        closer = apart.min(axis=2) / half < across
        across = np.where(closer, apart.min(axis=2) / half, across)
        along = np.where(closer, np.interp(dense, range(len(middle)), share)[nearest], along)
    return np.stack([lips, upper, lower, np.minimum(across, 9.0), along])


def _drawn_line(points: Floats) -> Floats:
    mask = np.zeros((CHART, CHART), np.float32)
    cv2.polylines(mask, [np.round(points * 8).astype(np.int32)], False, 1.0, 2, cv2.LINE_AA, 3)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.0))
