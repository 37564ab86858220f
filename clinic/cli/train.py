"""`clinic train`: teach the position map network on faces drawn on the fly."""

import argparse
import importlib.util
from pathlib import Path

from clinic.cli.console import Verbs, bar, say
from clinic.errors import ClinicError

_IMAGES, _BATCH = 600_000, 64
_INTERRUPTED = 130


class NoTrainingPackages(ClinicError):
    """What only training needs is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "The packages that only training needs are not installed. Run: pip install 'clinic[train]', then try again."
        )


def add_verbs(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    """Add `train`."""
    train = verbs.add_parser("train", parents=[shared], help="teach the network that reads faces, on drawn faces")
    train.add_argument("--network", default="pmn-mobile", metavar="NAME", help="pmn-mobile (default) or pmn-r50")
    train.add_argument("--out", type=Path, default=Path("training"), metavar="DIR", help="state and log (training)")
    train.add_argument("--resume", action="store_true", help="go on with what DIR holds")
    train.add_argument("--images", type=_count, default=_IMAGES, metavar="N", help=f"to see in all ({_IMAGES})")
    train.add_argument("--batch", type=_count, default=_BATCH, metavar="N", help=f"images for one step ({_BATCH})")
    train.add_argument("--seed", type=int, default=0, metavar="N", help="of weights and faces (0)")
    train.add_argument("--threads", type=_count, default=1, metavar="N", help="of the processor (1)")
    train.add_argument("--vgg", type=Path, metavar="FILE", help="VGG-19 for the perceptual term, if you have it")
    train.set_defaults(run=_train)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _train(options: argparse.Namespace) -> int:
    if any(importlib.util.find_spec(name) is None for name in ("onnx", "tensorboardX")):
        raise NoTrainingPackages
    from clinic.reconstruction.training.pmn.run import Wish, run

    wish = Wish(
        network=options.network,
        folder=options.out,
        resume=options.resume,
        images=options.images,
        batch=options.batch,
        seed=options.seed,
        threads=options.threads,
        vgg=options.vgg,
    )
    with bar("Training") as progress:
        outcome = run(wish, progress)
    if outcome.finished:
        say(f"Seen {outcome.seen} images. Weights, log and state are in {options.out}.")
        return 0
    say(f"Stopped after {outcome.seen} images. Add --resume to go on from there.")
    return _INTERRUPTED
