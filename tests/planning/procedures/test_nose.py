"""What procedures on the nose ask of bone and cartilage: on the mean nose, random, small and crooked ones."""

from dataclasses import replace

import numpy as np
import pytest
from people import person

from clinic.case import Edit, FaceModel, Gauge, Load, Plan, Points
from clinic.geometry import reached
from clinic.planning.apply import loads
from clinic.planning.procedures.nose import NOSE
from clinic.planning.procedures.nose.frame import nose

EVERYTHING = [
    (procedure.id, parameter.name, amount)
    for procedure in NOSE
    for parameter in procedure.parameters
    for amount in (parameter.minimum, parameter.maximum)
    if amount
]
LOOKS_STRAIGHT = [ask for ask in EVERYTHING if ask[0] != "deviation"]
PEOPLE = (0, 1, 2, 3)


def load(face: FaceModel, procedure: str, name: str, amount: float, side: str = "both") -> Load:
    return loads(Plan((Edit(procedure, ((name, amount),), side),)), face)[0]


def move(face: FaceModel, procedure: str, name: str, amount: float, side: str = "both") -> Points:
    """The move of each control vertex, both sides together, (c, 3) mm."""
    moves = np.zeros((len(face.control), 3))
    for one in loads(Plan((Edit(procedure, ((name, amount),), side),)), face):
        moves[one.moved] += one.moved_by
    return moves


def at(face: FaceModel, moves: Points, name: str) -> Points:
    """The move of a landmark, (3,) mm, if skin went with its support."""
    carried = face.topology.subdivide(moves)
    return face.landmarks(carried)[name] - face.landmarks()[name]


def sides(face: FaceModel) -> np.ndarray:
    quads = face.topology.control_quads
    edges = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    inside: np.ndarray = edges[face.topology.region("face")[edges].all(axis=1)]
    return inside


def sized(face: FaceModel, share: float) -> FaceModel:
    return replace(face, control=share * face.control)


def crooked(face: FaceModel) -> FaceModel:
    """A nose whose tip lies 6 mm to the left, on a face that is wider on the left."""
    x, y, z = face.control.T
    bent = 6.0 * np.exp(-((x / 20) ** 2) - ((z + 30) / 20) ** 2) * (y < 0)
    return replace(face, control=np.stack([np.where(x > 0, 1.05 * x, x) + bent, y, z], axis=1))


@pytest.mark.parametrize("ask", LOOKS_STRAIGHT)
def test_both_halves_do_the_same_even_on_a_crooked_nose(ask: tuple[str, str, float]) -> None:
    """What has no side, or is done on both, is a mirror image of itself: to the last bit but for the turn."""
    for face in (person(1), crooked(person(1))):
        moves = move(face, *ask)
        other = moves[face.topology.control_mirror] * (-1, 1, 1)
        tolerance = 1e-9 if ask[0] != "tip_rotation" else 0.6
        np.testing.assert_allclose(moves, other, atol=tolerance)


@pytest.mark.parametrize("procedure", ["alar_base", "bridge_width"])
def test_one_side_leaves_the_other_alone(procedure: str) -> None:
    face, name = person(2), "amount_mm"
    left, right = (move(face, procedure, name, -2.0, side) for side in ("left", "right"))
    np.testing.assert_allclose(left, right[face.topology.control_mirror] * (-1, 1, 1), atol=1e-9)
    assert (left[face.control[:, 0] < -0.5] == 0).all()
    np.testing.assert_allclose(left + right, move(face, procedure, name, -2.0))


@pytest.mark.parametrize("seed", PEOPLE)
@pytest.mark.parametrize("ask", EVERYTHING)
def test_no_edge_is_torn_or_crushed_at_the_end_of_a_range(ask: tuple[str, str, float], seed: int) -> None:
    """Fields blend into what stays, by less than 0.75 mm a millimetre; no edge gets half or 1.6 times as long."""
    face = person(seed)
    edges, moves = sides(face), move(face, *ask)
    before, after = (
        np.linalg.norm(p[edges[:, 0]] - p[edges[:, 1]], axis=1) for p in (face.control, face.control + moves)
    )
    assert (after - 1.6 * before).max() < 0.8  # mm: edges under the columella may be as short as that
    assert (0.5 * before - after).max() < 0.0
    step = np.linalg.norm(moves[edges[:, 0]] - moves[edges[:, 1]], axis=1)
    assert (step - 0.75 * before).max() < 0.8


@pytest.mark.parametrize("seed", PEOPLE)
@pytest.mark.parametrize("ask", EVERYTHING)
def test_the_rest_of_the_face_stays(ask: tuple[str, str, float], seed: int) -> None:
    face = person(seed)
    moves = move(face, *ask)
    most = np.linalg.norm(moves, axis=1).max()
    still = (
        "glabella",
        "endocanthion_l",
        "exocanthion_r",
        "orbitale_l",
        "malar_r",
        "cheilion_l",
        "stomion",
        "pogonion",
    )
    for name in still:
        assert np.linalg.norm(at(face, moves, name)) < 0.06 * most, name
    assert not moves[~face.topology.region("face")].any()


@pytest.mark.parametrize("ask", EVERYTHING)
def test_a_field_knows_no_millimetres(ask: tuple[str, str, float]) -> None:
    """The same vertices take part alike on a nose of half the size."""
    face, half = person(3), sized(person(3), 0.5)
    if ask[0] == "tip_rotation":
        np.testing.assert_allclose(move(half, *ask), 0.5 * move(face, *ask), atol=1e-9)
    else:
        np.testing.assert_allclose(move(half, *ask), move(face, *ask), atol=1e-9)


@pytest.mark.parametrize("seed", PEOPLE)
@pytest.mark.parametrize("ask", EVERYTHING)
def test_the_gauge_reads_what_is_asked_where_it_is_asked(ask: tuple[str, str, float], seed: int) -> None:
    """If skin went with its support, the gauge would read nearly all of it, with its sign."""
    face = person(seed)
    one = load(face, *ask)
    moves = np.zeros((len(face.control), 3))
    moves[one.moved] = one.moved_by
    read = reached(one.gauges[0], face.topology, face.points, face.topology.subdivide(moves))
    assert read == pytest.approx(ask[2], rel=0.2)
    assert one.gauges[0].asked == ask[2]


@pytest.mark.parametrize("ask", EVERYTHING)
def test_what_is_measured_on_the_skin_is_done_until_the_skin_has_it(ask: tuple[str, str, float]) -> None:
    """Bone, septum and grafts go as far as they go; tip and alar base are measured on the skin."""
    as_given = ask[0] in ("dorsal_hump", "radix", "bridge_width", "deviation")
    assert load(person(), *ask).to_reach is not as_given


def test_a_radix_graft_raises_the_nasion_and_not_the_hump() -> None:
    moves = move(person(), "radix", "amount_mm", 4.0)
    assert at(person(), moves, "nasion")[1] < -3.3
    assert abs(at(person(), moves, "rhinion")).max() < 0.4


def test_a_narrower_bridge_keeps_its_profile() -> None:
    """Ridge, radix and tip stay; the walls come in by what is asked."""
    moves = move(person(), "bridge_width", "amount_mm", -3.0)
    for name in ("nasion", "rhinion", "pronasale"):
        assert abs(at(person(), moves, name)).max() < 0.1
    left = person().control[:, 0] > 1.0
    assert moves[left, 0].min() == pytest.approx(-3.0)
    assert moves[left, 0].max() == 0.0
    assert abs(moves[:, 1:]).max() == 0.0


@pytest.mark.parametrize("seed", PEOPLE)
def test_a_tip_that_projects_takes_columella_and_rims_along_and_leaves_the_creases(seed: int) -> None:
    face = person(seed)
    moves = move(face, "tip_projection", "amount_mm", 4.0)
    assert at(face, moves, "pronasale")[1] == pytest.approx(-4.0, abs=0.2)
    assert at(face, moves, "columella")[1] < -2.5
    assert abs(at(face, moves, "alar_crease_l")).max() < 0.3
    assert abs(at(face, moves, "subnasale")).max() < 1.6
    assert abs(moves[:, [0, 2]]).max() == 0.0


@pytest.mark.parametrize("angle", [-10.0, 10.0, 20.0])
@pytest.mark.parametrize("seed", PEOPLE)
def test_a_tip_turns_about_the_creases_and_keeps_its_distance(seed: int, angle: float) -> None:
    """The cartilage of the tip goes along a circle, by the asked angle; the lip follows by less than a third."""
    face = person(seed)
    moves, where = move(face, "tip_rotation", "angle_deg", angle), nose(face)
    tip = np.linalg.norm(face.control - face.landmarks()["pronasale"], axis=1).argmin()
    old = where.bed[tip] - where.pivot
    new = old + moves[tip]
    turned = np.degrees(np.arctan2(new[2], -new[1]) - np.arctan2(old[2], -old[1]))
    assert turned == pytest.approx(angle, rel=0.02)
    assert np.hypot(*new[1:]) == pytest.approx(np.hypot(*old[1:]), rel=0.01)
    lip = at(face, moves, "subnasale")[2] / at(face, moves, "pronasale")[2]
    assert 0.02 < lip < 0.35


@pytest.mark.parametrize("seed", PEOPLE)
def test_an_alar_base_narrows_at_the_alae_and_not_at_tip_or_columella(seed: int) -> None:
    face = person(seed)
    moves = move(face, "alar_base", "amount_mm", -3.0)
    for side, sign in (("l", -1.0), ("r", 1.0)):
        assert sign * at(face, moves, f"alar_crease_{side}")[0] > 2.4
    for name in ("pronasale", "columella", "rhinion"):
        assert abs(at(face, moves, name)).max() < 0.3


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_deviation_is_a_curve_between_what_stays(sign: float) -> None:
    """Positive to the patient's left: the middle third between radix and tip, the tip with the dorsum behind it."""
    face = person()
    middle, tip = (move(face, "deviation", name, 8.0 * sign) for name in ("middle_mm", "tip_mm"))
    assert (sign * middle[:, 0]).max() == pytest.approx(8.0)
    assert abs(middle[:, 1:]).max() == 0.0
    assert sign * at(face, tip, "pronasale")[0] > 7.0
    assert abs(at(face, middle, "nasion")[0]) < 0.2
    assert abs(at(face, middle, "pronasale")[0]) < 0.6
    assert 0.0 < sign * at(face, tip, "rhinion")[0] < 3.0


def test_gauges_say_which_side_they_read() -> None:
    labels = [one.gauges[0].label for one in loads(Plan((Edit("alar_base", (("amount_mm", -2.0),)),)), person())]
    assert labels == ["Alar base, right", "Alar base, left"]


def test_the_tip_gauge_reads_a_turn_in_degrees_upwards() -> None:
    gauge: Gauge = load(person(), "tip_rotation", "angle_deg", 5.0).gauges[0]
    assert gauge.unit == "°"
    assert gauge.direction @ (1.0, 0.0, 0.0) == -1.0
