import pickle
from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest
from builders import face
from scipy.spatial import cKDTree

from clinic.case import Floats, Range
from clinic.rendering.scene import Look, face_scene, ghost, ranged


def test_a_scene_is_plain_data() -> None:
    scene = face_scene(face())
    copy = pickle.loads(pickle.dumps(scene))
    assert [layer.name for layer in copy.layers] == [layer.name for layer in scene.layers]
    with pytest.raises(ValueError, match="read-only"):
        scene.layer("skin").colours[0, 0] = 1


def test_skin_cap_eyes_and_fading_neck_are_shown_and_teeth_are_not() -> None:
    names = {layer.name for layer in face_scene(face()).layers}
    assert names == {"skin", "eye 0", "cornea 0", "eye 1", "cornea 1", "cap", "inside", "neck"}


def test_light_and_colour_are_bit_equal_where_the_skin_stays(chin_forward: Floats) -> None:
    displacement = chin_forward
    before, after = face_scene(face()).layer("skin"), face_scene(face(), displacement).layer("skin")
    still = ~displacement.any(axis=1)
    assert 0.3 < still.mean() < 1
    assert np.array_equal(before.points[still], after.points[still])
    assert np.array_equal(before.colours[still], after.colours[still])
    assert not np.array_equal(before.colours[~still], after.colours[~still])


def test_what_does_not_change_is_the_same_object(chin_forward: Floats) -> None:
    before, after = face_scene(face()), face_scene(face(), chin_forward, live=True)
    for name in ("cap", "eye 0", "eye 1"):
        assert before.layer(name) is after.layer(name)
    assert before.layer("skin").triangles is after.layer("skin").triangles


def test_a_live_scene_is_close_to_the_finished_one(chin_forward: Floats) -> None:
    displacement = chin_forward
    live, done = (face_scene(face(), displacement, live=live).layer("skin") for live in (True, False))
    assert np.array_equal(live.points, done.points)
    moved = displacement.any(axis=1)
    assert np.abs(live.colours[moved].astype(int) - done.colours[moved]).mean() < 4


def test_a_live_scene_is_quick(chin_forward: Floats) -> None:
    displacement = chin_forward
    face_scene(face(), displacement, live=True)
    spent = []
    for k in range(5):
        start = perf_counter()
        face_scene(face(), displacement * (0.5 + 0.1 * k), live=True)
        spent.append(perf_counter() - start)
    assert min(spent) < 0.02


def test_the_heat_map_is_white_where_nothing_moves_and_red_where_the_chin_comes_forward(chin_forward: Floats) -> None:
    displacement = chin_forward
    forward = -displacement[:, 1]
    scene = face_scene(face(), displacement, Look.DISPLACEMENT, values=forward)
    skin = scene.layer("skin").colours.astype(int)
    assert np.ptp(skin[forward == 0][:, :3], axis=1).max() == 0
    strongest = skin[np.argmax(forward)]
    assert strongest[0] > strongest[2] + 60
    assert scene.legend is not None
    assert scene.legend.high == 4.0


def test_a_heat_map_without_values_is_refused() -> None:
    with pytest.raises(ValueError, match="needs values"):
        face_scene(face(), look=Look.STRAIN)


def test_the_cap_lies_outside_the_skull_and_clear_of_the_ears() -> None:
    topology, skin = face().topology, face().points
    cap = face_scene(face()).layer("cap").points
    ears = skin[topology.subdivide(topology.region("ears").astype(float)[:, None])[:, 0] > 0.5]
    assert cKDTree(ears).query(cap)[0].min() > 3.0
    centre = np.array([0.0, 75.0, 0.0])
    high = cap[cap[:, 2] > 75]
    skull = skin[cKDTree((skin - centre) / np.linalg.norm(skin - centre, axis=1)[:, None]).query(
        (high - centre) / np.linalg.norm(high - centre, axis=1)[:, None])[1]]  # fmt: skip
    clearance = np.linalg.norm(high - centre, axis=1) - np.linalg.norm(skull - centre, axis=1)
    assert clearance.min() > 2.0
    assert clearance.max() < 12.0


def test_the_neck_fades_out_towards_its_cut() -> None:
    """The synthetic head is open below; here everything around the opening counts as neck."""
    topology = face().topology
    regions = topology.regions.copy()
    regions[topology.region_names.index("neck")] = face().control[:, 2] < -60
    neck = face_scene(replace(face(), topology=replace(topology, name="egg with neck", regions=regions))).layer("neck")
    height, opacity = neck.points[:, 2], neck.colours[:, 3]
    assert neck.blends
    assert opacity[height < height.min() + 5].mean() < 60
    assert (opacity[height > 0] == 255).all()


def test_the_inner_side_moves_with_the_skin(chin_forward: Floats) -> None:
    """Left behind, it would show through where the skin moved back."""
    moves = face_scene(face(), chin_forward).layer("inside").points - face_scene(face()).layer("inside").points
    assert moves == pytest.approx(chin_forward, abs=1e-9)


def test_the_ghost_is_the_skin_before_over_the_scene_after(chin_forward: Floats) -> None:
    before, after = face_scene(face()), face_scene(face(), chin_forward)
    both = ghost(before, after)
    assert both.layer("ghost").points is before.layer("skin").points
    assert both.layer("ghost").opacity < 0.5
    assert both.layer("skin") is after.layer("skin")


def test_the_eyes_take_the_colour_of_the_iris_that_was_fitted() -> None:
    blue = tuple(
        replace(part, colours=np.full_like(part.colours, (70, 95, 140))) if "eye" in part.name else part
        for part in face().parts
    )
    shown = face_scene(replace(face(), parts=blue)).layer("cornea 0").colours.astype(int)
    assert (shown[:, 2] > shown[:, 0] + 20).mean() > 0.1


def test_a_range_that_reverses_has_its_veil_outside_all_the_same(chin_forward: Floats) -> None:
    """Whether the larger move lies in front (forwards) or behind (backwards), the veil is the outer of both ends."""
    for sign in (1.0, -1.0):
        moved = sign * chin_forward
        within = Range(0.7 * moved, 1.2 * moved, (), 16, ())
        scene = ranged(face(), moved, within, Look.CLAY)
        veil, skin = scene.layer("veil"), scene.layer("skin")
        tip = int(np.argmax(np.linalg.norm(moved, axis=1)))
        ends = sorted(face().points[tip, 1] + share * moved[tip, 1] for share in (0.7, 1.2))
        assert (veil.points[tip, 1], skin.points[tip, 1]) == pytest.approx(ends, abs=0.05)
        assert not np.isin(np.flatnonzero(~moved.any(axis=1)), veil.triangles).all()
        assert veil.colours[tip, 3] > 0
