"""A ruler held beside the face, and the clicks of somebody who marks two of its lines."""

from dataclasses import dataclass

import cv2
import numpy as np

from clinic.bench.reconstruction.studio.shutter import Body
from clinic.case import Camera, Pixels, Points

_LENGTH_MM, _WIDTH_MM, _PX_MM = 160, 28, 8
_MARKED_MM = (20.0, 140.0)
_ON_LINES_MM = 8.0  # from the edge: where the lines of whole centimetres end
_CLICK_PX = 1.0
_BESIDE_MM = 32.0  # from the outer corner of the eye to the ruler


@dataclass(frozen=True, slots=True, eq=False)
class Stick:
    """body: the ruler. clicked: (column, row) of both marks. length_mm: between them."""

    body: Body
    clicked: tuple[tuple[float, float], tuple[float, float]]
    length_mm: float


def held(corners: Points, camera: Camera, yaw_deg: float, random: np.random.Generator) -> Stick:
    """Hold a ruler upright in the plane of the outer eye corners (2, 3) mm, towards the camera."""
    side = 1 if yaw_deg <= 0 else -1  # in the picture: 1 is right
    right, down = camera.rotation[0], camera.rotation[1]
    tilt = np.radians(random.normal(0, 3, 2))
    along = down + np.tan(tilt[0]) * right + np.tan(tilt[1]) * camera.rotation[2]
    along /= np.linalg.norm(along)
    across = np.cross(along, camera.rotation[2])
    across /= np.linalg.norm(across)
    depth = camera.to_camera(corners)[:, 2].mean() + random.normal(0, 4)
    edge = camera.to_camera(corners)
    reach = (edge[:, 0].max() if side > 0 else edge[:, 0].min()) + side * _BESIDE_MM
    place = np.array([reach + side * _WIDTH_MM / 2, edge[:, 1].mean() + 30, depth])
    centre = camera.rotation.T @ (place - camera.translation)
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2
    points = centre + square[:, :1] * _WIDTH_MM * across + square[:, 1:] * _LENGTH_MM * along
    edge_line = centre - (_WIDTH_MM / 2 - _ON_LINES_MM) * across
    marks = np.stack([edge_line + (mark - _LENGTH_MM / 2) * along for mark in _MARKED_MM])
    clicked = camera.project(marks) + random.normal(0, _CLICK_PX, (2, 2))
    body = Body(
        points, np.tile(-camera.rotation[2], (4, 1)), np.array([[0, 1, 2], [0, 2, 3]], np.int32), np.full((4, 3), 0.8),
        uv=np.array([[0.0, 1], [1, 1], [1, 0], [0, 0]]), albedo=_printed(),
    )  # fmt: skip
    (a, b), (c, d) = clicked.tolist()
    return Stick(body, ((a, b), (c, d)), _MARKED_MM[1] - _MARKED_MM[0])


def _printed() -> Pixels:
    """Return the face of the ruler: a line each millimetre, longer ones at five and ten, numbers in centimetres."""
    picture = np.full((_LENGTH_MM * _PX_MM, _WIDTH_MM * _PX_MM, 3), 238, np.uint8)
    for mm in range(5, _LENGTH_MM - 4):
        reach = 9 if mm % 10 == 0 else 6.5 if mm % 5 == 0 else 4
        row = mm * _PX_MM
        picture[row - 1 : row + 1, : int(reach * _PX_MM)] = 25
        if mm % 10 == 0:
            cv2.putText(picture, str(mm // 10), (11 * _PX_MM, row + 12), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (25, 25, 25), 3)
    return picture
