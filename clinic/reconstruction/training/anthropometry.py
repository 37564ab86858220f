"""Published sizes of adult faces, and the slider values that give a head these sizes.

Means and standard deviations pool women and men. F: Farkas (1994), Anthropometry of the Head and Face; B: Becker and
Toriumi's manual as tabled in the planning measures; D: Dodgson (2004), interpupillary distance. Spread between groups
of different origin widens F's figures for nose and lips. Textbook values, not re-read at source.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from clinic.case import Floats, Points

Placed = Mapping[str, Points]  # landmark -> (3,) mm; also "pupil_r", "opisthocranion", "euryon_l" ...


@dataclass(frozen=True, slots=True)
class Measure:
    """One published size: mean and standard deviation in mm or degrees."""

    name: str
    mean: float
    sd: float
    source: str
    of: Callable[[Placed], float]


def _distance(a: str, b: str) -> Callable[[Placed], float]:
    return lambda p: float(np.linalg.norm(p[a] - p[b]))


def _width(name: str) -> Callable[[Placed], float]:
    return _distance(f"{name}_r", f"{name}_l")


def _height(a: str, b: str) -> Callable[[Placed], float]:
    return lambda p: float(p[a][2] - p[b][2])


def _angle(a: str, corner: str, b: str) -> Callable[[Placed], float]:
    def of(p: Placed) -> float:
        first, second = p[a] - p[corner], p[b] - p[corner]
        cosine = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
        return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))

    return of


def _ahead(point: str, a: str, b: str) -> Callable[[Placed], float]:
    """How far a profile point lies in front of the line a–b."""

    def of(p: Placed) -> float:
        line = (p[b] - p[a])[1:]
        off = (p[point] - p[a])[1:]
        return float((line[1] * off[0] - line[0] * off[1]) / np.linalg.norm(line))

    return of


MEASURES = (
    Measure("pupil-pupil", 63.0, 3.6, "D", _width("pupil")),
    Measure("en-en", 33.0, 2.7, "F", _width("endocanthion")),
    Measure("ex-ex", 90.5, 4.0, "F", _width("exocanthion")),
    Measure("eye opening", 10.6, 1.2, "F", _distance("lid_upper_l", "lid_lower_l")),
    Measure("zy-zy", 133.5, 6.0, "F", _width("zygion")),
    Measure("eu-eu", 147.5, 6.5, "F", _width("euryon")),
    Measure("g-op", 191.0, 8.0, "F", _distance("glabella", "opisthocranion")),
    Measure("n-gn", 117.0, 7.0, "F", _distance("nasion", "gnathion")),
    Measure("n-sn", 52.0, 3.8, "F", _distance("nasion", "subnasale")),
    Measure("sn-gn", 67.5, 4.8, "F", _distance("subnasale", "gnathion")),
    Measure("sn-prn", 19.6, 2.0, "F", _distance("subnasale", "pronasale")),
    Measure("al-al", 34.5, 3.2, "F", _width("alare")),
    Measure("ch-ch", 51.5, 3.9, "F", _width("cheilion")),
    Measure("sn-sto", 21.2, 2.4, "F", _height("subnasale", "stomion")),
    Measure("ls-sto", 8.2, 1.6, "F", _height("labiale_superius", "stomion")),
    Measure("ear height", 61.0, 4.2, "F", _distance("ear_top_l", "ear_lobe_l")),
    Measure("nasofrontal angle", 133.0, 7.5, "F", _angle("glabella", "nasion", "pronasale")),
    Measure("nasolabial angle", 104.0, 10.0, "B", _angle("columella", "subnasale", "labiale_superius")),
    Measure("facial convexity", 168.0, 4.0, "B", _angle("glabella", "subnasale", "pogonion")),
    Measure("upper lip to sn-pg", 3.5, 1.6, "B", _ahead("labiale_superius", "subnasale", "pogonion")),
    Measure("lower lip to sn-pg", 2.2, 1.8, "B", _ahead("labiale_inferius", "subnasale", "pogonion")),
    Measure("chin fold", -4.0, 1.4, "F", _ahead("sublabiale", "labiale_inferius", "pogonion")),
)


def measure(placed: Placed) -> Floats:
    """Return the (m,) published measures of one head."""
    return np.array([one.of(placed) for one in MEASURES])


def gradients(names: tuple[str, ...], mean: Points, offsets: Points) -> Floats:
    """Return (k, m): how much each of k offsets (k, p, 3) of the p named points changes each measure, per unit."""
    step = 0.05
    rows = []
    for offset in offsets:
        ahead, behind = (measure(dict(zip(names, mean + sign * step * offset, strict=True))) for sign in (1, -1))
        rows.append((ahead - behind) / (2 * step))
    return np.array(rows)


def fit(names: tuple[str, ...], mean: Points, high: Points, low: Points, firmness: Floats) -> Floats:
    """Return the (k,) slider values in [−1, 1] that bring a head to the published means.

    names: p points, mean: (p, 3). high, low: (k, p, 3) mm at +1 and −1. firmness: (k,) cost of each slider at 1 against
    a measure that is one standard deviation off.
    """
    goal = np.array([one.mean for one in MEASURES])
    spread = np.array([one.sd for one in MEASURES])

    counts = np.array([3.0 if one.name == "pupil-pupil" else 1.0 for one in MEASURES])

    def cost(values: Floats) -> Floats:
        moved = np.tensordot(np.maximum(values, 0), high, 1) + np.tensordot(np.maximum(-values, 0), low, 1)
        # interpupillary distance sets the scale of everything, so it counts threefold
        off = counts * (measure(dict(zip(names, mean + moved, strict=True))) - goal) / spread
        return np.concatenate([off, firmness * values])

    solved = least_squares(cost, np.zeros(len(high)), bounds=(-1, 1), max_nfev=60)
    values: Floats = solved.x
    return values
