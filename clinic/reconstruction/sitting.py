"""The photos of one sitting, and what was seen in each before the fit."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinic.case import Embedding, Photo
from clinic.reconstruction import profile
from clinic.reconstruction.camera import Lens, believed_lens, same_lens
from clinic.reconstruction.evidence import observe, observe_side
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.fitting import Belief, Observation
from clinic.reconstruction.gate import Sighting
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.markers import Markers, markers
from clinic.reconstruction.profile import ProfileDetection, names
from clinic.reconstruction.spots import Spots


@dataclass(frozen=True, slots=True, eq=False)
class Sitting:
    """What the fit starts from; one of photos, faces and observations for each photo. belief: about the identity."""

    space: FaceSpace
    photos: tuple[Photo, ...]
    faces: tuple[Sighting, ...]
    known: Markers
    observations: tuple[Observation, ...]
    lenses: tuple[Lens, ...]
    belief: Belief

    @property
    def lens(self) -> tuple[int, ...]:
        """Number of each photo's lens."""
        return tuple(seen.lens for seen in self.observations)

    @property
    def marked(self) -> tuple[Spots | None, ...]:
        """Points marked on faces that are seen from the side."""
        return tuple(
            profile.spots(face, self.space.topology) if isinstance(face, ProfileDetection) else None
            for face in self.faces
        )


def sat(space: FaceSpace, photos: Sequence[Photo], faces: Sequence[Sighting]) -> Sitting:
    """Return the photos with what was seen in them."""
    known, number = markers(space), same_lens(photos)
    lenses = tuple(believed_lens(photos[number.index(lens)]) for lens in range(max(number) + 1))
    seen = [
        observe(photo, face, known, lens)
        if isinstance(face, Detection)
        else observe_side(photo, face, known, lens, lenses[lens].focal_px, space)
        for photo, face, lens in zip(photos, faces, number, strict=True)
    ]
    return Sitting(space, tuple(photos), tuple(faces), known, tuple(seen), lenses, Belief.standard(len(space.modes)))


def marks(face: Sighting, space: FaceSpace) -> Embedding:
    """Return where the points of a detection lie on the mesh."""
    return space.landmarks_478 if isinstance(face, Detection) else names.embedding(space.topology, face.side)
