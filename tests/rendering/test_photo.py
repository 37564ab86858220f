import cv2
import numpy as np
import pytest
from builders import camera, face, photo

from clinic.case import Floats, Mask, Photo, PhotoFit, Pixels, Points
from clinic.geometry import vertex_normals
from clinic.geometry.rasterise import photograph
from clinic.rendering.photo import after

SKIN, GREEN = (205, 160, 140), (40, 160, 60)
HALF_AND_HALF = 37.5  # green − red where a pixel shows as much wall as skin


def fit() -> PhotoFit:
    return face().photos[0]


def inside(points: Points) -> Mask:
    return photograph(points, face().topology.triangles, camera()).hit


def portrait() -> Photo:
    """Skin of one colour before a green wall."""
    pixels = np.where(inside(fit().points)[..., None], SKIN, GREEN).astype(np.uint8)
    return Photo(pixels, "photo 1")


def bump(centre: Floats, direction: tuple[float, float, float], width_mm: float) -> Points:
    """Move everything within 1.2 widths by `direction`, falling smoothly to exactly nothing at 3 widths."""
    distance = np.linalg.norm(fit().points - centre, axis=1) / width_mm
    t = np.clip((3 - distance) / 1.8, 0, 1)
    moved: Points = (t * t * (3 - 2 * t))[:, None] * np.array(direction)
    return moved


def warped(taken: Photo, displacement: Points) -> Pixels:
    return after(taken, fit(), face().topology, displacement)


def greenness(pixels: Pixels) -> Floats:
    signed = pixels.astype(float)
    green: Floats = signed[..., 1] - signed[..., 0]
    return green


def test_without_a_change_the_photo_is_bit_equal() -> None:
    assert np.array_equal(warped(photo(), np.zeros_like(fit().points)), photo().pixels)


def test_a_patch_moves_by_what_the_camera_sees() -> None:
    """A dark spot on skin that moves 5 mm to the side goes where the moved skin is projected."""
    vertex = int(np.argmin(np.linalg.norm(fit().points - face().landmarks()["malar_l"], axis=1)))
    displacement = bump(fit().points[vertex], (-5.0, 0.0, 3.0), 9.0)
    spot = camera().project(fit().points[vertex : vertex + 1])[0]
    rows, columns = np.mgrid[0:400, 0:320] + 0.5
    darker = 120 * np.exp(-((columns - spot[0]) ** 2 + (rows - spot[1]) ** 2) / (2 * 1.5**2))
    taken = Photo((portrait().pixels - darker[..., None]).clip(0, 255).astype(np.uint8), "photo 1")
    lost = 190.0 - warped(taken, displacement).astype(float).mean(axis=2)
    lost = np.where(np.hypot(columns - spot[0], rows - spot[1]) < 12, np.clip(lost - 40, 0, None), 0)
    found = np.array([(lost * columns).sum(), (lost * rows).sum()]) / lost.sum()
    moved = fit().points[vertex : vertex + 1] + displacement[vertex]
    assert np.linalg.norm(found - spot) > 4
    assert found == pytest.approx(camera().project(moved)[0], abs=0.3)


def test_nothing_changes_farther_than_its_reach() -> None:
    centre = face().landmarks()["pogonion"]
    displacement = bump(centre, (0.0, -4.0, 0.0), 8.0)
    changed = (warped(photo(), displacement) != photo().pixels).any(axis=2)
    rows, columns = np.nonzero(changed)
    middle = camera().project(centre[None])[0]
    assert changed.any()
    # 24 mm of moving skin and 16 mm over which its surroundings give way, 1.2 px/mm
    assert np.hypot(columns + 0.5 - middle[0], rows + 0.5 - middle[1]).max() < 1.2 * 40 + 3


def side_of_the_jaw() -> Floats:
    outline = fit().points[:, 0] + np.where(abs(fit().points[:, 2] + 60) < 8, 0, -1000)
    widest: Floats = fit().points[int(np.argmax(outline))]
    return widest


def test_where_the_outline_recedes_the_background_shows() -> None:
    displacement = bump(side_of_the_jaw(), (-6.0, 0.0, 0.0), 16.0)
    uncovered = inside(fit().points) & ~inside(fit().points + displacement)
    assert uncovered.sum() > 80
    shown = greenness(warped(portrait(), displacement))[uncovered]
    assert np.median(shown) > 100
    assert (shown > HALF_AND_HALF).mean() > 0.8


def test_where_the_outline_advances_it_covers() -> None:
    displacement = bump(side_of_the_jaw(), (6.0, 0.0, 0.0), 16.0)
    covered = cv2.erode(inside(fit().points + displacement).astype(np.uint8), np.ones((3, 3))) > 0
    covered &= ~inside(fit().points)
    assert covered.sum() > 50
    assert (greenness(warped(portrait(), displacement))[covered] < HALF_AND_HALF).mean() > 0.85


def test_skin_that_turns_to_the_light_gets_brighter() -> None:
    """Light from above; a cheek that is raised turns its upper side up and its lower side down."""
    triangles = face().topology.triangles
    upwards = vertex_normals(fit().points, triangles)[:, 2:]
    light = photograph(fit().points, triangles, camera()).carry(0.75 + 0.25 * upwards, triangles)
    taken = Photo((portrait().pixels * light.clip(0.3, 1) ** (1 / 2.2)).astype(np.uint8), "photo 1")
    cheek = face().landmarks()["malar_r"]
    changed = warped(taken, bump(cheek, (0.0, -4.0, 0.0), 8.0)).astype(float) - taken.pixels
    column, row = camera().project(cheek[None])[0].astype(int)
    assert changed[row - 20 : row - 12, column - 4 : column + 4].mean() > 3
    assert changed[row + 12 : row + 20, column - 4 : column + 4].mean() < -3
    assert abs(changed[inside(fit().points)]).max() < 60


def test_the_same_plan_gives_the_same_picture() -> None:
    displacement = bump(face().landmarks()["pogonion"], (0.0, -4.0, 0.0), 8.0)
    assert np.array_equal(warped(photo(), displacement), warped(photo(), displacement))
