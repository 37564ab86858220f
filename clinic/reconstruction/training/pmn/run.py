"""What `clinic train` does: draws faces, teaches a network, and writes its weights at the end."""

from dataclasses import dataclass
from pathlib import Path

import torch

from clinic.jobs import Progress
from clinic.reconstruction.network.shape import known
from clinic.reconstruction.training.pmn.backbone import OpenNsfw, Vgg19
from clinic.reconstruction.training.pmn.crew import Crew, joined
from clinic.reconstruction.training.pmn.settings import Settings
from clinic.reconstruction.training.pmn.ship import ship
from clinic.reconstruction.training.pmn.source import Source
from clinic.reconstruction.training.pmn.state_file import load
from clinic.reconstruction.training.pmn.train import Outcome, train
from clinic.reconstruction.training.synthesis import Ahead, Synthesis


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for. folder: takes state, log and, at the end, weights. vgg: a file of VGG-19's weights."""

    network: str
    folder: Path
    resume: bool
    images: int
    batch: int
    seed: int
    threads: int
    vgg: Path | None


def run(wish: Wish, progress: Progress) -> Outcome:
    """Train as asked. Raises what `train` raises, UnknownNetwork, MissingModelFile and NotVgg."""
    shape = known(wish.network)
    torch.set_num_threads(wish.threads)
    settings = Settings(shape=shape, images=wish.images, batch=wish.batch, seed=wish.seed)
    with joined() as crew:
        device = crew.device()
        backbone = (Vgg19(wish.vgg) if wish.vgg else OpenNsfw()).to(device)
        source = _source(settings, crew)
        outcome = train(settings, source, wish.folder, progress, device, wish.resume, crew, backbone)
        if outcome.finished and crew.first:
            state = load(wish.folder, torch.device("cpu"))
            if state is not None:
                ship(state, wish.folder)
    return outcome


def _source(settings: Settings, crew: Crew) -> Source:
    return Ahead(Synthesis(crew.seed(settings.seed), settings.shape.side, crew.device()))
