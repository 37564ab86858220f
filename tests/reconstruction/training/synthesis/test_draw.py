"""The batches that the network learns from: the same each time, varied, and true to their own pictures."""

from functools import cache

import numpy as np
import torch

from clinic.reconstruction.training.synthesis import MAP_SIZE, Ahead, Batch, Synthesis
from clinic.reconstruction.training.synthesis.camera import cameras
from clinic.reconstruction.training.synthesis.dice import Dice
from clinic.reconstruction.training.synthesis.people import people
from clinic.reconstruction.training.synthesis.stage import Stage

CPU = torch.device("cpu")
NAMES = tuple(Batch.__dataclass_fields__)


@cache
def _synthesis() -> Synthesis:
    return Synthesis(3, 64, CPU)


@cache
def _batch() -> Batch:
    return _synthesis().batch(5, 8, 1)


def test_shapes_and_ranges() -> None:
    batch, m = _batch(), MAP_SIZE
    assert batch.image.shape == (8, 3, 64, 64)
    assert batch.uv.shape == (8, 2, m, m)
    assert batch.neutral.shape == batch.expression.shape == batch.colour.shape == (8, 3, m, m)
    assert batch.visible.shape == batch.inside.shape == (8, 1, m, m)
    assert batch.spots.shape == (8, 68, 2)
    assert batch.units.shape == (8, 52)
    assert 0 <= float(batch.image.min()) <= float(batch.image.max()) <= 1
    for name in NAMES:
        assert torch.isfinite(getattr(batch, name)).all(), name


def test_a_step_is_drawn_alike_every_time_and_another_is_not() -> None:
    again, other = Synthesis(3, 64, CPU).batch(5, 8, 1), _synthesis().batch(6, 8, 1)
    for name in NAMES:
        assert torch.equal(getattr(_batch(), name), getattr(again, name)), name
    assert not torch.equal(_batch().image, other.image)


def test_drawing_ahead_changes_nothing() -> None:
    ahead = Ahead(_synthesis())
    for step in (5, 6):
        assert torch.equal(ahead.batch(step, 8, 1).image, _synthesis().batch(step, 8, 1).image)


def test_two_pictures_of_a_person_share_the_resting_face_and_differ_otherwise() -> None:
    batch = _batch()
    assert batch.person.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert torch.equal(batch.neutral[0], batch.neutral[1])
    assert not torch.allclose(batch.neutral[1], batch.neutral[2])
    assert not torch.allclose(batch.uv[0], batch.uv[1])


def test_the_picture_shows_each_seen_texel_in_its_colour() -> None:
    """Read at `uv`, the picture gives `colour` back, but for what blur, noise and shadows do."""
    batch = _batch()
    read = torch.nn.functional.grid_sample(batch.image, batch.uv.permute(0, 2, 3, 1), align_corners=False)
    close = []
    for one in range(len(read)):
        seen = batch.visible[one, 0] > 0
        a, b = read[one][:, seen].numpy().ravel(), batch.colour[one][:, seen].numpy().ravel()
        close.append(np.corrcoef(a, b)[0, 1])
    assert np.median(close) > 0.8


def test_a_head_turned_to_show_its_left_side_shows_it() -> None:
    """The patient's left is +x: with positive yaw more texels are seen there than on the right."""
    batch = _synthesis().batch(1, 16, 2)
    left = _synthesis().basis.texels_skin.place[:, 0].reshape(MAP_SIZE, MAP_SIZE) > 20
    for one in range(16):
        if abs(float(batch.yaw_deg[one])) > 35:
            seen = batch.visible[one, 0] > 0
            balance = float((seen & left).sum() - (seen & left.flip(1)).sum())
            assert balance * float(batch.yaw_deg[one]) > 0


def test_maps_say_where_landmarks_are() -> None:
    """A landmark's place in the crop is the one that the map holds at the landmark's texel."""
    from clinic.reconstruction.network.layout import landmark_places
    from clinic.reconstruction.network.maps import read

    batch = _batch()
    from_map = read(batch.uv, landmark_places())
    inner = slice(17, 48)  # the jaw and the lips' inner edges lie at edges of the skin
    apart = (from_map - batch.spots)[:, inner].norm(dim=2) * 32
    assert float(apart.median()) < 0.6  # pixels of 64


def test_crops_hold_the_face_whatever_the_camera() -> None:
    dice = Dice(1, 2, CPU)
    basis = _synthesis().basis
    sitters = people(basis, 16, 1.0, dice)
    marks = basis.marks.mean + basis.marks.neutral(sitters.identity, sitters.bumps)
    shots = cameras(marks, Stage(95.0, 35.0, 25.0, 1.0), dice)
    places, depth = shots.project(marks)
    assert float(places.abs().max()) < 1.1
    assert float(depth.min()) > 50
    np.testing.assert_allclose(
        (shots.rotation @ shots.rotation.transpose(1, 2)).numpy(), np.eye(3)[None].repeat(32, 0), atol=1e-5
    )


def test_faces_vary_as_widely_as_asked() -> None:
    sitters = people(_synthesis().basis, 200, 1.0, Dice(9, 9, CPU))
    identity = sitters.identity[::2]
    assert 1.2 < float(identity[:, :80].std()) < 1.4
    assert float(sitters.units.min()) >= 0
    assert float(sitters.units.max()) <= 1
    resting = (sitters.units.amax(dim=1) < 0.2).float().mean()
    assert 0.25 < float(resting) < 0.55
