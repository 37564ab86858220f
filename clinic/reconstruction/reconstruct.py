"""One or more photos of a face → the neutral face in millimetres, with its uncertainty."""

from collections.abc import Sequence

import numpy as np

from clinic import resources
from clinic.case import Acquisition, Embedding, FaceModel, Floats, Part, PhotoFit, Pixels, Scale, Texture
from clinic.jobs import Progress
from clinic.reconstruction import landmarks
from clinic.reconstruction.evidence import OVAL
from clinic.reconstruction.eyeball import BROWN
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.gate import Sighting
from clinic.reconstruction.iris import iris_rgb
from clinic.reconstruction.landmarks import IRISES, Detection
from clinic.reconstruction.shaping import Shape, looks, shape
from clinic.words import say

__all__ = ["Shape", "rebuild", "reconstruct", "shape"]

VERSION = "reconstruction 1"


def reconstruct(taken: Acquisition, progress: Progress) -> FaceModel:
    """Return the face that one to twelve photos of one sitting show.

    Where nobody measured anything, the irises give the scale. Raises what `shape` does.
    """
    from clinic.reconstruction.texture import bake

    space = FaceSpace.load()
    found = shape(taken, space, progress.part(0.0, 0.4))
    progress.report(0.4, say("Painting the skin from the photos"))
    points = [_points(face, one, space) for face, one in zip(found.faces, found.photos, strict=True)]
    neutral = space.topology.subdivide(found.control)
    part = progress.part(0.4, 0.95)
    texture = bake(found.used, found.photos, space.topology, neutral, part, points, _guide(space))
    frame = (found.size, found.rotation, found.translation)
    return FaceModel(
        topology=space.topology,
        identity=found.identity,
        residual=found.residual,
        size=found.size,
        rotation=found.rotation,
        translation=found.translation,
        control=found.control,
        parts=_placed_parts(space.parts(found.identity, _iris(found)), frame),
        texture=texture,
        scale=found.scale,
        sigma_mm=found.sigma_mm,
        seen=found.seen,
        photos=found.photos,
        warnings=found.warnings,
        made_from=tuple(photo.id for photo in taken.photos),
        made_by=_made_by(space, found),
        error_modes=found.error_modes,
    )


def rebuild(
    *,
    identity: Floats,
    residual: Floats,
    size: float,
    rotation: Floats,
    translation: Floats,
    texture: Texture,
    scale: Scale,
    sigma_mm: Floats,
    seen: Pixels,
    warnings: tuple[str, ...] = (),
    made_from: tuple[str, ...] = (),
    made_by: str = "",
    iris_colour: tuple[int, int, int] = BROWN,
) -> FaceModel:
    """Return a face from the numbers that a GLB of ours carries; there are no photos behind it any more.

    Arguments as the fields of `FaceModel`; control mesh, parts and topology follow from them and the face space.
    iris_colour: sRGB, as `iris.iris_rgb` found it in the photo.
    """
    space = FaceSpace.load()
    return FaceModel(
        topology=space.topology,
        identity=identity,
        residual=residual,
        size=size,
        rotation=rotation,
        translation=translation,
        control=size * space.control(identity, residual=residual) @ rotation.T + translation,
        parts=_placed_parts(space.parts(identity, iris_colour), (size, rotation, translation)),
        texture=texture,
        scale=scale,
        sigma_mm=sigma_mm,
        seen=seen,
        warnings=warnings,
        made_from=made_from,
        made_by=made_by,
    )


def _points(face: Sighting, fit: PhotoFit, space: FaceSpace) -> Floats:
    """Return (478, 2) where a photo shows the detector's points; from the side, where the fit has them."""
    if isinstance(face, Detection):
        return face.points[:, :2]
    return fit.camera.project(space.landmarks_478.on(fit.points, space.topology.triangles))


def _iris(found: Shape) -> tuple[int, int, int]:
    """Return the colour of the irises, brown if no photo shows both."""
    shown = [(photo, face) for photo, face in zip(found.used, found.faces, strict=True) if isinstance(face, Detection)]
    return iris_rgb([photo for photo, _ in shown], [face for _, face in shown]) if shown else BROWN


def _guide(space: FaceSpace) -> Embedding:
    """Return the detected points that are spots of the face: not the irises, not those that slide along the outline."""
    spots = np.array([number for number in range(IRISES) if number not in OVAL])
    marks = space.landmarks_478
    return Embedding(tuple(str(spot) for spot in spots), marks.triangle[spots], marks.weights[spots])


def _placed_parts(parts: Sequence[Part], frame: tuple[float, Floats, Floats]) -> tuple[Part, ...]:
    size, rotation, translation = frame
    return tuple(
        Part(part.name, size * part.points @ rotation.T + translation, part.triangles, part.colours) for part in parts
    )


def _made_by(space: FaceSpace, found: Shape) -> str:
    model = next(model for model in resources.model_files() if model.name == landmarks.MODEL)
    words = f"{VERSION}, {space.topology.name} {space.sha256[:8]}, face_landmarker {model.sha256[:8]}"
    if looks(found.used):
        from clinic.reconstruction.network.weights import GRAPH, card
        from clinic.reconstruction.position_map import MOBILE

        words += f", {MOBILE} {card(MOBILE)['sha256'][GRAPH.format(MOBILE)][:8]}"
    return words
