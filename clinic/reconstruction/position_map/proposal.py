"""What the position map network makes of the face in photos, as a belief about the identity before the fit."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from clinic.case import Floats, Photo
from clinic.reconstruction.camera import believed_lens
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.fitting import Belief
from clinic.reconstruction.landmarks import IRISES, Detection
from clinic.reconstruction.network.reading import reader
from clinic.reconstruction.network.weights import card
from clinic.reconstruction.pose import Pose, pose
from clinic.reconstruction.position_map.error import coarser, reading_error
from clinic.reconstruction.position_map.frame import Frame, around
from clinic.reconstruction.position_map.texels import texels

MOBILE = "pmn-mobile"


def framed(photo: Photo, face: Detection, turned: Pose, space: FaceSpace) -> Frame:
    """Return the square that the network reads of a detected face."""
    known = np.isfinite(space.landmarks_478_sigma[:IRISES])
    centre = np.array([photo.width / 2, photo.height / 2])
    return around(face.points[:IRISES][known, :2], turned.roll_deg, believed_lens(photo).focal_px, centre)


def propose(space: FaceSpace, photos: Sequence[Photo], faces: Sequence[object], name: str = MOBILE) -> Belief:
    """Return what is believed of the identity after the network has looked at every photo that shows both eyes.

    Raises Untrained or DamagedNetwork.
    """
    network, error = reader(name), reading_error(name)
    shown = [(photo, face) for photo, face in zip(photos, faces, strict=True) if isinstance(face, Detection)]
    belief = Belief.standard(len(space.modes))
    if not shown:
        return belief
    turns = [pose(photo, face) for photo, face in shown]
    frames = [framed(photo, face, turned, space) for (photo, face), turned in zip(shown, turns, strict=True)]
    crops = np.stack([frame.cut(photo.pixels, network.side) for (photo, _), frame in zip(shown, frames, strict=True)])
    read = network.read(crops, np.stack([frame.lens for frame in frames]).astype(np.float32))
    found = error.coordinates(coarser(read.neutral, error.size))
    tables = [error.at(turned.yaw_deg) for turned in turns]
    off = np.concatenate([row - mean for row, (mean, _, _) in zip(found, tables, strict=True)])
    response = np.concatenate([response for _, response, _ in tables]) @ _true_coordinates(space, name)
    pulled = response.T @ np.linalg.inv(_together([noise for _, _, noise in tables], error.shared))
    precision = belief.precision + pulled @ response
    return Belief(np.linalg.solve(precision, pulled @ off), precision)


def _together(noises: Sequence[Floats], shared: Floats) -> Floats:
    """Return the covariance of what is wrong with all readings of one person."""
    q = len(shared)
    covariance = np.tile(shared, (len(noises), len(noises)))
    for number, noise in enumerate(noises):
        rows = slice(number * q, (number + 1) * q)
        covariance[rows, rows] = noise
    return covariance


@cache
def _true_coordinates(space: FaceSpace, name: str) -> Floats:
    """Return (q, k) where each mode of a face space lies along the shapes that readings are told in."""
    error, size = reading_error(name), int(card(name)["shape"]["map_size"])
    modes = texels(space, size).modes.reshape(len(space.modes), size, size, 3).transpose(0, 3, 1, 2)
    along: Floats = error.coordinates(coarser(modes, error.size)).T
    return along
