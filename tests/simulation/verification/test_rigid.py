"""Rigid motion and change of frame."""

import numpy as np
import pytest
from mechanics import body, solved, turn
from solids import block


@pytest.mark.parametrize("degrees", [1e-3, 30.0, 90.0, 179.0])
def test_rigid_motion_costs_nothing(degrees: float) -> None:
    """ψ depends on FᵀF alone: after u = (Q − I) x + c no force is left, whatever the angle."""
    points, cells = block(2, shake=0.2)
    moved = points @ (turn(degrees) - np.eye(3)).T + (3.0, -2.0, 40.0)
    assert abs(body(points, cells).residual(moved)).max() < 1e-13


def test_the_answer_turns_with_what_is_done_to_the_body() -> None:
    """Objectivity: if x + u(x) is the answer to y on the held points, Q(x + u(x)) is the answer to Q y.

    Source: Truesdell and Noll, The Non-Linear Field Theories of Mechanics (1965), §19.
    """
    points, cells = block(3, shake=0.2)
    tissue, Q = body(points, cells), turn(35.0)
    low, high = points[:, 2] == 0, points[:, 2] == 10
    placed = points + np.where(high[:, None], (2.0, 0.5, 1.0), 0.0)
    here = solved(tissue, low | high, placed - points).moved
    there = solved(tissue, low | high, placed @ Q.T - points).moved
    assert abs(here).max() > 2.0
    assert abs((points + here) @ Q.T - (points + there)).max() < 1e-9


def test_the_answer_turns_with_the_body_itself() -> None:
    """Isotropy: a body cut out of the same tissue at another angle gives the answer at that angle."""
    points, cells = block(3, shake=0.2)
    Q = turn(35.0)
    held = (points[:, 2] == 0) | (points[:, 2] == 10)
    moves = np.where((points[:, 2] == 10)[:, None], (2.0, 0.5, 1.0), 0.0)
    here = solved(body(points, cells), held, moves).moved
    there = solved(body(points @ Q.T, cells), held, moves @ Q.T).moved
    assert abs(here @ Q.T - there).max() < 1e-9
