"""Draws the next batch while the network learns from this one."""

from concurrent.futures import Future, ThreadPoolExecutor

from clinic.reconstruction.training.synthesis.batch import Batch
from clinic.reconstruction.training.synthesis.draw import Synthesis


class Ahead:
    """A synthesis with a thread of its own; the batches are the same as without."""

    def __init__(self, synthesis: Synthesis) -> None:
        self._synthesis = synthesis
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="synthesis")
        self._next: dict[tuple[int, int, int], Future[Batch]] = {}

    def batch(self, step: int, count: int, stage: int) -> Batch:
        """Return what `Synthesis.batch` returns."""
        asked = (step, count, stage)
        drawing = self._next.pop(asked, None) or self._thread.submit(self._synthesis.batch, *asked)
        self._next = {(step + 1, count, stage): self._thread.submit(self._synthesis.batch, step + 1, count, stage)}
        return drawing.result()
