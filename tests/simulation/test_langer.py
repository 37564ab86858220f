"""The lines of the skin on a face, and how taut it is along them."""

import numpy as np
import pytest
from people import person
from scipy.spatial import cKDTree

from clinic.case import Ints, Points
from clinic.geometry import vertex_normals
from clinic.simulation.langer import grained, lines, tension
from clinic.simulation.preview import Preview
from clinic.simulation.tissue import SKIN, Variant

MIRRORED = np.array([-1.0, 1.0, 1.0])


@pytest.fixture(scope="module")
def drawn(preview: Preview) -> Points:
    return lines(person(), preview.volume.patch)


def mirror(points: Points) -> Ints:
    """The number of each point's mirror image."""
    away, number = cKDTree(points).query(points * MIRRORED)
    assert away.max() < 1e-6
    return np.asarray(number, np.int32)


def tilt(preview: Preview, drawn: Points, name: str, offset: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> float:
    """Degrees between a line beside a landmark and the level, from the front; upwards to the left is positive."""
    points = preview.volume.patch.points
    line = drawn[np.argmin(np.linalg.norm(points - person().landmarks()[name] - offset, axis=1))]
    angle = np.degrees(np.arctan2(line[2], line[0]))
    return float((angle + 90.0) % 180.0 - 90.0)


def bump(preview: Preview) -> Points:
    """A move of the left cheek, mm, smooth and in all directions."""
    points = preview.volume.points
    away = np.linalg.norm(points - person().landmarks()["malar_l"], axis=1)
    moved: Points = np.exp(-(away**2) / 800.0)[:, None] * (0.3, 0.5, 1.0)
    return moved


def test_lines_lie_in_the_skin(preview: Preview, drawn: Points) -> None:
    patch = preview.volume.patch
    normal = vertex_normals(patch.points, patch.triangles)
    np.testing.assert_allclose(np.linalg.norm(drawn, axis=1), 1.0, atol=1e-12)
    assert abs(np.einsum("sa,sa->s", drawn, normal)).max() < 1e-9


def test_both_halves_of_a_face_are_drawn_alike(preview: Preview, drawn: Points) -> None:
    alike = abs(np.einsum("sa,sa->s", drawn[mirror(preview.volume.patch.points)] * MIRRORED, drawn))
    assert np.percentile(alike, 1) > 1 - 1e-6


def test_lines_turn_smoothly(preview: Preview, drawn: Points) -> None:
    """Few neighbours differ much: only where a line field on a face cannot but meet itself."""
    begin, end = preview.volume.patch.edges.T
    turned = np.degrees(np.arccos(np.clip(abs(np.einsum("sa,sa->s", drawn[begin], drawn[end])), 0.0, 1.0)))
    assert np.median(turned) < 8.0
    assert np.percentile(turned, 95) < 35.0


def test_lines_run_as_on_the_charts(preview: Preview, drawn: Points) -> None:
    """Degrees to the level, from the front."""
    assert abs(tilt(preview, drawn, "glabella", (0.0, 0.0, 30.0))) < 10.0  # forehead
    assert abs(tilt(preview, drawn, "glabella")) > 75.0
    for name in ("rhinion", "labiale_superius", "labiale_inferius", "pogonion"):
        assert abs(tilt(preview, drawn, name)) < 10.0, name
    assert abs(tilt(preview, drawn, "cheilion_l", (3.0, 0.0, 0.0))) > 60.0  # round the corner of the mouth
    assert abs(tilt(preview, drawn, "exocanthion_l", (3.0, 0.0, 0.0))) > 60.0  # and of the eye
    assert -85.0 < tilt(preview, drawn, "alare_l", (12.0, 0.0, -4.0)) < -25.0  # out and down beside the nose


def test_the_cheek_is_tautest_and_the_lips_are_least(preview: Preview) -> None:
    patch, at = preview.volume.patch, person().landmarks()
    taut = tension(person(), patch)

    def near(place: Points) -> float:
        return float(taut[np.argmin(np.linalg.norm(patch.points - place, axis=1))])

    assert near(at["labiale_inferius"]) == pytest.approx(0.007, abs=0.001)
    assert near(0.5 * at["malar_l"] + 0.5 * at["gonion_l"]) == pytest.approx(0.053, abs=0.002)


def test_a_grained_face_rests(preview: Preview) -> None:
    """No force anywhere; but moved skin pulls differently from skin without a grain."""
    tissue = grained(person(), preview.volume, preview.tissue, Variant(grain=True))
    still = np.zeros_like(preview.volume.points)
    assert abs(tissue.residual(still)).max() < 1e-12
    moved = bump(preview)
    pulled = tissue.linearise(still).times(moved.ravel()).reshape(-1, 3)[preview.volume.skin]
    plain = preview.tissue.linearise(still).times(moved.ravel()).reshape(-1, 3)[preview.volume.skin]
    assert abs(pulled - plain).max() > 0.05 * abs(plain).max()


def test_both_halves_of_a_grained_face_pull_alike(preview: Preview) -> None:
    """A mirrored move meets mirrored forces, as nearly as the two halves of the mesh are alike."""
    volume = preview.volume
    tangent = grained(person(), volume, preview.tissue, Variant(grain=True)).linearise(np.zeros_like(volume.points))
    other = mirror(volume.patch.points)
    everywhere = (np.arange(0, len(volume.points), len(other))[:, None] + other).ravel()
    moved = bump(preview)
    pulled = tangent.times(moved.ravel()).reshape(-1, 3)[volume.skin]
    mirrored = tangent.times((moved[everywhere] * MIRRORED).ravel()).reshape(-1, 3)[volume.skin]
    assert abs(mirrored[other] * MIRRORED - pulled).max() < 0.01 * abs(pulled).max()


def test_fibres_keep_the_mean_stiffness_of_the_skin() -> None:
    plain, grainy = Variant().layers[SKIN], Variant(grain=True).layers[SKIN]
    along = grainy.young_mpa + grainy.fibre_mpa * 1.05**4
    assert 0.5 * (along + grainy.young_mpa) == pytest.approx(plain.young_mpa)
    assert along / grainy.young_mpa == pytest.approx(2.3)
