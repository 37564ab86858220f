"""What is minimised, term by term: each adds itself to the normal equations.

  Σ photos, points   Student-t on image points u of markers against detected d, which err: see `Erring`
+ Σ photos, openings Student-t on (u_a − u_b) − (d_a − d_b)     lids and lips open as far as in the photo
+ Σ photos, spots    Student-t on recognised spots of the skin
+ Σ pairs of photos  Student-t on the same skin in both, along which the mesh may slide
+ ½ |identity − believed|²,  ½ |residual|²,  ½ |drift|²
+ Σ photos           |expression − detected| / b, smooth at 0  expressions within [0, 1]
+ ½ Σ lenses         (log f − log f₀)²/σ²,  and the same for the distances of the cameras
"""

from dataclasses import dataclass

import numpy as np

from clinic.case import Floats, Ints
from clinic.reconstruction.camera import DISTANCE_MM, LOG_DISTANCE_SIGMA
from clinic.reconstruction.fitting.model import PairSeen, Problem, SpotsSeen
from clinic.reconstruction.fitting.projection import project
from clinic.reconstruction.fitting.state import Layout, Solution

_NU = 4.0  # Student-t degrees of freedom
_EDGE_ON = 0.01  # determinant over squared size
_SMOOTH = 0.02  # where |x| of the expression prior turns round, in expression weights


@dataclass(slots=True, eq=False)
class Normal:
    """Gauss–Newton matrix (u, u), gradient (u,) and cost; grows as factors are added."""

    hessian: Floats
    gradient: Floats
    cost: float = 0.0

    def add(self, unknowns: Ints, jacobian: Floats, residual: Floats, weight: float = 1.0) -> None:
        """Add whitened residuals (r, q), each row a group that is robust together, and derivatives (r, q, v)."""
        squared = (residual**2).sum(axis=1)
        size = residual.shape[1]
        weights = weight * (_NU + size) / (_NU + squared)
        self.cost += weight * float((_NU + size) / 2 * np.log1p(squared / _NU).sum())
        scaled = jacobian * np.sqrt(weights)[:, None, None]
        flat = scaled.reshape(-1, jacobian.shape[2])
        self.hessian[np.ix_(unknowns, unknowns)] += flat.T @ flat
        self.gradient[unknowns] += flat.T @ (residual * np.sqrt(weights)[:, None]).ravel()

    def believe(self, unknowns: slice, off: Floats, precision: float | Floats) -> None:
        """Add a Gaussian belief: unknowns are `off` their mean, with a precision for each."""
        at = np.arange(unknowns.start, unknowns.stop)
        self.hessian[at, at] += precision
        self.gradient[at] += precision * off
        self.cost += 0.5 * float((precision * off**2).sum())


def normal_equations(problem: Problem, layout: Layout, solution: Solution) -> Normal:
    """Return the sum of all factors at a solution."""
    normal = Normal(np.zeros((layout.size, layout.size)), np.zeros(layout.size))
    _beliefs(normal, problem, layout, solution)
    for photo in range(layout.photos):
        _markers(normal, problem, layout, solution, photo)
        _expression(normal, problem, layout, solution, photo)
    for spots in problem.spots:
        _spots(normal, spots, problem, layout, solution)
    for pair in problem.pairs:
        _pair(normal, pair, problem, layout, solution)
    return normal


def _beliefs(normal: Normal, problem: Problem, layout: Layout, solution: Solution) -> None:
    off = solution.identity - problem.belief.mean
    pulled = problem.belief.precision @ off
    shape = slice(0, layout.identity)
    normal.hessian[shape, shape] += problem.belief.precision
    normal.gradient[shape] += pulled
    normal.cost += 0.5 * float(off @ pulled)
    normal.believe(slice(layout.identity, layout.shape), solution.residual, 1.0)
    normal.believe(layout.drifts, solution.drift, 1.0)
    for number, lens in enumerate(problem.lenses):
        unknown = slice(layout.focals.start + number, layout.focals.start + number + 1)
        normal.believe(unknown, solution.log_focal[number : number + 1] - np.log(lens.focal_px), lens.sigma**-2)
    for photo in range(layout.photos):
        _distance(normal, problem, layout, solution, photo)


def _distance(normal: Normal, problem: Problem, layout: Layout, solution: Solution, photo: int) -> None:
    """Add the belief about how far away the camera stood; photos of one lens are one belief."""
    lens = problem.observations[photo].lens
    share = sum(seen.lens == lens for seen in problem.observations)
    depth = float(solution.views[photo].translation[2])
    precision = LOG_DISTANCE_SIGMA**-2 / share
    off = np.log(depth / DISTANCE_MM)
    along = layout.own(photo).start + 5
    normal.hessian[along, along] += precision / depth**2
    normal.gradient[along] += precision * off / depth
    normal.cost += 0.5 * precision * off**2


def _markers(normal: Normal, problem: Problem, layout: Layout, solution: Solution, photo: int) -> None:
    model, seen = problem.markers, problem.observations[photo]
    erring, shown = seen.erring, project(model.points, solution, photo, seen.lens)
    misplaced = erring.by_identity @ solution.identity + erring.drift @ solution.drift
    error = shown.plane + seen.centre + misplaced - seen.image
    derivative = np.concatenate([shown.jacobian, erring.drift], axis=2)
    derivative[:, :, : layout.identity] += erring.by_identity
    unknowns = np.r_[layout.seen_by(photo, seen.lens), layout.drifts]
    sigma = seen.sigma_px[:, None]
    normal.add(unknowns, derivative / sigma[:, :, None], error / sigma, seen.weight)
    a, b = model.pairs.T
    opening = (derivative[a] - derivative[b]) / seen.pair_sigma_px
    normal.add(unknowns, opening, (error[a] - error[b]) / seen.pair_sigma_px, seen.weight)


def _expression(normal: Normal, problem: Problem, layout: Layout, solution: Solution, photo: int) -> None:
    seen, spread = problem.observations[photo], problem.markers.spread
    off = solution.views[photo].expression - seen.expression
    length = np.sqrt(off**2 + _SMOOTH**2)
    own = np.arange(layout.expression(photo).start, layout.expression(photo).stop)
    precision = seen.weight / (spread * length)
    normal.hessian[own, own] += precision
    normal.gradient[own] += precision * off
    normal.cost += seen.weight * float(((length - _SMOOTH) / spread).sum())


def _spots(normal: Normal, spots: SpotsSeen, problem: Problem, layout: Layout, solution: Solution) -> None:
    seen = problem.observations[spots.photo]
    shown = project(spots.points, solution, spots.photo, seen.lens)
    error = _whitened(spots.whiten, shown.plane + seen.centre - spots.image)
    normal.add(layout.seen_by(spots.photo, seen.lens), spots.whiten @ shown.jacobian, error, seen.weight)


def _pair(normal: Normal, pair: PairSeen, problem: Problem, layout: Layout, solution: Solution) -> None:
    """Add skin that two photos show, e its errors in both: what counts is e_B − H e_A.

    H, held while differentiating, takes the slide along the mesh that explains e_A from the first photo to the second.
    """
    lenses = [problem.observations[photo].lens for photo in (pair.first, pair.second)]
    centres = [problem.observations[photo].centre for photo in (pair.first, pair.second)]
    first = project(pair.points, solution, pair.first, lenses[0])
    second = project(pair.points, solution, pair.second, lenses[1])
    across = pair.whiten @ (second.by_space @ pair.tangents) @ _inverse(first.by_space @ pair.tangents)
    error = _whitened(pair.whiten, second.plane + centres[1] - pair.image_second)
    error -= _whitened(across, first.plane + centres[0] - pair.image_first)
    parts = [layout.seen_by(pair.first, lenses[0]), layout.seen_by(pair.second, lenses[1])]
    unknowns = np.unique(np.concatenate(parts))
    jacobian = np.zeros((len(error), 2, len(unknowns)))
    jacobian[:, :, np.searchsorted(unknowns, parts[1])] = pair.whiten @ second.jacobian
    jacobian[:, :, np.searchsorted(unknowns, parts[0])] -= across @ first.jacobian
    normal.add(unknowns, jacobian, error)


def _inverse(turned: Floats) -> Floats:
    """Return the inverses of (s, 2, 2); zero where the mesh is seen edge-on and cannot slide in the picture."""
    sound = np.abs(np.linalg.det(turned)) > _EDGE_ON * (turned**2).sum(axis=(1, 2))
    inverse = np.zeros_like(turned)
    inverse[sound] = np.linalg.inv(turned[sound])
    return inverse


def _whitened(whiten: Floats, error: Floats) -> Floats:
    turned: Floats = (whiten @ error[:, :, None])[:, :, 0]
    return turned
