"""The plain 478-landmark fit: what one gets from the detector's points and a face space without further thought.

A true perspective fit with EXIF's focal length, the same face space and prior, the detector's own expressions. All
points count alike, with the noise published for the detector; lids and lips have no conditions of their own.
"""

from dataclasses import replace

import numpy as np

from clinic.case import Photo, Points
from clinic.reconstruction.camera import lenses
from clinic.reconstruction.evidence import observe
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.fitting import fit
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.markers import markers

_NOISE = 0.015  # of the width of the face
_WIDTH = (234, 454)


def landmark_fit(photo: Photo, face: Detection, space: FaceSpace) -> Points:
    """Return the control vertices (c, 3) of the face, mm of the face space."""
    known = markers(space)
    width_px = float(np.linalg.norm(face.points[_WIDTH[0]] - face.points[_WIDTH[1]]))
    seen = replace(observe(photo, face, known, 0), sigma_px=np.full(len(known.used), _NOISE * width_px))
    points = replace(known.points, pairs=np.zeros((0, 2), np.int32))
    solution = fit(points, [seen], [[lens] for lens in lenses(photo)])
    return space.control(solution.identity)
