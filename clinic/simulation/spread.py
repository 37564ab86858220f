"""How far a result may lie from the likely one, for what is not known of a patient's tissue and of the surgeon's hand.

A designed set of linear solutions varies how stiff each layer is and how deep the tissue, all at once: 16 runs of a
two-level fractional factorial in five inputs (2^(5−1), resolution V: no effect is mixed with another or with a pair),
one in which nothing glides, and one in which the skin has its grain and is taut. The effects of the inputs then add up
as independent uniform errors do, with those of execution. What the model itself gets wrong is not in it: 0.6 mm in the
median for jaw surgery, unknown for nose, fillers and lifts.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np

from clinic.case import Floats, Gauge, Load, Points, Range, Simulation
from clinic.geometry import reached
from clinic.jobs import Progress
from clinic.simulation.preview import Preview
from clinic.simulation.tissue import LAYERS, Variant
from clinic.simulation.variants import variants
from clinic.words import say

_STIFFER = 2.0  # times as stiff or as soft may a layer be; individuals differ by about that
_DEEPER_MM = 3.5  # how far the tables' depths miss individuals
_EXECUTED = {"mm": 1.0, "°": 2.0, "cc": 0.1}  # how far a hand or saw may miss; cc as a share of the amount
_MOST_OF_AMOUNT = 0.5  # nobody misses by more than that share of the amount
# Runs go this share of the way and their effects are scaled up: nearer to the likely case what is linear stays so.
_SHARE = 0.5
_PERCENTILE = 1.645 / np.sqrt(3.0)  # of a sum of uniform errors, per root of the sum of their squares: 5 and 95 %
_STILL_MM = 0.05  # skin that moves less has no direction to speak of
INPUTS = (
    say("stiffness of skin, fat, muscle and deep fat × 0.5 to 2 each"),
    say("soft-tissue depth ± 3.5 mm where no CT shows it"),
    say("planes glide or hold"),
    say("skin with or without the grain and tension of Langer's lines"),
    say("execution ± 1 mm, ± 2°, ± 10 % of a volume"),
)

_FOUR = np.array(list(product((-1.0, 1.0), repeat=len(LAYERS))))
LEVELS: Floats = np.column_stack([_FOUR, _FOUR.prod(axis=1)])  # (16, 5): the layers, then depth
_OTHERWISE = (Variant(gliding=False), Variant(grain=True))


def spread(preview: Preview, loads: Sequence[Load], likely: Simulation, progress: Progress) -> Range:
    """Return the range of a solved plan. Raises as `variants` does."""
    moved = likely.displacement
    effects = [*_of_tissue(preview, loads, progress), *(_of_execution(preview, load) for load in loads if load.gauges)]
    gauges = [gauge for load in loads for gauge in load.gauges]
    others = likely.by_others or (0.0,) * len(gauges)
    size = np.linalg.norm(moved, axis=1)
    along = moved / np.maximum(size, 1e-12)[:, None]
    half = combined(np.stack([np.einsum("nd,nd->n", effect, along) for effect in effects]))
    half *= size / (size + _STILL_MM)
    return Range(
        low=moved - half[:, None] * along,
        high=moved + half[:, None] * along,
        gauges=tuple(_read(preview, gauge, moved, effects, by) for gauge, by in zip(gauges, others, strict=True)),
        runs=len(LEVELS) + len(_OTHERWISE),
        inputs=INPUTS,
    )


def combined(effects: Floats) -> Floats:
    """Return (n,) how far out the 5th and 95th percentile lie of summed uniform errors with their ends at (k, n)."""
    half: Floats = _PERCENTILE * np.sqrt((effects**2).sum(axis=0))
    return half


def _of_tissue(preview: Preview, loads: Sequence[Load], progress: Progress) -> list[Points]:
    """Return by how much each input at the end of its range moves the display vertices, (n, 3) mm each."""
    choices = [_variant(levels) for levels in LEVELS]
    found = variants(preview, loads, [*choices, *_OTHERWISE], progress)
    runs, otherwise = found[: len(choices)], found[len(choices) :]
    likely, _ = preview.displacement(loads)
    varied = [np.einsum("r,rcd->cd", column, np.stack(runs)) / len(runs) / _SHARE for column in LEVELS.T]
    return [preview.skin.display(effect) for effect in (*varied, *(moved - likely for moved in otherwise))]


def _variant(levels: Floats) -> Variant:
    first, second, third, fourth = (_STIFFER ** (_SHARE * levels[: len(LAYERS)])).tolist()
    return Variant((first, second, third, fourth), depth_mm=_SHARE * _DEEPER_MM * float(levels[-1]))


def _of_execution(preview: Preview, load: Load) -> Points:
    """Return by how much a load that misses its amount moves the display vertices, (n, 3) mm."""
    gauge = load.gauges[0]
    missed = _EXECUTED[gauge.unit] * (abs(gauge.asked) if gauge.unit == "cc" else 1.0)
    _, display = preview.displacement([load])
    return min(missed / abs(gauge.asked), _MOST_OF_AMOUNT) * display


def _read(
    preview: Preview, gauge: Gauge, moved: Points, effects: Sequence[Points], by_others: float
) -> tuple[float, float]:
    """Return between what a gauge reads of its own load."""
    topology, points = preview.face.topology, preview.skin.points
    likely = reached(gauge, topology, points, moved)
    changed = np.array([reached(gauge, topology, points, moved + effect) - likely for effect in effects])
    half = float(combined(changed[:, None])[0])
    return likely - by_others - half, likely - by_others + half
