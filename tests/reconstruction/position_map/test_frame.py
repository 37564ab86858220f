"""The square that the network reads of a photo is the one that it has learned from."""

import numpy as np
import torch

from clinic.reconstruction.position_map.frame import around
from clinic.reconstruction.training.synthesis.basis import basis
from clinic.reconstruction.training.synthesis.camera import cameras
from clinic.reconstruction.training.synthesis.dice import Dice
from clinic.reconstruction.training.synthesis.stage import Stage

FOCAL, CENTRE = 1800.0, np.array([600.0, 800.0])


def test_frames_agree_with_training() -> None:
    """The same head through the same camera: places in the square and lens as training has them, without its jitter."""
    marks = basis("holdout", torch.device("cpu")).marks.mean[None].repeat(6, 1, 1)
    shots = cameras(marks, Stage(60.0, 20.0, 0.0, 0.0), Dice(4, 4, torch.device("cpu")))
    for one in range(6):
        rotation, shift = shots.rotation[one].double().numpy(), shots.translation[one].double().numpy()
        placed = marks[one].double().numpy() @ rotation.T + shift
        pixels = FOCAL * placed[:, :2] / placed[:, 2:] + CENTRE
        frame = around(pixels, 0.0, FOCAL, CENTRE)
        grown = np.exp(frame.lens[2] - float(shots.lens[one, 2]))  # training's squares vary in size, and shift
        assert 0.8 < grown < 1.25
        np.testing.assert_allclose(frame.lens[:2], shots.lens[one, :2], atol=0.2 / np.exp(frame.lens[2]))
        inside = (pixels - frame.corner) @ np.linalg.inv(frame.axes).T * 2 - 1
        np.testing.assert_allclose(np.abs(inside).max(), 1 / 1.5, atol=1e-6)


def test_the_way_back_into_the_photo() -> None:
    points = np.random.default_rng(1).normal((500, 900), 90, (40, 2))
    frame = around(points, 17.0, FOCAL, CENTRE)
    corners = frame.in_photo(np.array([[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]]))
    np.testing.assert_allclose(corners[0], frame.corner)
    np.testing.assert_allclose(corners[3], frame.corner + frame.axes.sum(axis=1))
    assert np.degrees(np.arctan2(*(corners[1] - corners[0])[::-1])) - 17.0 < 1e-6


def test_a_cut_shows_the_face_upright() -> None:
    """A white square below a leaning head's middle comes out straight below."""
    photo = np.zeros((400, 400, 3), np.uint8)
    lean = np.radians(30)
    down = np.array([-np.sin(lean), np.cos(lean)])
    spot = (200 + 60 * down).astype(int)
    photo[spot[1] - 6 : spot[1] + 6, spot[0] - 6 : spot[0] + 6] = 255
    points = np.array([[120.0, 200], [280, 200], [200, 120], [200, 280]])
    cut = around(points, 30.0, 500.0, np.array([200.0, 200.0])).cut(photo, 64)
    row, column = np.unravel_index(cut[0].argmax(), cut[0].shape)
    assert abs(column - 32) <= 2
    assert row > 40
