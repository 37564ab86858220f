"""What is drawn besides the skin: eyes, hair, shoulders, glasses. Each has a fixed number of vertices.

What a sitter lacks is folded into a point inside the head, so that all pictures share their triangles.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from clinic.reconstruction.training.one_photo.skin import HAIRS
from clinic.reconstruction.training.synthesis.basis import Basis
from clinic.reconstruction.training.synthesis.dice import Dice

_INSIDE = (0.0, 80.0, 0.0)  # mm: a place that is always hidden
_AROUND = 24
_RINGS_MM = (0.9, 1.8, 1.9, 3.8, 5.6, 6.0, 8.0, 10.5, 12.6)  # from the eye's axis
_IRISES = ((0.10, 0.045, 0.02), (0.04, 0.018, 0.009), (0.06, 0.13, 0.22), (0.11, 0.14, 0.06), (0.20, 0.23, 0.25))
_CURTAIN, _SHOULDERS = (12, 27), (7, 32)
_RIM, _TUBE = 26, 5


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """points: (b, n, 3) mm. triangles: (m, 3) from 0. colour: (b, n, 3) linear reflectance. gloss: of its surface."""

    points: Tensor
    triangles: Tensor
    colour: Tensor
    gloss: float


def strand_colours(people: int, dice: Dice) -> Tensor:
    """Return (people, 3) the reflectance of hair."""
    hairs = torch.tensor(HAIRS, dtype=torch.float32)
    chosen = dice.pick(people, of=len(hairs))
    return hairs.to(chosen.device)[chosen] * dice.uniform(people, 1, low=0.5, high=1.5)


def eyes(basis: Basis, identity: Tensor, dice: Dice) -> Piece:
    """Return both eyes, looking somewhere near the camera."""
    b, device = len(identity), identity.device
    radius = basis.eye_radius
    around = torch.arange(_AROUND, device=device) * (2 * math.pi / _AROUND)
    rings = torch.tensor(_RINGS_MM, device=device) * (radius / 13.1)
    ahead = -(radius**2 - rings**2).clamp(min=0).sqrt()[:, None].expand(-1, _AROUND)
    ball = torch.stack([rings[:, None] * around.cos(), ahead, rings[:, None] * around.sin()], 2).reshape(-1, 3)
    ball = torch.cat([torch.tensor([[0.0, -radius, 0.0]], device=device), ball])
    turned = ball @ _gaze(dice.normal(b, 2, sigma=0.14)).transpose(1, 2)
    centres = basis.eyes + (identity @ basis.eye_modes).reshape(b, 2, 3)
    points = (turned[:, None] + centres[:, :, None]).flatten(1, 2)
    faces = torch.cat([_fan(device), _grid(len(_RINGS_MM), _AROUND, 1, device, closed=True)])
    iris = torch.tensor(_IRISES, device=device)[dice.pick(b, of=len(_IRISES))] * dice.uniform(b, 1, low=0.6, high=1.5)
    white = dice.uniform(b, 1, low=0.35, high=0.8) * torch.tensor([0.85, 0.80, 0.76], device=device)
    pupil = torch.full_like(iris, 0.004)
    by_ring = [pupil] * 2 + [iris, iris, iris * 0.6] + [white] * 4
    ringed = torch.stack(by_ring, 1).repeat_interleave(_AROUND, 1)
    colour = torch.cat([pupil[:, None], ringed], 1)
    return Piece(points, torch.cat([faces, faces + ball.shape[0]]), torch.cat([colour, colour], 1), 3.0)


def _gaze(angles: Tensor) -> Tensor:
    """Return (b, 3, 3) turns aside and up or down."""
    aside, down = angles.unbind(1)
    zero, one = torch.zeros_like(aside), torch.ones_like(aside)
    about_z = torch.stack([aside.cos(), -aside.sin(), zero, aside.sin(), aside.cos(), zero, zero, zero, one], 1)
    about_x = torch.stack([one, zero, zero, zero, down.cos(), -down.sin(), zero, down.sin(), down.cos()], 1)
    return about_z.reshape(-1, 3, 3) @ about_x.reshape(-1, 3, 3)


def cap(basis: Basis, skin: Tensor, normals: Tensor, strand: Tensor, dice: Dice) -> Piece:
    """Return hair that stands off the head with its own hair line; where there is none it lies under the skin."""
    people = len(skin)
    near = basis.drawn_skin.scalp[:, 0] < 26
    rows = torch.nonzero(near)[:, 0]
    place = basis.drawn_skin.place[rows]
    distance = basis.drawn_skin.scalp[rows, 0] + 5 * waves(place, 0.015, people, dice)
    line = dice.uniform(people, 1, low=-8, high=16) - 60 * dice.chance(people, 1, often=0.08)
    thick = dice.uniform(people, 1, low=1, high=30)
    thick = thick * ((line - distance) / dice.uniform(people, 1, low=6, high=30)).clamp(0.05, 1)
    thick = thick * (0.25 * waves(place, 0.06, people, dice)).exp()
    height = torch.where(distance < line, thick, torch.full_like(thick, -5.0))
    number = torch.full((len(near),), -1, device=skin.device)
    number[rows] = torch.arange(len(rows), device=skin.device)
    faces = number[basis.triangles]
    return Piece(
        skin[:, rows] + height[:, :, None] * normals[:, rows],
        faces[(faces >= 0).all(dim=1)],
        _strands(place, strand, dice),
        0.5,
    )


def curtain(skin: Tensor, strand: Tensor, dice: Dice) -> Piece:
    """Return long hair round the back and the sides of the head; two of five have it."""
    people, device = len(skin), skin.device
    rows, columns = _CURTAIN
    wide = dice.uniform(people, 1, 1, low=1.65, high=2.5)
    angle = torch.linspace(-1, 1, columns, device=device) * wide
    down = torch.linspace(0, 1, rows, device=device)[None, :, None]
    top, bottom = dice.uniform(people, 1, 1, low=60, high=95), dice.uniform(people, 1, 1, low=-260, high=-70)
    height = (top + (bottom - top) * down).expand(-1, -1, columns)
    swell = 0.85 + (dice.uniform(people, 1, 1, low=-0.2, high=0.5) + 0.15) * down
    x = dice.uniform(people, 1, 1, low=78, high=108) * angle.sin() * swell
    y = 85 + dice.uniform(people, 1, 1, low=95, high=120) * angle.cos() * swell
    points = torch.stack([x, y, height], 3).flatten(1, 2)
    points = points * (1 + 0.03 * waves(points[0], 0.05, people, dice))[:, :, None]
    points = _or_hidden(points, dice.chance(people, often=0.4))
    faces = _grid(rows, columns, 0, device, closed=False)
    return Piece(points, torch.cat([faces, faces.flip(1)]), _strands(points[0], strand, dice), 0.5)


def shoulders(tone: Tensor, dice: Dice) -> Piece:
    """Return neck and shoulders, bare or clothed. tone: (people, 3) of the skin."""
    people, device = len(tone), tone.device
    rows, columns = _SHOULDERS
    around = torch.arange(columns, device=device) * (2 * math.pi / columns)
    heights = torch.tensor([-145.0, -178, -195, -215, -250, -330, -450], device=device) + dice.normal(
        people, 1, sigma=8
    )
    wide = torch.tensor([54.0, 62, 95, 150, 195, 215, 220], device=device) * dice.uniform(people, 1, low=0.9, high=1.1)
    deep = torch.tensor([48.0, 56, 75, 95, 110, 120, 125], device=device) * dice.uniform(people, 1, low=0.9, high=1.1)
    points = torch.stack(
        [
            wide[:, :, None] * around.cos(),
            105 + deep[:, :, None] * around.sin(),
            heights[:, :, None].expand(-1, -1, columns),
        ],
        3,
    ).flatten(1, 2)
    bare = (heights > dice.uniform(people, 1, low=-260, high=-140)).repeat_interleave(columns, 1)[:, :, None]
    colour = torch.where(bare, tone[:, None], dice.uniform(people, 1, 3) ** 2)
    faces = _grid(rows, columns, 0, device, closed=True)
    return Piece(points, torch.cat([faces, faces.flip(1)]), colour.expand(-1, rows * columns, -1), 0.3)


def glasses(basis: Basis, identity: Tensor, often: float, dice: Dice) -> Piece:
    """Return rims, bridge and temples for some."""
    people, device = len(identity), identity.device
    centres = basis.eyes + (identity @ basis.eye_modes).reshape(people, 2, 3)
    turn = torch.arange(_RIM, device=device) * (2 * math.pi / _RIM)
    squared = dice.uniform(people, 1, low=0.5, high=1)
    x = turn.cos().sign() * turn.cos().abs() ** squared * dice.uniform(people, 1, low=21, high=29)
    z = turn.sin().sign() * turn.sin().abs() ** squared * dice.uniform(people, 1, low=16, high=24) - 4
    y = -dice.uniform(people, 1, low=19, high=27).expand_as(x)
    rim = torch.stack([x, y, z], 2)
    sides = [centres[:, :1] + rim, centres[:, 1:] + rim]
    inner = torch.stack([_outermost(sides[0], 1), _outermost(sides[1], -1)], 1)
    back = torch.tensor([0.0, 95.0, 8.0], device=device)
    temples = [
        torch.stack([end := _outermost(rim, sign), end + back], 1) for rim, sign in zip(sides, (-1, 1), strict=True)
    ]
    thick = dice.uniform(people, 1, 1, low=0.5, high=2.6)
    tubes = [_tube(rim, thick, closed=True) for rim in sides] + [
        _tube(line, thick, closed=False) for line in (inner, *temples)
    ]
    points = _or_hidden(torch.cat([points for points, _ in tubes], 1), dice.chance(people, often=often))
    first, faces = 0, []
    for some, triangles in tubes:
        faces.append(triangles + first)
        first += some.shape[1]
    colour = dice.uniform(people, 1, 1, high=0.4) * dice.uniform(people, 1, 3, low=0.3)
    return Piece(points, torch.cat(faces), colour.expand(-1, first, -1), 2.0)


def _outermost(rim: Tensor, sign: int) -> Tensor:
    """Return (b, 3) the point of each rim furthest to the left (1) or the right (−1)."""
    return rim[torch.arange(len(rim), device=rim.device), (sign * rim[:, :, 0]).argmax(1)]


def _tube(line: Tensor, thick: Tensor, closed: bool) -> tuple[Tensor, Tensor]:
    """Return a pipe round a line (b, n, 3) whose sections stand in the plane of x ± z and y."""
    n = line.shape[1]
    middle = line.mean(dim=1, keepdim=True)
    out = line - middle if closed else torch.tensor([0.0, 0.0, 1.0], device=line.device).expand_as(line)
    out = out / out.norm(dim=2, keepdim=True).clamp(min=1e-6)
    across = torch.tensor([0.0, 1.0, 0.0] if closed or n == 2 else [1.0, 0.0, 0.0], device=line.device)
    turn = torch.arange(_TUBE, device=line.device) * (2 * math.pi / _TUBE)
    ring = turn.cos()[:, None] * out[:, :, None] + turn.sin()[:, None] * across
    points = (line[:, :, None] + thick[..., None] * ring).flatten(1, 2)
    faces = _torus(n, line.device) if closed else _grid(n, _TUBE, 0, line.device, closed=True)
    return points, torch.cat([faces, faces.flip(1)])


def _torus(n: int, device: torch.device) -> Tensor:
    a = torch.arange(n * _TUBE, device=device)
    beside = a // _TUBE * _TUBE + (a + 1) % _TUBE
    c, d = (a + _TUBE) % (n * _TUBE), (beside + _TUBE) % (n * _TUBE)
    return torch.cat([torch.stack([a, beside, c], 1), torch.stack([beside, d, c], 1)])


def _or_hidden(points: Tensor, kept: Tensor) -> Tensor:
    return torch.where(kept[:, None, None] > 0.5, points, torch.tensor(_INSIDE, device=points.device))


def waves(place: Tensor, frequency: float, people: int, dice: Dice) -> Tensor:
    """Return (people, n) smooth noise of about unit strength over places (n, 3), `frequency` in radians per mm."""
    directions = dice.normal(people, 3, 6, sigma=frequency)
    phases = dice.uniform(people, 1, 6, high=2 * math.pi)
    return (place @ directions + phases).sin().sum(dim=2) / math.sqrt(3)


def _strands(place: Tensor, strand: Tensor, dice: Dice) -> Tensor:
    people = len(strand)
    shade = (0.35 * waves(place, 0.25, people, dice) + 0.2 * waves(place, 0.08, people, dice)).exp()
    return shade[:, :, None] * strand[:, None]


def _fan(device: torch.device) -> Tensor:
    step = torch.arange(_AROUND, device=device)
    return torch.stack([torch.zeros_like(step), 1 + step, 1 + (step + 1) % _AROUND], 1)


def _grid(rows: int, columns: int, first: int, device: torch.device, closed: bool) -> Tensor:
    """Return the triangles of a grid of points, row after row from number `first`; closed: its ends meet."""
    steps = columns if closed else columns - 1
    a = (torch.arange(rows - 1, device=device)[:, None] * columns + torch.arange(steps, device=device)).reshape(-1)
    b = a // columns * columns + (a + 1) % columns
    return first + torch.cat([torch.stack([a, b, a + columns], 1), torch.stack([b, b + columns, a + columns], 1)])
