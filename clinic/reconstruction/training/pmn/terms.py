"""What the network is told off for: the terms of its loss, each near 1 for an error as large as one may expect.

Positions follow Laplace's distribution, whose spread the network predicts too (Kendall and Gal 2017, "What
uncertainties do we need"): where it cannot know, it loses less by saying so than by being wrong.
"""

import math
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional

from clinic.reconstruction.network.layout import mean_map, texel_weights
from clinic.reconstruction.network.maps import Maps
from clinic.reconstruction.network.network import MM
from clinic.reconstruction.training.pmn.mirror import disagreement
from clinic.reconstruction.training.pmn.photometric import photometric
from clinic.reconstruction.training.synthesis.batch import Batch

# An error that counts 1: of a landmark and of a cell read off the code, in shares of half the crop; of the expression's
# movement, mm; of a unit's weight.
_SPOT, _GUESS, _MOVED_MM, _UNIT = 0.03, 0.06, 1.5, 0.15
_SURE, _UNSURE = -6.0, 2.0  # logarithms of the spread that the loss still follows

WEIGHTS = {
    "uv": 1.0,
    "xyz": 1.0,
    "expression": 0.5,
    "landmark": 0.5,
    "guess": 0.3,
    "visible": 0.3,
    "normal": 0.5,
    "identity": 0.2,
    "units": 0.2,
    "turn": 1.0,
    "person": 0.3,
    "flip": 0.2,
    "shrink": 0.3,
    "photo": 0.2,
}


def terms(maps: Maps, batch: Batch, hard: bool = False) -> dict[str, Tensor]:
    """Return each term of the loss, unweighted. hard: let the worse half of the crops count double.

    maps: as large as the batch's. The batch's second half is the first in the mirror.
    """
    texel = _texel(batch)
    shares = _shares(maps, batch) if hard else torch.ones_like(batch.yaw_deg)
    texels = texel * shares[:, None, None, None]
    return {
        "uv": _laplace(maps.uv - batch.uv, maps.log_b_uv, texels),
        "xyz": _laplace((maps.neutral - batch.neutral) / MM, maps.log_b_xyz - math.log(MM), texels),
        "expression": ((maps.expression - batch.expression).abs() * texels).mean() / _MOVED_MM,
        "landmark": ((maps.spots - batch.spots).abs().mean(dim=(1, 2)) * shares).mean() / _SPOT,
        "guess": _guesses(maps, batch) / _GUESS,
        "visible": _seen(maps, batch),
        "normal": _normals(maps, batch),
        "identity": functional.mse_loss(maps.identity[:, : batch.identity.shape[1]], batch.identity),
        "units": functional.l1_loss(maps.units, batch.units) / _UNIT,
        "turn": functional.mse_loss(maps.turn, _turn(batch)),
        "person": _same_person(maps, batch),
        "flip": disagreement(maps),
        "shrink": _shrink(maps, batch, texel),
        "photo": photometric(maps, batch),
    }


@torch.no_grad()
def figures(maps: Maps, batch: Batch) -> dict[str, float]:
    """Return errors in plain measures, for the log: landmarks in % of the face's box, resting shape in mm, the slope.

    The slope is 1 if predicted faces differ from the mean as much as true ones do, 0 if all are the mean face.
    """
    texel = _texel(batch)
    box = batch.spots.amax(dim=1) - batch.spots.amin(dim=1)
    missed = (maps.spots - batch.spots).norm(dim=2).mean(dim=1) / box.prod(dim=1).sqrt()
    away = ((maps.neutral - batch.neutral).norm(dim=1, keepdim=True) * texel).mean()
    apart = (batch.neutral.norm(dim=1, keepdim=True) * texel).mean()
    return {
        "nme_pct": 100 * float(missed.mean()),
        "neutral_mm": float(away),
        "mean_face_mm": float(apart),
        "slope": float(_slope(maps, batch, texel)),
    }


def matched(maps: Maps, batch: Batch) -> Maps:
    """Return the maps at the size of the batch's."""
    size = batch.inside.shape[-1]
    return replace(
        maps,
        uv=at_size(maps.uv, size),
        neutral=at_size(maps.neutral, size),
        expression=at_size(maps.expression, size),
        log_b_uv=at_size(maps.log_b_uv, size),
        log_b_xyz=at_size(maps.log_b_xyz, size),
        visible=at_size(maps.visible, size),
    )


def at_size(maps: Tensor, size: int) -> Tensor:
    """Return maps (b, c, m, m) averaged down to (b, c, size, size)."""
    return functional.adaptive_avg_pool2d(maps, size) if maps.shape[-1] != size else maps


def _texel(batch: Batch) -> Tensor:
    """Return (b, 1, m, m) what each texel counts, 1 on average over the skin of each crop."""
    weights = texel_weights(batch.inside.shape[-1]).to(batch.inside.device) * batch.inside
    return weights / weights.mean(dim=(2, 3), keepdim=True).clamp_min(1e-6)


def _laplace(error: Tensor, log_b: Tensor, texel: Tensor) -> Tensor:
    """Return Laplace's negative log-likelihood of errors (b, c, m, m), averaged over components."""
    log_b = log_b.clamp(_SURE, _UNSURE)
    return ((error.abs().mean(dim=1, keepdim=True) * torch.exp(-log_b) + log_b) * texel).mean()


def _shares(maps: Maps, batch: Batch) -> Tensor:
    """Return (b,) what each crop counts, 1 on average: double if its landmarks are missed by more than the median."""
    with torch.no_grad():
        missed = (maps.spots - batch.spots).abs().mean(dim=(1, 2))
        shares = 1 + (missed > missed.median()).float()
        return shares / shares.mean()


def _guesses(maps: Maps, batch: Batch) -> Tensor:
    """Return the mean error of all coarser answers, landmarks and cells."""
    spots, *cells = maps.guesses
    missed = [(spots - batch.spots).abs().mean()]
    missed += [(cell - at_size(batch.uv, cell.shape[-1])).abs().mean() for cell in cells]
    return torch.stack(missed).mean()


def _seen(maps: Maps, batch: Batch) -> Tensor:
    doubt = functional.binary_cross_entropy_with_logits(maps.visible, batch.visible, reduction="none")
    return (doubt * batch.inside).sum() / batch.inside.sum().clamp_min(1)


def _normals(maps: Maps, batch: Batch) -> Tensor:
    """Return 1 − cosine between predicted and true normals of the face with its expression, on average."""
    mean = mean_map(batch.inside.shape[-1]).to(batch.inside.device)
    predicted = _normal(mean + maps.neutral + maps.expression)
    true = _normal(mean + batch.neutral + batch.expression)
    inside = batch.inside[:, :, :-1, :-1]
    return ((1 - (predicted * true).sum(dim=1, keepdim=True)) * inside).sum() / inside.sum().clamp_min(1)


def _normal(place: Tensor) -> Tensor:
    """Return (b, 3, m - 1, m - 1) unit normals of a map of positions (b, 3, m, m)."""
    across = place[:, :, :-1, 1:] - place[:, :, :-1, :-1]
    down = place[:, :, 1:, :-1] - place[:, :, :-1, :-1]
    return functional.normalize(torch.linalg.cross(across, down, dim=1), dim=1, eps=1e-6)


def _turn(batch: Batch) -> Tensor:
    yaw = torch.deg2rad(batch.yaw_deg)
    return torch.stack([yaw.sin(), yaw.cos()], dim=1)


def _same_person(maps: Maps, batch: Batch) -> Tensor:
    """Return the mean square of how far the resting faces differ between crops of one person, in tens of millimetres.

    Squared: where the network knows little yet, distance itself would cost more than it gains, and hold it at the mean
    face, which differs least.
    """
    one, other = torch.triu(batch.person[:, None] == batch.person[None], diagonal=1).nonzero(as_tuple=True)
    if len(one) == 0:
        return maps.neutral.sum() * 0
    apart = (maps.neutral[one] - maps.neutral[other]) * batch.inside[one] / MM
    return apart.square().mean()


def _shrink(maps: Maps, batch: Batch, texel: Tensor) -> Tensor:
    return (1 - _slope(maps, batch, texel)) ** 2


def _slope(maps: Maps, batch: Batch, texel: Tensor) -> Tensor:
    """Return by how much predicted resting faces leave the mean where true ones leave it by 1."""
    together = (maps.neutral * batch.neutral * texel).sum()
    return together / (batch.neutral**2 * texel).sum().clamp_min(1e-6)
