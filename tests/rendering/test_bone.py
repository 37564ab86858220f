"""Bone through the skin: both move, what would hide bone is left out."""

from dataclasses import replace

import numpy as np
import pytest
from people import person

from clinic.case import FaceModel, Part
from clinic.rendering.bone import bone_layer, through_skin
from clinic.rendering.scene import Look, face_scene


def face() -> FaceModel:
    points = np.array([[0.0, 0, -100], [10, 0, -100], [0, 0, -90]])
    bone = Part("bone", points, np.array([[0, 1, 2]], np.int32), np.full((3, 3), 200, np.uint8))
    return replace(person(), bone=bone)


def test_bone_moves_as_it_is_told_under_a_veil_of_skin() -> None:
    moves = np.tile([0.0, -6.0, 0.0], (3, 1))
    scene = through_skin(face_scene(face(), None, Look.CLAY), face(), bone_layer(face(), moves))
    assert [layer.name for layer in scene.layers] == ["bone", "skin"]
    bone = face().bone
    assert bone is not None
    np.testing.assert_allclose(scene.layer("bone").points, bone.points + moves)
    assert 0 < scene.layer("skin").opacity < 0.5
    assert scene.layer("bone").opacity == 1.0


def test_skin_may_be_gone_or_hide_all_bone() -> None:
    whole, bone = face_scene(face(), None, Look.TEXTURE), bone_layer(face())
    assert [layer.name for layer in through_skin(whole, face(), bone, 0.0).layers] == ["bone"]
    assert through_skin(whole, face(), bone, 1.0) is whole


def test_a_face_of_photos_has_no_bone_to_show() -> None:
    with pytest.raises(ValueError, match="not built from a CT"):
        bone_layer(person())
