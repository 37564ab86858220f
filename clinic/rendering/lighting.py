"""Light baked into vertices: soft area lights, ambient occlusion, and skin that scatters.

`bake` runs once per geometry and light, `Bake.turned` follows a drag in milliseconds: it keeps what each vertex sees of
the lights as spherical harmonics and only turns the normals. No frame pays for any of it.

Light is linear and 1 for unshaded skin that faces the front. Colours are encoded for the screen in `encoded`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from clinic.case import Floats, Mask, Points, Triangles, frozen
from clinic.rendering.visibility import visibility

_GAMMA = 2.2
# Diffusion of light under skin, mm, red to blue. Source: d'Eon & Luebke 2007, the spread of their three-layer profile.
_SCATTER_MM = (2.2, 1.3, 0.9)
# Light that bounces on inside a crease comes back in the colour of skin. Source: Jimenez et al. 2016, eq. 10.
_BOUNCE_ALBEDO = (0.62, 0.42, 0.34)
# Clamped cosine in spherical harmonics, degrees 0, 1, 2. Source: Ramamoorthi & Hanrahan 2001, eq. 8.
_COSINE = np.array([np.pi] + [2 * np.pi / 3] * 3 + [np.pi / 4] * 5)
_KEY_GLOSS = 24.0  # exponent of the soft shine


@dataclass(frozen=True, slots=True)
class Light:
    """Area lights and the fill around the patient.

    keys: (azimuth°, elevation°, share of the light) each; azimuth + to the patient's left. width_deg: radius of an area
    light. fill: share of the dome, brighter above than below by `slope`. shine: strength of the soft highlights.
    exposure: light on unshaded skin that faces the front. shaded: False for skin as it is, with no light on it at all.
    """

    keys: tuple[tuple[float, float, float], ...]
    width_deg: float
    fill: float
    slope: float
    shine: float
    exposure: float = 1.0
    shaded: bool = True

    @property
    def directions(self) -> Points:
        """Unit vectors (k, 3) to the key lights."""
        return np.stack([_direction(azimuth, elevation) for azimuth, elevation, _ in self.keys])


CLINIC_LIGHT = Light(keys=((45.0, 20.0, 0.32), (-45.0, 20.0, 0.32)), width_deg=12.0, fill=0.36, slope=0.35, shine=0.07)
SOFT_LIGHT = Light(keys=((0.0, 40.0, 0.30),), width_deg=38.0, fill=0.70, slope=0.55, shine=0.03)
# One side alone changes how a nose looks, so neither is ever shown without the other. Source: Strub 2015.
RAKING_L = Light(keys=((72.0, 12.0, 0.62),), width_deg=6.0, fill=0.38, slope=0.2, shine=0.05, exposure=0.52)
RAKING_R = Light(keys=((-72.0, 12.0, 0.62),), width_deg=6.0, fill=0.38, slope=0.2, shine=0.05, exposure=0.52)
FLAT_LIGHT = Light(keys=(), width_deg=0.0, fill=1.0, slope=0.0, shine=0.0, shaded=False)
LIGHTS: Mapping[str, Light] = {
    "clinic": CLINIC_LIGHT,
    "soft": SOFT_LIGHT,
    "raking_l": RAKING_L,
    "raking_r": RAKING_R,
    "flat": FLAT_LIGHT,
}


@dataclass(frozen=True, slots=True, eq=False)
class Bake:
    """What the vertices of some surfaces receive.

    light: (n, 3) linear red, green, blue. open: (n,) part of the dome that is seen, 1 on a convex surface. shine: (n,)
    highlight to add, linear. received: (n, 9) incoming light as spherical harmonics. normals: (n, 3).
    """

    light: Floats
    open: Floats
    shine: Floats
    received: Floats
    normals: Points

    def __post_init__(self) -> None:
        for name in ("light", "shine", "open", "received", "normals"):
            value = getattr(self, name)
            object.__setattr__(self, name, frozen(value, np.float64, *value.shape))

    def turned(self, normals: Points, moved: Mask) -> Floats:
        """Return light (n, 3) for normals (n, 3) that differ where `moved`; elsewhere the light is untouched."""
        now, then = (
            np.einsum("nk,nk->n", self.received[moved], _harmonics(n) * _COSINE)
            for n in (normals[moved], self.normals[moved])
        )
        light = self.light.copy()
        ratio = np.clip(now, 0.02, None) / np.clip(then, 0.02, None)
        light[moved] *= np.clip(ratio, 0.5, 2.0)[:, None]
        return light

    def part(self, start: int, stop: int) -> "Bake":
        """Return the bake of the vertices from start to stop."""
        rows = slice(start, stop)
        return Bake(self.light[rows], self.open[rows], self.shine[rows], self.received[rows], self.normals[rows])


def bake(points: Points, normals: Points, triangles: Triangles, light: Light = CLINIC_LIGHT) -> Bake:
    """Return the light on all vertices (n, 3) mm of some surfaces that shade each other."""
    if not light.shaded:
        return _unlit(normals)
    directions, radiance, is_key = _samples(light)
    seen = visibility(points, normals, triangles, directions)
    cosine = np.clip(directions.astype(np.float32) @ normals.T.astype(np.float32), 0.0, None)
    arriving = seen * cosine
    direct = light.exposure * (radiance.astype(np.float32) @ arriving) / _front(directions, radiance)
    opening = _ratio(arriving[~is_key].sum(axis=0), cosine[~is_key].sum(axis=0))
    return Bake(
        light=_scattered(direct[:, None] * _bounce(opening), points, triangles),
        open=opening,
        shine=light.shine * _shine(normals, directions[is_key], seen[is_key].astype(np.float64)),
        received=(seen.T @ (radiance[:, None] * _harmonics(directions)).astype(np.float32)).astype(np.float64),
        normals=normals,
    )


def unshaded(normals: Points, light: Light = CLINIC_LIGHT) -> Floats:
    """Return the light (n,) on a convex surface, which nothing shades."""
    if not light.shaded:
        return np.ones(len(normals))
    directions, radiance, _ = _samples(light)
    received = light.exposure * (radiance @ _harmonics(directions)) / _front(directions, radiance)
    light_on: Floats = np.clip((_harmonics(normals) * _COSINE) @ received, 0.0, None)
    return light_on


def _unlit(normals: Points) -> Bake:
    """The same light everywhere, from everywhere."""
    count = len(normals)
    received = np.zeros((count, len(_COSINE)))
    received[:, 0] = 1.0
    return Bake(np.ones((count, 3)), np.ones(count), np.zeros(count), received, normals)


def encoded(light: Floats) -> Floats:
    """Return linear light as the factor or colour a screen expects (gamma 2.2)."""
    screen: Floats = np.clip(light, 0.0, None) ** (1 / _GAMMA)
    return screen


def _samples(light: Light) -> tuple[Points, Floats, Mask]:
    """Return directions (k, 3), their radiance times solid angle (k,), and which belong to key lights (k,)."""
    dome = _sphere(128)
    sky = 1 + light.slope * dome[:, 2]
    directions, radiance = [dome], [light.fill * sky / _front(dome, sky)]
    for azimuth, elevation, share in light.keys:
        spot = _disc(azimuth, elevation, light.width_deg, 12)
        directions.append(spot)
        radiance.append(np.full(len(spot), share / _front(spot, np.ones(len(spot)))))
    counts = [len(group) for group in directions]
    is_key = np.repeat([False] + [True] * len(light.keys), counts)
    return np.concatenate(directions), np.concatenate(radiance), is_key


def _front(directions: Points, radiance: Floats) -> float:
    """What unshaded skin facing the front receives."""
    return float(radiance @ np.clip(-directions[:, 1], 0.0, None))


def _sphere(count: int) -> Points:
    """Even directions on a sphere (Fibonacci lattice)."""
    k = np.arange(count) + 0.5
    height, turn = 1 - 2 * k / count, np.pi * (1 + np.sqrt(5)) * k
    across = np.sqrt(1 - height**2)
    return np.stack([across * np.cos(turn), across * np.sin(turn), height], axis=1)


def _disc(azimuth_deg: float, elevation_deg: float, radius_deg: float, count: int) -> Points:
    """Even directions within a cone around one direction (sunflower spiral)."""
    centre = _direction(azimuth_deg, elevation_deg)
    right = np.array([np.cos(np.radians(azimuth_deg)), np.sin(np.radians(azimuth_deg)), 0.0])
    up = np.cross(right, centre)
    k = np.arange(count) + 0.5
    radius, turn = np.tan(np.radians(radius_deg)) * np.sqrt(k / count), np.pi * (3 - np.sqrt(5)) * k
    spread = centre + (radius * np.cos(turn))[:, None] * right + (radius * np.sin(turn))[:, None] * up
    directions: Points = spread / np.linalg.norm(spread, axis=1, keepdims=True)
    return directions


def _direction(azimuth_deg: float, elevation_deg: float) -> Floats:
    a, e = np.radians(azimuth_deg), np.radians(elevation_deg)
    return np.array([np.sin(a) * np.cos(e), -np.cos(a) * np.cos(e), np.sin(e)])


def _harmonics(directions: Points) -> Floats:
    """Real spherical harmonics up to degree 2, (n, 9)."""
    x, y, z = directions.T
    one = np.full_like(x, 0.282095)
    return np.stack(
        [
            one, 0.488603 * y, 0.488603 * z, 0.488603 * x, 1.092548 * x * y, 1.092548 * y * z,
            0.315392 * (3 * z * z - 1), 1.092548 * x * z, 0.546274 * (x * x - y * y),
        ],
        axis=1,
    )  # fmt: skip


def _bounce(opening: Floats) -> Floats:
    """How much of the single-bounce light is left once light bounces on in skin's own colour, (n, 3) ≥ 1."""
    tinted = []
    for albedo in _BOUNCE_ALBEDO:
        a, b, c = 2.0404 * albedo - 0.3324, -4.7951 * albedo + 0.6417, 2.7552 * albedo + 0.6903
        many = np.maximum(opening, ((opening * a + b) * opening + c) * opening)
        tinted.append(_ratio(many, opening))
    return np.stack(tinted, axis=1)


def _shine(normals: Points, directions: Points, seen: Floats) -> Floats:
    """Soft highlights as seen from in front of each vertex, level with it: they suit every view around the head."""
    level = normals * (1.0, 1.0, 0.0) + (0.0, -0.6, 0.0)
    viewer = level / np.maximum(np.linalg.norm(level, axis=1, keepdims=True), 1e-9)
    total = np.zeros(len(normals))
    for direction, part in zip(directions, seen, strict=True):
        half = viewer + direction
        half /= np.maximum(np.linalg.norm(half, axis=1, keepdims=True), 1e-9)
        total += part * np.clip(np.einsum("nk,nk->n", half, normals), 0.0, 1.0) ** _KEY_GLOSS
    return total / max(len(directions), 1)


def _scattered(light: Floats, points: Points, triangles: Triangles) -> Floats:
    """Spread light over the surface by a Gaussian of each colour's own width, in steps along the edges."""
    step, length = _diffusion(points, triangles)
    spread = []
    for channel, sigma in enumerate(_SCATTER_MM):
        value = light[:, channel]
        steps = (sigma / length) ** 2
        count = int(np.ceil(steps))
        for _ in range(count):
            value = value + steps / count * (step @ value - value)
        spread.append(value)
    red, green, blue = spread
    # What seeps into the dark of mouth and nostrils would leave a cold rim around them: skin glows warm or not at all.
    return np.stack([np.maximum(red, green), green, np.minimum(blue, green)], axis=1)


def _diffusion(points: Points, triangles: Triangles) -> tuple[sparse.csr_matrix, float]:
    """Return a row-stochastic step to the neighbours within reach and the typical length it spreads by, mm."""
    ends = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    lengths = np.linalg.norm(points[ends[:, 0]] - points[ends[:, 1]], axis=1)
    reach = float(np.median(lengths))
    near = np.exp(-((lengths / reach) ** 2) / 2)
    count = len(points)
    both = sparse.csr_matrix((near, (ends[:, 0], ends[:, 1])), (count, count))
    both = both + both.T + sparse.identity(count)
    return sparse.diags(1 / np.asarray(both.sum(axis=1)).ravel()) @ both, 0.7 * reach


def _ratio(value: Floats, whole: Floats) -> Floats:
    ratio: Floats = np.divide(value, whole, out=np.ones_like(value), where=whole > 1e-6)
    return ratio
