"""The processes that train one network together, started by torchrun."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import distributed


@dataclass(frozen=True, slots=True)
class Crew:
    """rank: which process this is, of `size`; local: which of this computer's graphics cards is its own."""

    rank: int = 0
    size: int = 1
    local: int = 0

    @property
    def first(self) -> bool:
        """Whether this process writes log and state."""
        return self.rank == 0

    def device(self) -> torch.device:
        """Return this process's graphics card, or the processor."""
        return torch.device("cuda", self.local) if torch.cuda.is_available() else torch.device("cpu")

    def seed(self, seed: int) -> int:
        """Return a seed of this process's own for what is drawn."""
        return seed * self.size + self.rank

    def any(self, asked: bool) -> bool:
        """Return whether any process was asked; all learn it at the same step."""
        if self.size == 1:
            return asked
        told = torch.tensor(float(asked), device=self.device())
        distributed.all_reduce(told, distributed.ReduceOp.MAX)
        return bool(told)

    def average(self, tensors: Iterable[torch.Tensor]) -> None:
        """Replace tensors by their means over the processes."""
        if self.size > 1:
            for tensor in tensors:
                distributed.all_reduce(tensor)
                tensor /= self.size

    def wait(self) -> None:
        """Wait until all are here."""
        if self.size > 1:
            distributed.barrier()


ALONE = Crew()


@contextmanager
def joined() -> Iterator[Crew]:
    """Join the crew that the environment tells of (torchrun sets it), or work alone."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield ALONE
        return
    crew = Crew(int(os.environ["RANK"]), size, int(os.environ.get("LOCAL_RANK", "0")))
    cuda = torch.cuda.is_available()
    if cuda:
        torch.cuda.set_device(crew.local)
    distributed.init_process_group("nccl" if cuda else "gloo")
    try:
        yield crew
    finally:
        distributed.destroy_process_group()
