"""Whether the picture, read where the network places the face, shows the face's own texture."""

import torch
from torch import Tensor
from torch.nn import functional

from clinic.reconstruction.network.maps import Maps, sample
from clinic.reconstruction.training.synthesis.batch import Batch

_FAR = 0.25  # a difference of colour from which on something stands before the face
_SOFT = 0.05  # a difference of brightness that is as likely noise as structure


def texture(maps: Maps, batch: Batch) -> Tensor:
    """Return (b, 3, m, m) the picture read at the predicted places; passes gradients to them."""
    return sample(batch.image, maps.uv.permute(0, 2, 3, 1))


def photometric(maps: Maps, batch: Batch) -> Tensor:
    """Return how the read texture differs from the true one where the face is seen: colour and structure.

    Structure is a census (Zabih and Woodfill 1994), made smooth: the signs of the differences to eight neighbours.
    """
    found = texture(maps, batch)
    seen = batch.visible * batch.inside
    colour = (found - batch.colour).abs().mean(dim=1, keepdim=True).clamp(max=_FAR) / _FAR
    structure = (_census(found) - _census(batch.colour)).abs().mean(dim=1, keepdim=True)
    return ((colour + structure) * seen).sum() / seen.sum().clamp_min(1)


def _census(colour: Tensor) -> Tensor:
    """Return (b, 8, m, m) in -1..1, by how much each of eight neighbours is brighter."""
    grey = functional.pad(colour.mean(dim=1, keepdim=True), (1, 1, 1, 1), mode="replicate")
    m = colour.shape[-1]
    shifts = [(y, x) for y in range(3) for x in range(3) if (y, x) != (1, 1)]
    around = torch.cat([grey[:, :, y : y + m, x : x + m] for y, x in shifts], dim=1)
    brighter = around - grey[:, :, 1:-1, 1:-1]
    return brighter / torch.sqrt(brighter**2 + _SOFT**2)
