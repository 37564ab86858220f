"""The linear answer for tissue that differs from what is taken as likely, for many variants at once.

Variants of the same depth and support are near enough to the likely stiffness to be solved with its factor, by
conjugate gradients side by side: one substitution for all of them costs a quarter of as many single ones. Another
depth, and support that does not glide, take a factor of their own: so choose few depths. Skin with a grain needs none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from clinic.case import LAYER_NAMES, Floats, Load, Points
from clinic.jobs import Progress
from clinic.simulation.aims import gain
from clinic.simulation.langer import grained
from clinic.simulation.loading import Demand, Ground, Unit, demands
from clinic.simulation.mesher import Volume, mesh
from clinic.simulation.preview import Preview, forces_at_rest
from clinic.simulation.problem import Linearisation, Tissue
from clinic.simulation.saddle import Step
from clinic.simulation.shaping import volumes
from clinic.simulation.tissue import NOMINAL, SKIN, Variant
from clinic.words import say

_SHARP = 1e-3  # of the energy norm of the answer, what may be left
_MOST_ITERATIONS = 40


@dataclass(frozen=True, slots=True, eq=False)
class _Body:
    """Likely tissue of one depth, and the (3p,) forces, N, of one unit of each demand on it.

    outer: of what moves and pulls. inner: of what grows or is shortened, in proportion to how stiff that is.
    """

    tissue: Tissue
    outer: tuple[Floats, ...]
    inner: tuple[Floats, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """A variant ready to be solved: its tangent, and for d columns forces (3p, d) N and a first guess (3p, d) mm."""

    tangent: Linearisation
    forces: Floats
    guess: Floats


def variants(
    preview: Preview, loads: Sequence[Load], choices: Sequence[Variant], progress: Progress
) -> tuple[Points, ...]:
    """Return where the control vertices go in each variant, (c, 3) mm, by the linear model.

    What is done is the same in each: the same moves, cuts and volumes; but pulls that aim at a place of the skin are as
    strong as it takes to reach it. Raises CannotMesh, NotReached, OutOfMemory and Cancelled.
    """
    asked = demands(loads)
    if not asked:
        return (np.zeros_like(preview.face.control),) * len(choices)
    groups: dict[Variant, list[int]] = {}
    for k, choice in enumerate(choices):
        groups.setdefault(replace(choice, stiffness=NOMINAL.stiffness), []).append(k)
    found: dict[int, Points] = {}
    spare = Step(preview.ground.held)
    for turn, (alike, chosen) in enumerate(groups.items()):
        lane = progress.part(turn / len(groups), (turn + 1) / len(groups))
        lane.report(0.0, say("Varying the tissue, {turn} of {count}", turn=turn + 1, count=len(groups)))
        body = _body(preview, loads, alike)
        step = preview.step
        if replace(alike, grain=NOMINAL.grain) != NOMINAL:
            step = spare
            step.take(body.tissue.linearise(np.zeros_like(body.tissue.points)))
        solved = _side_by_side(step, [_case(preview, loads, choices[k], body) for k in chosen], lane)
        found |= {k: _control(preview, loads, columns) for k, columns in zip(chosen, solved, strict=True)}
    return tuple(found[k] for k in range(len(choices)))


def _columns(preview: Preview, loads: Sequence[Load]) -> list[list[int]]:
    """Return which demands go together: all that are given, then each that aims at a place of the skin alone."""
    asked = demands(loads)
    aiming = [k for k, demand in enumerate(asked) if demand.gauges and not demand.grows]
    given = [k for k in range(len(asked)) if k not in aiming]
    return ([given] if given else []) + [[k] for k in aiming]


def _body(preview: Preview, loads: Sequence[Load], likely: Variant) -> _Body:
    """Return the tissue of a depth, way of gliding and grain, with what each demand does to it."""
    volume = (
        preview.volume if likely.depth_mm == NOMINAL.depth_mm else mesh(preview.face, likely.depth_mm, preview.ears)
    )
    tissue, ground = Tissue(volume.points, volume.cells, volume.layer, likely.layers), Ground(volume, likely.gliding)
    tissue.tie(ground.springs)
    if likely.grain:
        tissue = grained(preview.face, volume, tissue, likely)
    outer, inner = [], []
    for demand in demands(loads):
        unit = _same_volume(ground.unit(demand), volume, preview.response(demand).unit, preview.volume)
        outer.append(forces_at_rest(tissue, replace(unit, shortened=None, swollen=None)))
        inner.append(forces_at_rest(tissue, replace(unit, moved=None, force=None)))
    return _Body(tissue, tuple(outer), tuple(inner))


def _same_volume(unit: Unit, volume: Volume, usual: Unit, usually: Volume) -> Unit:
    """Return a unit that swells by as many mm³ as the usual one: a syringe holds the same for a thicker layer."""
    if unit.swollen is None or usual.swollen is None:
        return unit
    gained = unit.swollen @ volumes(volume.points, volume.cells)
    wanted = usual.swollen @ volumes(usually.points, usually.cells)
    return replace(unit, swollen=float(wanted / gained) * unit.swollen)


def _case(preview: Preview, loads: Sequence[Load], choice: Variant, body: _Body) -> _Case:
    tissue, asked = body.tissue.of(choice.layers), demands(loads)
    tangent = tissue.linearise(np.zeros_like(tissue.points))
    forces, guess = [], []
    for together in _columns(preview, loads):
        force, moved = np.zeros(tissue.points.size), np.zeros_like(tissue.points)
        for k in together:
            response = preview.response(asked[k])
            amount = response.amount(asked[k])
            force += amount * (body.outer[k] + choice.stiffness[_layer(asked[k])] * body.inner[k])
            moved += amount * response.moved
        forces.append(force)
        guess.append(moved.ravel())
    return _Case(tangent, np.stack(forces, axis=1), np.stack(guess, axis=1))


def _layer(demand: Demand) -> int:
    """Return the layer that grows or is shortened: the stiffer it is, the more it pushes or pulls."""
    return LAYER_NAMES.index(demand.load.growth_layer) if demand.grows else SKIN


def _side_by_side(step: Step, cases: Sequence[_Case], progress: Progress) -> list[Floats]:
    """Return the (3p, d) moves of each case, by conjugate gradients with one factor for all."""
    ends = np.cumsum([0, *(case.forces.shape[1] for case in cases)])
    places = [slice(*pair) for pair in pairwise(ends)]
    moved = np.concatenate([case.guess for case in cases], axis=1)

    def times(moves: Floats) -> Floats:
        return np.concatenate(
            [case.tangent.times(moves[:, at]) for case, at in zip(cases, places, strict=True)], axis=1
        )

    held_by = times(moved)
    enough = _SHARP**2 * np.einsum("nd,nd->d", moved, held_by)
    left = np.concatenate([case.forces for case in cases], axis=1) - held_by
    left[step.held] = 0.0
    direction, before = np.zeros_like(left), np.ones(left.shape[1])
    for turn in range(_MOST_ITERATIONS):
        progress.report(1.0 - 0.8**turn, say("Solving the variants"))
        improved = step.precondition(left)
        gain = np.einsum("nd,nd->d", left, improved)
        if (gain <= enough).all():
            break
        direction = improved + (gain / before if turn else 0.0) * direction
        pushed = times(direction)
        pushed[step.held] = 0.0
        length = gain / np.maximum(np.einsum("nd,nd->d", direction, pushed), 1e-300)
        moved += length * direction
        left -= length * pushed
        before = np.maximum(gain, 1e-300)
    return [moved[:, at] for at in places]


def _control(preview: Preview, loads: Sequence[Load], columns: Floats) -> Points:
    """Return where the control vertices go together; what aims is as strong as it takes."""
    asked, skin = demands(loads), preview.skin
    total = np.zeros_like(preview.face.control)
    for together, column in zip(_columns(preview, loads), columns.T, strict=True):
        moved: Points = skin.control(column.reshape(-1, 3)[preview.volume.skin])
        demand = asked[together[0]]
        if demand.gauges and not demand.grows:
            read = gain(preview.face, skin.points, demand, skin.display(moved), -np.inf)
            moved = read.amount(demand) * moved
        total += moved
    return total
