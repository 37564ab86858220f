"""The whole network: encoder, graph, deformable sampling, and the module that maps positions."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from clinic.reconstruction.network.deformable import DeformableSampling, PlainSampling, SecondLook
from clinic.reconstruction.network.encoder import Encoder
from clinic.reconstruction.network.graph import LandmarkGraph
from clinic.reconstruction.network.layers import conv, doubled
from clinic.reconstruction.network.layout import mode_maps
from clinic.reconstruction.network.maps import Maps
from clinic.reconstruction.network.shape import CODE, IDENTITY, SPOTS, UNITS, Shape

MM = 10.0  # millimetres for 1 in the network's own numbers
_HEADS = (2, 3, 3, 1, 1, 1)  # uv, neutral, expression, log b_uv, log b_xyz, visibility
_MODES_SIZE = 32  # texels along a side of the maps of the modes, which are smooth
_SEED = 64  # channels that picture and code each bring to the decoder's first map


class PositionMapNetwork(nn.Module):
    """Crop and lens → maps of the face space; see `Maps`.

    The resting face is the modes that the code speaks of, and what the decoder adds: modes alone would say too little,
    and a decoder alone is slow to find out that there are faces other than the mean.
    The decoder's maps lie in the face space, not in the picture. At 16² they read the picture where the code says that
    each cell lies, at 32² again where the decoder says so by then.
    """

    modes: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.register_buffer("modes", mode_maps(_MODES_SIZE).flatten(1), persistent=False)
        self.encoder = Encoder(shape)
        self.identity = nn.Linear(CODE, IDENTITY)
        self.units = nn.Linear(CODE, UNITS)
        self.turn = nn.Linear(CODE, 2)
        self.spots = nn.Linear(CODE, 2 * SPOTS)
        self.places = nn.Linear(CODE, 2 * 16 * 16)
        self.decoder = Decoder(shape)

    def forward(self, image: Tensor, lens: Tensor) -> Maps:
        """Return the maps of crops (b, 3, s, s) sRGB in 0..1, with lens (b, 3) as training's Batch has it."""
        fine, middle, coarse, code = self.encoder(image, lens)
        spots = self.spots(code).float().unflatten(1, (SPOTS, 2))
        places = self.places(code).float().unflatten(1, (2, 16, 16))
        turn = self.turn(code)
        found, places32, heads = self.decoder(fine, middle, coarse, code, spots, places, turn)
        uv, neutral, expression, log_b_uv, log_b_xyz, visible = heads.float().split(_HEADS, dim=1)
        grown = functional.interpolate(places32, size=uv.shape[-2:], mode="bilinear", align_corners=False)
        identity = self.identity(code).float()
        with torch.autocast(image.device.type, enabled=False):
            smooth = (identity @ self.modes).reshape(-1, 3, _MODES_SIZE, _MODES_SIZE)
        modes = functional.interpolate(smooth, size=uv.shape[-2:], mode="bilinear", align_corners=False)
        return Maps(
            uv=grown + uv,
            neutral=modes + neutral * MM,
            expression=expression * MM,
            log_b_uv=log_b_uv - 3,
            log_b_xyz=log_b_xyz + math.log(MM) - 2,
            visible=visible,
            spots=found,
            guesses=(spots, places, places32),
            identity=identity,
            units=self.units(code).float(),
            turn=turn.float(),
        )


class Decoder(nn.Module):
    """Features and code → the maps' channels, from 8² up to the map's size."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        _, fine, middle, coarse = shape.widths
        at8, at16, at32, *larger = shape.decoder
        self.picture = conv(coarse, _SEED, 1)
        self.code = nn.Linear(CODE, _SEED * 64)
        self.at8 = conv(2 * _SEED, at8)
        self.to16 = conv(at8, at16)
        self.graph = LandmarkGraph(middle, at16) if shape.graph else None
        sampling = DeformableSampling if shape.deformable else PlainSampling
        self.read16 = sampling(middle, at16, at16)
        self.at16 = conv(at16, at16)
        self.to32 = conv(at16, at32)
        self.places = nn.Conv2d(at32, 2, 3, padding=1)
        self.look = SecondLook(fine, at32) if shape.deformable else None
        self.at32 = conv(at32, at32)
        entries = (at32, *larger)
        self.larger = nn.ModuleList(conv(entries[i], entries[i + 1]) for i in range(len(larger)))
        self.last = conv(entries[-1], shape.last)
        self.heads = nn.Conv2d(shape.last, sum(_HEADS), 1)

    def forward(
        self, fine: Tensor, middle: Tensor, coarse: Tensor, code: Tensor, spots: Tensor, places: Tensor, turn: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return landmarks (b, 68, 2), cells' places at 32² (b, 2, 32, 32), and the heads' channels (b, 11, m, m).

        spots, places, turn: what was read off the code: landmarks (b, 68, 2), cells at 16² (b, 2, 16, 16), yaw (b, 2).
        """
        seed = self.code(code).unflatten(1, (_SEED, 8, 8)).relu()
        x = doubled(self.to16(self.at8(torch.cat([self.picture(coarse), seed], dim=1))))
        # Where a cell lies is taught by where it truly lies, not by what it happens to find there.
        seen = self.read16(middle, x, places.detach(), turn)
        if self.graph is not None:
            spots, written = self.graph(middle, code, spots)
            x = x + written
        x = doubled(self.to32(self.at16(x + seen)))
        places32 = doubled(places) + self.places(x).float()
        if self.look is not None:
            x = x + self.look(fine, places32.detach())
        x = self.at32(x)
        for grow in self.larger:
            x = doubled(grow(x))
        return spots, places32, self.heads(self.last(x))
