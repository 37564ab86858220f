"""Sampling that follows the face: nine reads per cell, wherever they serve best.

A plain convolution reads a fixed neighbourhood, which fits a face from the front and not one turned away. Here every
cell of the face space's map reads the picture where the cell lies in it, at nine places that move with what is seen
there and with the turn of the head (Dai et al. 2017, "Deformable convolutional networks"; modulation: Zhu et al. 2019).
"""

from typing import cast

import torch
from torch import Tensor, nn

from clinic.reconstruction.network.layers import conv
from clinic.reconstruction.network.maps import sample

_READS = 9
_CHANNELS, _LOOK = 48, 32  # of the picture that are read at 16² and again at 32²


class DeformableSampling(nn.Module):
    """Reads the picture's features for each cell of a map.

    The nine reads begin on the grid of a 3 × 3 convolution about the cell's place; offsets start at 0, modulation at ½.
    """

    grid3: Tensor

    def __init__(self, features: int, context: int, outputs: int) -> None:
        super().__init__()
        self.narrow = conv(features, _CHANNELS, 1)
        self.context = nn.Conv2d(context, 32, 1)
        self.moves = nn.Conv2d(32 + _CHANNELS + 2, 3 * _READS, 1)
        nn.init.zeros_(self.moves.weight)
        nn.init.zeros_(cast(Tensor, self.moves.bias))
        self.widen = conv(_READS * _CHANNELS, outputs, 1)
        steps = torch.tensor([[x, y] for y in (-1.0, 0.0, 1.0) for x in (-1.0, 0.0, 1.0)])
        self.register_buffer("grid3", steps[:, :, None], persistent=False)

    def forward(self, features: Tensor, context: Tensor, places: Tensor, turn: Tensor) -> Tensor:
        """Return (b, outputs, n, n).

        features: (b, features, h, h) of the picture. context: (b, context, n, n) of the map. places: (b, 2, n, n) where
        each cell lies in the picture. turn: (b, 2) sine and cosine of the head's yaw.
        """
        n = places.shape[-1]
        narrow = self.narrow(features)
        here = sample(narrow, places.permute(0, 2, 3, 1))
        turned = turn[:, :, None, None].expand(-1, -1, n, n)
        moves = self.moves(torch.cat([self.context(context).relu(), here, turned], dim=1)).float().flatten(2)
        offset = moves[:, : 2 * _READS].unflatten(1, (_READS, 2)) + self.grid3
        spread = places.flatten(2)[:, None] + offset * (2 / features.shape[-1])
        found = sample(narrow, spread.transpose(2, 3)) * moves[:, None, 2 * _READS :].sigmoid()
        widened: Tensor = self.widen(found.flatten(1, 2).unflatten(2, (n, n)))
        return widened


class PlainSampling(nn.Module):
    """What the deformable sampling is measured against: a convolution where the picture's own grid lies."""

    def __init__(self, features: int, context: int, outputs: int) -> None:
        super().__init__()
        del context
        self.way = conv(features, outputs)

    def forward(self, features: Tensor, context: Tensor, places: Tensor, turn: Tensor) -> Tensor:
        """Return (b, outputs, n, n); takes what `DeformableSampling` takes."""
        del context, places, turn
        read: Tensor = self.way(features)
        return read


class SecondLook(nn.Module):
    """Reads finer features once per cell, where the decoder has by then placed it."""

    def __init__(self, features: int, outputs: int) -> None:
        super().__init__()
        self.narrow = conv(features, _LOOK, 1)
        self.widen = conv(_LOOK, outputs, 1)

    def forward(self, features: Tensor, places: Tensor) -> Tensor:
        """Return (b, outputs, n, n) of features (b, features, h, h) at places (b, 2, n, n)."""
        seen: Tensor = self.widen(sample(self.narrow(features), places.permute(0, 2, 3, 1)))
        return seen
