"""Random skins, computed where they are seen: tone, blotches, lips, brows, lids, beard, moles."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from clinic.reconstruction.training.one_photo.skin import TONES
from clinic.reconstruction.training.synthesis.basis import CHART, Basis
from clinic.reconstruction.training.synthesis.dice import Dice

_BOLT = 1024  # texels of the noise that skins are cut from
_CELLS = (5, 24, 90, 256, 7, 120, 140)  # of noise along a chart: broad, middle, fine, finest, redness, moles, strokes
_TRAITS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Complexion:
    """tone, lips, hair: (b, 3) linear reflectance. traits: (b, 20) in 0..1, what each is for stands in `albedo`.

    offset: (b, 2) where in the noise a skin begins.
    """

    tone: Tensor
    lips: Tensor
    hair: Tensor
    traits: Tensor
    offset: Tensor

    def twice(self, hair: Tensor) -> "Complexion":
        """Return each skin twice, with the hair (2b, 3) of its sitters."""
        tone, lips, traits, offset = (
            t.repeat_interleave(2, 0) for t in (self.tone, self.lips, self.traits, self.offset)
        )
        return Complexion(tone, lips, hair, traits, offset)


def complexion(people: int, dice: Dice) -> Complexion:
    """Return random skins, from very light to very dark."""
    tones = torch.tensor(TONES, dtype=torch.float32)
    at = dice.uniform(people, high=len(TONES) - 1 - 1e-3)
    tones = tones.to(at.device)
    low = at.long()
    tone = torch.lerp(tones[low], tones[low + 1], (at - low)[:, None])
    tone = tone * (dice.normal(people, 1, sigma=0.12) + dice.normal(people, 3, sigma=0.05)).exp()
    least, most = tone.new_tensor([0.5, 0.3, 0.35]), tone.new_tensor([1.0, 0.8, 0.85])
    lips = tone * (least + (most - least) * dice.uniform(people, 3))
    made_up = dice.uniform(people, 3, low=0.02, high=0.5) * tone.new_tensor([1, 0.4, 0.5])
    lips = torch.where(dice.chance(people, 1, often=0.12) > 0, made_up, lips)
    hair = torch.zeros_like(tone)
    return Complexion(tone, lips, hair, dice.uniform(people, _TRAITS), dice.uniform(people, 2, high=_BOLT - CHART - 2))


def albedo(basis: Basis, skins: Complexion, picture: Tensor, rows: Tensor) -> Tensor:
    """Return (p, 3) linear reflectance at points of the skin.

    picture: (p,) whose. rows: (p, 8) columns of `basis.Skin`.
    """
    t = skins.traits[picture]
    x, y, z = rows[:, :3].unbind(1)
    texel = torch.stack([rows[:, 3], 1 - rows[:, 4]], 1) * CHART - 0.5
    lips, upper, lower, across, along = _read(_charts(basis), texel, CHART).unbind(1)
    noise = _read(_bolts(rows.device), texel.clamp(min=0) + skins.offset[picture], _BOLT)
    strong = t[:, :5] ** 2
    grey = 0.22 * strong[:, 0] * noise[:, 0] + 0.15 * strong[:, 1] * noise[:, 1] + 0.10 * strong[:, 2] * noise[:, 2]
    grey = grey + 0.12 * strong[:, 3] * noise[:, 3]
    grey = grey - torch.where(t[:, 5] < 0.4, 2.5 * t[:, 5], 0.0) * (noise[:, 5] - 1.8).clamp(0, 1)
    red = 0.16 * strong[:, 4] * noise[:, 4]
    tone = skins.tone[picture]
    skin = tone * (grey[:, None] + red[:, None] * tone.new_tensor([0.3, -1.0, -0.8])).exp()
    skin = _mix(skin, skins.lips[picture], lips * (0.1 + 0.9 * t[:, 6]))
    hair = skins.hair[picture]
    patchy = (0.9 + 0.7 * t[:, 7] * noise[:, 6]).clamp(0, 1.3)
    beard = ((-38 - 24 * t[:, 8] - z) / 8).clamp(0, 1) * ((30 + 45 * t[:, 9] - y) / 10).clamp(0, 1)
    beard = beard * ((z + 150) / 15).clamp(0, 1) * (1 - lips) * patchy
    round_mouth = ((25 + 20 * t[:, 10] - x.abs()) / 6).clamp(0, 1)
    beard = torch.where(t[:, 11] < 0.15, beard, torch.where(t[:, 11] < 0.3, beard * round_mouth, 0.0))
    skin = _mix(skin, hair * (0.6 + 0.8 * t[:, 12:13]), (beard * (0.1 + 0.85 * t[:, 13])).clamp(0, 1))
    half = 0.35 + 1.0 * t[:, 14]  # of a brow's thickness, in units of its usual half
    brow = ((half - (across + 0.35 * (t[:, 15] - 0.5))) / (0.15 + 0.4 * t[:, 16])).clamp(0, 1)
    brow = brow * ((1.1 - along) / 0.3).clamp(0, 1) * (1 + 0.8 * t[:, 7] * noise[:, 6]).clamp(0, 1.6)
    skin = _mix(skin, hair * (0.7 + 0.8 * t[:, 12:13]), (brow * (0.15 + 0.85 * t[:, 17])).clamp(0, 1))
    dark = tone * (0.05 + 0.55 * t[:, 18:19])
    skin = _mix(skin, dark, (upper * (0.3 + 0.7 * t[:, 19])).clamp(0, 1))
    skin = _mix(skin, dark, (lower * 0.7 * t[:, 16]).clamp(0, 1))
    inner = tone * tone.new_tensor([0.25, 0.10, 0.09]) * (0.3 + 1.2 * t[:, 10:11])
    return _mix(skin, inner, rows[:, 5])


def _mix(under: Tensor, over: Tensor, share: Tensor) -> Tensor:
    return under + (over - under) * share[:, None]


def _read(table: Tensor, texel: Tensor, size: int) -> Tensor:
    """Read (size · size, k) bilinearly at (p, 2) column and row, counted from the centre of the first."""
    texel = texel.clamp(0, size - 1.001)
    first = texel.long()
    share = texel - first
    corner = first[:, 1] * size + first[:, 0]
    corners = torch.stack([corner, corner + 1, corner + size, corner + size + 1], 1)
    across, down = share.unbind(1)
    weights = torch.stack([(1 - across) * (1 - down), across * (1 - down), (1 - across) * down, across * down], 1)
    return functional.embedding_bag(corners, table, mode="sum", per_sample_weights=weights)


@cache
def _charts(basis: Basis) -> Tensor:
    return basis.paint.flatten(1).T.contiguous()


@cache
def _bolts(device: torch.device) -> Tensor:
    """Return (_BOLT · _BOLT, 7) smooth noise of about unit strength."""
    cloths = []
    for cells in _CELLS:
        many = cells * _BOLT // CHART
        coarse = np.random.default_rng(cells).standard_normal((many, many)).astype(np.float32)
        cloths.append(cv2.resize(coarse, (_BOLT, _BOLT), interpolation=cv2.INTER_CUBIC))
    return torch.tensor(np.stack(cloths, axis=2).reshape(-1, len(_CELLS)), device=device)
