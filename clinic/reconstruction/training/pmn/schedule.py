"""How fast and on what the network learns, by how many images it has seen."""

import math
from dataclasses import dataclass

_SLOWEST = 1e-5  # steps of AdamW, at the end
_WARM = 0.01  # share of all images during which steps grow
_AVERAGE = 0.999


@dataclass(frozen=True, slots=True)
class Schedule:
    """images: how many will be seen in all. fastest: the largest steps of AdamW.

    stages: shares of all images at which the second and the third stage begin.

    Stages: 1, clean crops near the front, so that the decoder finds its form (nothing is frozen: the encoder, too,
    begins from nothing); 2, everything; 3, hard crops count double and a discriminator looks on.
    """

    images: int
    fastest: float = 1e-3
    stages: tuple[float, float] = (0.15, 0.8)

    def stage(self, seen: int) -> int:
        """Return 1, 2 or 3."""
        return 1 + sum(seen >= share * self.images for share in self.stages)

    def rate(self, seen: int) -> float:
        """Return the size of steps: growing, then falling along half a cosine."""
        done = min(seen / self.images, 1.0)
        if done < _WARM:
            return self.fastest * (0.05 + 0.95 * done / _WARM)
        fallen = (1 - math.cos(math.pi * (done - _WARM) / (1 - _WARM))) / 2
        return self.fastest + (_SLOWEST - self.fastest) * fallen


def memory(step: int) -> float:
    """Return how much of the running average stays at a step: less at the beginning, which is soon forgotten."""
    return min(_AVERAGE, (1 + step) / (10 + step))
