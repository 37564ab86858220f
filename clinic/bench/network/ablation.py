"""What a part of the network is worth: the same training with and without it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch

from clinic.jobs import Progress
from clinic.reconstruction.network.network import PositionMapNetwork
from clinic.reconstruction.network.reading import Reader
from clinic.reconstruction.network.shape import MOBILE
from clinic.reconstruction.training.pmn import export
from clinic.reconstruction.training.pmn.schedule import Schedule
from clinic.reconstruction.training.pmn.settings import Settings
from clinic.reconstruction.training.pmn.trainer import Trainer
from clinic.reconstruction.training.synthesis import Ahead, Synthesis

_SEED, _BATCH = 57, 16


@dataclass(frozen=True, slots=True)
class Way:
    """What is left out: graph or deformable sampling of the network, terms of the loss."""

    graph: bool = True
    deformable: bool = True
    without: tuple[str, ...] = ()


WAYS: Mapping[str, Way] = {
    "whole": Way(),
    "without_graph": Way(graph=False),
    "without_deformation": Way(deformable=False),
    "without_photometric": Way(without=("photo",)),
}


def trained(way: Way, crops: int, progress: Progress) -> Reader:
    """Return a small training's network: from nothing, over all yaw angles from the first crop on."""
    shape = replace(MOBILE, graph=way.graph, deformable=way.deformable)
    settings = Settings(shape=shape, images=crops, batch=_BATCH, seed=_SEED, without=way.without)
    source = Ahead(Synthesis(_SEED, shape.side, torch.device("cpu")))
    schedule = Schedule(crops, stages=(0.0, 1.0))
    trainer = Trainer(settings, source, torch.device("cpu"), schedule=schedule)
    while trainer.seen < crops:
        trainer.advance()
        progress.report(trainer.seen / crops, f"{trainer.seen} of {crops} crops")
    return _reader(trainer.average.network)


def _reader(network: PositionMapNetwork) -> Reader:
    return Reader(export.graph(network.eval()).SerializeToString(), network.shape.side)
