"""What to draw of a face, as frozen plain data.

`face_scene(face)` is the face before surgery, `face_scene(face, simulation.displacement)` the face after it. Both share
everything but the moved skin: cap, eyes, neck and, where the skin does not move, every colour. While a slider is
dragged, `face_scene(face, displacement, live=True)` follows within milliseconds: it keeps the light that each vertex
sees and turns only the normals. Arrays that did not change are the same objects from one scene to the next, which is
how `draw.Stage` knows what to send to the screen.
"""

from dataclasses import replace
from enum import StrEnum
from functools import lru_cache

import numpy as np

from clinic.case import FaceModel, Floats, Pixels, Points, Range
from clinic.geometry import vertex_normals
from clinic.rendering.cap import fabric
from clinic.rendering.heat import Legend, displacement_legend, strain_legend
from clinic.rendering.layers import DARK, LIGHT, Colour, Layer, Scene
from clinic.rendering.lighting import CLINIC_LIGHT, Bake, Light, encoded
from clinic.rendering.sitting import Sitting, light_after, sit

__all__ = ["DARK", "LIGHT", "Colour", "Layer", "Look", "Scene", "face_scene", "ghost", "ranged"]

_GAIN = 1.6  # of textured layers: byte 255 brightens the texture by this, since lit skin may exceed 1
_PHOTO_SHARE = 0.15  # of the light is taken to be in a texture from photos already
_WARMTH = (0.87, 1.0, 1.09)  # exponents of red, green, blue: shade on skin is lit by skin
_MEAN_ALBEDO = 0.45  # of skin: turns shine that is added into a factor of the texture
_CLAY, _HEAT, _CLAY_CAP, _CLAY_EYE = 0.72, 0.84, 0.50, 0.70  # albedo of the plain looks
_CORNEA_GLOSS, _WHITE_GLOSS = 0.85, 0.12
_WET = 0.9  # light scatters within the ball, which softens the shadow of the lids
_GHOST = 0.35  # opacity of the skin before
_VEIL = (0.31, 0.78, 0.84)  # tint of the outermost skin of a range
_VEIL_OPACITY, _LIKELY_OPACITY = 0.42, 0.60
_ALONG = 0.3  # of a range's width across the skin: below, it runs along the skin
_NARROW_MM, _WIDE_MM = 0.1, 0.6  # a range that is narrower is not drawn; that is wider, in full
_STILL_MM, _MOVING_MM = 0.01, 0.3  # skin that moves less keeps its light to the bit; that moves more takes the new one


class Look(StrEnum):
    """What the skin shows."""

    TEXTURE = "texture"
    CLAY = "clay"
    DISPLACEMENT = "displacement"  # signed mm, blue-white-red
    STRAIN = "strain"  # of the skin, viridis


def face_scene(
    face: FaceModel,
    displacement: Points | None = None,
    look: Look = Look.TEXTURE,
    values: Floats | None = None,
    background: Colour = DARK,
    live: bool = False,
    lamp: Light = CLINIC_LIGHT,
) -> Scene:
    """Return the scene of a face, after its skin has moved by `displacement` (n, 3) mm if that is given.

    look: how the skin is shown; DISPLACEMENT and STRAIN colour it by `values` (n,), signed mm or strain, on a scale
    that ends at ±4 mm (more if the values need it) or 30 %. live: keep the light that was baked
    for the face before and turn the normals only (milliseconds instead of half a second), for a drag. lamp: what lights
    the face.
    Raises ValueError if a heat-map has no values.
    """
    sitting = sit(face, lamp)
    points, light = _lit(sitting, displacement, live)
    legend = _legend(look, values)
    if legend is None or values is None:
        factor = _textured(light, lamp.shaded) if look is Look.TEXTURE else _clay(light.light, _CLAY)
    else:
        factor = legend.colours(values) * _clay(light.light, _HEAT)
    textured = look is Look.TEXTURE
    colours = _bytes(factor, _GAIN if textured else 1.0, sitting.opacity)
    whole = Layer("skin", points, sitting.skin_triangles, colours, gain=_GAIN if textured else 1.0)
    if textured:
        whole = replace(whole, uv=face.topology.uv, texture=face.texture.pixels)
    fading = replace(whole, name="neck", triangles=sitting.neck_triangles, blends=True)
    return Scene(
        (whole, *_fixed(sitting, textured), _inside(sitting, whole.points, background), fading), background, legend
    )


def ghost(before: Scene, after: Scene) -> Scene:
    """Return the scene after surgery with the skin before it shining through."""
    shade = replace(before.layer("skin"), name="ghost", opacity=_GHOST)
    return replace(after, layers=(*after.layers, shade))


def ranged(face: FaceModel, likely: Points, within: Range, look: Look, background: Colour = DARK) -> Scene:
    """Return the scene after surgery with the range of the skin around it.

    likely: (n, 3) mm, the likely displacement. The innermost skin of the range is solid, the likely one shines through
    a veil at the outermost. look: TEXTURE or CLAY.
    """
    low, high = (face_scene(face, moved, look, background=background, live=True) for moved in (within.low, within.high))
    inwards, width = _inwards(face, within)
    share = np.clip((width - _NARROW_MM) / (_WIDE_MM - _NARROW_MM), 0.0, 1.0)[:, None]
    outermost = within.low + (1.0 - inwards) * (within.high - within.low)
    veil = face_scene(face, outermost, Look.CLAY, live=True).layer("skin")
    middle = face_scene(face, likely, look, background=background).layer("skin")
    drawn = veil.triangles[(share[veil.triangles, 0] > 0).any(axis=1)]
    tinted = np.concatenate([veil.colours[:, :3] * _VEIL, 255 * _VEIL_OPACITY * share], axis=1)
    seen = np.concatenate([middle.colours[:, :3], 255 * _LIKELY_OPACITY * share], axis=1)
    shells = (
        replace(middle, name="likely", triangles=drawn, colours=seen.astype(np.uint8), blends=True),
        replace(veil, name="veil", triangles=drawn, colours=tinted.astype(np.uint8), blends=True),
    )
    inner = _between(low.layer("skin"), high.layer("skin"), inwards)
    others = tuple(layer for layer in low.layers if layer.name != "skin")
    return replace(low, layers=(inner, *others, *shells))


def _inwards(face: FaceModel, within: Range) -> tuple[Floats, Floats]:
    """How far the high end of a range lies inwards of the low one, (n, 1) from 0 to 1, and how far they are apart, mm.

    Between them where the range runs along the skin: there neither is the outer one.
    """
    apart = within.high - within.low
    width = np.linalg.norm(apart, axis=1)
    outwards = (apart * vertex_normals(face.points, face.topology.triangles)).sum(axis=1)
    share = np.clip(outwards / (_ALONG * width + _STILL_MM), -1.0, 1.0)
    return (0.5 - 0.5 * share)[:, None], width


def _between(low: Layer, high: Layer, share: Floats) -> Layer:
    """The skin (n, 1) shares of the way from one to another."""
    points = low.points + share * (high.points - low.points)
    colours = np.round(low.colours + share * (high.colours.astype(np.float64) - low.colours))
    return replace(low, points=points, colours=colours.astype(np.uint8))


def _lit(sitting: Sitting, displacement: Points | None, live: bool) -> tuple[Points, Bake]:
    """Where the skin lies and what light it receives; both are the sitting's own where nothing moves."""
    if displacement is None or not displacement.any():
        return sitting.points, sitting.light
    points = sitting.points + displacement
    share = np.clip((np.linalg.norm(displacement, axis=1) - _STILL_MM) / (_MOVING_MM - _STILL_MM), 0.0, 1.0)
    moved = share > 0
    normals = np.where(moved[:, None], vertex_normals(points, sitting.triangles), sitting.normals)
    if live:
        light = sitting.light.turned(normals, moved)
        return points, replace(sitting.light, light=_mix(sitting.light.light, light, share))
    after = light_after(sitting, points, normals)
    mixed = replace(
        sitting.light,
        light=_mix(sitting.light.light, after.light, share),
        shine=_mix(sitting.light.shine[:, None], after.shine[:, None], share)[:, 0],
    )
    return points, mixed


def _mix(before: Floats, after: Floats, share: Floats) -> Floats:
    mixed: Floats = before + share[:, None] * (after - before)
    return mixed


def _textured(light: Bake, shaded: bool) -> Floats:
    """The factor of a texture that holds part of the light already."""
    if not shaded:
        return np.ones((len(light.light), 3))
    softened = light.light ** ((1 - _PHOTO_SHARE) * np.array(_WARMTH))
    return encoded(softened + light.shine[:, None] / _MEAN_ALBEDO)


def _clay(light: Floats, albedo: float) -> Floats:
    """Matte grey under light without colour."""
    return encoded(albedo * light.mean(axis=1, keepdims=True)) * np.ones(3)


def _legend(look: Look, values: Floats | None) -> Legend | None:
    if look not in (Look.DISPLACEMENT, Look.STRAIN):
        return None
    if values is None:
        raise ValueError(f"the look {look} needs values")
    return displacement_legend(values) if look is Look.DISPLACEMENT else strain_legend()


def _bytes(factor: Floats, gain: float, opacity: Floats | None = None) -> Pixels:
    coloured = np.empty((len(factor), 4), np.uint8)
    coloured[:, :3] = np.clip(factor * (255.0 / gain) + 0.5, 0, 255)
    coloured[:, 3] = 255 if opacity is None else np.round(255 * opacity)
    coloured.flags.writeable = False
    return coloured


def _inside(sitting: Sitting, points: Points, background: Colour) -> Layer:
    """The inner side of the skin, in the background's colour: what the open neck would show is not there."""
    return Layer("inside", points + sitting.tucked, sitting.inner_triangles, _plain(len(points), background))


@lru_cache(maxsize=8)
def _plain(count: int, colour: Colour) -> Pixels:
    coloured = np.full((count, 4), (*colour, 255), np.uint8)
    coloured.flags.writeable = False
    return coloured


@lru_cache(maxsize=8)
def _fixed(sitting: Sitting, coloured: bool) -> tuple[Layer, ...]:
    """Eyes and cap, the same objects in every scene of a face."""
    worn, light = sitting.cap, sitting.cap_light[:, None] * np.ones(3)
    if not coloured:
        shell = Layer("cap", worn.points, worn.triangles, _bytes(_clay(light, _CLAY_CAP), 1.0))
        balls = [
            Layer(f"eye {k}", ball.points, ball.triangles, _bytes(_clay(lit.light, _CLAY_EYE), 1.0))
            for k, (ball, lit) in enumerate(zip(sitting.eyes, sitting.eye_lights, strict=True))
        ]
        return (*balls, shell)
    shell = Layer(
        "cap", worn.points, worn.triangles, _bytes(encoded(light), _GAIN), gain=_GAIN, uv=worn.uv, texture=fabric()
    )
    return (*(layer for k in range(len(sitting.eyes)) for layer in _eye_layers(k, sitting)), shell)


def _eye_layers(k: int, sitting: Sitting) -> tuple[Layer, Layer]:
    """The cornea mirrors the lights sharply, the white around it hardly."""
    ball, light = sitting.eyes[k], sitting.eye_lights[k].light
    colours = _bytes(encoded(light**_WET) * ball.colours, 1.0)
    white = Layer(
        f"eye {k}", ball.points, ball.triangles[~ball.cornea], colours, gloss=_WHITE_GLOSS, normals=ball.normals
    )
    return white, replace(white, name=f"cornea {k}", triangles=ball.triangles[ball.cornea], gloss=_CORNEA_GLOSS)
