import numpy as np

from clinic.reconstruction.face_space import FaceSpace

SPACE = FaceSpace.load()
MODES = SPACE.residual_modes
SPREAD = np.sqrt((MODES**2).sum(0))


def test_draws_spread_evenly_over_the_cheeks_as_designed() -> None:
    """0.4 mm on a scale of 12 mm and 0.3 mm on one of 6 mm together."""
    cheek = SPACE.topology.region("cheek_l")
    assert 0.4 < np.median(SPREAD[cheek]) < 0.51


def test_lids_lips_and_everything_off_the_face_stay() -> None:
    assert SPREAD[~SPACE.topology.region("face")].max() == 0
    skin = SPACE.topology.subdivide(SPACE.mean)[: len(SPACE.mean)]
    for eye in SPACE.eyes:
        margin = np.abs(np.linalg.norm(skin - eye, axis=1) - SPACE.eye_radius) < 0.1
        assert margin.sum() > 10
        assert SPREAD[margin].max() < 0.02


def test_neighbours_go_together_and_far_places_do_not() -> None:
    cheek = np.flatnonzero(SPACE.topology.region("cheek_l") & (SPREAD > 0.35))
    one = cheek[np.linalg.norm(SPACE.mean[cheek] - SPACE.mean[cheek].mean(0), axis=1).argmin()]
    away = np.linalg.norm(SPACE.mean[cheek] - SPACE.mean[one], axis=1)
    together = MODES[:, cheek].T @ MODES[:, one] / (SPREAD[cheek] * SPREAD[one])
    assert together[(away > 0) & (away < 7)].min() > 0.5
    assert np.abs(together[away > 40]).max() < 0.1


def test_the_first_hold_the_most() -> None:
    held = np.cumsum((MODES**2).sum(1)) / (MODES**2).sum()
    assert held[100] > 0.5
    assert np.corrcoef(np.arange(400), (MODES**2).sum(1))[0, 1] < -0.5
