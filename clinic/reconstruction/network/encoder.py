"""Crop and lens → features at 32², 16² and 8², and the code of the face."""

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from clinic.reconstruction.network.layers import conv, stage
from clinic.reconstruction.network.shape import CODE, Shape

_SQUEEZED = 32  # channels of the 8² map that the code is read from


class Encoder(nn.Module):
    """ResNet (He et al. 2016) down to 8²; the code is read from all of the last map, so that it knows where things are.

    sparing: recompute the stages in the backward pass instead of keeping them.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.sparing = False
        entry: list[nn.Module] = [conv(3, shape.stem, 7 if shape.pooled else 3, 2)]
        if shape.pooled:
            entry.append(nn.MaxPool2d(3, 2, 1))
        self.stem = nn.Sequential(*entry)
        entries = (shape.stem, *shape.widths)
        self.stages = nn.ModuleList(
            stage(entries[i], shape.inner[i], shape.widths[i], shape.depths[i], 1 if i == 0 else 2, shape.bottleneck)
            for i in range(4)
        )
        self.squeeze = conv(shape.widths[-1], _SQUEEZED, 1)
        self.code = nn.Linear(64 * _SQUEEZED + 3, CODE)

    def forward(self, image: Tensor, lens: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return features at 32², 16² and 8² and the code (b, 128) of crops (b, 3, s, s) in 0..1 and lens (b, 3)."""
        x = self.stem(image * 2 - 1)
        found: list[Tensor] = []
        for each in self.stages:
            x = checkpoint(each, x, use_reentrant=False) if self.sparing and self.training else each(x)
            found.append(x)
        flat = self.squeeze(x).flatten(1)
        return found[1], found[2], found[3], self.code(torch.cat([flat, lens.to(flat.dtype)], dim=1))
