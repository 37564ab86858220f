from dataclasses import replace

import cv2
import numpy as np
import pytest
from builders import face, topology

from clinic.case import Camera, Floats, Mask, Photo, PhotoFit, Pixels, Points, Texture, Topology
from clinic.geometry import vertex_normals
from clinic.geometry.rasterise import photograph, rasterise_flat
from clinic.jobs import Cancelled, Progress
from clinic.reconstruction.texture import bake

SKIN = np.array([205.0, 160, 140])
WALL = (90, 110, 150)
SIZE = 1024


def charted() -> Topology:
    """The egg with a chart that has no seam: seen from above, the open neck is the border."""
    sphere = (face().points - (0, 75, -20)) / (75, 95, 115)
    angle = np.arctan2(np.hypot(sphere[:, 0], sphere[:, 1]), sphere[:, 2])
    direction = sphere[:, :2] / np.maximum(np.hypot(sphere[:, 0], sphere[:, 1]), 1e-9)[:, None]
    return replace(topology(), uv=0.5 + 0.49 * direction * (1, -1) * (angle / angle.max())[:, None])


def camera(turned_deg: float = 0.0, finer: float = 1) -> Camera:
    """From 900 mm, 2.2 pixels per mm or `finer` times that; positive: from the patient's left."""
    turn = np.radians(turned_deg)
    aside = np.array([[np.cos(turn), np.sin(turn), 0], [-np.sin(turn), np.cos(turn), 0], [0, 0, 1.0]])
    level = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])
    sized = (2000.0 * finer, 320.0 * finer, 400.0 * finer, round(640 * finer), round(800 * finer))
    return Camera(*sized, level @ aside, np.array([0.0, 0, 900]))


def taken(
    colours: Pixels | Floats, turned_deg: float = 0.0, light: Floats | None = None, finer: float = 1
) -> tuple[Photo, PhotoFit]:
    """Photograph the egg painted with `colours` (size, size, 3), and by what camera; light: (n,) on the vertices."""
    shape, seen_by = charted(), camera(turned_deg, finer)
    raster = photograph(face().points, shape.triangles, seen_by)
    place = raster.carry(np.stack([shape.uv[:, 0], 1 - shape.uv[:, 1]], axis=1), shape.triangles) * len(colours) - 0.5
    painted = cv2.remap(np.asarray(colours, np.float32), place, None, cv2.INTER_LINEAR)
    if light is not None:
        painted *= raster.carry(light[:, None], shape.triangles) ** (1 / 2.2)
    pixels = np.where(raster.hit[..., None], painted, WALL).clip(0, 255).astype(np.uint8)
    shot = Photo(pixels, "photo 1")
    return shot, PhotoFit(shot.id, seen_by, face().points, np.zeros(52), np.zeros((0, 2)), np.zeros(0))


def baked(*shots: tuple[Photo, PhotoFit]) -> Texture:
    photos, fits = zip(*shots, strict=True)
    return bake(photos, fits, charted(), face().points, Progress())


def plain() -> Floats:
    return np.broadcast_to(SKIN, (SIZE, SIZE, 3)).copy()


def where(name: str) -> tuple[int, int]:
    """Row and column of a landmark's texel."""
    shape = charted()
    landmark = shape.landmarks
    number = landmark.names.index(name)
    uv = landmark.weights[number] @ shape.uv[shape.triangles[landmark.triangle[number]]]
    return int((1 - uv[1]) * SIZE), int(uv[0] * SIZE)


def around(texture: Texture, name: str, reach: int = 6) -> Floats:
    row, column = where(name)
    patch = texture.pixels[row - reach : row + reach + 1, column - reach : column + reach + 1]
    mean: Floats = patch.reshape(-1, 3).mean(axis=0)
    return mean


def disk(name: str, radius: float) -> Mask:
    row, column = where(name)
    rows, columns = np.mgrid[0:SIZE, 0:SIZE]
    near: Mask = np.hypot(rows - row, columns - column) < radius
    return near


def shade(texture: Texture, softness: float = 2) -> Floats:
    blurred: Floats = cv2.GaussianBlur(texture.pixels.astype(np.float64).mean(axis=2), (0, 0), softness)
    return blurred


def texels(points: Points) -> Floats:
    raster = rasterise_flat(charted().uv, charted().triangles, SIZE)
    return raster.carry(points, charted().triangles).astype(float)


@pytest.mark.parametrize("name", ["malar_l", "malar_r", "glabella", "labiale_superius"])
def test_a_mole_stays_where_it_is(name: str) -> None:
    colours = plain()
    colours[disk(name, 5)] = (90, 60, 50)
    texture = baked(taken(colours))
    row, column = where(name)
    window = shade(texture)[row - 20 : row + 21, column - 20 : column + 21]
    found = np.unravel_index(np.argmin(window), window.shape)
    assert window.min() < window.mean() - 30
    assert np.hypot(found[0] - 20, found[1] - 20) <= 2
    assert texture.seen[row, column] == 255


def test_seen_skin_keeps_its_pattern() -> None:
    """Blotches of 12 %, 16 texels wide, come back with their strength where the photo shows them."""
    rows, columns = np.mgrid[0:SIZE, 0:SIZE]
    blotches = 1 + 0.12 * np.sin(rows / 2.5) * np.sin(columns / 2.5)
    texture = baked(taken(plain() * blotches[..., None]))
    row, column = where("malar_l")
    area = np.s_[row - 20 : row + 20, column - 15 : column + 15]
    assert (texture.seen[area] == 255).all()
    level = shade(texture, 1)[area]
    wanted = cv2.GaussianBlur(blotches, (0, 0), 1)[area]
    slope, _ = np.polyfit(wanted.ravel() - wanted.mean(), (level / level.mean() - 1).ravel(), 1)
    assert slope == pytest.approx(1, abs=0.3)


@pytest.mark.parametrize(("times", "closer"), [(2, 2.5), (4, 5.0)])
def test_a_fine_photo_gives_a_fine_texture(times: int, closer: float) -> None:
    """Stripes of three texels at several times the usual size are finer than that size can hold."""
    size = times * SIZE
    stripes = 1 + 0.1 * np.cos(np.arange(size) * 2 * np.pi / 3)
    colours = np.broadcast_to(SKIN, (size, size, 3)) * stripes[None, :, None]
    texture = baked(taken(colours, finer=closer))
    assert texture.pixels.shape == (size, size, 3)
    assert texture.seen.shape == (size, size)
    row, column = (times * place for place in where("glabella"))
    level = texture.pixels[row - 30 : row + 30, column - 30 : column + 30].astype(float).mean(axis=(0, 2))
    assert np.corrcoef(level - cv2.blur(level[None], (9, 1))[0], stripes[column - 30 : column + 30])[0, 1] > 0.6


def test_detail_of_two_photos_has_no_seam_between_strips() -> None:
    """Worked out strip by strip, the finer texture is what it would be in one piece."""
    rows, columns = np.mgrid[0 : 2 * SIZE, 0 : 2 * SIZE]
    blotches = 1 + 0.1 * np.cos(rows * 2 * np.pi / 5) * np.cos(columns * 2 * np.pi / 5)
    shots = [taken(SKIN * blotches[..., None], turned, finer=2) for turned in (-20.0, 20.0)]
    whole = baked(*shots)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("clinic.reconstruction.texture.detail._STRIP", 37)
        stripped = baked(*shots)
    assert whole.pixels.shape == (2 * SIZE, 2 * SIZE, 3)
    assert np.abs(whole.pixels.astype(int) - stripped.pixels).max() <= 1


def test_what_no_photo_shows_is_marked_and_skin_coloured() -> None:
    texture = baked(taken(plain()))
    back = texels(face().points)[..., 1] > 90
    assert not texture.seen[back].any()
    assert texture.seen[disk("glabella", 20)].all()
    assert texture.pixels[back].reshape(-1, 3).mean(axis=0) == pytest.approx(SKIN, abs=8)
    assert 0.5 < texture.pixels[back].astype(float).std(axis=0).mean() < 12  # grain, neither wax nor gravel


def test_the_wall_behind_never_reaches_the_skin() -> None:
    texture = baked(taken(plain()))
    blueness = texture.pixels[..., 2].astype(int) - texture.pixels[..., 0]
    assert blueness[charted_area()].max() < -10


def charted_area() -> Mask:
    hit: Mask = rasterise_flat(charted().uv, charted().triangles, SIZE).hit
    return hit


def test_hair_over_the_forehead_is_not_skin() -> None:
    colours = plain()
    fringe = texels(face().points)
    colours[(fringe[..., 2] > 25) & (fringe[..., 1] < 90)] = (70, 50, 30)
    texture = baked(taken(colours))
    above = (fringe[..., 2] > 30) & (fringe[..., 2] < 70) & (fringe[..., 1] < 40)
    assert not texture.seen[above].any()
    assert texture.pixels[above].reshape(-1, 3).mean(axis=0) == pytest.approx(SKIN, abs=20)


def test_the_unseen_cheek_is_taken_from_the_other_side() -> None:
    """One oblique photo of a face with red cheeks: the cheek that is turned away is red too."""
    colours = plain()
    for name in ("zygion_l", "zygion_r"):
        colours[disk(name, 30)] = SKIN * (1.06, 0.9, 0.9)
    texture = baked(taken(colours, turned_deg=60))
    assert texture.seen[where("zygion_l")] == 255
    assert texture.seen[where("zygion_r")] == 0
    assert around(texture, "zygion_r") == pytest.approx(around(texture, "zygion_l"), abs=6)


def test_light_from_one_side_is_taken_out() -> None:
    normals = vertex_normals(face().points, topology().triangles)
    light = np.clip(0.75 + 0.35 * normals[:, 0] - 0.15 * normals[:, 1], 0.2, 1.2)
    shot = taken(plain() * 0.9, light=light)
    texture = baked(shot)
    pixels = [camera().project(face().landmarks()[name][None])[0].astype(int) for name in ("malar_l", "malar_r")]
    left, right = (shot[0].pixels[row, column].astype(float).mean() for column, row in pixels)
    assert left / right > 1.15
    assert around(texture, "malar_l").mean() / around(texture, "malar_r").mean() == pytest.approx(1, abs=0.04)


def test_a_bordered_shadow_is_taken_out() -> None:
    """Hard light from above: dark and too saturated on one side of the mouth; a mole in the light stays."""
    colours, place = plain(), texels(face().points)
    middle = texels(face().points)[where("cheilion_r")]
    colours[np.linalg.norm(place - middle, axis=2) < 14] = SKIN * (0.55, 0.4, 0.33)
    colours[disk("malar_l", 5)] = (90, 60, 50)
    texture = baked(taken(colours))
    assert around(texture, "cheilion_r") == pytest.approx(around(texture, "glabella"), abs=14)
    assert np.ptp(shade(texture, 3)[np.linalg.norm(place - middle, axis=2) < 22]) < 60
    row, column = where("malar_l")
    assert shade(texture)[row, column] < around(texture, "malar_l", 20).mean() - 30


def test_two_exposures_meet_without_a_step() -> None:
    first, second = taken(plain(), turned_deg=-40), taken(plain() * 0.8, turned_deg=40)
    texture = baked(first, second)
    assert texture.seen[where("zygion_l")] == texture.seen[where("zygion_r")] == 255
    sides = around(texture, "zygion_l"), around(texture, "zygion_r")
    assert sides[0] == pytest.approx(sides[1], abs=5)
    steps = np.abs(np.diff(shade(texture)[where("glabella")[0]]))
    assert steps[300:700].max() < 4


def test_the_same_photos_give_the_same_texture() -> None:
    shot = taken(plain())
    first, second = baked(shot), baked(shot)
    assert np.array_equal(first.pixels, second.pixels)
    assert np.array_equal(first.seen, second.seen)


def test_cancelling_stops_the_bake() -> None:
    shot, progress = taken(plain()), Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        bake([shot[0]], [shot[1]], charted(), face().points, progress)
