"""The outline of the skin is found to a fraction of a pixel, from a face that is off, and only where it is skin."""

import cv2
import numpy as np
from scipy.spatial import cKDTree

from clinic.case import Camera, Floats, Pixels, Points
from clinic.geometry.rasterise import photograph
from clinic.reconstruction import outline
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.outline.contour import Contour, occluding
from clinic.reconstruction.spots import Spots
from clinic.reconstruction.training.predictor.studio import Shot, shoot

TOPOLOGY = FaceSpace.load().topology
ROOM = np.array([0.30, 0.45, 0.60])


def painted(points: Points, camera: Camera, hair: bool = False) -> Pixels:
    """A face in even light before an even wall, blurred by the lens; with `hair`, dark above the brows."""
    large = Camera(4 * camera.focal_px, 4 * camera.cx, 4 * camera.cy, 4 * camera.width, 4 * camera.height,
                   camera.rotation, camera.translation)  # fmt: skip
    raster = photograph(points, TOPOLOGY.triangles, large)
    skin = np.tile([0.55, 0.34, 0.25], (len(points), 1))
    if hair:
        skin[points[:, 2] > 20] = 0.02
    shown = np.where(raster.hit[..., None], raster.carry(skin, TOPOLOGY.triangles), ROOM)
    small = cv2.resize(shown, (camera.width, camera.height), interpolation=cv2.INTER_AREA)
    return np.asarray((255 * cv2.GaussianBlur(small, (0, 0), 0.8) ** (1 / 2.2)).astype(np.uint8))


def from_the_right(size: int = 400) -> Camera:
    """A camera 1 m from the face, looking at its right side."""
    rotation = np.array([[0.0, -1, 0], [0, 0, -1], [1, 0, 0]])
    return Camera(4.0 * size, size / 2, size / 2, size, size, rotation, np.array([0.0, -35, 1000]))


def person(seed: int, most: float) -> Points:
    space = FaceSpace.load()
    return TOPOLOGY.subdivide(space.control(np.random.default_rng(seed).normal(0, most, len(space.modes))))


def off(found: Spots, truth: Contour) -> Floats:
    """How far found points lie from the true outline, across it, px."""
    nearest = cKDTree(truth.image).query(found.image)[1]
    return np.asarray(np.abs(((found.image - truth.image[nearest]) * truth.outward[nearest]).sum(axis=1)))


def test_the_outline_is_found_to_a_fraction_of_a_pixel() -> None:
    """From the mean face to another one whose outline lies up to 7 mm away: half a pixel in nine points of ten."""
    truth, camera = person(3, 0.8), from_the_right()
    expected = TOPOLOGY.subdivide(FaceSpace.load().mean)
    found = outline.find(painted(truth, camera), camera, expected, TOPOLOGY)
    error = off(found, occluding(camera, truth, TOPOLOGY))
    assert len(error) > 150
    assert np.median(error) < 0.2
    assert np.percentile(error, 90) < 0.5
    start = off(Spots(found.triangle, found.weights, occluding_at(found, expected, camera), found.whiten),
                occluding(camera, truth, TOPOLOGY))  # fmt: skip
    assert np.median(start) > 4 * np.median(error)


def occluding_at(found: Spots, points: Points, camera: Camera) -> Floats:
    """Where the spots lay before the search."""
    corners = points[TOPOLOGY.triangles[found.triangle]]
    return np.asarray(camera.project(np.einsum("sk,skd->sd", found.weights, corners)))


def test_spots_know_only_the_way_across() -> None:
    camera = from_the_right()
    points = person(3, 0.8)
    found = outline.find(painted(points, camera), camera, points, TOPOLOGY, 4.0)
    assert (np.linalg.matrix_rank(found.whiten) == 1).all()
    along = np.stack([-found.whiten[:, 0, 1], found.whiten[:, 0, 0]], axis=1)
    assert np.abs(np.einsum("sij,sj->si", found.whiten, along)).max() < 1e-9


def test_hair_is_no_outline_of_the_skin() -> None:
    camera, points = from_the_right(), person(4, 0.5)
    bare = outline.find(painted(points, camera), camera, points, TOPOLOGY, 4.0)
    covered = outline.find(painted(points, camera, hair=True), camera, points, TOPOLOGY, 4.0)
    # the brow ends 20 mm above the eyes, in the upper half of the picture
    high = camera.project(np.array([[0.0, -20, 24]]))[0, 1]
    assert (bare.image[:, 1] < high).sum() > 20
    assert (covered.image[:, 1] < high).sum() <= 3
    assert (covered.image[:, 1] > high).sum() > 100


def test_nothing_is_found_in_an_empty_room() -> None:
    camera, points = from_the_right(), person(4, 0.5)
    room = np.broadcast_to((255 * ROOM ** (1 / 2.2)).astype(np.uint8), (400, 400, 3))
    noise = np.random.default_rng(1).normal(0, 3, room.shape)
    found = outline.find(np.clip(room + noise, 0, 255).astype(np.uint8), camera, points, TOPOLOGY)
    assert len(found.image) == 0


def test_the_outline_of_a_render_with_hair_light_and_clothes() -> None:
    """Three sitters in the studio of training, two from the side, one oblique: a pixel in four points of five."""
    errors: list[Floats] = []
    for seed, yaw in ((1, -88.0), (4, -88.0), (10, -50.0)):
        shot: Shot = shoot(FaceSpace.load(), np.random.default_rng((9, seed)), (yaw, yaw), 500)
        found = outline.find(shot.pixels, shot.camera, shot.points, TOPOLOGY, 5.0)
        errors.append(off(found, occluding(shot.camera, shot.points, TOPOLOGY)))
    error = np.concatenate(errors)
    assert len(error) > 300
    assert np.median(error) < 0.4
    assert np.percentile(error, 80) < 1.0
