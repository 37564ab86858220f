from pathlib import Path

import numpy as np
import pytest
from scipy.spatial import cKDTree

from clinic import resources
from clinic.case import Camera, Floats, Ints, Mask, Points
from clinic.geometry import triangle_areas
from clinic.geometry.rasterise import Raster, photograph
from clinic.reconstruction import face_space
from clinic.reconstruction.face_space import DamagedFaceSpace, FaceSpace

SPACE = FaceSpace.load()
TOPOLOGY = SPACE.topology
FACE = TOPOLOGY.region("face")
REST = np.zeros(len(SPACE.modes))
DOWN_THE_PROFILE = (
    *("trichion", "glabella", "nasion", "rhinion", "pronasale", "subnasale", "labiale_superius", "stomion"),
    *("labiale_inferius", "sublabiale", "pogonion", "gnathion", "menton"),
)
MIDLINE = (*DOWN_THE_PROFILE, "columella")
PAIRED = (
    *("exocanthion", "endocanthion", "cheilion", "alare", "alar_crease"),
    *("tragion", "orbitale", "gonion", "zygion", "malar"),
)


def test_a_changed_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in resources.folder("face_space").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    arrays = tmp_path / "face_space.npz"
    content = bytearray(arrays.read_bytes())
    content[len(content) // 2] ^= 1
    arrays.write_bytes(bytes(content))
    monkeypatch.setattr(resources, "folder", lambda name: tmp_path)
    with pytest.raises(DamagedFaceSpace, match="install the program again"):
        face_space._load.__wrapped__("ship")


def test_an_absent_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "folder", lambda name: tmp_path)
    with pytest.raises(DamagedFaceSpace):
        face_space._load.__wrapped__("ship")


def test_it_is_read_once() -> None:
    assert FaceSpace.load() is SPACE
    assert len(SPACE.sha256) == 64


def test_sizes_agree() -> None:
    c, n = len(SPACE.mean), len(TOPOLOGY.uv)
    assert (c, n, len(TOPOLOGY.triangles)) == (4326, 17259, 34432)
    assert SPACE.modes.shape == (92, c, 3)
    assert SPACE.symmetric == 80
    assert SPACE.expressions.shape == (52, c, 3)
    assert len(set(SPACE.expression_names)) == 52
    assert SPACE.landmarks_478.names == tuple(str(number) for number in range(478))
    assert len(SPACE.landmarks_68.names) == 68
    assert TOPOLOGY.triangles.max() == n - 1


def test_subdivision_keeps_a_flat_colour_and_smooths_the_mean() -> None:
    assert np.allclose(TOPOLOGY.subdivide(np.ones((len(SPACE.mean), 1))), 1, atol=1e-12)
    moved = np.linalg.norm(_skin()[: len(SPACE.mean)] - SPACE.mean, axis=1)
    assert 0.02 < np.median(moved[FACE]) < 0.5  # mm


def test_skin_is_one_piece_that_faces_outwards() -> None:
    edges = np.sort(np.vstack([TOPOLOGY.triangles[:, [i, (i + 1) % 3]] for i in range(3)]), axis=1)
    number, uses = np.unique(edges, axis=0, return_counts=True)
    assert uses.max() == 2
    assert len(TOPOLOGY.uv) - len(number) + len(TOPOLOGY.triangles) == 1  # a disk: open at the neck alone
    corners = _skin()[TOPOLOGY.triangles]
    volume = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
    assert volume > 2e6  # mm³, + when triangles turn counter-clockwise seen from outside


def test_the_mean_mirrors_exactly() -> None:
    for points, mirror in ((SPACE.mean, TOPOLOGY.control_mirror), (_skin(), TOPOLOGY.mirror)):
        assert (mirror[mirror] == np.arange(len(mirror))).all()
        assert np.abs(points[mirror] * (-1, 1, 1) - points).max() < 1e-4  # mm; stored in single precision
        assert np.abs(points[mirror == np.arange(len(mirror)), 0]).max() < 1e-6


def test_triangles_mirror_onto_triangles() -> None:
    known = {tuple(sorted(triangle)) for triangle in TOPOLOGY.triangles.tolist()}
    assert {tuple(sorted(triangle)) for triangle in TOPOLOGY.mirror[TOPOLOGY.triangles].tolist()} == known


def test_symmetric_modes_mirror_and_asymmetric_ones_oppose() -> None:
    flipped = SPACE.modes[:, TOPOLOGY.control_mirror] * (-1, 1, 1)
    even, odd = slice(0, SPACE.symmetric), slice(SPACE.symmetric, None)
    assert np.abs(flipped[even] - SPACE.modes[even]).max() < 0.02  # mm
    assert np.abs(flipped[odd] + SPACE.modes[odd]).max() < 0.02


def test_the_frame_is_the_patients() -> None:
    eyes = SPACE.eye_centres(REST)
    assert np.allclose(eyes.mean(0), 0, atol=1e-3)
    assert np.allclose(eyes, [[-31.5, 0, 0], [31.5, 0, 0]], atol=0.05)
    marks = _landmarks()
    level = marks["tragion_l"][2] - marks["orbitale_l"][2]
    assert abs(level) < 1.5
    assert marks["pronasale"][1] < -35  # the nose points to −y
    assert marks["trichion"][2] > 60 > 0 > marks["menton"][2]


def test_landmarks_lie_where_anatomy_puts_them() -> None:
    marks = _landmarks()
    assert set(marks) == {*MIDLINE, *(f"{name}_{side}" for name in PAIRED for side in "rl")}
    for name in MIDLINE:
        assert abs(marks[name][0]) < 1e-6, name
    for name in PAIRED:
        assert marks[f"{name}_l"][0] > 5 > -5 > marks[f"{name}_r"][0], name
        assert np.allclose(marks[f"{name}_l"] * (-1, 1, 1), marks[f"{name}_r"], atol=1e-3), name
    heights = [marks[name][2] for name in DOWN_THE_PROFILE]
    assert heights == sorted(heights, reverse=True)


@pytest.mark.parametrize(
    ("ends", "least", "most"),
    [
        # millimetres; a standard deviation and a half around published adult means (Farkas 1994), but for the cheek
        # arches: the scans' mean is wider there, and their point lies close before the ear
        (("endocanthion_r", "endocanthion_l"), 29, 37),
        (("exocanthion_r", "exocanthion_l"), 84.5, 96.5),
        (("zygion_r", "zygion_l"), 135, 151),
        (("nasion", "gnathion"), 106, 128),
        (("alare_r", "alare_l"), 29.5, 39.5),
        (("cheilion_r", "cheilion_l"), 45.5, 57.5),
        (("subnasale", "pronasale"), 16.5, 22.7),
    ],
)
def test_the_mean_has_published_sizes(ends: tuple[str, str], least: float, most: float) -> None:
    marks = _landmarks()
    assert least < np.linalg.norm(marks[ends[0]] - marks[ends[1]]) < most


def test_identities_spread_like_adult_faces() -> None:
    """Root mean square per vertex, size included; adults scanned and aligned rigidly spread by about 4 mm."""
    spread = np.sqrt((SPACE.modes[:, FACE] ** 2).sum((0, 2)).mean())
    assert 3.0 < spread < 4.6
    crooked = np.sqrt((SPACE.modes[SPACE.symmetric :, FACE] ** 2).sum((0, 2)).mean())
    assert 0.3 < crooked < 1.0


def test_pupils_spread_as_measured() -> None:
    apart = SPACE.eye_modes[:, 1, 0] - SPACE.eye_modes[:, 0, 0]
    assert 2.5 < np.sqrt((apart**2).sum()) < 4.2  # Dodgson (2004): 3.6 mm


def test_a_face_is_mean_and_modes_and_expression() -> None:
    identity, expression = np.zeros(92), np.zeros(52)
    identity[3], expression[17] = -1.5, 0.5
    expected = SPACE.mean - 1.5 * SPACE.modes[3] + 0.5 * SPACE.expressions[17]
    assert np.allclose(SPACE.control(identity, expression), expected)
    assert np.allclose(SPACE.control(identity[:4], expression), expected)


def test_residual_moves_along_the_normal() -> None:
    residual = np.zeros(len(SPACE.mean))
    tip = int(np.argmin(SPACE.mean[:, 1]))
    residual[tip] = 2.0
    move = SPACE.control(REST, residual=residual) - SPACE.mean
    assert np.linalg.norm(move[tip]) == pytest.approx(2.0)
    assert move[tip, 1] < -1.2  # out of the nose
    assert np.abs(np.delete(move, tip, axis=0)).max() == 0


def test_lids_rest_on_the_eyeballs() -> None:
    skin = _skin()
    for eye, side in zip(SPACE.eye_centres(REST), (-1, 1), strict=True):
        ring = _rim(skin, eye, side)
        gap = np.linalg.norm(skin[ring] - eye, axis=1) - SPACE.eye_radius
        assert len(ring) >= 24
        assert gap.min() > -0.1
        assert gap.max() < 0.3


def test_lids_stay_on_the_eyeballs_of_other_faces() -> None:
    random = np.random.default_rng(11)
    for _ in range(20):
        identity = random.standard_normal(len(SPACE.modes))
        skin = TOPOLOGY.subdivide(SPACE.control(identity))
        for eye, mean_eye, side in zip(SPACE.eye_centres(identity), SPACE.eyes, (-1, 1), strict=True):
            gap = np.linalg.norm(skin[_rim(_skin(), mean_eye, side)] - eye, axis=1) - SPACE.eye_radius
            assert gap.min() > -0.5
            assert gap.max() < 0.8


def test_nothing_shows_through_closed_lips_and_lids() -> None:
    random = np.random.default_rng(2)
    for identity in (REST, *np.clip(random.standard_normal((4, len(SPACE.modes))), -1.5, 1.5)):
        for yaw in (0.0, 35.0):
            raster, hidden = _seen_inside(identity, yaw)
            assert hidden < 0.0004 * raster.hit.sum(), yaw


def test_an_open_jaw_shows_the_mouth() -> None:
    _, shut = _seen_inside(REST, 0.0)
    _, opened = _seen_inside(REST, 0.0, _only("jawOpen"))
    assert opened > 500 + shut


def test_expressions_move_the_side_they_are_named_for() -> None:
    for name in SPACE.expression_names:
        if name.endswith(("Left", "Right")) and not name.startswith(("jaw", "mouthLeft", "mouthRight", "eyeLook")):
            move = np.linalg.norm(SPACE.expressions[SPACE.expression_names.index(name)], axis=1)
            left, right = move[SPACE.mean[:, 0] > 3].sum(), move[SPACE.mean[:, 0] < -3].sum()
            assert (left > right) == name.endswith("Left"), name


def test_a_blink_closes_the_patients_left_eye_alone() -> None:
    opened, blinked = _skin(), TOPOLOGY.subdivide(SPACE.control(REST, _only("eyeBlinkLeft")))
    for eye, side, share in ((SPACE.eyes[0], -1, 1.0), (SPACE.eyes[1], 1, 0.15)):
        ring = _rim(opened, eye, side)
        middle = ring[np.abs(opened[ring, 0] - eye[0]) < 4]
        assert np.ptp(blinked[middle, 2]) < share * np.ptp(opened[middle, 2]) + 1e-6


def test_the_layout_never_folds_and_gives_the_face_most_room() -> None:
    areas = _flat_areas()
    assert areas.min() > 0
    assert TOPOLOGY.uv.min() >= 0
    assert TOPOLOGY.uv.max() <= 1
    in_face = np.tile(FACE[TOPOLOGY.control_quads].all(1), 8)  # every quad became eight triangles
    assert areas[in_face].sum() > 0.7 * areas.sum()
    inside = _within(TOPOLOGY.region("interior"))
    assert areas[inside].sum() < 0.01


def test_the_layout_is_upright_and_mirrors() -> None:
    uv = TOPOLOGY.uv
    assert np.allclose(uv[TOPOLOGY.mirror], np.column_stack([1 - uv[:, 0], uv[:, 1]]), atol=1e-9)
    flat = {name: TOPOLOGY.landmarks.weights[i] @ uv[TOPOLOGY.triangles[TOPOLOGY.landmarks.triangle[i]]]
            for i, name in enumerate(TOPOLOGY.landmarks.names)}  # fmt: skip
    assert flat["exocanthion_l"][0] > flat["pronasale"][0] > flat["exocanthion_r"][0]
    assert flat["glabella"][1] > flat["pronasale"][1] > flat["pogonion"][1]


def test_the_nose_gets_more_texels_than_the_cheeks() -> None:
    room = _flat_areas() / triangle_areas(_skin(), TOPOLOGY.triangles)
    nose, cheek = (np.median(room[_within(TOPOLOGY.region(name))]) for name in ("nose", "cheek_l"))
    assert nose > 1.2 * cheek


def test_texture_coordinates_lead_back_to_the_skin() -> None:
    random = np.random.default_rng(4)
    triangle = random.choice(np.flatnonzero(_within(FACE)), 800)
    weights = random.dirichlet((1, 1, 1), 800)
    flat = np.einsum("nk,nkd->nd", weights, TOPOLOGY.uv[TOPOLOGY.triangles[triangle]])
    true = np.einsum("nk,nkd->nd", weights, _skin()[TOPOLOGY.triangles[triangle]])
    assert np.linalg.norm(_from_uv(flat) - true, axis=1).max() < 0.02


def test_the_simulated_face_is_a_clean_patch_with_five_holes() -> None:
    quads = TOPOLOGY.control_quads[FACE[TOPOLOGY.control_quads].all(1)]
    assert (np.unique(quads) == np.flatnonzero(FACE)).all()
    edges, uses = np.unique(
        np.sort(np.vstack([quads[:, [i, (i + 1) % 4]] for i in range(4)]), axis=1), axis=0, return_counts=True
    )
    assert uses.max() == 2
    degree = np.bincount(edges[uses == 1].ravel(), minlength=len(FACE))
    assert set(degree.tolist()) <= {0, 2}
    assert FACE.sum() - len(edges) + len(quads) == 1 - 5  # eyes, nostrils, mouth
    assert not (FACE & TOPOLOGY.region("interior")).any()
    assert not (FACE & TOPOLOGY.region("ears")).any()
    assert not (FACE & TOPOLOGY.region("scalp")).any()


def test_regions_are_where_their_names_say() -> None:
    assert set(TOPOLOGY.region_names) == {
        *("face", "nose", "upper_lip", "lower_lip", "lids", "chin", "cheek_r", "cheek_l"),
        *("forehead", "ears", "neck", "scalp", "interior"),
    }  # fmt: skip
    marks, mirror = _landmarks(), TOPOLOGY.control_mirror
    at = {"nose": "pronasale", "upper_lip": "labiale_superius", "lower_lip": "labiale_inferius", "chin": "pogonion",
          "forehead": "glabella", "cheek_l": "malar_l", "cheek_r": "malar_r", "lids": "exocanthion_l"}  # fmt: skip
    for name, landmark in at.items():
        nearest = int(np.linalg.norm(SPACE.mean - marks[landmark], axis=1).argmin())
        assert TOPOLOGY.region(name)[nearest], name
    assert (TOPOLOGY.region("cheek_l")[mirror] == TOPOLOGY.region("cheek_r")).all()
    named = np.any([TOPOLOGY.region(name) for name in TOPOLOGY.region_names if name != "face"], axis=0)
    assert named[FACE].all()


def test_the_detectors_points_lie_on_their_features() -> None:
    skin, marks, placed = _skin(), _landmarks(), np.isfinite(SPACE.landmarks_478_sigma)
    assert placed[:468].all()
    assert not placed[468:].any()  # those are on the eyeballs
    points = SPACE.landmarks_478.on(skin, TOPOLOGY.triangles)
    near = {33: "exocanthion_r", 263: "exocanthion_l", 133: "endocanthion_r", 362: "endocanthion_l", 61: "cheilion_r",
            291: "cheilion_l", 152: "menton", 4: "pronasale", 168: "nasion"}  # fmt: skip
    for number, name in near.items():
        assert np.linalg.norm(points[number] - marks[name]) < 7.5, name
    assert np.median(SPACE.landmarks_478_sigma[placed]) < 2.0
    assert np.abs(SPACE.landmarks_478.weights.sum(1) - 1).max() < 1e-9
    pie = SPACE.landmarks_68.on(skin, TOPOLOGY.triangles)
    assert pie[36, 0] < pie[39, 0] < 0 < pie[42, 0] < pie[45, 0]  # eye corners from the patient's right to left
    assert pie[27, 2] > pie[30, 2] > pie[33, 2] > pie[51, 2] > pie[57, 2] > pie[8, 2]


def test_parts_follow_identity() -> None:
    wide = np.zeros(len(SPACE.modes))
    apart = SPACE.eye_modes[:, 1, 0] - SPACE.eye_modes[:, 0, 0]
    wide[int(np.abs(apart).argmax())] = 2 * np.sign(apart[np.abs(apart).argmax()])
    rest, moved = ({part.name: part for part in SPACE.parts(identity)} for identity in (REST, wide))
    assert set(rest) == {"eye_r", "eye_l", "teeth_lower", "teeth_upper", "tongue"}
    assert moved["eye_l"].points[:, 0].mean() > rest["eye_l"].points[:, 0].mean() + 0.5
    assert np.abs(moved["teeth_upper"].points - rest["teeth_upper"].points).max() > 0.1


def test_eyes_look_ahead_in_the_colour_asked_for() -> None:
    eye = next(part for part in SPACE.parts(REST, (60, 110, 160)) if part.name == "eye_r")
    front = int(eye.points[:, 1].argmin())
    assert (eye.colours[front] < 40).all()  # the pupil is the foremost point
    ahead = eye.points[:, 1] < SPACE.eyes[0, 1]
    off_axis = np.linalg.norm((eye.points - SPACE.eyes[0])[:, [0, 2]], axis=1)
    iris = eye.colours[ahead & (off_axis > 2.2) & (off_axis < 4.5)].astype(float).mean(0)
    assert np.abs(iris - (60, 110, 160)).max() < 12
    white = eye.colours[ahead & (off_axis > 6.2) & (off_axis < 8)]
    assert white.min() > 180
    edges = np.linalg.norm(eye.points - SPACE.eyes[0], axis=1)
    assert np.allclose(edges, SPACE.eye_radius)


def _skin() -> Points:
    return TOPOLOGY.subdivide(SPACE.mean)


def _landmarks() -> dict[str, Points]:
    placed = TOPOLOGY.landmarks.on(_skin(), TOPOLOGY.triangles)
    return dict(zip(TOPOLOGY.landmarks.names, placed, strict=True))


def _only(name: str) -> Floats:
    expression = np.zeros(len(SPACE.expression_names))
    expression[SPACE.expression_names.index(name)] = 1
    return expression


def _within(mask: Mask) -> Mask:
    """True for display triangles that lie wholly in a region of control vertices."""
    share = TOPOLOGY.subdivide(mask.astype(float)[:, None])[:, 0]
    inside: Mask = share[TOPOLOGY.triangles].min(1) > 0.99
    return inside


def _flat_areas() -> Floats:
    a, b, c = (TOPOLOGY.uv[TOPOLOGY.triangles[:, i]] for i in range(3))
    areas: Floats = ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]) / 2
    return areas


def _rim(skin: Points, eye: Points, side: int) -> Ints:
    """The control vertices where the lids end: not interior, with an interior neighbour in the socket."""
    inner = TOPOLOGY.region("interior")
    quads = TOPOLOGY.control_quads[inner[TOPOLOGY.control_quads].any(1)]
    rim = np.setdiff1d(np.unique(quads), np.flatnonzero(inner))
    near = (np.linalg.norm(skin[rim] - eye, axis=1) < 25) & (skin[rim, 0] * side > 0) & (skin[rim, 2] > -15)
    ring: Ints = rim[near]
    return ring


def _from_uv(flat: Floats) -> Points:
    """Find the triangle of each texture point and return its place on the skin."""
    corners = TOPOLOGY.uv[TOPOLOGY.triangles]
    _, close = cKDTree(corners.mean(1)).query(flat, k=40)
    a, b, c = (corners[close][:, :, i] for i in range(3))
    first, second, off = b - a, c - a, flat[:, None] - a
    size = first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]
    u = (off[..., 0] * second[..., 1] - off[..., 1] * second[..., 0]) / size
    v = (first[..., 0] * off[..., 1] - first[..., 1] * off[..., 0]) / size
    weights = np.stack([1 - u - v, u, v], axis=2)
    best = weights.min(2).argmax(1)
    rows = np.arange(len(flat))
    places: Points = np.einsum("nk,nkd->nd", weights[rows, best], _skin()[TOPOLOGY.triangles[close[rows, best]]])
    return places


def _seen_inside(identity: Floats, yaw: float, expression: Floats | None = None) -> tuple[Raster, int]:
    """Photograph a face with its eyes; return how many pixels show the inside of mouth or sockets."""
    skin = TOPOLOGY.subdivide(SPACE.control(identity, expression))
    eyes = [part for part in SPACE.parts(identity) if part.name.startswith("eye")]
    points = np.vstack([skin, *(eye.points for eye in eyes)])
    first = len(skin) + np.cumsum([0, len(eyes[0].points)])
    triangles = np.vstack([TOPOLOGY.triangles, *(e.triangles + i for e, i in zip(eyes, first, strict=True))])
    raster = photograph(points, triangles.astype(np.int32), _camera(yaw))
    nostrils = np.abs(_skin()[:, 0]) < 16
    nostrils &= (_skin()[:, 2] < -20) & (_skin()[:, 2] > -45)
    inside = _within(TOPOLOGY.region("interior")) & ~nostrils[TOPOLOGY.triangles].any(1)
    shown = raster.triangle[(raster.triangle >= 0) & (raster.triangle < len(TOPOLOGY.triangles))]
    return raster, int(inside[shown].sum())


def _camera(yaw: float) -> Camera:
    turn = np.radians(yaw)
    forward = np.array([-np.sin(turn), np.cos(turn), 0])
    right = np.array([np.cos(turn), np.sin(turn), 0])
    rotation = np.stack([right, np.cross(forward, right), forward])
    return Camera(1900.0, 256, 256, 512, 512, rotation, np.array([0, 0, 800.0]) - rotation @ np.array([0, -10, -30.0]))
