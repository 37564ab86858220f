"""What a surgeon should know of a result before anyone else sees it, in clinical words."""

from collections.abc import Iterator, Sequence

import numpy as np

from clinic.case import STRAIN_LIMIT, STRAIN_REVIEW, Caution, EditReached, Floats, Simulation, Topology
from clinic.case.numbers import amount, decimals, signed
from clinic.words import say

# Guard-rails of planning, chosen and not measured.
_VOLUME_ERROR = 0.02  # of the asked cc
_LINEAR_GAP_MM = 1.0
_DET_F = 0.3  # a cell squeezed to less than this is near to folding
_QUALITY = 0.05
_SHARE_REACHED = 0.5  # of the asked mm or degrees
_WIDE = 1.0  # range over what is reached
_READABLE = {"mm": 0.5, "cc": 0.1, "°": 1.0}  # below this nobody sees a change, so its shares say nothing
_PLACES = ("nose", "upper_lip", "lower_lip", "lids", "chin", "cheek_r", "cheek_l", "forehead", "ears", "neck")
_WORDS = {"cheek_r": say("right cheek"), "cheek_l": say("left cheek")}


def cautions(topology: Topology, simulation: Simulation, edits: Sequence[EditReached]) -> tuple[Caution, ...]:
    """Return what speaks against showing a result as it is, the severe first."""
    found = [
        *_strain(topology, simulation.strain),
        *_solver(simulation),
        *(caution for edit in edits for caution in _reached(edit)),
    ]
    return tuple(sorted(found, key=lambda caution: not caution.severe))


def _strain(topology: Topology, strain: Floats) -> Iterator[Caution]:
    largest = round(float(strain.max()), 2)
    if largest < STRAIN_REVIEW:
        return
    severe = largest >= STRAIN_LIMIT
    limit = STRAIN_LIMIT if severe else STRAIN_REVIEW
    todo = (
        say("Reduce the change, or note the reason in the record.")
        if severe
        else say("Review the plan before you share it.")
    )
    yield Caution(
        say(
            "Skin strain {largest:.0f} % at the {place!t}",
            largest=100 * largest,
            place=_place(topology, int(strain.argmax())),
        ),
        say(
            "Above the planning limit of {limit:.0f} % the skin is under tension. {todo!t}",
            limit=100 * limit,
            todo=todo,
        ),
        severe,
    )


def _solver(simulation: Simulation) -> Iterator[Caution]:
    figures = simulation.figures
    if figures.volume_error > _VOLUME_ERROR:
        yield Caution(
            say("The volume is not what was asked"),
            say(
                "The skin gained up to {volume_error:.0f} % more or less than was asked. Read the cc that "
                "were reached, not those that were asked.",
                volume_error=100 * figures.volume_error,
            ),
            severe=True,
        )
    if figures.min_det_f < _DET_F:
        yield Caution(
            say("Tissue is squeezed"),
            say(
                "Somewhere it is pressed to {min_det_f:.0f} % of its volume, where the model is weak. Reduce "
                "the largest change.",
                min_det_f=100 * figures.min_det_f,
            ),
        )
    if figures.min_quality < _QUALITY:
        yield Caution(
            say("The tissue model is coarse somewhere"),
            say("The skin is thin or folded there, and the result is less sure. Check the face before surgery."),
        )
    if figures.linear_gap_mm > _LINEAR_GAP_MM:
        yield Caution(
            say("Preview and solution differ by {gap_mm:.1f} mm", gap_mm=figures.linear_gap_mm),
            say("While a slider moves, the preview is that far off for this plan. Judge the solved picture."),
        )


def _reached(edit: EditReached) -> Iterator[Caution]:
    readable = _READABLE.get(edit.unit, 0.0)
    if abs(edit.asked) >= readable and edit.reached / edit.asked < _SHARE_REACHED:
        yield Caution(
            say("{label!t}: little reaches the skin", label=edit.label),
            say(
                "Of {asked!t} asked, the skin shows {reached!t}. Another edit may work against it, or the soft "
                "tissue there is thick.",
                asked=amount(edit.asked, edit.unit),
                reached=amount(edit.reached, edit.unit),
            ),
        )
    if abs(edit.reached) >= readable and edit.high - edit.low > _WIDE * abs(edit.reached):  # NaN without a range
        yield Caution(
            say("{label!t}: wide range", label=edit.label),
            say(
                "With softer, firmer, thinner or thicker tissue it may reach {low!t} to {high!t}. Show the range, "
                "not one picture.",
                low=signed(edit.low, decimals(edit.unit)),
                high=amount(edit.high, edit.unit),
            ),
        )


def _place(topology: Topology, vertex: int) -> str:
    inside = topology.subdivide(topology.regions.T.astype(np.float64))[vertex]
    shares = {name: inside[topology.region_names.index(name)] for name in _PLACES if name in topology.region_names}
    name = max(shares, key=lambda place: shares[place])
    return _WORDS.get(name, name.replace("_", " ")) if shares[name] > 0.0 else "face"
