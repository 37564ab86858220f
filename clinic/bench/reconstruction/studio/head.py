"""The body of a sitter: a head with hair on it, eyeballs in its sockets, a dark mouth, and shoulders."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import least_squares

from clinic.case import Floats, Ints, Mask, Points, Triangles
from clinic.reconstruction.training.ict import Ict

EYE_MM = 12.1  # radius of an adult's eyeball
_LID_MM = 0.4  # what the rim of a lid stands off the ball
# How far up the hair begins, over the distance to the back of the head: forehead, temple, ear, nape (mm).
_HAIRLINE = (-75.0, -48.0, -28.0, -8.0, 22.0, 34.0, 60.0), (101.0, 92.0, 62.0, 38.0, 40.0, -25.0, -70.0)
_FADE_MM = 9.0


@dataclass(frozen=True, eq=False)
class Kind:
    """What all heads of the family share, worked out once."""

    ict: Ict

    @cached_property
    def vertex(self) -> Ints:
        """The (t,) vertex behind each corner of the texture."""
        found = np.zeros(len(self.ict.uv), np.int32)
        found[self.ict.uv_quads.ravel()] = self.ict.quads.ravel()
        return found

    @cached_property
    def triangles(self) -> Triangles:
        """The (m, 3) triangles over corners of the texture."""
        quads = self.ict.uv_quads
        return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])

    @cached_property
    def uv(self) -> Floats:
        """The (t, 2) place in the texture: face on the left half, back of the head on the right."""
        return np.asarray(self.ict.uv * (0.5, 1.0))

    @cached_property
    def rims(self) -> tuple[Ints, Ints, Ints]:
        """The loops around the right eye, the left eye and the mouth."""
        inner = [loop for loop in _loops(self.ict.quads) if loop.max() < self.ict.narrow.stop]
        eye_r, mouth, eye_l = sorted(inner, key=lambda loop: float(self.ict.mean[loop, 0].mean()))
        return eye_r, eye_l, mouth


@dataclass(frozen=True, slots=True, eq=False)
class Eye:
    """One eyeball. centre: (3,) mm. radius: mm. gaze: (3,) unit vector."""

    centre: Floats
    radius: float
    gaze: Floats


def hair(points: Points) -> Floats:
    """Return (n,) 0…1: how much hair covers places of the mean head."""
    above = points[:, 2] - np.interp(points[:, 1], *_HAIRLINE)
    share: Floats = np.clip(above / _FADE_MM + 0.5, 0.0, 1.0)
    return share * share * (3 - 2 * share)


def with_hair(kind: Kind, head: Points, normals: Points, thick_mm: float, tangled: Floats) -> Points:
    """Return the head (n, 3) with hair of a thickness on it; tangled: (n,) noise of one."""
    cover = hair(kind.ict.mean)
    raised: Points = head + (cover * (1.5 + thick_mm + 0.8 * tangled))[:, None] * normals
    return raised


def fit_eye(rim: Points, gaze: Floats) -> Eye:
    """Return the eyeball that the rim of the lids (k, 3) rests on."""
    start = rim.mean(axis=0) + np.array([0.0, EYE_MM - 3.0, 0.0])

    def gap(centre: Floats) -> Floats:
        off: Floats = np.linalg.norm(rim - centre, axis=1) - (EYE_MM + _LID_MM)
        return off

    centre = least_squares(gap, start).x
    return Eye(centre, EYE_MM, gaze)


def mouth_lining(rim: Points) -> tuple[Points, Triangles]:
    """Return a dark fan behind the closed lips."""
    centre = rim.mean(axis=0) + np.array([0.0, 8.0, 0.0])
    count = len(rim)
    step = np.arange(count)
    both = np.concatenate(
        [np.stack([step, (step + 1) % count, np.full(count, count)], 1),
         np.stack([(step + 1) % count, step, np.full(count, count)], 1)]
    )  # fmt: skip
    return np.vstack([rim, centre]), both.astype(np.int32)


def shoulders(head: Points) -> tuple[Points, Triangles]:
    """Return a clothed trunk under a head."""
    low = head[:, 2].min()
    turn, polar = np.meshgrid(np.linspace(0, 2 * np.pi, 64, endpoint=False), np.linspace(0.02, 1.6, 32), indexing="ij")
    ball = np.stack([np.cos(turn) * np.sin(polar), np.sin(turn) * np.sin(polar), np.cos(polar)], axis=-1)
    power = np.sign(ball) * np.abs(ball) ** (0.75, 0.85, 0.9)
    points = power.reshape(-1, 3) * (225.0, 115.0, 150.0) + (0.0, 45.0, low - 105.0)
    corner = np.arange(64 * 32).reshape(64, 32)
    beside = np.roll(corner, -1, axis=0)
    a, b, c, d = corner[:, :-1].ravel(), corner[:, 1:].ravel(), beside[:, 1:].ravel(), beside[:, :-1].ravel()
    return points, np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)]).astype(np.int32)


def _loops(quads: Ints) -> list[Ints]:
    """Return the border loops of a mesh, each in order."""
    edges = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    low, high = edges.min(axis=1).astype(np.int64), edges.max(axis=1)
    _, where, uses = np.unique(low * (edges.max() + 1) + high, return_index=True, return_counts=True)
    single: Mask = uses == 1
    follows = dict(edges[where[single]].tolist())
    loops = []
    while follows:
        start, step = follows.popitem()
        loop = [start]
        while step != start:
            loop.append(step)
            step = follows.pop(step)
        loops.append(np.array(loop, np.int32))
    return loops
