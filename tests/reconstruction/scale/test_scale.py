"""A face of known size, and things of known size beside it: what each of them says, and which one is believed."""

import cv2
import numpy as np
import pytest
from people import person

from clinic.case import Acquisition, Camera, Depth, Floats, Photo, Pixels, Points, Ruler
from clinic.geometry.rasterise import photograph
from clinic.reconstruction.scale import card, depth, ruler
from clinic.reconstruction.scale.choose import choose
from clinic.reconstruction.scale.eyes import from_pupils
from clinic.reconstruction.scale.sight import Reading, Sight

SIZE = 1.06  # the person is this much larger than the face that was fitted
FACE = person(3)
EYES = np.array([[-31.0, 0.0, 0.0], [31.0, 0.0, 0.0]])
WIDTH, HEIGHT, FOCAL = 1200, 1500, 5200.0


def _camera(yaw_deg: float) -> Camera:
    """A camera in units of the face, 1.2 m away in the person's millimetres."""
    c, s = np.cos(np.radians(yaw_deg)), np.sin(np.radians(yaw_deg))
    rotation = np.array([[c, s, 0], [0, 0, -1], [-s, c, 0]])
    return Camera(FOCAL, WIDTH / 2, HEIGHT / 2, WIDTH, HEIGHT, rotation, np.array([0, 20.0, 1200.0]) / SIZE)


def _sight(yaw_deg: float = 0.0, pixels: Pixels | None = None, measured: Depth | None = None) -> Sight:
    grey = np.full((HEIGHT, WIDTH, 3), 140, np.uint8) if pixels is None else pixels
    photo = Photo(grey, f"photo {yaw_deg:g}", depth=measured)
    marks = FACE.landmarks()
    beside = (marks["exocanthion_r"] + marks["exocanthion_l"]) / 2
    return Sight(photo, _camera(yaw_deg), FACE.points, FACE.topology.triangles, beside)


def _canthus_plane() -> float:
    return float(_sight().camera.to_camera(_sight().beside[None])[0, 2])


def _ruler_picture(length_mm: float) -> tuple[Pixels, Floats]:
    """Draw a millimetre ruler upright beside the face at the depth of the eye corners, and where two lines lie."""
    fine = 4
    per_mm = FOCAL / _canthus_plane() / SIZE
    canvas = np.full((HEIGHT * fine, 120 * fine), 235, np.uint8)
    top = 300.0
    for mm in range(101):
        row = (top + mm * per_mm) * fine
        end = (60 if mm % 10 == 0 else 30) * fine
        canvas[int(row - 0.15 * per_mm * fine) : int(row + 0.15 * per_mm * fine), :end] = 25
    drawn = cv2.resize(canvas, (120, HEIGHT), interpolation=cv2.INTER_AREA)
    pixels = np.full((HEIGHT, WIDTH, 3), 140, np.uint8)
    pixels[:, 40:160] = drawn[..., None]
    lines = np.array([[55.0, top + 10 * per_mm], [55.0, top + (10 + length_mm) * per_mm]])
    return pixels, lines


def _card_picture(yaw_deg: float, centre: Points, side_mm: float) -> Pixels:
    """Draw an AprilTag that faces the front of the head at a place (3,) given in units of the face."""
    tag = cv2.aruco.generateImageMarker(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36H11), 7, 400)
    sheet = cv2.copyMakeBorder(tag, 100, 100, 100, 100, cv2.BORDER_CONSTANT, value=255)
    half = side_mm / SIZE / 2
    flat = np.array([[-half, 0, half], [half, 0, half], [half, 0, -half], [-half, 0, -half]]) + centre
    seen = _camera(yaw_deg).project(flat)
    own = np.array([[100, 100], [500, 100], [500, 500], [100, 500]], np.float32)
    # OpenCV counts from the centre of the first pixel, we from its corner
    warp = cv2.getPerspectiveTransform(own - 0.5, (seen - 0.5).astype(np.float32))
    drawn = cv2.warpPerspective(sheet, warp, (WIDTH, HEIGHT), flags=cv2.INTER_AREA, borderValue=140)
    return np.repeat(drawn[..., None], 3, axis=2)


@pytest.mark.parametrize("off_px", [0.0, 3.0, -4.0])
def test_a_ruler_beside_the_face_gives_its_size_however_roughly_it_was_marked(off_px: float) -> None:
    """Lines are 4 px apart, so a mark 4 px off falls onto the neighbour at both ends: the length stays, to 0.2 mm."""
    pixels, lines = _ruler_picture(80)
    sight = _sight(pixels=pixels)
    marks = lines + np.array([2.0, off_px])
    reading = ruler.read(sight, Ruler(sight.photo.id, tuple(marks[0]), tuple(marks[1]), 80.0))
    assert reading.size == pytest.approx(SIZE, rel=2.5e-3)
    assert 0.005 < reading.sigma < 0.02


def test_marks_without_lines_are_taken_where_they_were_put() -> None:
    _, lines = _ruler_picture(80)
    sight = _sight()
    reading = ruler.read(sight, Ruler(sight.photo.id, tuple(lines[0]), tuple(lines[1]), 80.0))
    assert reading.size == pytest.approx(SIZE, rel=1e-6)


def test_a_ruler_laid_on_the_skin_takes_the_depth_of_the_skin() -> None:
    """Two points of the forehead, their distance known; the plane of the eye corners lies some 20 mm behind."""
    marks = FACE.landmarks()
    ends = np.stack([marks["glabella"], marks["pronasale"]])
    sight = _sight()
    image = sight.camera.project(ends)
    length = SIZE * float(np.linalg.norm(ends[1] - ends[0]))
    reading = ruler.read(sight, Ruler(sight.photo.id, tuple(image[0]), tuple(image[1]), length))
    assert reading.size == pytest.approx(SIZE, rel=2e-3)
    assert reading.sigma < 0.008


def test_a_card_beside_the_face_gives_its_size() -> None:
    centre = np.array([105.0, float(_sight().beside[1]), 10.0])
    sight = _sight(pixels=_card_picture(0.0, centre, 25.0))
    (reading,) = card.read([sight], 25.0)
    assert reading.size == pytest.approx(SIZE, rel=5e-3)


def test_a_card_on_the_head_seen_twice_needs_no_depth() -> None:
    """It lies 70 mm before the eye corners; one photo alone is off by as much, two are not."""
    centre = np.array([0.0, float(_sight().beside[1]) - 70.0, 110.0])
    sights = [_sight(yaw, _card_picture(yaw, centre, 25.0)) for yaw in (-15.0, 20.0)]
    (together,) = card.read(sights, 25.0)
    assert together.size == pytest.approx(SIZE, rel=4e-3)
    (alone,) = card.read(sights[:1], 25.0)
    assert abs(alone.size / SIZE - 1) > 0.02


def test_a_card_that_does_not_move_with_the_head_is_read_photo_by_photo() -> None:
    places = ((-15.0, (100.0, -30.0, 10.0)), (20.0, (95.0, -30.0, 90.0)))
    sights = [_sight(yaw, _card_picture(yaw, np.array(place), 25.0)) for yaw, place in places]
    assert len(card.read(sights, 25.0)) == 2


def test_no_marker_is_read_off_a_plain_face() -> None:
    import skimage.data

    assert card.find(skimage.data.astronaut()) == ()


def _measured(absolute: bool, factor: float = SIZE) -> Depth:
    raster = photograph(FACE.points, FACE.topology.triangles, _camera(0.0)).depth
    mm = np.where(np.isfinite(raster), raster * factor, 2500.0)[::8, ::8].astype(np.float32)
    mm[::3, ::5] = np.nan
    return Depth(mm, absolute)


def test_depth_that_the_camera_measured_gives_the_size() -> None:
    reading = depth.read(_sight(measured=_measured(absolute=True)))
    assert reading is not None
    assert reading.size == pytest.approx(SIZE, rel=2e-3)


def test_depth_without_true_distances_gives_none() -> None:
    assert depth.read(_sight(measured=_measured(absolute=False))) is None


def test_depth_of_something_else_gives_none() -> None:
    wall = Depth(np.linspace(600, 3000, 150 * 180, dtype=np.float32).reshape(180, 150), absolute=True)
    assert depth.read(_sight(measured=wall)) is None


def test_the_surest_cue_is_believed_and_another_that_disagrees_is_named() -> None:
    taken = Acquisition((), interpupillary_mm=62.0)
    sight = _sight(measured=_measured(absolute=True, factor=1.4))
    chosen = choose(taken, [sight], [None], EYES, 12.0)
    assert (chosen.size, chosen.scale.source) == (1.0, "interpupillary distance")
    (words,) = chosen.warnings
    assert "interpupillary distance gives a face 29 % smaller than the camera's depth" in words


def test_cues_that_agree_are_not_spoken_of() -> None:
    taken = Acquisition((), interpupillary_mm=62.0 * SIZE)
    chosen = choose(taken, [_sight(measured=_measured(absolute=True))], [None], EYES, 12.0)
    assert chosen.warnings == ()
    assert chosen.scale.relative_sigma < 0.01


def test_nothing_measured_is_said() -> None:
    chosen = choose(Acquisition(), [_sight(80.0)], [None], EYES, 12.0)
    assert chosen.scale.source == "average adult"
    assert chosen.scale.relative_sigma > 0.04
    assert "Nothing in the photos tells how large the face is" in chosen.warnings[0]


def test_a_card_of_unknown_size_is_asked_for() -> None:
    centre = np.array([105.0, float(_sight().beside[1]), 10.0])
    sight = _sight(pixels=_card_picture(0.0, centre, 25.0))
    words = choose(Acquisition(interpupillary_mm=62.0), [sight], [None], EYES, 12.0).warnings
    assert "Enter the width of its black square" in words[0]


def test_pupils_that_nobody_has_are_told() -> None:
    words = choose(Acquisition(interpupillary_mm=79.0), [_sight()], [None], EYES, 12.0).warnings
    assert "unusual for an adult" in words[0]


def test_pupils_set_the_distance_of_the_eyes() -> None:
    reading = from_pupils(EYES, 65.1)
    assert reading == Reading("interpupillary distance", reading.size, 0.008)
    assert reading.size == pytest.approx(1.05)


def test_the_face_of_a_turned_photo_is_as_far_as_it_is() -> None:
    """The tip of the nose, seen from the side: its depth along the camera's axis."""
    sight = _sight(60.0)
    tip = FACE.landmarks()["pronasale"]
    found, doubt = sight.depth(sight.camera.project(tip[None])[0])
    assert found == pytest.approx(float(sight.camera.to_camera(tip[None])[0, 2]), abs=0.5)
    assert doubt < 5
