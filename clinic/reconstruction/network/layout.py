"""Where the face space lies in the square of the maps: mean face, landmarks, and how much each texel counts."""

from functools import cache

import numpy as np
import torch
from torch import Tensor

from clinic.reconstruction.face_space import HOLDOUT, FaceSpace
from clinic.reconstruction.network.maps import grid
from clinic.reconstruction.texture.chart import Chart, chart

# Features by which faces are told apart count most (the founding article's scheme).
_BY_LANDMARK, _ELSEWHERE = 16.0, 0.3
_BY_REGION = (("face", 3.0), ("lids", 4.0), ("nose", 8.0), ("upper_lip", 8.0), ("lower_lip", 8.0), ("interior", 0.05))


@cache
def landmark_places() -> Tensor:
    """Return (68, 2) places of the landmarks in a map, -1..1 right and down."""
    space = FaceSpace.load()
    return grid(space.landmarks_68.on(space.topology.uv, space.topology.triangles))


@cache
def mean_map(size: int) -> Tensor:
    """Return (3, size, size) the mean face, mm."""
    return torch.from_numpy(_chart(size).position.copy()).permute(2, 0, 1).contiguous()


@cache
def mode_maps(size: int) -> Tensor:
    """Return (92, 3, size, size) what one standard deviation of each mode of identity does there, mm.

    Modes of the `holdout` build: the network learns from its faces, so that others can test it.
    """
    space = FaceSpace.load(HOLDOUT)
    vertices = np.concatenate([space.topology.subdivide(mode) for mode in space.modes], axis=1)
    maps = _chart(size).spread(vertices)
    return torch.from_numpy(maps.astype(np.float32)).permute(2, 0, 1).reshape(-1, 3, size, size)


@cache
def texel_weights(size: int) -> Tensor:
    """Return (1, size, size), 1 on average: what an error at a texel counts."""
    square = _chart(size)
    weights = np.full((size, size), _ELSEWHERE)
    for name, weight in _BY_REGION:
        weights = np.where(square.region(name) > 0.5, weight, weights)
    places = (landmark_places().numpy() + 1) / 2 * size
    column, row = np.clip(places.astype(int), 0, size - 1).T
    weights[row, column] = _BY_LANDMARK
    return torch.from_numpy((weights / weights.mean()).astype(np.float32))[None]


@cache
def _chart(size: int) -> Chart:
    space = FaceSpace.load()
    return chart(space.topology, space.topology.subdivide(space.mean), size)
