import numpy as np
import pytest
from numpy.typing import NDArray

from clinic.case import Floats, Mask
from clinic.reconstruction.texture.skin_mask import Outline, bare_skin, outline

SKIN, HAIR, WALL = (0.55, 0.34, 0.26), (0.10, 0.06, 0.03), (0.30, 0.35, 0.45)
TOOTH, LIP, IRIS = (0.75, 0.72, 0.66), (0.40, 0.16, 0.15), (0.05, 0.04, 0.03)
SIDE = 400
ROWS, COLUMNS = np.mgrid[0:SIDE, 0:SIDE] + 0.5
EYE_R, EYE_L, MOUTH, LIPS = (140, 160, 26, 9), (260, 160, 26, 9), (200, 290, 38, 10), (200, 290, 50, 22)
FACE = (200, 210, 120, 160)
_EYE_R = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
_EYE_L = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
_MOUTH = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191)
_LIPS = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
_JAW = (454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234)
_BROWS = (70, 63, 105, 66, 107, 336, 296, 334, 293, 300)

Oval = tuple[float, float, float, float]  # centre column and row, half width and height


def within(oval: Oval) -> Mask:
    inside: Mask = ((COLUMNS - oval[0]) / oval[2]) ** 2 + ((ROWS - oval[1]) / oval[3]) ** 2 < 1
    return inside


def landmarks() -> Floats:
    """478 points of which those that outline a feature lie where the drawing below has it."""
    points = np.full((478, 2), 200.0)
    turns = ((_EYE_R, EYE_R, 180.0), (_EYE_L, EYE_L, 0.0), (_MOUTH, MOUTH, 180.0), (_LIPS, LIPS, 180.0))
    for numbers, oval, first in turns:
        angle = np.radians(first) - np.linspace(0, 2 * np.pi, len(numbers), endpoint=False) * (1 if first else -1)
        points[list(numbers)] = np.array(oval[:2]) + np.stack([np.cos(angle), np.sin(angle)], 1) * oval[2:]
    jaw = np.linspace(0, np.pi, len(_JAW))
    points[list(_JAW)] = np.array(FACE[:2]) + np.stack([np.cos(jaw), np.sin(jaw)], 1) * FACE[2:]
    points[list(_BROWS)] = np.stack([np.linspace(105, 295, 10), np.full(10, 132.0)], 1)
    points[5] = (200, 210)
    return points


def portrait(gap: float = 10.0) -> NDArray[np.float32]:
    """A drawn face: skin, eyes, open mouth with teeth `gap` px high to either side, a fringe, a wall behind."""
    drawn = np.broadcast_to(np.array(WALL, np.float32), (SIDE, SIDE, 3)).copy()
    drawn[within(FACE)] = SKIN
    drawn[within(LIPS)] = LIP
    drawn[within((*MOUTH[:3], gap))] = TOOTH
    for eye in (EYE_R, EYE_L):
        drawn[within(eye)] = TOOTH
        drawn[within((*eye[:2], 8, 8))] = IRIS
    drawn[within(FACE) & (ROWS < 100)] = HAIR
    return drawn + np.random.default_rng(2).normal(0, 0.01, drawn.shape).astype(np.float32)


def judged(drawn: NDArray[np.float32], points: Floats) -> NDArray[np.float32]:
    mesh = within((FACE[0], FACE[1], FACE[2] + 6, FACE[3] + 6))
    none = np.zeros_like(mesh)
    features = outline(points, mesh.shape, Outline(within((200, 230, 70, 90)), none, none, none))
    cheeks = within((140, 220, 25, 25)) | within((260, 220, 25, 25))
    return bare_skin(drawn, cheeks, mesh, features, 1.0, 1.5)


@pytest.mark.parametrize("gap", [10.0, 14.0])
def test_teeth_are_no_skin_even_where_the_points_miss_them(gap: float) -> None:
    judgement = judged(portrait(gap), landmarks())
    assert judgement[within((*MOUTH[:3], gap))].max() < 0.05
    assert judgement[within(LIPS) & ~within((200, 290, 46, 18))].mean() > 0.5  # the red of the lips stays


def test_eyes_are_no_skin() -> None:
    judgement = judged(portrait(), landmarks())
    assert judgement[within(EYE_R) | within(EYE_L)].max() == 0


def test_hair_and_wall_are_no_skin() -> None:
    judgement = judged(portrait(), landmarks())
    assert judgement[within(FACE) & (ROWS < 100)].max() == 0
    assert judgement[~within(FACE)].max() == 0


def test_cheeks_forehead_and_a_mole_are_skin() -> None:
    drawn = portrait()
    drawn[within((200, 117, 4, 4))] = HAIR
    judgement = judged(drawn, landmarks())
    assert judgement[within((140, 220, 40, 40))].min() > 0.9
    assert judgement[112:122, 120:280].min() > 0.9


def test_skin_that_passes_into_shade_is_skin_and_hair_beside_it_is_not() -> None:
    """Light from the left: the right cheek falls to a fifth, and ends at hair that is no darker."""
    light = np.clip(1 - (COLUMNS - 200) / 120, 0.2, 1).astype(np.float32)
    drawn = portrait() * np.stack([light, light**1.15, light**1.25], axis=-1)
    drawn[within(FACE) & (ROWS < 100)] = np.array(SKIN) * (0.2, 0.16, 0.13)
    judgement = judged(drawn, landmarks())
    assert judgement[within((295, 240, 8, 30))].min() > 0.9
    assert judgement[within(FACE) & (ROWS < 100)].max() == 0


def test_dark_skin_is_skin_too() -> None:
    judgement = judged(portrait() * np.array([0.2, 0.17, 0.15], np.float32), landmarks())
    assert judgement[within((140, 220, 40, 40))].min() > 0.9


def test_without_points_the_mesh_says_where_the_face_is() -> None:
    judgement = judged(portrait(), np.zeros((0, 2)))
    assert judgement[within((140, 220, 30, 30))].min() > 0.9
    assert judgement[within(FACE) & (ROWS < 100)].max() == 0
