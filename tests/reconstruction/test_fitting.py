"""The fit finds again what was projected: identity, expression, camera; and keeps a smile out of the identity."""

import functools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from clinic.case import Floats
from clinic.reconstruction.camera import Lens, turn
from clinic.reconstruction.fitting import (
    Belief,
    Erring,
    LinearPoints,
    MarkerModel,
    Observation,
    PairSeen,
    Problem,
    Solution,
    SpotsSeen,
    covariance,
    fit,
)
from clinic.reconstruction.fitting.factors import normal_equations
from clinic.reconstruction.fitting.minimise import _first
from clinic.reconstruction.fitting.state import Layout

FRONTAL = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])
CENTRE = np.array([400.0, 500.0])
FOCAL = 1500.0
MODES, EXPRESSIONS = 20, 6


@functools.cache
def _model() -> MarkerModel:
    """A mask of 200 points, half an egg; every mode and expression is a smooth bump in one direction."""
    random = np.random.default_rng(3)
    across, up = random.uniform(-1, 1, (2, 200))
    mean = np.stack([70 * across, 60 * (across**2 + 0.5 * up**2) - 40, 90 * up], axis=1)

    def bumps(count: int, size_mm: float, width_mm: float) -> Floats:
        centres = mean[random.choice(len(mean), count)]
        reach = np.exp(-((mean[None] - centres[:, None]) ** 2).sum(axis=2) / (2 * width_mm**2))
        directions = random.normal(size=(count, 1, 3))
        directions /= np.linalg.norm(directions, axis=2, keepdims=True)
        return np.asarray(size_mm * reach[:, :, None] * directions).transpose(1, 2, 0)

    pairs = np.array([[0, 1], [2, 3]], np.int32)
    points = LinearPoints(mean, bumps(MODES, 4, 35), bumps(EXPRESSIONS, 8, 20))
    return MarkerModel(points, pairs, np.full(EXPRESSIONS, 0.1))


def _fit(views: Sequence[Observation], lens: Lens) -> Solution:
    return fit(_problem(views, lens))


def _problem(views: Sequence[Observation], lens: Lens) -> Problem:
    return Problem(Belief.standard(MODES), _model(), tuple(views), (lens,))


def _see(
    identity: Floats, expression: Floats, yaw: float = 0.0, noise_px: float = 0.0, detected: Floats | None = None
) -> Observation:
    random = np.random.default_rng(int(1000 + 10 * yaw))
    rotation = FRONTAL @ turn(np.radians([3.0, -4.0, yaw]))
    seen = _model().points.at(identity, expression) @ rotation.T + (10.0, 20.0, 700.0)
    image = FOCAL * seen[:, :2] / seen[:, 2:] + CENTRE + random.normal(size=(len(seen), 2)) * noise_px
    sigma_px = np.full(len(seen), max(noise_px, 0.3))
    erring = Erring.nowhere(len(image), MODES)
    return Observation(image, sigma_px, erring, 0.5, expression if detected is None else detected, CENTRE, 0)


def _error(solution: Solution, identity: Floats) -> float:
    """Median distance from the truth in mm, after the best rigid fit that the cameras leave open (none: one frame)."""
    nothing = np.zeros(EXPRESSIONS)
    difference = _model().points.at(solution.identity, nothing) - _model().points.at(identity, nothing)
    return float(np.median(np.linalg.norm(difference - difference.mean(axis=0), axis=1)))


def _known() -> tuple[Floats, Floats]:
    random = np.random.default_rng(11)
    return random.normal(size=MODES), np.array([0.0, 0.6, 0.0, 0.3, 0.0, 1.0])


def test_two_exact_photos_give_back_face_and_camera() -> None:
    identity, expression = _known()
    views = [_see(identity, expression, yaw) for yaw in (-25.0, 25.0)]
    solution = _fit(views, Lens(1.1 * FOCAL, 0.2))
    assert _error(solution, identity) < 0.25
    assert _error(Solution(np.zeros(MODES), np.zeros(0), np.zeros(0), np.zeros(1), ()), identity) > 1.5
    assert solution.focal_px(0) == pytest.approx(FOCAL, rel=0.05)
    assert np.allclose(solution.views[0].rotation, FRONTAL @ turn(np.radians([3.0, -4.0, -25.0])), atol=0.02)
    assert np.allclose(solution.views[1].expression, expression, atol=0.05)


def test_one_exact_photo_is_close() -> None:
    identity, expression = _known()
    solution = _fit([_see(identity, expression, 15.0)], Lens(FOCAL, 0.05))
    assert _error(solution, identity) < 0.6


def test_a_smile_does_not_leak_into_the_identity() -> None:
    """The detector sees only two thirds of the expression; the fit puts the rest there and not into the face."""
    identity = np.zeros(MODES)
    expression = np.array([0.9, 0.9, 0.0, 0.0, 0.0, 0.0])
    resting = _fit([_see(identity, np.zeros(EXPRESSIONS), noise_px=1.0)], Lens(FOCAL, 0.05))
    smiling = _fit([_see(identity, expression, noise_px=1.0, detected=expression * 2 / 3)], Lens(FOCAL, 0.05))
    assert smiling.views[0].expression[:2].min() > 0.75
    assert _error(smiling, resting.identity) < 0.5


def test_expressions_stay_within_their_bounds() -> None:
    identity, _ = _known()
    beyond = np.array([1.4, -0.4, 0.0, 0.0, 0.0, 0.0])
    solution = _fit([_see(identity, beyond, detected=np.full(EXPRESSIONS, 0.3))], Lens(FOCAL, 0.05))
    weights = solution.views[0].expression
    assert weights.min() >= 0
    assert weights.max() <= 1
    assert weights[0] == pytest.approx(1.0)


def test_a_third_of_wild_points_does_not_matter() -> None:
    identity, expression = _known()
    views = [_see(identity, expression, yaw, noise_px=1.0) for yaw in (-25.0, 25.0)]
    wild = views[0].image.copy()
    wild[::6] += 60.0
    moved = replace(views[0], image=wild)
    clean = _fit(views, Lens(FOCAL, 0.05))
    robust = _fit([moved, views[1]], Lens(FOCAL, 0.05))
    assert _error(robust, identity) < _error(clean, identity) + 0.3


def test_more_photos_make_the_face_surer() -> None:
    identity, expression = _known()
    sure = []
    for yaws in ((0.0,), (0.0, 30.0, -30.0)):
        problem = _problem([_see(identity, expression, yaw) for yaw in yaws], Lens(FOCAL, 0.05))
        sure.append(np.trace(covariance(problem, fit(problem))))
    assert sure[1] < 0.6 * sure[0]
    assert sure[0] < MODES


def test_what_is_believed_of_the_identity_decides_where_nothing_is_seen() -> None:
    """Of a photo of next to no weight only the belief is left."""
    identity, expression = _known()
    belief = Belief(identity, 4 * np.eye(MODES))
    problem = replace(_problem([replace(_see(identity, expression), weight=1e-6)], Lens(FOCAL, 0.05)), belief=belief)
    assert fit(problem).identity == pytest.approx(identity, abs=0.02)
    assert np.diag(covariance(problem, fit(problem))) == pytest.approx(0.25, rel=0.01)


def test_an_unknown_lens_is_found_from_the_same_skin_in_three_photos() -> None:
    """The markers are biased alike in all photos; the skin slid off its place on the mesh tells lens and shape."""
    identity, expression = _known()
    views = [_see(identity, expression, yaw, noise_px=8.0) for yaw in (0.0, 40.0, -40.0)]
    problem = _problem(views, Lens(1.6 * FOCAL, 0.7))
    model = _model().points
    exact = [_see(identity, expression, yaw) for yaw in (0.0, 40.0, -40.0)]
    pairs = tuple(
        PairSeen(a, b, model, _along(model), exact[a].image, exact[b].image, np.tile(np.eye(2) / 0.3, (200, 1, 1)))
        for a, b in ((0, 1), (0, 2))
    )
    start = fit(problem)
    solution = fit(replace(problem, pairs=pairs), start=start)
    assert solution.converged
    assert solution.focal_px(0) == pytest.approx(FOCAL, rel=0.03)
    assert _error(solution, identity) < 0.6 * _error(start, identity)


def test_skin_in_two_photos_lets_the_mesh_slide_along_itself() -> None:
    """A match that is moved along the mesh in both photos asks the same of the fit as one that is not."""
    identity, expression = _known()
    views = [_see(identity, expression, yaw) for yaw in (-25.0, 25.0)]
    model, problem = _model().points, _problem(views, Lens(FOCAL, 0.05))
    truth = fit(problem)
    plain = PairSeen(0, 1, model, _along(model), views[0].image, views[1].image, np.tile(np.eye(2), (200, 1, 1)))
    slid = replace(model, mean=model.mean + 1.5 * _along(model)[:, :, 0])
    costs = [
        normal_equations(replace(problem, pairs=(one,)), Layout.of(problem, 0), truth).cost
        for one in (plain, replace(plain, points=slid), replace(plain, image_second=plain.image_second + 3.0))
    ]
    assert costs[1] - costs[0] < 0.05 * (costs[2] - costs[0])


def test_an_edge_tells_only_what_lies_across_it() -> None:
    identity, expression = _known()
    view = _see(identity, expression)
    across = np.tile(np.array([[1.0, 0.0], [0.0, 0.0]]), (200, 1, 1))
    problem = _problem([view], Lens(FOCAL, 0.05))
    at = fit(problem)
    layout = Layout.of(problem, 0)
    costs = [
        normal_equations(
            replace(problem, spots=(SpotsSeen(0, _model().points, view.image + move, across),)), layout, at
        ).cost
        for move in ((0.0, 0.0), (0.0, 50.0), (50.0, 0.0))
    ]
    assert costs[1] == pytest.approx(costs[0])
    assert costs[2] > costs[0] + 100


def test_a_detector_that_errs_alike_in_every_photo_does_not_bend_the_face() -> None:
    """The marks around one place lie 8 px too low in both photos; the drift takes that, not the identity."""
    identity, expression = _known()
    low = np.zeros((200, 2, 1))
    low[:, 1, 0] = 8.0 * (np.linalg.norm(_model().points.mean - _model().points.mean[7], axis=1) < 30)
    views = [_see(identity, expression, yaw, noise_px=1.5) for yaw in (-25.0, 25.0)]
    lowered = [replace(view, image=view.image + low[:, :, 0]) for view in views]
    drifting = [replace(view, erring=replace(view.erring, drift=low)) for view in lowered]
    bent, found = (fit(_problem(these, Lens(FOCAL, 0.05))) for these in (lowered, drifting))
    assert found.drift == pytest.approx([1.0], abs=0.4)
    assert _error(found, identity) < 0.7 * _error(bent, identity)


def test_a_detector_that_shows_every_face_too_average_is_seen_through() -> None:
    """The points show half of each trait; who knows that finds the whole one, who does not finds about half."""
    identity, expression = _known()
    whole, mean = _see(identity, expression), _see(0 * identity, expression)
    halved = replace(whole, image=(whole.image + mean.image) / 2)
    by_identity = np.stack([(_see(one, expression).image - mean.image) / -2 for one in np.eye(MODES)], axis=2)
    knowing = replace(halved, erring=replace(halved.erring, by_identity=by_identity))
    naive, found = (fit(_problem([one], Lens(FOCAL, 0.05))) for one in (halved, knowing))
    assert _error(found, identity) < 0.4 * _error(naive, identity)


def test_the_analytic_gradient_is_the_slope_of_the_cost() -> None:
    """Central differences of the cost along every unknown, at a point off the solution."""
    identity, _ = _known()
    inner = np.full(EXPRESSIONS, 0.4)
    seen = _see(identity, inner + 0.1, 20.0, noise_px=2.0, detected=inner)
    random = np.random.default_rng(2)
    seen = replace(seen, erring=Erring(*(random.normal(size=(200, 2, count)) for count in (MODES, 4))))
    spots = SpotsSeen(0, _model().points, seen.image + 3.0, random.normal(size=(200, 2, 2)))
    problem = replace(_problem([seen], Lens(FOCAL, 0.2)), spots=(spots,))
    layout = Layout.of(problem, 0)
    at = layout.moved(_first(problem, layout), 0.05 * random.normal(size=layout.size))
    gradient = normal_equations(problem, layout, at).gradient
    step = 1e-5
    for unknown in range(layout.size):
        ahead = np.zeros(layout.size)
        ahead[unknown] = step
        up, down = (normal_equations(problem, layout, layout.moved(at, s * ahead)).cost for s in (1, -1))
        assert (up - down) / (2 * step) == pytest.approx(gradient[unknown], rel=2e-3, abs=0.02), unknown


def _along(model: LinearPoints) -> Floats:
    """Two directions along the half egg at each of its points."""
    x, z = model.mean[:, 0] / 70, model.mean[:, 2] / 90
    by_x, by_z = np.zeros((2, 200, 3))
    by_x[:, 0], by_x[:, 1] = 70, 120 * x
    by_z[:, 2], by_z[:, 1] = 90, 60 * z
    return np.stack([by_x / 70, by_z / 90], axis=2)


def test_the_fit_repeats_bit_for_bit() -> None:
    identity, expression = _known()
    first, second = (_fit([_see(identity, expression, 10.0, 1.0)], Lens(FOCAL, 0.1)) for _ in range(2))
    assert np.array_equal(first.identity, second.identity)
