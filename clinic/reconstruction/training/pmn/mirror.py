"""Every crop a second time in the mirror: drawing a face takes longer than learning from it."""

from dataclasses import fields, replace
from functools import cache

import torch
from torch import Tensor

from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.network.maps import Maps
from clinic.reconstruction.training.synthesis.batch import Batch

# Multi-PIE's 68 as they follow each other on the other side: jaw, brows, nose, eyes, lips outside, lips inside.
_JAW = list(range(16, -1, -1))
_BROWS = list(range(26, 16, -1))
_NOSE = [27, 28, 29, 30, 35, 34, 33, 32, 31]
_EYES = [45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40]
_LIPS = [54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65]
SPOTS = [*_JAW, *_BROWS, *_NOSE, *_EYES, *_LIPS]
_ACROSS = (-1.0, 1.0, 1.0)  # x turns round


def with_mirror(batch: Batch) -> Batch:
    """Return a batch and, after it, the same crops in the mirror; people there are others."""
    other = mirrored(batch)
    other = replace(other, person=other.person + batch.person.max() + 1)
    names = [field.name for field in fields(Batch)]
    return Batch(**{name: torch.cat([getattr(batch, name), getattr(other, name)]) for name in names})


def mirrored(batch: Batch) -> Batch:
    """Return what a mirror shows of a batch."""
    _, units = _swaps()
    k = batch.identity.shape[1]
    return Batch(
        image=batch.image.flip(3),
        lens=batch.lens * _signs(batch.lens),
        uv=flipped_uv(batch.uv),
        neutral=flipped(batch.neutral),
        expression=flipped(batch.expression),
        visible=batch.visible.flip(3),
        inside=batch.inside.flip(3),
        colour=batch.colour.flip(3),
        identity=batch.identity * _swaps()[0][:k].to(batch.identity.device),
        units=batch.units[:, units.to(batch.units.device)],
        spots=batch.spots[:, SPOTS] * torch.tensor([-1.0, 1.0], device=batch.spots.device),
        person=batch.person,
        yaw_deg=-batch.yaw_deg,
    )


def disagreement(maps: Maps) -> Tensor:
    """Return how far the maps of the second half of a batch are from the mirror of the first; 1 for 6 % or 6 mm.

    Shapes count squared, for the reason that holds for those of one person.
    """
    half = len(maps.uv) // 2
    places = (flipped_uv(maps.uv[:half]) - maps.uv[half:]).abs().mean() / 0.03
    shapes = ((flipped(maps.neutral[:half]) - maps.neutral[half:]) / 6.0).square().mean()
    return places / 2 + shapes


def flipped(vectors: Tensor) -> Tensor:
    """Return the map of vectors (b, 3, m, m) of the mirrored face."""
    return vectors.flip(3) * _signs(vectors)[:, None, None]


def flipped_uv(uv: Tensor) -> Tensor:
    """Return the map of places (b, 2, m, m) in the mirrored crop."""
    return uv.flip(3) * _signs(uv)[:2, None, None]


def _signs(like: Tensor) -> Tensor:
    return torch.tensor(_ACROSS, device=like.device)


@cache
def _swaps() -> tuple[Tensor, Tensor]:
    """Return the modes' signs (k,) and the order of the units (52,) in the mirror."""
    space = FaceSpace.load()
    signs = torch.ones(len(space.modes))
    signs[space.symmetric :] = -1
    names = list(space.expression_names)
    return signs, torch.tensor([names.index(_other(name)) for name in names])


def _other(name: str) -> str:
    for one, other in (("Left", "Right"), ("Right", "Left")):
        if name.endswith(one):
            return name.removesuffix(one) + other
    return name
