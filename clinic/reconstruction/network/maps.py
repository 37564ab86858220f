"""What the network says of a crop, and how a map is read between its texels."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from clinic.case import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Maps:
    """The answer for b crops; m texels along a side of a map, row 0 at v = 1, column 0 at u = 0 of the face space.

    uv: (b, 2, m, m) where each texel's point lies in the crop, right and down, -1..1 from edge to edge.
    neutral, expression: (b, 3, m, m) mm from the mean face, and from there by the expression, face-space axes.
    log_b_uv: (b, 1, m, m) logarithm of the mean error expected of `uv`, in its units; log_b_xyz: of `neutral`, mm.
    visible: (b, 1, m, m) logit of being seen.
    spots: (b, 68, 2) the landmarks, as `uv`. guesses: coarser answers to `spots` and `uv`, each (b, 68, 2) or
    (b, 2, n, n), that later ones start from.
    identity: (b, 92) standard deviations. units: (b, 52) expression weights. turn: (b, 2) sine and cosine of yaw.
    """

    uv: Tensor
    neutral: Tensor
    expression: Tensor
    log_b_uv: Tensor
    log_b_xyz: Tensor
    visible: Tensor
    spots: Tensor
    guesses: tuple[Tensor, ...]
    identity: Tensor
    units: Tensor
    turn: Tensor


def grid(uv: Floats) -> Tensor:
    """Return (n, 2) float32 places in a map, -1..1 right and down, of points (n, 2) of the face space's texture."""
    return torch.from_numpy(np.column_stack([2 * uv[:, 0] - 1, 1 - 2 * uv[:, 1]]).astype(np.float32))


def sample(maps: Tensor, places: Tensor) -> Tensor:
    """Return (b, c, i, j): maps (b, c, h, w) read bilinearly at places (b, i, j, 2), -1..1 right and down."""
    # Mixed precision would round places to 1/256 of the picture and worse.
    with torch.autocast(maps.device.type, enabled=False):
        if torch.onnx.is_in_onnx_export():
            return _gathered(maps, places)
        return functional.grid_sample(maps.float(), places.float(), padding_mode="border", align_corners=False)


def read(maps: Tensor, places: Tensor) -> Tensor:
    """Return (b, n, c): maps (b, c, h, w) read bilinearly at places (n, 2) or (b, n, 2), -1..1 right and down.

    For instance (u, v) → (x, y, z): places from `grid`, maps the sum of mean, neutral and expression.
    """
    batched = places if places.ndim == 3 else places.expand(len(maps), *places.shape)
    return sample(maps, batched[:, None])[:, :, 0].transpose(1, 2)


def _gathered(maps: Tensor, places: Tensor) -> Tensor:
    """Return what grid_sample does, from whole rows of channels.

    ONNX Runtime's own GridSample finds each number anew: 2.7 of 13 ms of a small network on one thread, four times
    this.
    """
    b, c, h, w = maps.shape
    rows = maps.permute(0, 2, 3, 1).reshape(-1, c)
    across = ((places[..., 0].flatten(1) + 1) * (w / 2) - 0.5).clamp(0, w - 1)
    down = ((places[..., 1].flatten(1) + 1) * (h / 2) - 0.5).clamp(0, h - 1)
    left, top = across.floor(), down.floor()
    right, bottom = (left + 1).clamp(max=w - 1), (top + 1).clamp(max=h - 1)
    x, y = across - left, down - top
    first = torch.arange(b, device=maps.device)[:, None] * (h * w)
    shares = [
        (top, left, (1 - x) * (1 - y)),
        (top, right, x * (1 - y)),
        (bottom, left, (1 - x) * y),
        (bottom, right, x * y),
    ]
    # One corner after the other: all four at once do not fit a processor's nearest memory.
    corners = [rows[(row * w + column).long() + first] * share[..., None] for row, column, share in shares]
    found = corners[0] + corners[1] + corners[2] + corners[3]
    return found.transpose(1, 2).reshape(-1, c, *places.shape[1:3])
