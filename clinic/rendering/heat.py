"""Numbers as colours: signed displacement blue-white-red with white at 0, skin strain in viridis."""

from dataclasses import dataclass

import numpy as np

from clinic.case import STRAIN_LIMIT, Floats
from clinic.words import say

DISPLACEMENT_LIMIT_MM = 4.0

# Source: Moreland 2009 (diverging maps); its middle pure white.
_DIVERGING = ((0.13, 0.40, 0.67), (0.26, 0.60, 0.85), (0.65, 0.82, 0.95), (1.0, 1.0, 1.0), (0.99, 0.77, 0.66),
              (0.90, 0.42, 0.33), (0.70, 0.09, 0.17))  # fmt: skip
# Source: van der Walt and Smith 2015, viridis at ninths.
_VIRIDIS = ((0.267, 0.005, 0.329), (0.283, 0.141, 0.458), (0.254, 0.265, 0.530), (0.207, 0.372, 0.553),
            (0.164, 0.471, 0.558), (0.128, 0.567, 0.551), (0.135, 0.659, 0.518), (0.267, 0.749, 0.441),
            (0.478, 0.821, 0.318), (0.741, 0.873, 0.150), (0.993, 0.906, 0.144))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Legend:
    """A colour scale. low, high: values at its ends; beyond them the end's colour holds. factor: to the unit shown."""

    title: str
    unit: str
    low: float
    high: float
    stops: tuple[tuple[float, float, float], ...]
    factor: float = 1.0

    def colours(self, values: Floats) -> Floats:
        """Return (n, 3) red, green, blue in 0…1 for values (n,)."""
        place = np.clip((values - self.low) / (self.high - self.low), 0.0, 1.0) * (len(self.stops) - 1)
        table = np.asarray(self.stops)
        knots = np.arange(len(table))
        return np.stack([np.interp(place, knots, table[:, channel]) for channel in range(3)], axis=1)

    @property
    def ticks(self) -> tuple[tuple[float, str], ...]:
        """(place 0…1, words) of five marks."""
        values = np.linspace(self.low, self.high, 5)
        words = [_number(value * self.factor, signed=self.low < 0) for value in values]
        words[-1] += f" {self.unit}"
        return tuple(zip(np.linspace(0, 1, 5).tolist(), words, strict=True))


def displacement_legend(values_mm: Floats) -> Legend:
    """Return the scale of signed displacement: ±4 mm, or the next even millimetre above the largest value."""
    largest = float(np.abs(values_mm).max(initial=0.0))
    limit_mm = max(DISPLACEMENT_LIMIT_MM, 2.0 * float(np.ceil(largest / 2.0)))
    return Legend(say("Displacement"), "mm", -limit_mm, limit_mm, _DIVERGING)


def strain_legend() -> Legend:
    """Return the scale of skin strain, shown in per cent from 0 to the red guard-rail."""
    return Legend(say("Skin strain"), "%", 0.0, STRAIN_LIMIT, _VIRIDIS, 100.0)


def _number(value: float, signed: bool) -> str:
    text = f"{abs(value):g}"
    if value == 0 or not signed:
        return text
    return ("+" if value > 0 else "−") + text
