"""Who sits for a picture: shapes, expressions and everything that is drawn of them."""

from dataclasses import dataclass

import torch
from torch import Tensor

from clinic.reconstruction.training.synthesis import parts
from clinic.reconstruction.training.synthesis.basis import Basis
from clinic.reconstruction.training.synthesis.dice import Dice
from clinic.reconstruction.training.synthesis.skin import Complexion, complexion

_WIDER, _MOST = 1.3, 3.2  # the prior widened, and cut, in standard deviations
_TAILS, _TAIL = 0.15, 2.0  # so many faces are lopsided, so much
_BUMPS = 0.7
_RESTING, _SOME = 0.4, 0.8  # shares of faces at rest; below the second: one to six units, above: a basic expression
# The units of the seven basic expressions, sides together (Ekman's happiness to contempt, in ARKit's names).
_BASIC = (
    {"mouthSmile": 0.9, "cheekSquint": 0.7, "eyeSquint": 0.3},
    {"browInnerUp": 0.8, "mouthFrown": 0.7, "mouthShrugLower": 0.3},
    {"browInnerUp": 0.7, "browOuterUp": 0.8, "eyeWide": 0.7, "jawOpen": 0.4},
    {"browInnerUp": 0.7, "browOuterUp": 0.4, "eyeWide": 0.6, "mouthStretch": 0.7},
    {"browDown": 0.9, "eyeSquint": 0.4, "mouthPress": 0.6, "noseSneer": 0.3},
    {"noseSneer": 0.9, "mouthUpperUp": 0.6, "browDown": 0.4},
    {"mouthDimple": 0.7, "mouthSmile": 0.2},
)


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """identity, bumps, units: weights, a row a picture. skin: (b, c, 3) drawn points, mm. complexion: of their skins.

    points, triangles: all that is drawn, the skin first. colour: (b, n, 3) and gloss: (n,) of what is not skin.
    """

    identity: Tensor
    bumps: Tensor
    units: Tensor
    complexion: Complexion
    points: Tensor
    triangles: Tensor
    colour: Tensor
    gloss: Tensor


def people(basis: Basis, pairs: int, spoilt: float, dice: Dice) -> People:
    """Return `pairs` random people, each twice, with an expression for each picture."""

    def twice(values: Tensor) -> Tensor:
        return values.repeat_interleave(2, 0)

    identity = twice(_identities(basis, pairs, dice))
    bumps = twice(dice.normal(pairs, len(basis.drawn.bumps), sigma=_BUMPS) * dice.chance(pairs, 1, often=0.7))
    units = _expressions(basis.unit_names, 2 * pairs, dice)
    resting = basis.drawn.mean + basis.drawn.neutral(identity, bumps)
    skin = resting + basis.drawn.expression(units)
    strand = twice(parts.strand_colours(pairs, dice))
    face = complexion(pairs, dice).twice(strand)
    pieces = [
        parts.eyes(basis, identity, dice),
        parts.cap(basis, skin, normals_of(skin, basis.triangles), strand, dice),
        parts.curtain(skin, strand, dice),
        parts.shoulders(face.tone, dice),
        parts.glasses(basis, identity, 0.2 * spoilt, dice),
    ]
    points, triangles = [skin], [basis.triangles]
    for piece in pieces:
        triangles.append(piece.triangles + sum(some.shape[1] for some in points))
        points.append(piece.points)
    return People(
        identity,
        bumps,
        units,
        face,
        torch.cat(points, 1),
        torch.cat(triangles),
        torch.cat([torch.zeros_like(skin)] + [piece.colour for piece in pieces], 1),
        torch.cat([torch.ones_like(skin[0, :, 0])] + [torch.full_like(p.points[0, :, 0], p.gloss) for p in pieces]),
    )


def normals_of(points: Tensor, triangles: Tensor) -> Tensor:
    """Return (b, n, 3) unit normals of vertices, triangles weighted by area."""
    a, b, c = (points[:, triangles[:, i]] for i in range(3))
    across = torch.linalg.cross(b - a, c - a)
    summed = torch.zeros_like(points)
    for corner in range(3):
        summed.index_add_(1, triangles[:, corner], across)
    unit: Tensor = summed / summed.norm(dim=2, keepdim=True).clamp(min=1e-9)
    return unit


def _identities(basis: Basis, pairs: int, dice: Dice) -> Tensor:
    k = len(basis.drawn.modes)
    identity = dice.normal(pairs, k, sigma=_WIDER)
    lopsided = 1 + (_TAIL - 1) * dice.chance(pairs, 1, often=_TAILS)
    symmetric = torch.arange(k, device=identity.device) < basis.symmetric
    return torch.where(symmetric, identity, identity * lopsided).clamp(-_MOST, _MOST)


def _expressions(names: tuple[str, ...], count: int, dice: Dice) -> Tensor:
    kind = dice.uniform(count, 1)
    many = 1 + dice.pick(count, 1, of=6)
    order = dice.uniform(count, len(names)).argsort(1).argsort(1)
    some = (order < many) * dice.uniform(count, len(names), high=0.8)
    sides = 1 + 0.15 * dice.normal(count, len(names))
    table = torch.tensor([[_strength(name, basic) for name in names] for basic in _BASIC], device=kind.device)
    basic = table[dice.pick(count, of=len(_BASIC))] * dice.uniform(count, 1, low=0.3) * sides
    faint = dice.normal(count, len(names), sigma=0.03).abs()
    units = torch.where(kind < _RESTING, faint, torch.where(kind < _SOME, some, basic + faint)).clamp(0, 1)
    units[:, names.index("tongueOut")] = 0
    return units


def _strength(name: str, basic: dict[str, float]) -> float:
    return next((weight for part, weight in basic.items() if name.startswith(part)), 0.0)
