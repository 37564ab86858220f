"""One network in training: takes steps, and can be put down and taken up again to the step."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from clinic.errors import ClinicError
from clinic.reconstruction.network.maps import Maps
from clinic.reconstruction.network.network import PositionMapNetwork
from clinic.reconstruction.training.pmn import adversary, perceptual, terms
from clinic.reconstruction.training.pmn.adversary import Adversary
from clinic.reconstruction.training.pmn.average import Average
from clinic.reconstruction.training.pmn.backbone import Backbone
from clinic.reconstruction.training.pmn.crew import ALONE, Crew
from clinic.reconstruction.training.pmn.mirror import with_mirror
from clinic.reconstruction.training.pmn.schedule import Schedule, memory
from clinic.reconstruction.training.pmn.settings import Settings
from clinic.reconstruction.training.pmn.source import Source
from clinic.reconstruction.training.synthesis.batch import Batch

_LONGEST = 10.0  # norm that gradients are cut to
_DECAY = 1e-4
_WEIGHTS = {**terms.WEIGHTS, "perceptual": perceptual.WEIGHT, "adversary": adversary.WEIGHT}


class OtherTraining(ClinicError):
    """A stored training is of another network or seed."""

    def __init__(self) -> None:
        super().__init__(
            "This folder holds the training of another network, or one with another seed, so it cannot go on as asked. "
            "Give the same options as when it was begun, or choose another folder."
        )


class TooLittleMemory(ClinicError):
    """Not even one crop at a time fits."""

    def __init__(self) -> None:
        super().__init__(
            "The memory does not hold a single step of training, so it stopped. What was saved before is intact. "
            "Close other programs, or train the smaller network: --network pmn-mobile."
        )


class Trainer:
    """Takes one step after another. step: how many were taken. seen: crops in all of them, on all devices.

    Half of the crops are drawn, the other half are these in the mirror.
    crew: who trains together; each process draws its own part of the batch. begun: a network to go on from, which is
    changed; without it one begins from nothing. backbone: for the perceptual term, which is left out without it.
    """

    def __init__(
        self,
        settings: Settings,
        source: Source,
        device: torch.device,
        crew: Crew = ALONE,
        schedule: Schedule | None = None,
        begun: PositionMapNetwork | None = None,
        backbone: Backbone | None = None,
    ) -> None:
        self.settings = settings
        self.schedule = schedule or Schedule(settings.images)
        self.step = self.seen = 0
        self._source, self._device, self._crew, self._backbone = source, device, crew, backbone
        self.at_once = max(2, settings.batch // crew.size)  # crops that fit into memory together
        torch.manual_seed(settings.seed)
        made = begun or PositionMapNetwork(settings.shape)
        self.network = made.train().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.network.encoder.sparing = settings.shape.bottleneck
        self.average = Average(self.network)
        self._adversary = Adversary(device, crew)
        self._optimizer = torch.optim.AdamW(_decaying(self.network), lr=1.0)
        self._running: nn.Module = DistributedDataParallel(self.network) if crew.size > 1 else self.network

    @property
    def stage(self) -> int:
        """The stage of training, 1 to 3."""
        return self.schedule.stage(self.seen)

    def advance(self) -> dict[str, float]:
        """Take one step and return its figures. Halves the crops at once until they fit; raises TooLittleMemory."""
        pairs = max(1, self.settings.batch // (4 * self._crew.size))
        batch = self._source.batch(self.step, 2 * pairs, self.stage)
        while True:
            try:
                figures = self._learn(batch)
                break
            except RuntimeError as error:
                if not _out_of_memory(error):
                    raise
                if self.at_once <= 2:
                    raise TooLittleMemory from error
            self.at_once = max(2, self.at_once // 2)
            if self._device.type == "cuda":
                torch.cuda.empty_cache()
        self.average.follow(self.network, memory(self.step))
        self.step += 1
        self.seen += 2 * len(batch.image) * self._crew.size
        return figures

    def state(self) -> dict[str, Any]:
        """Return all that is needed to go on as if nothing had happened."""
        return {
            "settings": self.settings.plain(),
            "network": self.network.state_dict(),
            "average": self.average.network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "adversary": self._adversary.state(),
            "step": self.step,
            "seen": self.seen,
            "images": self.settings.images,
            "at_once": self.at_once,
            "random": torch.get_rng_state(),
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from a state. Raises OtherTraining."""
        if state["settings"] != self.settings.plain():
            raise OtherTraining
        self.network.load_state_dict(state["network"])
        self.average.network.load_state_dict(state["average"])
        self._optimizer.load_state_dict(state["optimizer"])
        if "adversary" in state:  # older states have none; it is wanted in the last stage only
            self._adversary.resume(state["adversary"])
        self.step, self.seen, self.at_once = state["step"], state["seen"], state["at_once"]
        torch.set_rng_state(state["random"])

    def _learn(self, batch: Batch) -> dict[str, float]:
        """Change the weights by one step."""
        rate = self.schedule.rate(self.seen)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._optimizer.zero_grad(set_to_none=True)
        parts = _parts(batch, self.at_once // 2)
        found: dict[str, float] = {"rate": rate, "stage": float(self.stage)}
        for place, part in enumerate(parts):
            share = len(part.image) / len(batch.image)
            with self._alone(place + 1 < len(parts)):
                both = with_mirror(part)
                maps = self._run(both)
                loss, told = self._loss(maps, both)
                (loss * share).backward()  # type: ignore[no-untyped-call]
            if "adversary" in told:
                told["judge"] = self._adversary.learn(maps, both)
            for name, value in told.items():
                found[name] = found.get(name, 0.0) + share * value
        found["gradient"] = float(nn.utils.clip_grad_norm_(self.network.parameters(), _LONGEST))
        self._optimizer.step()
        return found

    def _loss(self, maps: Maps, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        each = terms.terms(maps, batch, hard=self.stage == 3) | self._occasional(maps, batch)
        kept = {name: value for name, value in each.items() if name not in self.settings.without}
        loss = torch.stack([_WEIGHTS[name] * value for name, value in kept.items()]).sum()
        told = {name: float(value.detach()) for name, value in kept.items()}
        return loss, {"loss": float(loss.detach()), **told, **terms.figures(maps, batch)}

    def _occasional(self, maps: Maps, batch: Batch) -> dict[str, Tensor]:
        """Return the terms that belong to later stages or to every so many steps."""
        found = {}
        if self.stage >= 2 and self._backbone is not None and self.step % perceptual.EVERY == 0:
            found["perceptual"] = perceptual.perceptual(self._backbone, maps, batch)
        if self.stage == 3:
            found["adversary"] = self._adversary.complaint(maps)
        return found

    def _run(self, batch: Batch) -> Maps:
        """Return the maps at the batch's size, computed in mixed precision."""
        image = batch.image.contiguous(memory_format=torch.channels_last)
        with torch.autocast(self._device.type, torch.bfloat16):
            maps: Maps = self._running(image, batch.lens)
        return terms.matched(maps, batch)

    def _alone(self, alone: bool) -> AbstractContextManager[object]:
        """Return a context in which processes do not yet exchange their gradients."""
        if alone and isinstance(self._running, DistributedDataParallel):
            return self._running.no_sync()
        return nullcontext()


def _decaying(network: nn.Module) -> list[dict[str, Any]]:
    """Return the groups of parameters: matrices and kernels decay towards 0, biases and scales do not."""
    parameters = list(network.parameters())
    return [
        {"params": [each for each in parameters if each.ndim > 1], "weight_decay": _DECAY},
        {"params": [each for each in parameters if each.ndim <= 1], "weight_decay": 0.0},
    ]


def _parts(batch: Batch, size: int) -> list[Batch]:
    """Return a batch cut into batches of at most `size` crops."""
    names = [field.name for field in fields(Batch)]
    return [
        Batch(**{name: getattr(batch, name)[first : first + size] for name in names})
        for first in range(0, len(batch.image), size)
    ]


def _out_of_memory(error: RuntimeError) -> bool:
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)
