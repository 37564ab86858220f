"""Convolutions and residual blocks."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional


def conv(inputs: int, outputs: int, kernel: int = 3, stride: int = 1, relu: bool = True) -> nn.Sequential:
    """Return convolution and normalisation, which fold into one when the network is exported."""
    layers: list[nn.Module] = [
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
    ]
    return nn.Sequential(*layers, *([nn.ReLU()] if relu else []))


class Residual(nn.Module):
    """A block whose convolutions add to what comes in (He et al. 2016)."""

    def __init__(self, inputs: int, inner: int, outputs: int, stride: int, bottleneck: bool) -> None:
        super().__init__()
        self.way = nn.Sequential(
            *(
                (conv(inputs, inner, 1), conv(inner, inner, 3, stride), conv(inner, outputs, 1, relu=False))
                if bottleneck
                else (conv(inputs, inner, 3, stride), conv(inner, outputs, 3, relu=False))
            )
        )
        plain = inputs == outputs and stride == 1
        self.short = nn.Identity() if plain else conv(inputs, outputs, 1, stride, relu=False)

    def forward(self, x: Tensor) -> Tensor:
        """(b, inputs, h, w) → (b, outputs, h / stride, w / stride)."""
        return functional.relu(self.way(x) + self.short(x))


def stage(inputs: int, inner: int, outputs: int, depth: int, stride: int, bottleneck: bool) -> nn.Sequential:
    """Return `depth` blocks, of which the first has the stride."""
    entries: Sequence[int] = [inputs, *[outputs] * (depth - 1)]
    return nn.Sequential(
        *(
            Residual(entry, inner, outputs, stride if place == 0 else 1, bottleneck)
            for place, entry in enumerate(entries)
        )
    )


def doubled(x: Tensor) -> Tensor:
    """Return a map (b, c, h, w) with twice the side."""
    # Mixed precision would go through 32 bits and back.
    with torch.autocast(x.device.type, enabled=False):
        return functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
