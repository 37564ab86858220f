"""Which pixels of a photo are bare skin: not hair, not clothes, not background, not eyes, not teeth.

Skin is judged by colour after the light is taken out, grown from the cheeks; brows, lips and moles are enclosed by skin
and stay. Where 478 points were found they say exactly where the eyes and the mouth are open.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from clinic.case import Floats, Mask
from clinic.case.arrays import freeze
from clinic.reconstruction.texture.chart import Image

_POINTS = 478
_EYES = (
    (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246),
    (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466),
)
_MOUTH = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191)
_LIPS = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
_JAW = (454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234)
_BROWS = (70, 63, 105, 66, 107, 336, 296, 334, 293, 300)
_NOSE = 5
_INNER = 0.75  # of the way from the nose to the outline: inside, hair is brow or beard and belongs to the face
_SHUT = 0.03  # of the distance of the outer eye corners: lips that are closer are closed
_STRANDS_MM = 3.0  # how far beyond its own colour hair shades the skin
_TAIL = 0.3
_LIFT = 0.015  # of the way from the chin, above the middle of the brows: their upper hairs
_SURE, _LOST = 2.6, 4.2  # standard deviations from the colour of skin: certainly in, certainly out
_LEAST_SPREAD = np.array([0.16, 0.05, 0.09])  # log luminance, log red/green, log green/blue: skin within one face
_DEEPEST_SHADE = np.array([1.6, 0.6, 0.9])  # as above, off the middle: what is beyond is not skin in shade
_NEAR_MM, _LEAST_SHARE = 4.0, 0.15  # width of a neighbourhood, and how much of it must be skin already
_SPREAD_ROUNDS = 12
_MOST_SPREAD = 1.6 * _LEAST_SPREAD  # hard light spreads colours as far as hair


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """Where the features of a face lie in a picture, as masks of its (rows, columns).

    core: between brows and jaw, where everything dark belongs to the face. openings: eyes and the open mouth.
    mouth: the opening alone, empty if it is shut. lips: their red, without the opening.
    """

    core: Mask
    openings: Mask
    mouth: Mask
    lips: Mask

    def __post_init__(self) -> None:
        freeze(self, core=(np.bool_, -1, -1), openings=(np.bool_, -1, -1))
        freeze(self, mouth=(np.bool_, -1, -1), lips=(np.bool_, -1, -1))


def outline(landmarks: Floats, shape: tuple[int, int], elsewhere: Outline) -> Outline:
    """Draw the features from 478 points (478, 2) in pixels; `elsewhere` answers where there are no such points."""
    if len(landmarks) != _POINTS:
        return elsewhere
    width = float(np.linalg.norm(landmarks[33] - landmarks[263]))
    core = _polygon(_core_corners(landmarks), shape)
    # lashes and the wet rim of the lid lie up to a tenth of an eye's width outside the points
    eyes = np.any([_grown(_polygon(landmarks[list(eye)], shape), 0.045 * width) for eye in _EYES], axis=0)
    # the points run along the teeth rather than below them
    mouth = _grown(_polygon(landmarks[list(_MOUTH)], shape), 0.022 * width)
    if float(np.linalg.norm(landmarks[13] - landmarks[14])) < _SHUT * width:
        mouth = np.zeros_like(mouth)
    lips = _polygon(landmarks[list(_LIPS)], shape) & ~mouth
    return Outline(core, eyes | mouth, mouth, lips)


def bare_skin(albedo: Image, seed: Mask, mesh: Mask, features: Outline, pixel: float, mm: float) -> Image:
    """Return (rows, columns) in 0…1: how surely a pixel shows bare skin of the face.

    albedo: (rows, columns, 3) linear, light taken out. seed: certainly skin. mesh: where the face stands in front.
    pixel: size of one pixel of the original photo, in pixels of this picture: mixed pixels at a border are given up.
    mm: a millimetre of the face, in the same.
    """
    likely = _skin_colour(albedo, seed)
    likely_skin = _spread_into_shade(albedo, likely > 0.5, seed, mm)
    grown = _connected(likely_skin & mesh | features.core, seed)
    whole = _without_holes(grown) & mesh
    skin = (_shrunk(whole, max(pixel, _STRANDS_MM * mm)) | features.core & mesh) & ~_teeth(albedo, features, pixel)
    kept = _shrunk(skin, 0.8 * pixel) & ~features.openings
    soft: Image = cv2.GaussianBlur(kept.astype(np.float32), (0, 0), max(0.6 * pixel, 0.8)) * kept
    return soft


def _skin_colour(albedo: Image, seed: Mask) -> Image:
    """Judge every pixel by its Mahalanobis distance from the colour of the seed."""
    smooth = cv2.GaussianBlur(albedo, (0, 0), 1.2)
    features = _log_colour(smooth)
    sample = features[seed]
    middle = np.median(sample, axis=0)
    spread = np.clip(1.48 * np.median(np.abs(sample - middle), axis=0), _LEAST_SPREAD, _MOST_SPREAD)
    distance = np.sqrt((((features - middle) / spread) ** 2).sum(axis=2))
    likely: Image = np.clip((_LOST - distance) / (_LOST - _SURE), 0, 1).astype(np.float32)
    return likely


def _spread_into_shade(albedo: Image, skin: Mask, seed: Mask, mm: float) -> Mask:
    """Add what passes smoothly from skin into shade: hair, cloth and background begin with a step.

    Works on pixels of a millimetre: the neighbourhood of what is skin already says what skin looks like there.
    """
    rows, columns = (max(2, round(length / mm)) for length in skin.shape)
    colours = _log_colour(cv2.resize(albedo, (columns, rows), interpolation=cv2.INTER_AREA))
    off = np.abs(colours - np.median(_log_colour(albedo[seed][None])[0], axis=0))
    possible = (off < _DEEPEST_SHADE).all(axis=2)
    known = cv2.resize(skin.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA) > 0.9
    for _ in range(_SPREAD_ROUNDS):
        share = cv2.GaussianBlur(known.astype(np.float32), (0, 0), _NEAR_MM)[..., None]
        local = cv2.GaussianBlur(colours * known[..., None], (0, 0), _NEAR_MM) / np.maximum(share, 1e-3)
        step = np.linalg.norm((colours - local) / _LEAST_SPREAD, axis=2)
        known |= possible & (share[..., 0] > _LEAST_SHARE) & (step < _SURE)
    added: Mask = cv2.resize(known.astype(np.uint8), skin.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    return skin | added


def _log_colour(linear: Image) -> Image:
    red, green, blue = (np.log(np.maximum(linear[..., k], 1e-3)) for k in range(3))
    mean = 0.3 * red + 0.6 * green + 0.1 * blue
    return np.stack([mean, red - green, green - blue], axis=-1)


def _teeth(albedo: Image, features: Outline, pixel: float) -> Mask:
    """Find what is nearer to the teeth than to the lips inside their outline: teeth that the points missed."""
    if not features.lips.any() or not features.mouth.any():
        return np.zeros_like(features.lips)
    colours = _log_colour(cv2.GaussianBlur(albedo, (0, 0), 0.8))
    redness, brightness = colours[..., 1], colours[..., 0]
    bright = features.mouth & (brightness >= np.median(brightness[features.mouth]))
    between = 0.5 * (np.median(redness[features.lips]) + np.median(redness[bright]))
    return _grown(features.lips & (redness < between), 0.7 * pixel) & features.lips


def _core_corners(landmarks: Floats) -> Floats:
    centre = landmarks[_NOSE]
    jaw = centre + _INNER * (landmarks[list(_JAW)] - centre)
    brows = landmarks[list(_BROWS)]
    # hair at the temples may cover the tails of the brows
    tails = brows[[0, -1]] + _TAIL * (brows[[2, -3]] - brows[[0, -1]])
    brows = np.concatenate([tails[:1], brows[1:-1], tails[1:]])
    lifted = brows + _LIFT * (brows - landmarks[152])
    return np.concatenate([jaw, lifted])


def _connected(candidates: Mask, seed: Mask) -> Mask:
    _, labels = cv2.connectedComponents(candidates.astype(np.uint8), connectivity=4)
    own = np.unique(labels[seed & candidates])
    return np.isin(labels, own[own > 0])


def _without_holes(region: Mask) -> Mask:
    """Fill what the region encloses: the outside is what connects to a frame around the picture."""
    framed = np.pad(~region, 1, constant_values=True).astype(np.uint8)
    _, labels = cv2.connectedComponents(framed, connectivity=4)
    filled: Mask = (labels != labels[0, 0])[1:-1, 1:-1]
    return filled


def _polygon(corners: Floats, shape: tuple[int, int]) -> Mask:
    canvas = np.zeros(shape, np.uint8)
    cv2.fillPoly(canvas, [np.round(corners * 16 - 8).astype(np.int32)], 1, shift=4)
    return canvas.astype(bool)


def _grown(region: Mask, radius: float) -> Mask:
    grown: Mask = cv2.dilate(region.astype(np.uint8), _disk(radius)) > 0
    return grown


def _shrunk(region: Mask, radius: float) -> Mask:
    shrunk: Mask = cv2.erode(region.astype(np.uint8), _disk(radius)) > 0
    return shrunk


def _disk(radius: float) -> NDArray[np.uint8]:
    whole = max(1, round(radius))
    disk: NDArray[np.uint8] = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * whole + 1, 2 * whole + 1))
    return disk
