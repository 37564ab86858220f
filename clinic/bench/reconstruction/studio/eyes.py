"""Eyeballs with iris, pupil and veins as colours of a fine mesh."""

import numpy as np

from clinic.bench.reconstruction.studio.head import Eye
from clinic.case import Floats, Points, Triangles

_AROUND = 96
_POLAR = np.concatenate([np.linspace(0.02, 0.62, 56), np.linspace(0.66, 1.75, 24)])
_IRIS = ((88, 58, 38), (60, 42, 32), (112, 82, 50), (96, 110, 84), (98, 122, 146))


def eyeball(eye: Eye, iris_mm: float, pupil_mm: float, colour: Floats, seed: int) -> tuple[Points, Triangles, Floats]:
    """Return points (n, 3), triangles (m, 3) and albedo (n, 3) of an eye. iris_mm, pupil_mm: radii."""
    frame = _frame(eye.gaze)
    polar, turn = np.meshgrid(_POLAR, np.linspace(0, 2 * np.pi, _AROUND, endpoint=False), indexing="ij")
    ball = np.stack([np.sin(polar) * np.cos(turn), np.sin(polar) * np.sin(turn), np.cos(polar)], axis=-1)
    away = eye.radius * np.sin(polar)
    albedo = _paint(away, polar, turn, (iris_mm, pupil_mm), colour, np.random.default_rng(seed))
    return eye.centre + eye.radius * ball.reshape(-1, 3) @ frame, _triangles(), albedo.reshape(-1, 3)


def iris_colour(tone: Floats, random: np.random.Generator) -> Floats:
    """Draw the colour of somebody's irises; dark skin goes with brown ones. tone: (3,) sRGB of the skin."""
    return np.array(_IRIS[random.integers(len(_IRIS) if tone[0] > 0.75 else 2)]) / 255


def _frame(gaze: Floats) -> Floats:
    """Return three axes as rows, the last along the gaze."""
    across = np.cross((0.0, 0.0, 1.0), gaze)
    across /= np.linalg.norm(across)
    return np.stack([across, np.cross(gaze, across), gaze])


def _paint(
    away: Floats, polar: Floats, turn: Floats, radii: tuple[float, float], colour: Floats, random: np.random.Generator
) -> Floats:
    iris_mm, pupil_mm = radii
    fibres = np.interp(turn, np.linspace(0, 2 * np.pi, 73), np.resize(random.normal(size=72), 73), period=2 * np.pi)
    ring = np.clip((away - iris_mm + 1.2) / 1.2, 0, 1)
    iris = colour * (1 + 0.2 * fibres * np.clip((away - pupil_mm) / 1.5, 0, 1) - 0.55 * ring)[..., None]
    iris = iris * np.clip((away - pupil_mm) / 0.3 + 0.5, 0.05, 1)[..., None]
    red = np.clip((polar - 0.75) / 0.6, 0, 1)[..., None] * (0.0, 0.18, 0.18)
    white = np.array([0.88, 0.85, 0.82]) * (1 - red - 0.03 * random.normal(size=away.shape)[..., None])
    front = np.clip((away - iris_mm) / 0.5 + 0.5, 0, 1)
    front = np.where(polar > np.pi / 2, 1.0, front)[..., None]
    painted: Floats = np.clip(iris + front * (white - iris), 0, 1)
    return painted


def _triangles() -> Triangles:
    corner = np.arange(len(_POLAR) * _AROUND).reshape(len(_POLAR), _AROUND)
    beside = np.roll(corner, -1, axis=1)
    a, b, c, d = corner[:-1].ravel(), corner[1:].ravel(), beside[1:].ravel(), beside[:-1].ravel()
    return np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)]).astype(np.int32)
