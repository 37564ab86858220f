"""The phantom head at a quarter of its resolution, made once."""

import functools

from clinic.bench.intake.mean_face import mean_face
from clinic.bench.intake.phantom import Phantom, phantom
from clinic.jobs import Progress
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.tomography import Anatomy, segment

SHAPE = (100, 140, 140)  # of 2.4 × 1.7 × 1.7 mm


@functools.cache
def phantom_head() -> Phantom:
    """A CT of the mean face, with table, fillings and air ways."""
    return phantom(mean_face(FaceSpace.load()), SHAPE)


@functools.cache
def segmented_head() -> Anatomy:
    """Skin and bone found in it."""
    return segment(phantom_head().volume, Progress())
