import numpy as np

from clinic.case import Points
from clinic.reconstruction.training.loops import along


def ring(count: int, first: float, *, clockwise: bool = False) -> Points:
    turn = (first + np.linspace(0, 2 * np.pi, count, endpoint=False)) * (-1 if clockwise else 1)
    return np.column_stack([20 * np.cos(turn), 0 * turn, 6 * np.sin(turn)])


def test_corners_meet_corners_and_upper_meets_upper_wherever_loops_begin_and_turn() -> None:
    ours, theirs = ring(24, np.pi / 12 * 5), ring(400, 0.3, clockwise=True) + np.array([100, 3, 50])
    goal = along(ours, theirs) - (100, 3, 50)
    assert np.abs(goal[np.abs(ours[:, 0]) > 19.99] - ours[np.abs(ours[:, 0]) > 19.99]).max() < 0.2
    assert (np.sign(goal[:, 2]) == np.sign(ours[:, 2]))[np.abs(ours[:, 2]) > 1].all()
    assert np.abs(goal - ours).max() < 0.4  # a share of the length is the same place on the same curve
