"""Where crops come from, as training sees it."""

from typing import Protocol

from clinic.reconstruction.training.synthesis.batch import Batch


class Source(Protocol):
    """Draws batches; the same step always gives the same batch."""

    def batch(self, step: int, count: int, stage: int) -> Batch:
        """Return `count` crops for a step of one of the stages 1 to 3, on the device that training runs on."""
