"""Where soft tissue is fixed, where it glides, and where nothing holds it."""

import functools

import numpy as np
import pytest
from people import person

from clinic.case import Points
from clinic.simulation.mesher import Volume, mesh

AT = {
    "pogonion": "fixed",
    "menton": "fixed",
    "gonion_l": "fixed",
    "malar_r": "fixed",
    "zygion_l": "fixed",
    "nasion": "fixed",
    "rhinion": "fixed",
    "pronasale": "fixed",
    "subnasale": "fixed",
    "orbitale_l": "fixed",
    "glabella": "fixed",
    "trichion": "gliding",
    "labiale_superius": "gliding",
    "labiale_inferius": "gliding",
    "cheilion_r": "gliding",
}


@functools.cache
def volume() -> Volume:
    return mesh(person())


def held(place: Points) -> str:
    nearest = np.linalg.norm(volume().patch.points - place, axis=1).argmin()
    return "gliding" if volume().gliding[nearest] else "free" if volume().free[nearest] else "fixed"


@pytest.mark.parametrize(("name", "how"), AT.items())
def test_tissue_is_held_as_in_anatomy(name: str, how: str) -> None:
    assert held(person().landmarks()[name]) == how


@pytest.mark.parametrize("side", ["r", "l"])
def test_the_cheek_between_zygoma_masseter_and_jaw_is_free(side: str) -> None:
    at = person().landmarks()
    assert held(0.4 * at[f"cheilion_{side}"] + 0.3 * at[f"gonion_{side}"] + 0.3 * at[f"malar_{side}"]) == "free"


def test_lids_glide_between_their_tendons() -> None:
    tissue, lids = volume(), person().topology.region("lids").astype(float)
    inside = tissue.patch.from_control @ lids > 0.99
    assert 0.4 < tissue.gliding[inside].mean() < 1.0


def test_the_margins_of_the_lids_hold_all_around_both_eyes_and_nothing_else_is_bound() -> None:
    tissue, at = volume(), person().landmarks()
    bound = tissue.patch.points[tissue.bound]
    for side in "rl":
        middle = (at[f"endocanthion_{side}"] + at[f"exocanthion_{side}"]) / 2
        around = bound[(bound[:, 0] > 0) == (middle[0] > 0)]
        assert np.linalg.norm(around[:, [0, 2]] - middle[[0, 2]], axis=1).max() < 18.0
        turned = np.arctan2(around[:, 2] - middle[2], around[:, 0] - middle[0])
        assert np.diff(np.sort(turned)).max() < 0.7
    assert not (tissue.bound & (tissue.gliding | tissue.free)).any()
    assert tissue.still[: len(tissue.bound)][tissue.bound].all()


def test_both_sides_are_held_alike_and_no_point_in_two_ways() -> None:
    tissue, mirror = volume(), person().topology.mirror
    assert not (tissue.gliding & tissue.free).any()
    place = {vertex: k for k, vertex in enumerate(tissue.patch.display.tolist())}
    other = [place[mirror[vertex]] for vertex in tissue.patch.display.tolist()]
    np.testing.assert_array_equal(tissue.gliding, tissue.gliding[other])
    np.testing.assert_array_equal(tissue.free, tissue.free[other])


def test_inwards_are_normals_of_the_support_away_from_the_skin() -> None:
    tissue = volume()
    np.testing.assert_allclose(np.linalg.norm(tissue.inwards, axis=1), 1.0)
    lines = tissue.points[tissue.support] - tissue.points[tissue.skin]
    along = np.einsum("ij,ij->i", lines, tissue.inwards) / np.linalg.norm(lines, axis=1)
    assert np.percentile(along, 2) > 0.5
