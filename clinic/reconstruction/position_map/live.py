"""From a photo to a posed mesh at once: the network's position map, read at the vertices, and where the camera stands.

For pictures that move: nothing is fitted to landmarks, nothing is measured on it.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from clinic.case import Camera, Floats, Photo, Points
from clinic.reconstruction.camera import believed_lens
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.landmarks import EYES, Detection, detect, read_face
from clinic.reconstruction.network.reading import Reader, reader
from clinic.reconstruction.pose import pose
from clinic.reconstruction.position_map.proposal import MOBILE, framed
from clinic.reconstruction.position_map.texels import texels

_SUREST = 240  # texels that say where the camera stands
_SEEN = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class LiveFace:
    """points: (n, 3) mm, the display vertices in their expression, face space. camera: in the same frame.

    sigma_mm: (n,) how far the network thinks that each vertex is off. places: (n, 2) px where it says that each lies.
    """

    points: Points
    camera: Camera
    sigma_mm: Floats
    places: Floats


class Live:
    """Follows one face from picture to picture."""

    def __init__(self, space: FaceSpace, network: Reader | None = None) -> None:
        self._space, self._network = space, network
        self._last: Detection | None = None

    def follow(self, photo: Photo) -> LiveFace | None:
        """Return the face in the next picture, None where there is none. Raises Untrained or DamagedNetwork."""
        found = self._again(photo) or next(iter(detect(photo.pixels)), None)
        self._last = found
        return mesh(photo, found, self._space, self._network) if found else None

    def _again(self, photo: Photo) -> Detection | None:
        """Look where the face was."""
        if self._last is None:
            return None
        return read_face(photo.pixels, self._last.box, self._last.points[list(EYES), :2])


def mesh(photo: Photo, face: Detection, space: FaceSpace, network: Reader | None = None) -> LiveFace:
    """Return the face of a detection as a mesh. Raises Untrained or DamagedNetwork."""
    network = network or reader(MOBILE)
    frame = framed(photo, face, pose(photo, face), space)
    read = network.read(frame.cut(photo.pixels, network.side)[None], frame.lens[None].astype(np.float32))
    known = texels(space, read.uv.shape[-1])
    positions = known.mean + _rows(read.neutral[0] + read.expression[0])
    places = frame.in_photo(_rows(read.uv[0]))
    sure = known.on_face & (read.visible[0].ravel() > _SEEN)
    unsure = np.where(sure, read.b_uv[0].ravel(), np.inf)
    chosen = np.argsort(unsure, kind="stable")[:_SUREST]
    camera = _camera(photo, positions[chosen], places[chosen])
    return LiveFace(
        known.vertices @ positions,
        camera,
        known.vertices @ read.b_xyz[0].ravel().astype(float),
        known.vertices @ places,
    )


def _rows(maps: Floats) -> Floats:
    """Return (m · m, k) of (k, m, m)."""
    return np.asarray(maps.reshape(len(maps), -1).T, np.float64)


def _camera(photo: Photo, points: Points, places: Floats) -> Camera:
    """Return the camera that sees points (s, 3) mm at places (s, 2) px (Terzakis and Lourakis 2020, SQPnP)."""
    focal, cx, cy = believed_lens(photo).focal_px, photo.width / 2, photo.height / 2
    inner = np.array([[focal, 0, cx], [0, focal, cy], [0, 0, 1]])
    _, turn, shift = cv2.solvePnP(points, places, inner, None, flags=cv2.SOLVEPNP_SQPNP)
    rotation = np.asarray(cv2.Rodrigues(turn)[0], np.float64)
    return Camera(focal, cx, cy, photo.width, photo.height, rotation, np.asarray(shift, np.float64).ravel())
