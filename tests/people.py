"""Faces of the face space: the mean and random ones, without photo and texture."""

import functools
from dataclasses import replace

import numpy as np
from builders import face

from clinic.case import FaceModel
from clinic.reconstruction.face_space import FaceSpace


@functools.cache
def person(seed: int = 0) -> FaceModel:
    """The mean face (seed 0), or a random one."""
    space = FaceSpace.load()
    identity = np.random.default_rng(seed).normal(size=len(space.modes)) * (seed > 0)
    count = len(space.topology.uv)
    return replace(
        face(),
        topology=space.topology,
        identity=identity,
        control=space.control(identity),
        residual=np.zeros(len(space.mean)),
        sigma_mm=np.ones(count),
        seen=np.ones(count, np.uint8),
        photos=(),
    )
