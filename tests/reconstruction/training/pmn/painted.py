"""Faces cheap enough for tests: the mean and its modes, turned, each texel a dot in the colour of its place."""

from functools import cache

import torch
from torch import Tensor

from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.network.layout import landmark_places, mean_map
from clinic.reconstruction.network.maps import read
from clinic.reconstruction.network.shape import Shape
from clinic.reconstruction.training.synthesis.batch import MAP_SIZE, Batch

_MODES = 4
SMALL = Shape(
    "small", 128, 64, 16, False, False, (16, 24, 32, 48), (16, 24, 32, 48), (1, 1, 1, 1), (32, 32, 24, 16), 16
)


class Painted:
    """A source of such crops; two in a row show one person. side: of a crop, pixels."""

    def __init__(self, side: int = 128, seed: int = 0) -> None:
        self.side, self.seed = side, seed

    def batch(self, step: int, count: int, stage: int) -> Batch:
        draw = torch.Generator().manual_seed(self.seed * 1_000_003 + step)
        people = (count + 1) // 2
        identity = torch.zeros(count, 92)
        identity[:, :_MODES] = torch.randn(people, _MODES, generator=draw).repeat_interleave(2, 0)[:count]
        yaw = (torch.rand(count, generator=draw) * 2 - 1) * (20 if stage == 1 else 60)
        neutral = (identity[:, :_MODES] @ _modes()).reshape(-1, 3, MAP_SIZE, MAP_SIZE)
        place = mean_map(MAP_SIZE) + neutral
        turned = _turned(place, torch.deg2rad(yaw))
        scale = (0.9 + 0.2 * torch.rand(count, generator=draw))[:, None, None, None] / 130
        shift = (torch.rand(count, 2, generator=draw) - 0.5)[:, :, None, None] * 0.2
        uv = torch.stack([turned[:, 0], -turned[:, 2]], 1) * scale + shift
        image, visible = _splat(uv, turned[:, 1], self.side)
        return Batch(
            image=image,
            lens=torch.zeros(count, 3),
            uv=uv,
            neutral=neutral,
            expression=torch.zeros_like(neutral),
            visible=visible,
            inside=torch.ones(count, 1, MAP_SIZE, MAP_SIZE),
            colour=_colours().expand(count, 3, MAP_SIZE, MAP_SIZE),
            identity=identity,
            units=torch.zeros(count, 52),
            spots=read(uv, landmark_places()),
            person=torch.arange(people).repeat_interleave(2)[:count],
            yaw_deg=yaw,
        )


@cache
def _modes() -> Tensor:
    """(4, 3 · m · m) the first modes at the texels, from the vertices nearest to them in the texture."""
    space = FaceSpace.load()
    centre = (torch.arange(MAP_SIZE) + 0.5) / MAP_SIZE
    v, u = torch.meshgrid(1 - centre, centre, indexing="ij")
    uv = torch.tensor(space.topology.uv[: len(space.mean)], dtype=torch.float32)
    nearest = torch.cdist(torch.stack([u, v], 2).flatten(0, 1), uv).argmin(1)
    return torch.tensor(space.modes[:_MODES].transpose(0, 2, 1), dtype=torch.float32)[:, :, nearest].flatten(1)


@cache
def _colours() -> Tensor:
    """(3, m, m) a pattern that tells where on the face a dot lies."""
    axis = torch.linspace(0, 1, MAP_SIZE)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    return torch.stack([x, y, 0.5 + 0.5 * torch.sin(12 * x) * torch.sin(12 * y)])


def _turned(place: Tensor, yaw: Tensor) -> Tensor:
    x, y, z = place.unbind(1)
    cosine, sine = yaw.cos()[:, None, None], yaw.sin()[:, None, None]
    return torch.stack([cosine * x - sine * y, sine * x + cosine * y, z], 1)


def _splat(uv: Tensor, depth: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """Draw the dots that none lies before; return (b, 3, side, side) and (b, 1, m, m), 1 for those on top."""
    count = len(uv)
    column, row = (((uv + 1) / 2 * side).long().clamp(0, side - 1)).unbind(1)
    cell = (row * side + column).flatten(1)
    image, top = torch.full((count, 3, side * side), 0.3), torch.full((count, side * side), torch.inf)
    top.scatter_reduce_(1, cell, depth.flatten(1), "amin")
    seen = depth.flatten(1) <= top.gather(1, cell) + 4.0
    for one in range(count):
        image[one][:, cell[one][seen[one]]] = _colours().flatten(1)[:, seen[one]]
    return image.reshape(count, 3, side, side), seen.float().reshape(count, 1, MAP_SIZE, MAP_SIZE)
