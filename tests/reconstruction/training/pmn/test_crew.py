"""Two processes of the processor's own, as torchrun starts them."""

import os
import socket
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import torch
from reconstruction.training.pmn.painted import SMALL, Painted
from torch import Tensor, nn
from torch.nn import functional

from clinic.reconstruction.training.pmn.settings import Settings
from clinic.reconstruction.training.pmn.source import Source
from clinic.reconstruction.training.pmn.trainer import Trainer
from clinic.reconstruction.training.synthesis.batch import Batch

SETTINGS = Settings(shape=SMALL, images=24, batch=8)
_CHILD = """
import sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from clinic.jobs import Progress
from clinic.reconstruction.training.pmn.crew import joined
from clinic.reconstruction.training.pmn.train import train
from reconstruction.training.pmn.painted import Painted
from reconstruction.training.pmn.test_crew import SETTINGS
with joined() as crew:

    train(SETTINGS, Painted(seed=crew.seed(0)), Path(sys.argv[1]), Progress(), torch.device("cpu"), crew=crew)
"""


def test_two_processes_learn_one_network(tmp_path: Path) -> None:
    """Three steps of 2 × 4 crops move the weights as one process would that takes the mean of both gradients.

    Mixed precision and AdamW's division leave noise, so directions are compared: the cosine between the two movements
    is 1 but for noise, and clearly less for a process that learns from its own crops alone.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    tests = Path(__file__).parents[3]
    common = {**os.environ, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": "2", "OMP_NUM_THREADS": "1"}
    common["PYTHONPATH"] = f"{tests}{os.pathsep}{tests.parent}"
    command = [sys.executable, "-W", "ignore", "-c", _CHILD, str(tmp_path)]
    pair = [subprocess.Popen(command, env={**common, "RANK": str(rank)}) for rank in range(2)]
    assert [child.wait(timeout=120) for child in pair] == [0, 0]
    state = torch.load(tmp_path / "state.pt", weights_only=True)
    assert (state["step"], state["seen"]) == (3, 24)
    start = Trainer(SETTINGS, Painted(), torch.device("cpu")).network
    moved = _flat(state["network"], start) - _flat(start.state_dict(), start)
    both, alone = (_moved(source, at_once) for source, at_once in ((_Both(), 4), (Painted(), 8)))
    assert functional.cosine_similarity(moved, both, dim=0) > 0.95
    assert functional.cosine_similarity(moved, alone, dim=0) < 0.9


class _Both:
    """The crops of both processes, one part after the other."""

    def batch(self, step: int, count: int, stage: int) -> Batch:
        drawn = [Painted(seed=rank).batch(step, count // 2, stage) for rank in range(2)]
        return Batch(**{each.name: torch.cat([getattr(one, each.name) for one in drawn]) for each in fields(Batch)})


def _moved(source: Source, at_once: int) -> Tensor:
    trainer = Trainer(SETTINGS, source, torch.device("cpu"))
    trainer.at_once = at_once
    start = _flat(trainer.network.state_dict(), trainer.network).clone()
    for _ in range(3):
        trainer.advance()
    return _flat(trainer.network.state_dict(), trainer.network) - start


def _flat(state: dict[str, Tensor], like: nn.Module) -> Tensor:
    return torch.cat([state[name].flatten() for name, _ in like.named_parameters()])
