"""The skin's texture from the scan's own colours."""

import numpy as np

from clinic.case import Embedding, Mask, Pixels, Points, Texture
from clinic.geometry import vertex_normals
from clinic.jobs import Progress
from clinic.reconstruction.evidence import OVAL
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.landmarks import IRISES
from clinic.reconstruction.scan.coloured import Coloured
from clinic.reconstruction.scan.target import LEAST_COSINE, Target
from clinic.reconstruction.texture.baking import beyond_the_edge
from clinic.reconstruction.texture.chart import Chart, Image, chart
from clinic.reconstruction.texture.colour import to_linear, to_srgb
from clinic.reconstruction.texture.features import features
from clinic.reconstruction.texture.fill import complete
from clinic.reconstruction.texture.hollows import paint_hollows
from clinic.reconstruction.texture.tone import face_tone
from clinic.words import say

_SIZE, _DOUBLE_FROM = 1024, 1.5  # texels along an edge; twice that from so many of the scan's pixels in a mm
_CANDIDATES = 8  # triangles: a texel lies on the surface already
_SKIN = (0.45, 0.27, 0.20)  # linear, where the camera took no colour


def paint(
    surface: Coloured, target: Target, skin: Points, shown: Mask, space: FaceSpace, progress: Progress
) -> Texture:
    """Return the texture of a face with display vertices `skin` (n, 3), in the frame of the target.

    shown: (n,) where the scan shows the skin; elsewhere colour is filled in from around.
    """
    size = 2 * _SIZE if surface.fineness > _DOUBLE_FROM else _SIZE
    texels = chart(space.topology, skin, size)
    colour = np.full((size, size, 3), _SKIN, np.float32)
    known = np.zeros((size, size), np.float32)
    if surface.has_colour:
        _read(surface, target, texels, skin, shown, colour, known)
    progress.report(0.7, say("Filling unseen skin"))
    tone = face_tone(colour, known, texels) if surface.has_colour else np.array(_SKIN)
    filled = complete(colour, known, texels, features(texels, guide(space)), tone)
    filled = paint_hollows(filled, texels, skin, tone)
    seen: Pixels = np.where(known > 0.5, 255, 0).astype(np.uint8)
    return Texture(to_srgb(beyond_the_edge(filled, texels)), seen)


def _read(
    surface: Coloured, target: Target, texels: Chart, skin: Points, shown: Mask, colour: Image, known: Image
) -> None:
    """Read each texel where it lies on the scan."""
    topology = texels.topology
    rows, columns = np.nonzero(texels.spread(shown.astype(float)) > 0.5)
    normals = texels.spread(vertex_normals(skin, topology.triangles))[rows, columns].astype(np.float64)
    points = texels.position[rows, columns].astype(np.float64)
    triangle, weights = target.surface.where(points, normals, LEAST_COSINE, _CANDIDATES)
    colour[rows, columns] = to_linear(surface.at(triangle, weights) / 255)
    known[rows, columns] = 1.0


def guide(space: FaceSpace) -> Embedding:
    """Return the detected points that are spots of the face: not the irises, not those that slide along the outline."""
    spots = np.array([number for number in range(IRISES) if number not in OVAL])
    marks = space.landmarks_478
    return Embedding(tuple(str(spot) for spot in spots), marks.triangle[spots], marks.weights[spots])
