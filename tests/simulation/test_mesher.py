"""Tetrahedra under the skin of real and synthetic faces."""

import functools
from dataclasses import replace

import numpy as np
import pytest
from people import person

from clinic.case import Floats
from clinic.geometry import swept_volumes_mm3
from clinic.simulation.mesher import Volume, mesh
from clinic.simulation.shaping import quality, volumes
from clinic.simulation.tissue import LAYERS


@functools.cache
def tissue(seed: int) -> Volume:
    return mesh(person(seed))


@pytest.mark.parametrize("seed", range(6))
def test_every_cell_stands_upright(seed: int) -> None:
    assert volumes(tissue(seed).points, tissue(seed).cells).min() > 0
    assert 50_000 < len(tissue(seed).cells) < 64_000


@pytest.mark.parametrize("seed", range(6))
def test_every_cell_is_well_shaped(seed: int) -> None:
    """6√2 V / (rms edge)³ is 1 for a regular cell; below 0.05 cells spoil the solution."""
    shape = quality(tissue(seed).points, tissue(seed).cells)
    assert shape.min() >= 0.05
    assert shape.mean() > 0.35
    assert tissue(seed).min_quality == shape.min()


def test_cells_lie_in_every_layer() -> None:
    assert set(tissue(0).layer) == set(range(len(LAYERS)))


def test_cells_fill_the_space_between_skin_and_support() -> None:
    """The volume of the cells is what the skin sweeps on straight lines to the support, but for bent prism walls."""
    volume = tissue(0)
    swept = swept_volumes_mm3(
        volume.points[volume.skin], volume.points[volume.support] - volume.points[volume.skin], volume.patch.triangles
    )
    assert volumes(volume.points, volume.cells).sum() == pytest.approx(-swept.sum(), rel=0.005)


def test_neighbouring_cells_share_whole_faces() -> None:
    """Every triangle belongs to two cells, or to one on the surface: skin, support and walls."""
    cells = tissue(0).cells
    sides = np.sort(np.concatenate([np.delete(cells, k, axis=1) for k in range(4)]), axis=1)
    _, count = np.unique(sides, axis=0, return_counts=True)
    assert count.max() == 2
    patch = tissue(0).patch
    wall_edges = 2 * len(patch.edges) - 3 * len(patch.triangles)
    assert (count == 1).sum() == 2 * len(patch.triangles) + 2 * len(LAYERS) * wall_edges


def test_both_halves_of_a_symmetric_face_are_cut_alike() -> None:
    volume, mirror = tissue(0), person(0).topology.mirror
    index = {vertex: k for k, vertex in enumerate(volume.patch.display.tolist())}
    count = len(index)
    other = np.array([index[mirror[vertex]] for vertex in volume.patch.display.tolist()])
    image = other[volume.cells % count] + volume.cells // count * count
    assert {frozenset(cell) for cell in volume.cells.tolist()} == {frozenset(cell) for cell in image.tolist()}


def test_depths_follow_the_tables() -> None:
    """Rhinion 3.0, pogonion 11.5, malar 10 mm to bone; interpolation and smoothing may take off a third."""
    volume, at = tissue(0), person(0).landmarks()
    depth = np.linalg.norm(volume.points[volume.support] - volume.points[volume.skin], axis=1)
    for name, expected in (("rhinion", 3.0), ("pogonion", 11.5), ("malar_l", 10.0)):
        nearest = np.linalg.norm(volume.patch.points - at[name], axis=1).argmin()
        assert depth[nearest] == pytest.approx(expected, rel=0.35)


def test_skin_is_a_thin_sheet_over_fat() -> None:
    volume = tissue(0)
    count = len(volume.patch.points)
    sheet = np.linalg.norm(volume.points[count : 2 * count] - volume.points[:count], axis=1)
    assert sheet.max() < 2.2


def test_the_rim_is_where_skin_goes_on() -> None:
    """Rim vertices lie at the ears, the scalp and the neck; none at eyes, mouth or nostrils."""
    patch, topology = tissue(0).patch, person(0).topology
    rim = patch.points[patch.rim]
    assert 30 < len(rim) < 200
    for name in ("exocanthion_r", "endocanthion_l", "cheilion_l", "stomion", "subnasale"):
        assert np.linalg.norm(rim - person(0).landmarks()[name], axis=1).min() > 15
    assert not (patch.from_control[patch.rim] @ topology.region("lids").astype(float)).any()


def test_the_rim_is_far_from_what_is_moved() -> None:
    """Jaw angle, chin, cheek and the corner of the eye: none within 12 mm of skin that is held."""
    patch, at = tissue(0).patch, person(0).landmarks()
    for name in ("gonion_l", "menton", "malar_l", "exocanthion_l"):
        assert np.linalg.norm(patch.points[patch.rim] - at[name], axis=1).min() > 12


@pytest.mark.parametrize("shift", [-3.5, -0.5, 3.5])
def test_a_shift_changes_depth_and_nothing_else(shift: float) -> None:
    """±3.5 mm at the chin, where tissue is 11 mm deep; half of its depth at most where it is thin."""
    before, after = tissue(1), mesh(person(1), shift)
    np.testing.assert_array_equal(after.cells, before.cells)
    np.testing.assert_array_equal(after.patch.points, before.patch.points)
    np.testing.assert_array_equal(after.gliding, before.gliding)
    assert after.min_quality >= 0.05
    chin = np.linalg.norm(before.patch.points - person(1).landmarks()["pogonion"], axis=1) < 6
    gained = _depth(after) - _depth(before)
    assert gained[chin] == pytest.approx(shift, abs=0.3)
    assert (_depth(after) > 0.4 * _depth(before)).all()


def test_a_ct_overrules_the_tables() -> None:
    """8 mm everywhere on the forehead; where no CT is, the tables hold, and between them nothing jumps."""
    face = person(0)
    forehead = face.topology.region("forehead")
    volume = mesh(replace(face, thickness_mm=np.where(forehead, 8.0, np.nan)))
    inside = volume.patch.from_control @ forehead.astype(float) > 0.99
    assert np.percentile(abs(_depth(volume)[inside] - 8.0), 95) < 0.5
    chin = np.linalg.norm(volume.patch.points - face.landmarks()["pogonion"], axis=1) < 6
    np.testing.assert_allclose(_depth(volume)[chin], _depth(tissue(0))[chin], atol=0.2)
    edges = volume.patch.edges
    steep = abs(np.diff(_depth(volume)[edges], axis=1)[:, 0])
    assert steep.max() < 6.5  # as in front of the masseter without a CT


def test_ears_are_meshed_on_request_on_their_cartilage() -> None:
    """Under a pinna tissue reaches to its middle at most: feet lie about as near to their own skin as to other."""
    volume, topology = mesh(person(2), ears=True), person(2).topology
    pinna = volume.patch.from_control @ topology.region("ears").astype(float) > 0.99
    assert pinna.sum() > 800
    assert volume.min_quality >= 0.05
    foot, skin = volume.points[volume.support][pinna], volume.patch.points
    nearest = np.linalg.norm(foot[:, None] - skin[None], axis=2).min(axis=1)
    assert np.percentile(nearest / _depth(volume)[pinna], 2) > 0.5
    assert nearest.min() > 0.5


def _depth(volume: Volume) -> Floats:
    depth: Floats = np.linalg.norm(volume.points[volume.support] - volume.points[volume.skin], axis=1)
    return depth
