"""A small network that tells true position maps from predicted ones, and so keeps these sharp (Isola et al. 2017)."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from clinic.reconstruction.network.maps import Maps
from clinic.reconstruction.network.network import MM
from clinic.reconstruction.training.pmn.crew import Crew
from clinic.reconstruction.training.synthesis.batch import Batch

WEIGHT = 0.01  # the most that the founding article's term may count here: more invents detail
_RATE = 2e-4


class Adversary:
    """Judges patches of maps of the face's shape; learns beside the network."""

    def __init__(self, device: torch.device, crew: Crew) -> None:
        self._crew = crew
        self._judge = nn.Sequential(
            nn.Conv2d(3, 32, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(32, 64, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(64, 1, 3, 1, 1),
        ).to(device)
        self._optimizer = torch.optim.Adam(self._judge.parameters(), _RATE, betas=(0.5, 0.99))

    def complaint(self, maps: Maps) -> Tensor:
        """Return how little the predicted maps pass for true ones; gradients go to the maps alone."""
        self._judge.requires_grad_(False)
        doubt: Tensor = -self._judge(_shape(maps.neutral, maps.expression)).mean()
        self._judge.requires_grad_(True)
        return doubt

    def learn(self, maps: Maps, batch: Batch) -> float:
        """Take a step at telling true from predicted (hinge loss) and return the loss."""
        predicted = _shape(maps.neutral.detach(), maps.expression.detach())
        true = _shape(batch.neutral, batch.expression)
        missed = functional.relu(1 + self._judge(predicted)).mean() + functional.relu(1 - self._judge(true)).mean()
        self._optimizer.zero_grad()
        missed.backward()  # type: ignore[no-untyped-call]
        self._crew.average([each.grad for each in self._judge.parameters() if each.grad is not None])
        self._optimizer.step()
        return float(missed.detach())

    def state(self) -> dict[str, Any]:
        """Return all that is needed to go on."""
        return {"judge": self._judge.state_dict(), "optimizer": self._optimizer.state_dict()}

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self._judge.load_state_dict(state["judge"])
        self._optimizer.load_state_dict(state["optimizer"])


def _shape(neutral: Tensor, expression: Tensor) -> Tensor:
    return (neutral + expression) / MM
