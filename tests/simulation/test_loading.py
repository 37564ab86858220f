"""How several edits come together on one piece of tissue."""

import functools
from dataclasses import replace

import numpy as np
from builders import plan
from people import person

from clinic.case import Load
from clinic.planning.apply import loads
from clinic.simulation.loading import loading
from clinic.simulation.mesher import Volume, mesh
from clinic.simulation.tissue import FAT


@functools.cache
def tissue() -> Volume:
    return mesh(person())


def chin() -> Load:
    return loads(plan(), person())[1]


def test_moves_of_the_same_support_add_up() -> None:
    once, twice = (loading(person(), tissue(), [chin()] * count).prescribed for count in (1, 2))
    np.testing.assert_allclose(twice, 2 * once)
    assert abs(once).max() == 4.0


def test_only_support_moves_and_nothing_under_the_rim() -> None:
    prescribed = loading(person(), tissue(), [chin()]).prescribed
    assert not prescribed[: tissue().support.start].any()
    assert not prescribed[tissue().rim].any()


def test_released_support_is_free_and_all_other_support_is_held() -> None:
    held = loading(person(), tissue(), [chin()]).held
    free_support = ~held[tissue().support]
    released = np.isin(tissue().patch.control, chin().released) & ~tissue().patch.rim
    np.testing.assert_array_equal(free_support, released)
    inside = slice(0, tissue().support.start)
    np.testing.assert_array_equal(held[inside], tissue().rim[inside])


def test_support_that_an_edit_moves_stays_attached_though_another_lets_it_go() -> None:
    rival = replace(chin(), released=chin().moved, moved=np.zeros(0, np.int32), moved_by=np.zeros((0, 3)))
    for order in ([chin(), rival], [rival, chin()]):
        moved = np.isin(tissue().patch.control, chin().moved)
        assert loading(person(), tissue(), order).held[tissue().support][moved].all()


def test_filler_grows_in_fat_alone() -> None:
    """J_g = 1 + strength × share, and 1 outside of the fat layer."""
    asked = loading(person(), tissue(), loads(plan(), person()))
    growth = asked.growth(np.array([0.5, 0.0]))
    assert len(asked.depots) == 2
    assert (growth[tissue().layer != FAT] == 1.0).all()
    assert 1.3 < growth.max() <= 1.5
