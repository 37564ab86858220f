"""The fit finds again what was projected: identity, expression, camera; and keeps a smile out of the identity."""

import functools

import numpy as np
import pytest

from clinic.case import Floats
from clinic.reconstruction import fitting
from clinic.reconstruction.camera import Lens, turn
from clinic.reconstruction.fitting import LinearPoints, Observation, Solution, fit

FRONTAL = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])
CENTRE = np.array([400.0, 500.0])
FOCAL = 1500.0
MODES, EXPRESSIONS = 20, 6


@functools.cache
def _model() -> LinearPoints:
    """A mask of 200 points, half an egg; every mode and expression is a smooth bump in one direction."""
    random = np.random.default_rng(3)
    across, up = random.uniform(-1, 1, (2, 200))
    mean = np.stack([70 * across, 60 * (across**2 + 0.5 * up**2) - 40, 90 * up], axis=1)

    def bumps(count: int, size_mm: float, width_mm: float) -> Floats:
        centres = mean[random.choice(len(mean), count)]
        reach = np.exp(-((mean[None] - centres[:, None]) ** 2).sum(axis=2) / (2 * width_mm**2))
        directions = random.normal(size=(count, 1, 3))
        directions /= np.linalg.norm(directions, axis=2, keepdims=True)
        return np.asarray(size_mm * reach[:, :, None] * directions)

    pairs = np.array([[0, 1], [2, 3]], np.int32)
    return LinearPoints(mean, bumps(MODES, 4, 35), bumps(EXPRESSIONS, 8, 20), pairs, np.full(EXPRESSIONS, 0.1))


def _see(
    identity: Floats, expression: Floats, yaw: float = 0.0, noise_px: float = 0.0, detected: Floats | None = None
) -> Observation:
    random = np.random.default_rng(int(1000 + 10 * yaw))
    rotation = FRONTAL @ turn(np.radians([3.0, -4.0, yaw]))
    seen = _model().at(identity, expression) @ rotation.T + (10.0, 20.0, 700.0)
    image = FOCAL * seen[:, :2] / seen[:, 2:] + CENTRE + random.normal(size=(len(seen), 2)) * noise_px
    sigma_px = np.full(len(seen), max(noise_px, 0.3))
    return Observation(image, sigma_px, 0.5, expression if detected is None else detected, CENTRE, 0)


def _error(solution: Solution, identity: Floats) -> float:
    """Median distance from the truth in mm, after the best rigid fit that the cameras leave open (none: one frame)."""
    nothing = np.zeros(EXPRESSIONS)
    difference = _model().at(solution.identity, nothing) - _model().at(identity, nothing)
    return float(np.median(np.linalg.norm(difference - difference.mean(axis=0), axis=1)))


def _known() -> tuple[Floats, Floats]:
    random = np.random.default_rng(11)
    return random.normal(size=MODES), np.array([0.0, 0.6, 0.0, 0.3, 0.0, 1.0])


def test_two_exact_photos_give_back_face_and_camera() -> None:
    identity, expression = _known()
    views = [_see(identity, expression, yaw) for yaw in (-25.0, 25.0)]
    solution = fit(_model(), views, [[Lens(1.1 * FOCAL, 0.2)]])
    assert _error(solution, identity) < 0.25
    assert _error(Solution(np.zeros(MODES), np.zeros(1), ()), identity) > 1.5
    assert solution.focal_px(0) == pytest.approx(FOCAL, rel=0.05)
    assert np.allclose(solution.views[0].rotation, FRONTAL @ turn(np.radians([3.0, -4.0, -25.0])), atol=0.02)
    assert np.allclose(solution.views[1].expression, expression, atol=0.05)


def test_one_exact_photo_is_close() -> None:
    identity, expression = _known()
    solution = fit(_model(), [_see(identity, expression, 15.0)], [[Lens(FOCAL, 0.05)]])
    assert _error(solution, identity) < 0.6


def test_the_better_lens_is_kept() -> None:
    """Beliefs so firm that neither start can reach the other."""
    identity, expression = _known()
    views = [_see(identity, expression, yaw) for yaw in (-25.0, 25.0)]
    for starts in (
        [[Lens(0.5 * FOCAL, 0.005)], [Lens(FOCAL, 0.005)]],
        [[Lens(FOCAL, 0.005)], [Lens(2 * FOCAL, 0.005)]],
    ):
        assert fit(_model(), views, starts).focal_px(0) == pytest.approx(FOCAL, rel=0.03)


def test_a_smile_does_not_leak_into_the_identity() -> None:
    """The detector sees only two thirds of the expression; the fit puts the rest there and not into the face."""
    identity = np.zeros(MODES)
    expression = np.array([0.9, 0.9, 0.0, 0.0, 0.0, 0.0])
    resting = fit(_model(), [_see(identity, np.zeros(EXPRESSIONS), noise_px=1.0)], [[Lens(FOCAL, 0.05)]])
    smiling = fit(
        _model(), [_see(identity, expression, noise_px=1.0, detected=expression * 2 / 3)], [[Lens(FOCAL, 0.05)]]
    )
    assert smiling.views[0].expression[:2].min() > 0.75
    assert _error(smiling, resting.identity) < 0.5


def test_expressions_stay_within_their_bounds() -> None:
    identity, _ = _known()
    beyond = np.array([1.4, -0.4, 0.0, 0.0, 0.0, 0.0])
    solution = fit(_model(), [_see(identity, beyond, detected=np.full(EXPRESSIONS, 0.3))], [[Lens(FOCAL, 0.05)]])
    weights = solution.views[0].expression
    assert weights.min() >= 0
    assert weights.max() <= 1
    assert weights[0] == pytest.approx(1.0)


def test_a_third_of_wild_points_does_not_matter() -> None:
    identity, expression = _known()
    views = [_see(identity, expression, yaw, noise_px=1.0) for yaw in (-25.0, 25.0)]
    wild = views[0].image.copy()
    wild[::6] += 60.0
    moved = Observation(wild, views[0].sigma_px, 0.5, expression, CENTRE, 0)
    clean = fit(_model(), views, [[Lens(FOCAL, 0.05)]])
    robust = fit(_model(), [moved, views[1]], [[Lens(FOCAL, 0.05)]])
    assert _error(robust, identity) < _error(clean, identity) + 0.3


def test_more_photos_make_the_face_surer() -> None:
    identity, expression = _known()
    one = fit(_model(), [_see(identity, expression, 0.0)], [[Lens(FOCAL, 0.05)]])
    three = fit(_model(), [_see(identity, expression, yaw) for yaw in (0.0, 30.0, -30.0)], [[Lens(FOCAL, 0.05)]])
    assert one.covariance is not None
    assert three.covariance is not None
    assert np.trace(three.covariance) < 0.6 * np.trace(one.covariance)
    assert np.trace(one.covariance) < MODES


def test_the_analytic_gradient_is_the_slope_of_the_cost() -> None:
    """Central differences of the cost along every unknown, at a point off the solution."""
    identity, _ = _known()
    inner = np.full(EXPRESSIONS, 0.4)
    seen = _see(identity, inner + 0.1, 20.0, noise_px=2.0, detected=inner)
    problem = fitting._Problem(_model(), (seen,), (Lens(FOCAL, 0.2),))
    at = fitting._moved(problem, fitting._start(problem), 0.05 * np.random.default_rng(2).normal(size=problem.size))
    _, gradient, _ = fitting._normal_equations(problem, at)
    step = 1e-5
    for unknown in range(problem.size):
        ahead = np.zeros(problem.size)
        ahead[unknown] = step
        up, down = (fitting._normal_equations(problem, fitting._moved(problem, at, s * ahead))[2] for s in (1, -1))
        assert (up - down) / (2 * step) == pytest.approx(gradient[unknown], rel=2e-3, abs=0.02), unknown


def test_the_fit_repeats_bit_for_bit() -> None:
    identity, expression = _known()
    first, second = (fit(_model(), [_see(identity, expression, 10.0, 1.0)], [[Lens(FOCAL, 0.1)]]) for _ in range(2))
    assert np.array_equal(first.identity, second.identity)
