"""The graph of 68 landmarks: nodes read the picture where they lie, tell each other, and write into the map."""

import torch
from torch import Tensor, nn

from clinic.reconstruction.network.layout import landmark_places
from clinic.reconstruction.network.maps import read
from clinic.reconstruction.network.shape import CODE, SPOTS

_CHANNELS, _HEADS, _LAYERS = 96, 4, 2
_MAP = 16  # side of the map that nodes write into
_REACH = 1.0  # spread of what a node writes, cells


class Attention(nn.Module):
    """All nodes look at all nodes, through four heads (Veličković et al. 2018; Vaswani et al. 2017)."""

    def __init__(self) -> None:
        super().__init__()
        self.before = nn.LayerNorm(_CHANNELS)
        self.ask = nn.Linear(_CHANNELS, 3 * _CHANNELS)
        self.answer = nn.Linear(_CHANNELS, _CHANNELS)
        self.think = nn.Sequential(
            nn.LayerNorm(_CHANNELS), nn.Linear(_CHANNELS, 2 * _CHANNELS), nn.ReLU(), nn.Linear(2 * _CHANNELS, _CHANNELS)
        )

    def forward(self, nodes: Tensor) -> Tensor:
        """(b, 68, c) → (b, 68, c)."""
        asked = self.ask(self.before(nodes)).unflatten(2, (3, _HEADS, _CHANNELS // _HEADS))
        query, key, value = asked.permute(2, 0, 3, 1, 4).unbind(0)
        # Written out: torch's fused attention is slower on a CPU for so few nodes.
        weights = (query @ key.transpose(2, 3) * (_CHANNELS // _HEADS) ** -0.5).softmax(dim=3)
        heard = (weights.to(value.dtype) @ value).transpose(1, 2).flatten(2)
        nodes = nodes + self.answer(heard)
        thought: Tensor = nodes + self.think(nodes)
        return thought


class LandmarkGraph(nn.Module):
    """Nodes seeded at the landmarks that were read off the code, two layers of attention, written back by their uv."""

    names: Tensor
    writes: Tensor

    def __init__(self, features: int, outputs: int) -> None:
        super().__init__()
        self.see = nn.Linear(features, _CHANNELS)
        self.know = nn.Linear(CODE, _CHANNELS)
        self.where = nn.Linear(2, _CHANNELS)
        self.name = nn.Parameter(torch.randn(SPOTS, _CHANNELS) * 0.02)
        self.layers = nn.Sequential(*(Attention() for _ in range(_LAYERS)))
        self.move = nn.Linear(_CHANNELS, 2)
        self.write = nn.Linear(_CHANNELS, outputs)
        self.register_buffer("writes", _writes(), persistent=False)

    def forward(self, features: Tensor, code: Tensor, guess: Tensor) -> tuple[Tensor, Tensor]:
        """Return the landmarks (b, 68, 2) and what they add to the map (b, outputs, 16, 16).

        features: (b, features, 16, 16) of the picture. code: (b, 128). guess: (b, 68, 2) where the landmarks may lie.
        """
        nodes = self.see(read(features, guess)) + self.know(code)[:, None] + self.where(guess) + self.name
        nodes = self.layers(nodes)
        written = (self.writes @ self.write(nodes).float()).transpose(1, 2)
        return guess + 0.1 * self.move(nodes).float(), written.reshape(*written.shape[:2], _MAP, _MAP)


def _writes() -> Tensor:
    """Return (256, 68): how much of each node's word every cell of the map hears; at most 1 together."""
    centre = (torch.arange(_MAP) + 0.5) / _MAP * 2 - 1
    y, x = torch.meshgrid(centre, centre, indexing="ij")
    apart = torch.cdist(torch.stack([x, y], dim=-1).flatten(0, 1), landmark_places()) * _MAP / 2
    near = torch.exp(-0.5 * (apart / _REACH) ** 2)
    return near / near.sum(dim=1, keepdim=True).clamp_min(1.0)
