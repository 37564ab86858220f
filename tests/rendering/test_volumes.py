"""Slices lie as radiologists expect them, and rays see skin or bone."""

import numpy as np
import pytest
from dicoms import ball

from clinic.case import CT, Volume
from clinic.rendering.raycast import BONE, SKIN, Body, cast
from clinic.rendering.slices import Grey, plane

GROUND = (20, 20, 20)
BRIGHT = Grey(-1000.0, 1000.0)


def marked(x: int, y: int, z: int) -> Volume:
    """Air with one bright voxel."""
    values = np.full((10, 20, 30), -1000, np.int16)
    values[z, y, x] = 1000
    return Volume(values, np.array([1.0, 1.0, 2.0]), np.eye(3), np.zeros(3), CT)


@pytest.mark.parametrize(
    ("name", "number", "row", "column"), [("axial", 8, 3, 25), ("coronal", 3, 1, 25), ("sagittal", 25, 1, 3)]
)
def test_left_is_right_and_front_and_top_are_up(name: str, number: int, row: int, column: int) -> None:
    """A voxel at the patient's left, in front and near the top."""
    picture = plane(marked(25, 3, 8), name, number, BRIGHT)
    assert tuple(np.argwhere(picture[..., 0] > 128)[0]) == (row, column)


def test_levels_tint_bone_and_draw_the_edge_of_skin() -> None:
    volume = Volume(ball(), np.ones(3), np.eye(3), np.zeros(3), CT)
    plain = plane(volume, "axial", 12, Grey(-1000, 1500))
    tinted = plane(volume, "axial", 12, Grey(-1000, 1500, skin=-500, bone=600))
    changed = (plain != tinted).any(axis=2)
    bone, inside = ball()[12] >= 600, ball()[12] >= -500
    assert changed[bone].all()
    assert not changed[~inside].any()
    edge = changed & ~bone
    assert 60 < edge.sum() < 0.4 * inside.sum()


def body() -> Body:
    values = np.pad(ball(40), 6, constant_values=-1000)
    return Body(values, np.array([3.0, 3.0, 2.0]), -480.0, 600.0, 40.0)


def seen(preset: str, yaw: float) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    return cast(body(), preset, yaw, 0.0, 120, GROUND)


def test_skin_hides_what_bone_shows() -> None:
    skin, bone = seen(SKIN, 0.0), seen(BONE, 0.0)
    assert (skin[0, 0] == GROUND).all()
    assert (skin != GROUND).any(axis=2).sum() > 3 * (bone.max(axis=2) > 100).sum() > 0


def test_turning_shows_the_left_side() -> None:
    """The spot of bone lies left of the middle and in front of it: at the right of the picture, then at its left."""
    columns = [np.argwhere(seen(BONE, yaw).max(axis=2) > 100)[:, 1].mean() for yaw in (0.0, 90.0)]
    assert columns[0] > 62.0
    assert columns[1] < 58.0
