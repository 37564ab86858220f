"""Makes the light network from a trained one: `python -m clinic.reconstruction.training.pmn.light.make`.

Channels leave, the rest learns on, and the answer is written in eight bits.
"""

import argparse
import sys
from pathlib import Path

import torch

from clinic import resources
from clinic.jobs import Progress
from clinic.reconstruction.network import weights
from clinic.reconstruction.network.network import PositionMapNetwork
from clinic.reconstruction.training.pmn.export import halved
from clinic.reconstruction.training.pmn.light.pruning import pruned
from clinic.reconstruction.training.pmn.light.quantising import quantised
from clinic.reconstruction.training.pmn.schedule import Schedule
from clinic.reconstruction.training.pmn.settings import Settings
from clinic.reconstruction.training.pmn.ship import rounded, write
from clinic.reconstruction.training.pmn.source import Source
from clinic.reconstruction.training.pmn.trainer import Trainer
from clinic.reconstruction.training.synthesis import Ahead, Synthesis

_SHARE = 0.3  # of the channels, that leave
_FASTEST = 5e-4  # a trained network takes smaller steps
_BATCH, _SEED = 64, 30
_CALIBRATION = 256  # crops


def slimmed(network: PositionMapNetwork, source: Source, crops: int, progress: Progress) -> PositionMapNetwork:
    """Return a network with three tenths of its channels less that has learnt on from `crops` crops."""
    begun = pruned(network, _SHARE)
    settings = Settings(shape=begun.shape, images=crops, batch=_BATCH, seed=_SEED)
    schedule = Schedule(crops, _FASTEST, stages=(0.0, 1.0))
    trainer = Trainer(settings, source, torch.device("cpu"), schedule=schedule, begun=begun)
    while trainer.seen < crops:
        told = trainer.advance()
        progress.report(trainer.seen / crops, f"{trainer.seen} of {crops} crops, loss {told['loss']:.2f}")
    return trainer.average.network


def light(network: PositionMapNetwork, source: Source, folder: Path, seen: int) -> Path:
    """Write a network in eight bits, calibrated on crops of a source, and return its card."""
    drawn = [source.batch(step, 32, 2) for step in range(_CALIBRATION // 32)]
    crops = torch.cat([batch.image for batch in drawn]).numpy()
    lens = torch.cat([batch.lens for batch in drawn]).numpy()
    network.load_state_dict({name: rounded(tensor) for name, tensor in network.state_dict().items()})
    graph = halved(quantised(network.eval(), crops, lens)).SerializeToString()
    return write(network, folder, network.shape.name, seen, graph)


def _tell(_: float, words: str) -> None:
    sys.stderr.write(f"{words}\n")


def main() -> int:
    """Make it and write it beside the network that it comes from."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=resources.folder("weights"), help="of the trained network")
    parser.add_argument("--into", type=Path, help="folder for the light one (the same)")
    parser.add_argument("--crops", type=int, default=50_000, help="to learn on from (50000)")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    name = "pmn-mobile"
    source = Ahead(Synthesis(_SEED, 128, torch.device("cpu")))
    whole = weights.network(name, chosen.weights)
    progress = Progress(_tell)
    slim = slimmed(whole, source, chosen.crops, progress)
    seen = int(weights.card(name, chosen.weights)["crops_seen"]) + chosen.crops
    card = light(slim, Synthesis(_SEED + 1, 128, torch.device("cpu")), chosen.into or chosen.weights, seen)
    sys.stdout.write(f"Wrote {card}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
