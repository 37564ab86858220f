"""Where each filler lies, and what it does to the skin."""

import numpy as np
import pytest
from people import person

from clinic.case import Edit, FaceModel, Floats, Load, Plan
from clinic.geometry import reached, vertex_normals
from clinic.planning.apply import loads
from clinic.planning.procedures.fillers import FILLERS
from clinic.planning.procedures.procedure import Procedure
from clinic.simulation.preview import Preview

EACH = pytest.mark.parametrize("procedure", FILLERS, ids=lambda procedure: procedure.id)
SIDED = [procedure for procedure in FILLERS if procedure.sided]


def one(procedure: str, side: str = "left", cc: float = 0.5, seed: int = 0) -> Load:
    (load,) = loads(Plan((Edit(procedure, (("amount_cc", cc),), side),)), person(seed))
    return load


def side_of(procedure: Procedure) -> str:
    return "left" if procedure.sided else "both"


def middle(face: FaceModel, growth: Floats) -> Floats:
    """The centre of a depot, (3,) mm."""
    return np.asarray(growth @ face.control / growth.sum())


@EACH
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_a_depot_is_one_soft_hill_on_any_face(procedure: Procedure, seed: int) -> None:
    """Full inside, nothing at its edge, and never a wall: nowhere steeper than 0.3 per millimetre of skin."""
    face = person(seed)
    growth, quads = one(procedure.id, side_of(procedure), seed=seed).growth, face.topology.control_quads
    assert growth.max() > 0.6
    assert 6 < (growth > 0.05).sum() < 250
    skin = quads[face.topology.region("face")[quads].all(axis=1)]
    steps = abs(growth[skin] - np.roll(growth[skin], 1, axis=1))
    lengths = np.linalg.norm(face.control[skin] - np.roll(face.control[skin], 1, axis=1), axis=2)
    assert (steps / np.maximum(lengths, 1.0)).max() < 0.3


@pytest.mark.parametrize("procedure", SIDED, ids=lambda procedure: procedure.id)
def test_a_filler_stays_on_its_side_and_is_alike_on_both(procedure: Procedure) -> None:
    left, right = one(procedure.id, "left"), one(procedure.id, "right")
    assert (person().control[left.growth > 0][:, 0] > 0).all()
    np.testing.assert_allclose(left.growth[person().topology.control_mirror], right.growth, atol=0.05)


@EACH
def test_the_skin_over_a_depot_is_what_its_gauge_reads(procedure: Procedure) -> None:
    load = one(procedure.id, side_of(procedure), cc=0.4)
    (gauge,) = load.gauges
    assert gauge.asked == load.growth_cc == 0.4
    assert gauge.unit == "cc"
    assert gauge.weights[load.growth > 0].all()


@pytest.mark.parametrize(
    ("procedure", "landmark", "within"),
    [
        ("malar_filler", "malar_l", 7.0),
        ("tear_trough_filler", "orbitale_l", 6.0),
        ("jawline_filler", "gonion_l", 45.0),
        ("chin_filler", "pogonion", 8.0),
    ],
)
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_a_depot_lies_where_its_name_says(procedure: str, landmark: str, within: float, seed: int) -> None:
    face = person(seed)
    load = one(procedure, "both" if procedure == "chin_filler" else "left", seed=seed)
    assert np.linalg.norm(middle(face, load.growth) - face.landmarks()[landmark]) < within


def test_the_fold_is_filled_from_the_ala_to_beyond_the_corner_of_the_mouth() -> None:
    face, growth = person(), one("nasolabial_filler").growth
    at = face.landmarks()
    filled = face.control[growth > 0.3]
    assert np.linalg.norm(filled - at["alar_crease_l"], axis=1).min() < 6
    beside = filled[abs(filled[:, 2] - at["cheilion_l"][2]) < 4]
    assert len(beside) > 0
    assert (beside[:, 0] > at["cheilion_l"][0]).all()


def test_the_tear_trough_depot_leaves_the_lid_alone() -> None:
    """It ends in the lowest row of the lid's skin."""
    growth = one("tear_trough_filler").growth
    lid = growth[person().topology.region("lids")]
    assert lid.max() < 0.5
    assert lid.sum() < 0.1 * growth.sum()


def test_the_jawline_is_filled_along_the_border_of_the_mandible() -> None:
    """The depot is a band: long from angle to chin, narrow across."""
    face, growth = person(), one("jawline_filler").growth
    spread = np.sqrt(np.linalg.eigvalsh(np.cov(face.control.T, aweights=growth)))
    assert spread[2] > 3 * spread[1]
    at = face.landmarks()
    ends = at["menton"] - at["gonion_l"]
    along = (face.control[growth > 0.2] - at["gonion_l"]) @ ends / (ends @ ends)
    assert along.min() < 0.05
    assert 0.7 < along.max() < 1.0


def test_fillers_lie_in_the_layer_of_the_needle() -> None:
    layers = {procedure.id: one(procedure.id, side_of(procedure)).growth_layer for procedure in FILLERS}
    assert layers["tear_trough_filler"] == layers["malar_filler"] == layers["chin_filler"] == "deep_fat"
    assert layers["nasolabial_filler"] == layers["jawline_filler"] == "fat"


@pytest.fixture(scope="module")
def preview() -> Preview:
    return Preview(person())


@EACH
def test_the_skin_swells_softly_by_what_is_injected(procedure: Procedure, preview: Preview) -> None:
    """The linear answer at the usual amount: all of it arrives, over the depot, without a dent beside it."""
    usual = procedure.parameters[0].default
    load = one(procedure.id, side_of(procedure), usual)
    swollen = preview.simulate((load,)).displacement
    face = person()
    assert reached(load.gauges[0], face.topology, face.points, swollen) == pytest.approx(usual, rel=0.02)
    outside = face.topology.subdivide(face.topology.region("interior").astype(float)[:, None])[:, 0] < 0.5
    outwards = np.einsum("nd,nd->n", swollen, vertex_normals(face.points, face.topology.triangles))[outside]
    assert 0.5 < outwards.max() < 4.0
    assert outwards.min() > -0.3 * outwards.max()
    far = outside & (np.linalg.norm(face.points - middle(face, load.growth), axis=1) > 70)
    assert abs(swollen[far]).max() < 0.15
