"""Weight, against exact solutions, and what it does to a face."""

import numpy as np
import pytest
from bars import stretched
from people import person
from scipy.integrate import quad
from solids import bricks

from clinic.case import Ints, Mask, Points
from clinic.jobs import Progress
from clinic.simulation.newton import Acting, Equilibrium
from clinic.simulation.posture import GRAVITY, CannotUnload, Hanging, Posture, aged, posture_change
from clinic.simulation.tissue import Material

FAT = Material("fat", 0.003, 0.49)
LENGTH = 100.0  # of the bar, mm


def hanging(cells: Ints, held: Mask, material: Material = FAT, density: float = 1.0) -> Hanging:
    springs = np.zeros((len(held), 3, 3))
    return Hanging(cells, np.zeros(len(cells), np.int32), (material,), (density,), held, springs)


def sagged(body: Hanging, shape: Points, moves: Points | None = None) -> Points:
    """Where a body without weight comes to rest when it gets some; moves: (p, 3) of the held points."""
    still, ones = np.zeros_like(shape), np.ones(len(body.cells))
    acting = Acting(still if moves is None else moves, ones, body.weight(shape, Posture.UPRIGHT))
    return body.settled(shape, Equilibrium(still, Acting(still, ones)), acting, Progress())


def bar(density: float) -> tuple[Hanging, Points]:
    """A slender bar of fat that hangs from its top."""
    grid, cells = bricks(2, 2, 160)
    points = grid * (1.25, 1.25, LENGTH / 160)
    return hanging(cells, points[:, 2] == LENGTH, density=density), points


def test_a_hanging_bar_lengthens_as_it_should() -> None:
    """Each slice is pulled by what hangs below it: its end sinks by ∫ (λ(w z) − 1) dz, within 1.5 %."""
    body, points = bar(density=1.0)
    exact = quad(lambda z: stretched(FAT, GRAVITY * z) - 1, 0, LENGTH)[0]
    end = points[:, 2] == 0
    assert exact > 0.2 * LENGTH
    assert (points - sagged(body, points))[end, 2].mean() == pytest.approx(exact, rel=0.015)


def test_a_slab_on_an_upright_wall_sags_by_a_parabola() -> None:
    """Incompressible, h thick: simple shear, u_z = −w/μ (h x − x²/2), exact at any size; here a fifth of h.

    The sides are brought to where they belong. Source: Rivlin (1948), Phil. Trans. A 241, 379–397, simple shear.
    """
    soft, h, n = Material("fat", 0.003, 0.4999), 15.0, 6
    grid, cells = bricks(n, n, n)
    points = grid * (h / n, 5.0, 5.0)
    x, y, z = points.T
    held = (x == 0) | (y == 0) | (y == y.max()) | (z == 0) | (z == z.max())
    weight = 2.7 * GRAVITY
    exact = np.outer(-weight / soft.shear * (h * x - x**2 / 2), (0.0, 0.0, 1.0))
    found = sagged(hanging(cells, held, soft, 2.7), points, np.where(held[:, None], exact, 0.0)) - points
    assert abs(exact).max() > 0.19 * h
    assert abs(found - exact).max() < 0.01 * abs(exact).max()


def test_the_shape_without_weight_hangs_as_measured() -> None:
    """Taking gravity away undoes what gravity did, to 1e-3 mm of 9 mm: also where tissue stretches by a fifth."""
    body, points = bar(density=0.5)
    measured = sagged(body, points)
    shape = body.unloaded(measured, Posture.UPRIGHT, Progress())
    assert abs(measured - points).max() > 8.0
    assert abs(shape - points).max() < 1e-3
    assert abs(sagged(body, shape) - measured).max() < 1e-3


def test_tissue_that_cannot_have_hung_so_is_refused_in_clear_words() -> None:
    """Fat four times as heavy would have had to be folded to hang only so far."""
    body, points = bar(density=4.0)
    with pytest.raises(CannotUnload, match="without gravity could not be found"):
        body.unloaded(points, Posture.UPRIGHT, Progress())


def test_a_face_that_stays_upright_stays_as_it_is() -> None:
    """The face hangs from its shape without weight as it was measured, to 1e-3 mm."""
    assert abs(posture_change(person(), Posture.UPRIGHT, Posture.UPRIGHT, Progress())).max() < 1e-3


def test_cheeks_that_were_scanned_lying_sink_when_sitting_up() -> None:
    """Cheeks go down and forwards by 0.3 to 4 mm, most of all skin; the bridge of the nose hardly, both sides alike."""
    face = person()
    moved = posture_change(face, Posture.SUPINE, Posture.UPRIGHT, Progress())
    size = np.linalg.norm(moved, axis=1)
    cheeks = face.topology.subdivide(face.topology.region("cheek_r")[:, None].astype(np.float64))[:, 0] > 0.99
    bridge = np.linalg.norm(face.points - face.landmarks()["rhinion"], axis=1).argmin()
    assert 0.3 < size[cheeks].max() < 4.0
    assert moved[cheeks, 2].mean() < -0.1
    assert moved[cheeks, 1].mean() < -0.05
    assert size[bridge] < 0.1
    assert abs(moved[face.topology.mirror] * (-1, 1, 1) - moved).max() < 1e-3


def test_an_older_face_is_emptier() -> None:
    """After five years less fat is left: cheeks are flatter by tenths of a millimetre, and nothing moves far."""
    face = person()
    moved = aged(face, Posture.UPRIGHT, 0.5, Progress())
    malar = np.linalg.norm(face.points - face.landmarks()["malar_r"], axis=1).argmin()
    assert moved[malar, 1] > 0.1
    assert np.linalg.norm(moved, axis=1).max() < 4.0
