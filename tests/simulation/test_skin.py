"""From the moved patch to the whole face."""

import numpy as np
import pytest
from people import person

from clinic.case import Points
from clinic.simulation.patch import margins, simulated, skin_patch
from clinic.simulation.skin import Skin


def skin() -> tuple[Skin, int]:
    within = simulated(person())
    patch = skin_patch(person(), within, margins(person(), within, 2))
    return Skin(person(), patch), len(patch.points)


def test_strain_of_a_uniform_stretch_is_that_stretch() -> None:
    """u = (0.2 x, 0, 0): in a horizontal plane the largest stretch is 1.2, and nowhere is it more."""
    strain = skin()[0].strain(person().points * (0.2, 0.0, 0.0))
    facing_front = np.linalg.norm(person().points - person().landmarks()["glabella"], axis=1).argmin()
    assert strain[facing_front] == pytest.approx(0.2, abs=0.005)
    assert strain.max() <= 0.2 + 1e-9


def test_strain_of_a_turned_head_is_nothing() -> None:
    turned = person().points @ np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]]).T
    assert abs(skin()[0].strain(turned - person().points)).max() < 1e-6


def test_there_is_no_step_at_an_opening() -> None:
    """Across the margin of lips, lids and nostrils a 1 mm move changes by less than half a millimetre per edge."""
    face_skin, count = skin()
    control = face_skin.control(np.tile((0.0, -1.0, 0.0), (count, 1)))[:, 1]
    quads = person().topology.control_quads
    inner = quads[person().topology.region("lids")[quads].all(axis=1)]
    assert abs(control[inner] - control[np.roll(inner, 1, axis=1)]).max() < 0.5


@pytest.mark.parametrize(
    ("name", "wide_mm", "off_mm"), [("pogonion", 12, 0.1), ("rhinion", 5, 0.15), ("cheilion_l", 6, 0.1)]
)
def test_the_display_mesh_meets_the_solved_skin(name: str, wide_mm: float, off_mm: float) -> None:
    """A bump of 4 mm is carried back within a tenth of a millimetre, on vertices of the patch and between them."""
    face, place = person(), person().landmarks()[name]
    within = simulated(face)
    patch = skin_patch(face, within, margins(face, within, 2))

    def bump(points: Points) -> Points:
        away = np.linalg.norm(points - place, axis=1)
        return np.outer(4.0 * np.exp(-(away**2) / (2 * wide_mm**2)), (0.0, -1.0, 0.0))

    carried = Skin(face, patch).control(bump(patch.points))
    display = face.topology.subdivide(carried)
    assert abs(display[patch.display] - bump(patch.points)).max() < off_mm
    near = np.linalg.norm(face.points - place, axis=1) < wide_mm
    simulated_there = face.topology.subdivide(within.astype(float)[:, None])[:, 0] > 0.99
    inside = (
        near & simulated_there & ~(face.topology.subdivide(margins(face, within, 2).astype(float)[:, None])[:, 0] > 0)
    )
    assert abs(display - bump(face.points))[inside].max() < off_mm
