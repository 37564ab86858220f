"""Lamps and sky, and the light that leaves skin, hair and cloth."""

from dataclasses import dataclass

import torch
from torch import Tensor

from clinic.reconstruction.training.synthesis.dice import Dice
from clinic.reconstruction.training.synthesis.rasterise import rasterise

_LAMPS = 3
_MAP_PX, _REACH_MM, _FAR_MM = 112, 330.0, 20000.0
_BIAS_MM = 5.0
_SHADOWED = 0.35  # so many pictures have a first lamp small enough to cast a shadow


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """even: (b, 3) from all around. side: (b, 3) where it is stronger. lamps, colours: (b, 3, 3) directions to them.

    surface: (b, 4) sharpness of gloss, its strength, how far light wraps round, how dark hollows are. shade: (b, 2) how
    dark the first lamp's shadow is, and over how many mm it grows.
    """

    even: Tensor
    side: Tensor
    lamps: Tensor
    colours: Tensor
    surface: Tensor
    shade: Tensor


def light(towards_camera: Tensor, dice: Dice) -> Light:
    """Return random light for cameras in directions (b, 3), mostly from before the face and above."""
    b = len(towards_camera)
    up = dice.uniform(b, _LAMPS, 1, low=-0.2, high=0.9) * towards_camera.new_tensor([0, 0, 1])
    lamps = towards_camera[:, None] + dice.normal(b, _LAMPS, 3, sigma=0.8) + up
    lit = torch.cat([torch.ones(b, 1, device=lamps.device), dice.chance(b, _LAMPS - 1, often=0.5)], 1)
    colours = dice.uniform(b, _LAMPS, 1, low=0.1) * dice.normal(b, _LAMPS, 3, sigma=0.10).exp() * lit[:, :, None]
    side = dice.normal(b, 3)
    low, high = lamps.new_tensor([8.0, 0.0, 0.0, 0.7]), lamps.new_tensor([60.0, 0.12, 0.35, 1.8])
    dark = dice.uniform(b, low=0.3) * dice.chance(b, often=_SHADOWED)
    return Light(
        even=dice.uniform(b, 1, low=0.08, high=0.7) * dice.normal(b, 3, sigma=0.08).exp(),
        side=side / side.norm(dim=1, keepdim=True) * dice.uniform(b, 1, high=0.7),
        lamps=lamps / lamps.norm(dim=2, keepdim=True),
        colours=colours,
        surface=low + (high - low) * dice.uniform(b, 4),
        shade=torch.stack([dark, dice.uniform(b, low=1, high=8)], 1),
    )


def sunlit(points: Tensor, triangles: Tensor, shining: Light) -> Tensor:
    """Return (b, n) how much of the first lamp each vertex sees."""
    lit = torch.ones_like(points[:, :, 0])
    rows = torch.nonzero(shining.shade[:, 0])[:, 0]
    if not len(rows):
        return lit
    direction = shining.lamps[rows, 0]
    up = torch.where(direction[:, 2:].abs() < 0.9, direction.new_tensor([0, 0, 1.0]), direction.new_tensor([1.0, 0, 0]))
    right = torch.linalg.cross(up, direction)
    right = right / right.norm(dim=1, keepdim=True)
    rotation = torch.stack([right, torch.linalg.cross(-direction, right), -direction], 1)
    placed = (points[rows] - points.new_tensor([0, 70, -30])) @ rotation.transpose(1, 2)
    pixels = placed[:, :, :2] * (_MAP_PX / _REACH_MM) + _MAP_PX / 2
    depth = placed[:, :, 2:] + _FAR_MM  # parallel light: nearly, so that one rasteriser serves
    hits = rasterise(torch.cat([pixels, depth], 2), triangles, _MAP_PX)
    first = torch.full((len(rows) * _MAP_PX * _MAP_PX,), 2 * _FAR_MM, device=points.device)
    first[hits.pixel] = hits.carry(depth)[:, 0]
    at = pixels.long().clamp(0, _MAP_PX - 1)
    picture = torch.arange(len(rows), device=points.device)[:, None]
    hidden = depth[:, :, 0] - first[(picture * _MAP_PX + at[:, :, 1]) * _MAP_PX + at[:, :, 0]]
    dark, soft = torch.split(shining.shade[rows], 1, dim=1)
    lit[rows] = 1 - dark * ((hidden - _BIAS_MM) / soft).clamp(0, 1)
    return lit


def leaving(
    shining: Light, picture: Tensor, albedo: Tensor, normal: Tensor, towards: Tensor, open_sky: Tensor, lit: Tensor,
    gloss: Tensor,
) -> Tensor:  # fmt: skip
    """Return (p, 3) linear light that leaves points.

    picture: (p,). albedo, normal, towards (the camera): (p, 3). open_sky, lit (by the first lamp), gloss: (p, 1).
    """
    sharp, oily, wrap, hollow = torch.split(shining.surface[picture], 1, dim=1)
    sky = open_sky.clamp(1e-3, 1) ** hollow * (1 + (normal * shining.side[picture]).sum(1, keepdim=True))
    diffuse = shining.even[picture] * sky
    shine = torch.zeros_like(diffuse)
    for number in range(_LAMPS):
        lamp, colour = shining.lamps[picture, number], shining.colours[picture, number]
        seen = (lit if number == 0 else 1.0) * (0.4 + 0.6 * open_sky)
        facing = (((normal * lamp).sum(1, keepdim=True) + wrap) / (1 + wrap)).clamp(min=0)
        half = lamp + towards
        half = half / half.norm(dim=1, keepdim=True).clamp(min=1e-6)
        diffuse = diffuse + colour * facing * seen
        mirrored = (normal * half).sum(1, keepdim=True).clamp(1e-4, 1) ** sharp
        shine = shine + colour * mirrored * oily * gloss * open_sky * seen
    leaving_light: Tensor = albedo * diffuse + shine
    return leaving_light
