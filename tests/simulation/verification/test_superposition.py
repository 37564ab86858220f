"""Small moves add up: what the preview lives on."""

import numpy as np
from mechanics import body, linear, whole
from people import person
from solids import block

from clinic.case import Edit, Plan, Points
from clinic.planning.apply import loads
from clinic.simulation.preview import Preview


def test_answers_of_a_body_add_up() -> None:
    """u(a + 3b) = u(a) + 3 u(b) for moves and forces: the linear model is linear, Hooke's Ut tensio, sic vis (1678)."""
    points, cells = block(4, shake=0.2)
    tissue, held = body(points, cells), points[:, 2] == 0
    random = np.random.default_rng(5)
    (a, f), (b, g) = ((random.normal(size=points.shape), random.normal(size=points.size)) for _ in range(2))
    together = linear(tissue, held, a + 3 * b, f + 3 * g)
    apart = linear(tissue, held, a, f) + 3 * linear(tissue, held, b, g)
    assert abs(together - apart).max() < 1e-10 * abs(together).max()


def test_a_linear_answer_balances_its_forces() -> None:
    """K u = f at the points that are free: what the factored form leaves out, the full tangent would show."""
    points, cells = block(4, shake=0.2)
    tissue, held = body(points, cells), points[:, 2] == 0
    random = np.random.default_rng(6)
    moves, force = random.normal(size=points.shape), random.normal(size=points.size)
    pulls = whole(tissue.linearise(np.zeros_like(points))) @ linear(tissue, held, moves, force).ravel()
    assert abs(pulls - force)[np.repeat(~held, 3)].max() < 1e-10 * abs(pulls).max()


def test_edits_add_up_in_the_preview(preview: Preview) -> None:
    """Where no bone is cut, the preview of a plan is the sum of the previews of its edits, to 1e-10 mm."""
    hump, filler = Edit("dorsal_hump", (("amount_mm", -2.0),)), Edit("malar_filler", (("amount_cc", 1.5),))

    def moved(*edits: Edit) -> Points:
        return preview.simulate(loads(Plan(edits), person())).displacement

    assert abs(moved(hump, filler)).max() > 1.0
    assert abs(moved(hump, filler) - moved(hump) - moved(filler)).max() < 1e-10
