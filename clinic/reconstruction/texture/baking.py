"""From photos to one texture: read each photo, match, blend, complete, add grain."""

from collections.abc import Sequence

import cv2
import numpy as np

from clinic.case import Embedding, Floats, Photo, PhotoFit, Points, Texture, Topology
from clinic.jobs import Progress
from clinic.reconstruction.texture.chart import Chart, Image, chart
from clinic.reconstruction.texture.colour import to_srgb
from clinic.reconstruction.texture.detail import finer, times_finer
from clinic.reconstruction.texture.features import Features, features
from clinic.reconstruction.texture.fill import complete, from_outside_mm
from clinic.reconstruction.texture.grain import add_grain
from clinic.reconstruction.texture.hollows import paint_hollows
from clinic.reconstruction.texture.lips import with_even_lips
from clinic.reconstruction.texture.shade import without_shade
from clinic.reconstruction.texture.sighting import Sighting, px_per_mm, sight
from clinic.reconstruction.texture.tone import believable, even, face_tone, with_lashes, without_smile
from clinic.rendering.pull_push import pull_push
from clinic.words import say

_SIZE = 1024  # texels along an edge; photos that show more make it up to four times that
_SHARPEN = 3  # power of the weights: the best view dominates, so that two views don't blur each other
_FULL_SMILE = 0.15  # of its width that the mouth gains
_FEATHER_MM = 7.0  # over which seen skin passes into filled skin
_LEAST_OVERLAP = 500  # texels that two photos must share before their gains are compared


def bake(
    photos: Sequence[Photo],
    fits: Sequence[PhotoFit],
    topology: Topology,
    neutral: Points,
    progress: Progress,
    detected: Sequence[Floats] = (),
    guide: Embedding | None = None,
) -> Texture:
    """Return the skin's texture from photos and how they see the face.

    photos and fits: in the same order. neutral: (n, 3) the display mesh at rest, lips closed. detected: per photo the
    (478, 2) points found in it; they say where eyes and mouth are open. guide: those of them that are known on the
    mesh, named by their number; with it features meet the mesh to the pixel.
    """
    finest = max(px_per_mm(fit) for fit in fits)
    texels = chart(topology, neutral, _SIZE)
    sightings = []
    found = detected or [np.zeros((0, 2))] * len(photos)
    for k, (photo, fit, points) in enumerate(zip(photos, fits, found, strict=True)):
        progress.report(
            0.1 + 0.5 * k / len(photos), say("Reading skin from photo {k} of {count}", k=k + 1, count=len(photos))
        )
        sightings.append(sight(photo, fit, texels, points, guide))
    progress.report(0.6, say("Blending skin"))
    colour, weight = _blend(sightings)
    tone = face_tone(colour, weight, texels)
    marked = features(texels, guide)
    weight = _feathered(believable(colour, weight, texels, marked, tone), texels, marked)
    colour = without_shade(colour, weight, texels, marked, tone)
    colour = even(colour, weight, texels, marked, tone)
    colour = without_smile(colour, weight, texels, marked, _smile(fits, topology, neutral))
    progress.report(0.75, say("Filling unseen skin"))
    tone = face_tone(colour, weight, texels)
    colour = with_even_lips(complete(colour, weight, texels, marked, tone), weight, texels, marked, tone)
    colour = with_lashes(colour, marked)
    colour = add_grain(paint_hollows(colour, texels, neutral, tone), weight, texels, finest)
    pixels, seen = to_srgb(beyond_the_edge(colour, texels)), np.where(weight > 0.5, 255, 0).astype(np.uint8)
    times = times_finer(finest, texels)
    if times == 1:
        return Texture(pixels, seen)
    progress.report(0.9, say("Adding pores"))
    enlarged = cv2.resize(seen, None, fx=times, fy=times, interpolation=cv2.INTER_NEAREST)
    return Texture(finer(pixels, weight, photos, sightings, texels, times), enlarged)


def _feathered(belief: Image, texels: Chart, marked: Features) -> Image:
    """Let what is seen pass slowly into what is filled: a border must not show. Lips in a beard are no border."""
    ramp = np.clip(from_outside_mm(belief, texels) / _FEATHER_MM, 0, 1)
    feathered: Image = belief * np.maximum(ramp * ramp * (3 - 2 * ramp), marked.lips)
    return feathered


def _smile(fits: Sequence[PhotoFit], topology: Topology, neutral: Points) -> float:
    """Return how far the photos smile on average, 0…1, by how much wider the mouth is than at rest."""
    widths = [_mouth_width(points, topology) for points in (neutral, *(fit.points for fit in fits))]
    return float(np.clip((np.mean(widths[1:]) / widths[0] - 1) / _FULL_SMILE, 0, 1))


def _mouth_width(points: Points, topology: Topology) -> float:
    placed = dict(zip(topology.landmarks.names, topology.landmarks.on(points, topology.triangles), strict=True))
    return float(np.linalg.norm(placed["cheilion_r"] - placed["cheilion_l"]))


def _blend(sightings: Sequence[Sighting]) -> tuple[Image, Image]:
    """Return linear colour and belief in 0…1; the photo that shows most sets the brightness."""
    order = sorted(sightings, key=lambda sighting: -float(sighting.weight.sum()) * sighting.px_per_mm)
    first = order[0]
    total = _strength(first)
    summed: Image = first.colour * total[..., None]
    belief = _belief(first.weight)
    for other in order[1:]:
        strength = _strength(other)
        blended = _mean(summed, total)
        matched: Image = other.colour * _gain(blended, total, other.colour, strength)
        summed += matched * strength[..., None]
        total = total + strength
        belief = np.maximum(belief, _belief(other.weight))
    return _mean(summed, total), belief


def _mean(summed: Image, total: Image) -> Image:
    return (summed / np.maximum(total, 1e-9)[..., None]).astype(np.float32)


def _strength(sighting: Sighting) -> Image:
    strength: Image = (sighting.weight * np.float32(sighting.px_per_mm)) ** _SHARPEN
    return strength


def _belief(weight: Image) -> Image:
    """Any skin that is seen at all is better than filled skin, but for a soft border."""
    ramp = np.clip(weight / 0.15, 0, 1)
    smooth: Image = ramp * ramp * (3 - 2 * ramp)
    return smooth


def _gain(first: Image, first_weight: Image, second: Image, second_weight: Image) -> Image:
    """Return the (3,) factors that bring the second picture to the brightness of the first."""
    overlap = (first_weight > 0) & (second_weight > 0)
    if overlap.sum() < _LEAST_OVERLAP:
        return np.ones(3, np.float32)
    ratio = np.log(np.maximum(first[overlap], 1e-3) / np.maximum(second[overlap], 1e-3))
    gain: Image = np.exp(np.median(ratio, axis=0)).astype(np.float32)
    return gain


def beyond_the_edge(colour: Image, texels: Chart) -> Image:
    """Continue the colours past the border of the chart, so that nothing foreign is mixed in there."""
    inner = cv2.erode(texels.used.astype(np.float32), np.ones((3, 3), np.uint8))
    return np.where(texels.used[..., None], colour, pull_push(colour, inner, 12, 1e-3))
