"""How several edits come together on one piece of tissue."""

import functools
from dataclasses import replace

import numpy as np
import pytest
from builders import plan
from people import person

from clinic.case import Edit, Floats, Gauge, Load
from clinic.planning.apply import loads
from clinic.simulation.loading import Demand, Ground, TooMuchTaken, demands
from clinic.simulation.mesher import Volume, mesh
from clinic.simulation.newton import Acting
from clinic.simulation.shaping import volumes
from clinic.simulation.tissue import FAT, MUSCLE, SKIN

NOBODY = np.zeros(0, np.int32)


@functools.cache
def tissue() -> Volume:
    return mesh(person())


@functools.cache
def ground() -> Ground:
    return Ground(tissue())


def chin() -> Load:
    return loads(plan(), person())[1]


def acting(*asked: Load) -> Acting:
    """All of each load, as it is given; volume at strength 1."""
    wanted = demands(asked)
    return ground().acting(wanted, [ground().unit(one) for one in wanted], np.array([one.size for one in wanted]))


def load(**given: object) -> Load:
    """A load that does nothing else."""
    count = len(person().control)
    gauge = Gauge("Lift", 3.0, "mm", np.ones(count), np.array([0.0, 0.0, 1.0]))
    bare = Load(Edit("lift", ()), NOBODY, np.zeros((0, 3)), NOBODY, np.zeros(count), 0.0, (gauge,))
    return replace(bare, **given)  # type: ignore[arg-type]


def on_cheek() -> Floats:
    away = np.linalg.norm(person().control - person().landmarks()["malar_l"], axis=1)
    near: Floats = np.clip(1.0 - away / 30.0, 0.0, None)
    return near


def test_moves_of_the_same_support_add_up() -> None:
    once, twice = (acting(*[chin()] * count).prescribed for count in (1, 2))
    np.testing.assert_allclose(twice, 2 * once)
    assert abs(once).max() == pytest.approx(4.0)


def test_only_support_moves_and_nothing_under_the_rim_or_the_margins_of_the_lids() -> None:
    prescribed = acting(chin()).prescribed
    assert not prescribed[: tissue().support.start].any()
    assert not prescribed[tissue().still].any()


def test_support_is_fixed_glides_or_is_free_as_anatomy_says() -> None:
    """Fixed points are held. Gliding ones are held off the support a thousand times as firmly as along it."""
    volume, held = tissue(), ground().held[tissue().support]
    loose = (volume.gliding | volume.free) & ~volume.patch.rim
    np.testing.assert_array_equal(held, ~loose)
    springs = ground().springs[volume.support]
    assert not springs[volume.free | held].any()
    gliding = np.flatnonzero(volume.gliding & ~held)
    across = np.einsum("pa,pab,pb->p", volume.inwards[gliding], springs[gliding], volume.inwards[gliding])
    total = np.trace(springs[gliding], axis1=1, axis2=2)
    assert (across > 1000.0 * (total - across)).all()
    assert (total > across).all()


def test_released_support_is_let_go_and_nothing_else() -> None:
    let_go = ground().released([chin()])
    carry = tissue().patch.from_control
    near = carry @ np.isin(np.arange(carry.shape[1]), chin().released).astype(float) > 0
    assert let_go.any()
    assert not let_go[: tissue().support.start].any()
    assert not (let_go[tissue().support] & ~near).any()


def test_what_one_edit_lets_go_no_other_holds() -> None:
    """A chin cut free from the jaw that another edit moves: the step between them stays open."""
    rival = replace(chin(), released=NOBODY, moved=chin().released, moved_by=np.ones((len(chin().released), 3)))
    for order in ([chin(), rival], [rival, chin()]):
        np.testing.assert_array_equal(ground().released(order), ground().released([chin()]))


def test_a_segment_is_rigid_to_the_edge_of_its_gap() -> None:
    """What stays attached beside the gap moves by all or nothing of the amount, but for what corners smooth away."""
    asked = chin()
    unit = ground().unit(demands([asked])[0])
    assert unit.moved is not None
    attached = ~ground().released([asked])[tissue().support] & ~tissue().patch.rim
    beside = tissue().patch.from_control @ np.isin(np.arange(len(person().control)), asked.released).astype(float) > 0
    size = np.linalg.norm(unit.moved[tissue().support][attached & beside], axis=1)
    assert size.max() == pytest.approx(1.0)
    assert ((size < 0.05) | (size > 0.95)).all()


def test_filler_grows_in_its_layer_alone() -> None:
    """J_g = 1 + strength × share, and 1 in all other layers."""
    for name, layer in (("fat", FAT), ("skin", SKIN)):
        growth = acting(load(growth=0.5 * on_cheek(), growth_cc=1.0, growth_layer=name)).growth
        assert (growth[tissue().layer != layer] == 1.0).all()
        assert 1.3 < growth.max() <= 1.5


def test_more_fat_than_there_is_cannot_be_taken() -> None:
    asked = demands([load(growth=on_cheek(), growth_cc=-1.0)])
    unit = ground().unit(asked[0])
    assert unit.least == pytest.approx(-0.95 / unit.swollen.max())  # type: ignore[union-attr]
    ground().acting(asked, [unit], np.array([unit.least]))
    with pytest.raises(TooMuchTaken, match="not so much fat"):
        ground().acting(asked * 2, [unit] * 2, np.array([unit.least] * 2))


def test_skin_is_shortened_along_itself_alone() -> None:
    """G = 1 − s d⊗d in the skin, where d runs along it: across it nothing is shortened. Corners are averaged."""
    up = 0.3 * on_cheek()[:, None] * np.array([0.0, 0.0, 1.0])
    growth = acting(load(shortening=up)).growth
    volume = tissue()
    np.testing.assert_array_equal(
        growth[volume.layer != SKIN], np.tile(np.eye(3), ((volume.layer != SKIN).sum(), 1, 1))
    )
    least, vectors = np.linalg.eigh(growth[volume.layer == SKIN])
    strongest = int(np.argmin(least[:, 0]))
    assert least[strongest, 0] == pytest.approx(0.73, abs=0.04)
    np.testing.assert_allclose(least[strongest, 1:], 1.0, atol=0.02)
    assert abs(vectors[strongest, 2, 0]) > 0.8
    with pytest.raises(TooMuchTaken, match="not so much skin"):
        acting(*[load(shortening=2.0 * up)] * 2)


def test_a_suture_pulls_at_the_muscle_with_so_much_per_volume() -> None:
    """Forces add up to ∫ traction dV over the muscle layer, and pull at nothing else."""
    volume = tissue()
    force = acting(load(traction=np.tile((0.0, 0.0, 2.0), (len(person().control), 1)))).force
    assert force is not None
    muscle = volume.cells[volume.layer == MUSCLE]
    pulled = force.reshape(-1, 3)
    np.testing.assert_allclose(pulled.sum(axis=0), (0.0, 0.0, 2.0 * volumes(volume.points, muscle).sum()), atol=1e-6)
    elsewhere = np.ones(len(pulled), bool)
    elsewhere[muscle] = False
    assert not pulled[elsewhere].any()


def test_a_load_that_does_nothing_demands_nothing() -> None:
    assert demands([load()]) == ()
    assert [
        one.grows for one in demands([load(growth=on_cheek(), growth_cc=1.0, shortening=np.ones((len(on_cheek()), 3)))])
    ] == [False, True]


def test_amount_and_kind_are_told_apart() -> None:
    """Twice the shortening is the same demand, of twice the size; another direction is another demand."""
    up = on_cheek()[:, None] * np.array([0.0, 0.0, 0.2])
    one, twice, other = (Demand(load(shortening=way), False) for way in (up, 2 * up, up[:, ::-1]))
    assert one.key == twice.key != other.key
    assert twice.size == pytest.approx(2 * one.size)
