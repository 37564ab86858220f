"""What stands behind and before a face, and what cameras and programs do to pictures."""

import math
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor
from torch.nn import functional

from clinic.reconstruction.training.synthesis.dice import Dice

_BLUR = 4  # pixels to either side
_CELLS = (1, 1, 2, 2, 3, 6, 20)
# Annex K of JPEG (ITU-T T.81): what luminance coefficients are divided by at quality 50.
_LUMA = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
    87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip


def backgrounds(count: int, side: int, dice: Dice) -> Tensor:
    """Return (b, 3, side, side) linear pictures of nothing in particular."""
    made = []
    kinds = dice.pick(count, of=len(_CELLS)).tolist()
    smooth = dice.chance(count, often=0.7).tolist()
    for kind, soft in zip(kinds, smooth, strict=True):
        cells = dice.uniform(1, 3, _CELLS[kind], _CELLS[kind]) ** 2
        grey = cells.mean(dim=1, keepdim=True)
        cells = grey + (cells - grey) * dice.uniform(1) ** 2
        made.append(functional.interpolate(cells, (side, side), mode="bicubic" if soft else "nearest"))
    return torch.cat(made).clamp(0, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Development:
    """How cameras turn light into pictures. aim: (b,) how light the face becomes. The rest: (b, 1 or 3, 1)."""

    aim: Tensor
    tint: Tensor
    grey: Tensor
    gamma: Tensor
    steeper: Tensor

    def of(self, linear: Tensor, face: Tensor) -> Tensor:
        """Return sRGB in 0..1 for linear light (b, 3, n). face: (b,) mean light of the face."""
        light = linear * (self.aim / face.clamp(min=1e-3))[:, None, None] * self.tint
        light = torch.lerp(light, light.mean(dim=1, keepdim=True).expand_as(light), self.grey)
        picture: Tensor = light.clamp(1e-5, 1) ** (1 / self.gamma)
        return (picture + self.steeper * picture * (1 - picture) * (2 * picture - 1)).clamp(0, 1)


def development(count: int, dice: Dice) -> Development:
    """Return random exposure, tint and curves."""
    return Development(
        aim=dice.uniform(count, low=math.log(0.09), high=math.log(0.45)).exp(),
        tint=dice.normal(count, 3, 1, sigma=0.07).exp(),
        grey=dice.chance(count, 1, 1, often=0.06),
        gamma=dice.uniform(count, 1, 1, low=1.8, high=2.6),
        steeper=dice.uniform(count, 1, 1, high=0.7) * dice.chance(count, 1, 1, often=0.5),
    )


def covered(pictures: Tensor, often: float, dice: Dice) -> Tensor:
    """Put a patch or a hand's worth of something in front of some."""
    b, _, side, _ = pictures.shape
    step = torch.linspace(-1, 1, side, device=pictures.device)
    centre, size = dice.uniform(b, 2, low=-0.9, high=0.9), dice.uniform(b, 2, low=0.08, high=0.4)
    across = (step[None, None, :] - centre[:, :1, None]) / size[:, :1, None]
    down = (step[None, :, None] - centre[:, 1:, None]) / size[:, 1:, None]
    round_ = dice.chance(b, 1, 1, often=0.6)
    inside = torch.where(round_ > 0, across**2 + down**2, torch.maximum(across.abs(), down.abs())) < 1
    inside = inside & (dice.chance(b, 1, 1, often=often) > 0)
    return torch.where(inside[:, None], dice.uniform(b, 3, 1, 1), pictures)


def spoilt(pictures: Tensor, much: float, dice: Dice) -> Tensor:
    """Blur, add noise and compress. pictures: (b, 3, side, side) sRGB. much: 0..1."""
    b = len(pictures)
    sigma = 0.4 + 0.3 * dice.uniform(b) + much * 1.3 * dice.uniform(b) ** 3
    pictures = _blurred(pictures, sigma)
    grain = dice.uniform(b, 1, 1, 1) ** 2 * (0.015 + 0.045 * much)
    noisy = (pictures + grain * dice.normal(*pictures.shape)).clamp(0, 1)
    quality = dice.uniform(b, low=30, high=95)
    packed = _packed(noisy, quality)
    return torch.where(dice.chance(b, 1, 1, 1, often=0.5 * much) > 0, packed, noisy)


def _blurred(pictures: Tensor, sigma: Tensor) -> Tensor:
    b, _, rows, columns = pictures.shape
    step = torch.arange(-_BLUR, _BLUR + 1, device=pictures.device)
    kernel = (-(step**2) / (2 * sigma[:, None] ** 2)).exp()
    kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(3, 0)[:, None]
    flat = functional.pad(pictures, (_BLUR,) * 4, mode="replicate").reshape(
        1, 3 * b, rows + 2 * _BLUR, columns + 2 * _BLUR
    )
    flat = functional.conv2d(flat, kernel[:, :, None, :], groups=3 * b)
    return functional.conv2d(flat, kernel[:, :, :, None], groups=3 * b).reshape(b, 3, rows, columns)


def _packed(pictures: Tensor, quality: Tensor) -> Tensor:
    """What JPEG leaves of pictures (b, 3, s, s), by rounding the coefficients of 8 × 8 blocks, of each colour alike."""
    b, _, side, _ = pictures.shape
    cosine = _cosines(pictures.device)
    scale = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality) / 100
    table = torch.tensor(_LUMA, device=pictures.device).reshape(8, 8) / 255
    table = (table * scale[:, None, None]).clamp(min=1 / 255).reshape(b, 1, 1, 1, 8, 8)
    blocks = pictures.reshape(b, 3, side // 8, 8, side // 8, 8).transpose(3, 4) - 0.5
    coefficients = (cosine @ blocks @ cosine.T / table).round() * table
    return ((cosine.T @ coefficients @ cosine).transpose(3, 4).reshape(b, 3, side, side) + 0.5).clamp(0, 1)


@cache
def _cosines(device: torch.device) -> Tensor:
    row = torch.arange(8.0)
    cosine = torch.cos((2 * row[None] + 1) * row[:, None] * math.pi / 16) / 2
    cosine[0] /= math.sqrt(2)
    return cosine.to(device)
