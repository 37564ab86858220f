"""The mean face of the face space as a face model without photo."""

import numpy as np

from clinic.case import FaceModel, Scale, Texture
from clinic.reconstruction.face_space import FaceSpace


def mean_face(space: FaceSpace) -> FaceModel:
    """Return the mean with its eyeballs, grey, in its own patient frame."""
    identity = np.zeros(len(space.modes))
    count = len(space.topology.uv)
    return FaceModel(
        topology=space.topology,
        identity=identity,
        residual=np.zeros(len(space.mean)),
        size=1.0,
        rotation=np.eye(3),
        translation=np.zeros(3),
        control=space.control(identity),
        parts=space.parts(identity),
        texture=Texture(np.full((8, 8, 3), 160, np.uint8), np.zeros((8, 8), np.uint8)),
        scale=Scale("model", 0.0),
        sigma_mm=np.zeros(count),
        seen=np.ones(count, np.uint8),
    )
