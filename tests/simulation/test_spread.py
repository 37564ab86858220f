"""How far a result may lie from the likely one."""

from dataclasses import replace

import numpy as np
import pytest
from people import person

from clinic.case import Edit, Load, Plan, Range, Simulation
from clinic.jobs import Cancelled, Progress
from clinic.planning.apply import loads
from clinic.simulation.preview import Preview
from clinic.simulation.spread import LEVELS, combined, spread


def asked() -> tuple[Load, ...]:
    edits = (Edit("dorsal_hump", (("amount_mm", -2.0),)), Edit("malar_filler", (("amount_cc", 1.0),), side="left"))
    return loads(Plan(edits), person())


@pytest.fixture(scope="module")
def likely(preview: Preview) -> Simulation:
    return preview.simulate(asked())


@pytest.fixture(scope="module")
def found(preview: Preview, likely: Simulation) -> Range:
    return spread(preview, asked(), likely, Progress())


def test_the_design_mixes_no_effect_with_another_or_with_a_pair() -> None:
    """Resolution V: columns, and products of two columns, are all orthogonal to one another."""
    columns = [LEVELS[:, i] for i in range(5)]
    columns += [LEVELS[:, i] * LEVELS[:, j] for i in range(5) for j in range(i)]
    together = np.stack(columns)
    np.testing.assert_array_equal(together @ together.T, 16 * np.eye(15))


def test_percentiles_of_summed_uniform_errors() -> None:
    """A thousand times a thousand draws of five uniform errors leave 5 % on either side, within half a percent."""
    ends = np.array([1.0, 0.8, 0.5, 0.3, 0.2])
    drawn = np.random.default_rng(3).uniform(-1, 1, (1_000_000, 5)) @ ends
    half = combined(ends[:, None])[0]
    assert np.mean(drawn > half) == pytest.approx(0.05, abs=0.005)


def test_the_likely_lies_between_and_along(likely: Simulation, found: Range) -> None:
    """Everywhere least ≤ likely ≤ most, on the line along which the skin moves."""
    moved, low, high = likely.displacement, found.low, found.high
    np.testing.assert_allclose((low + high) / 2, moved, atol=1e-9)
    across = np.cross(high - low, moved)
    assert np.linalg.norm(across, axis=1).max() < 1e-9
    assert (np.einsum("nd,nd->n", high - low, moved) >= -1e-12).all()
    assert found.runs == 18


def test_still_skin_stays_still(likely: Simulation, found: Range) -> None:
    still = np.linalg.norm(likely.displacement, axis=1) < 0.01
    assert still.mean() > 0.3
    assert np.linalg.norm((found.high - found.low)[still], axis=1).max() < 0.1


def test_each_gauge_has_its_range_around_what_it_reads(likely: Simulation, found: Range) -> None:
    """A hump of 2 mm may miss by half and more by the saw alone, a filler by a tenth and by little else.

    What a syringe holds stays what it is in thicker tissue.
    """
    hump, filler = found.gauges
    assert hump[0] < -1.0 < hump[1] < 0.0
    assert 0.8 < filler[0] < 0.95 < 1.05 < filler[1] < 1.2


def test_what_others_bring_is_not_counted(preview: Preview, likely: Simulation, found: Range) -> None:
    """The range lies around what the gauge reads of its own load, as the result is told."""
    credited = replace(likely, by_others=(0.5, 0.0))
    shifted = spread(preview, asked(), credited, Progress()).gauges[0]
    np.testing.assert_allclose(np.array(shifted) - np.array(found.gauges[0]), -0.5, atol=1e-9)


def test_a_cancel_stops_it(preview: Preview, likely: Simulation) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        spread(preview, asked(), likely, progress)
