"""What operations on upper and lower jaw ask of the bone, alone and together."""

import numpy as np
import pytest
from people import person

from clinic.case import Edit, Load, Mask, Plan, Points
from clinic.planning.apply import loads

PEOPLE = (0, 1, 2, 3)


def edit(procedure: str, **amounts: float) -> Edit:
    return Edit(procedure, tuple(amounts.items()))


def made(*edits: Edit, seed: int = 0) -> tuple[Load, ...]:
    return loads(Plan(edits), person(seed))


def moves(*edits: Edit, seed: int = 0) -> Points:
    """How far the support under each control vertex is moved, all edits together, (c, 3) mm."""
    total = np.zeros((len(person(seed).control), 3))
    for load in made(*edits, seed=seed):
        total[load.moved] += load.moved_by
    return total


def free(*edits: Edit, seed: int = 0) -> Mask:
    """Where nothing holds the tissue."""
    mask = np.zeros(len(person(seed).control), bool)
    for load in made(*edits, seed=seed):
        mask[load.released] = True
    return mask


def near(name: str, seed: int = 0) -> int:
    """The control vertex nearest to a landmark."""
    face = person(seed)
    away = np.linalg.norm(face.control - face.landmarks()[name], axis=1)
    return int(np.where(face.topology.region("face"), away, np.inf).argmin())


@pytest.mark.parametrize("seed", PEOPLE)
def test_a_bsso_takes_teeth_and_chin_along_and_leaves_the_angles(seed: int) -> None:
    moved = moves(edit("bsso", forward_mm=5.0), seed=seed)
    for name in ("labiale_inferius", "sublabiale", "pogonion", "menton"):
        np.testing.assert_allclose(moved[near(name, seed)], (0.0, -5.0, 0.0), atol=1e-12)
    for name in ("gonion_r", "gonion_l", "labiale_superius", "subnasale", "tragion_l"):
        np.testing.assert_array_equal(moved[near(name, seed)], 0.0)


@pytest.mark.parametrize("seed", PEOPLE)
def test_a_le_fort_takes_the_upper_lip_along_and_leaves_the_lower_jaw(seed: int) -> None:
    moved = moves(edit("le_fort", forward_mm=5.0), seed=seed)
    for name in ("labiale_superius", "subnasale"):
        assert moved[near(name, seed)][1] < -4.0
    for name in ("labiale_inferius", "pogonion", "orbitale_l", "malar_r", "rhinion", "nasion"):
        assert abs(moved[near(name, seed)]).max() < 0.3
    assert -4.9 < moved[near("alare_l", seed)][1] < moved[near("pronasale", seed)][1] < 0.0


@pytest.mark.parametrize("seed", PEOPLE)
@pytest.mark.parametrize(
    "one", [edit("bsso", forward_mm=5.0), edit("le_fort", forward_mm=5.0)], ids=lambda e: e.procedure
)
def test_no_step_stands_in_bone_that_is_held(seed: int, one: Edit) -> None:
    """Between neighbours that are both held the move differs by less than half of it."""
    moved, open_now, topology = moves(one, seed=seed), free(one, seed=seed), person(seed).topology
    quads = topology.control_quads
    sides = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    held = topology.region("face") & ~open_now
    sides = sides[held[sides].all(axis=1)]
    assert np.linalg.norm(moved[sides[:, 0]] - moved[sides[:, 1]], axis=1).max() < 2.5


@pytest.mark.parametrize("seed", PEOPLE)
def test_the_corners_of_the_mouth_hang_on_neither_jaw(seed: int) -> None:
    for one in (edit("bsso", forward_mm=5.0), edit("le_fort", forward_mm=5.0)):
        assert free(one, seed=seed)[[near("cheilion_r", seed), near("cheilion_l", seed)]].all()


@pytest.mark.parametrize("seed", PEOPLE)
def test_impaction_closes_the_lower_jaw_about_its_centre_of_rotation(seed: int) -> None:
    """Incisors rise by the impaction; the move is rigid: perpendicular to the arm and proportional to its length.

    The centre lies 9.5 mm in front of the tragion and 24.6 mm below it, by Wang et al. 2006.
    """
    face, at = person(seed), person(seed).landmarks()
    moved = moves(edit("le_fort", vertical_mm=-5.0), seed=seed)
    centre = (at["tragion_r"] + at["tragion_l"])[1:] / 2 + (-9.5, -24.6)
    angle = 5.0 / (centre[0] - at["stomion"][1])
    for name in ("labiale_inferius", "pogonion", "menton"):
        vertex = near(name, seed)
        arm = face.control[vertex][1:] - centre
        np.testing.assert_allclose(moved[vertex], (0.0, angle * arm[1], -angle * arm[0]), atol=0.1)
    assert moved[near("pogonion", seed)][1] < -2.5  # the chin comes forward


def test_lowering_turns_the_lower_jaw_back_and_an_advance_leaves_it() -> None:
    assert moves(edit("le_fort", vertical_mm=4.0))[near("pogonion")][1] > 2.0
    np.testing.assert_array_equal(moves(edit("le_fort", forward_mm=10.0))[near("pogonion")], 0.0)


@pytest.mark.parametrize(("name", "sign"), [("yaw_deg", 1), ("cant_deg", 1), ("yaw_deg", -1), ("cant_deg", -1)])
def test_turns_swing_the_chin_to_the_side_that_the_tooltip_says(name: str, sign: int) -> None:
    """Positive is the patient's left: + x."""
    moved = moves(edit("bsso", **{name: 4.0 * sign}))
    assert sign * moved[near("pogonion")][0] > 1.0
    if name == "cant_deg":
        assert (sign * person().control[:, 0] * moved[:, 2] >= -1e-9).all()  # the left side rises with +


def test_the_bimaxillary_stack_adds_up() -> None:
    """Upper jaw, lower jaw and chin: the chin rides on the lower jaw, which closes with the impacted upper jaw."""
    upper, lower = edit("le_fort", forward_mm=4.0, vertical_mm=-3.0), edit("bsso", forward_mm=5.0)
    chin = edit("genioplasty", forward_mm=4.0)
    together, pogonion = moves(upper, lower, chin), near("pogonion")
    alone = moves(edit("le_fort", vertical_mm=-3.0))[pogonion]
    np.testing.assert_allclose(together[pogonion], alone - np.array((0.0, 9.0, 0.0)), atol=1e-9)
