"""The running average of the weights: what is shipped, because it errs less than where the last step ended."""

from copy import deepcopy

import torch
from torch import nn

from clinic.reconstruction.network.network import PositionMapNetwork


class Average:
    """Follows a network; `network` is the average, ready to run. Statistics of normalisation are averaged too."""

    def __init__(self, network: PositionMapNetwork) -> None:
        self.network = deepcopy(network).eval().requires_grad_(False)

    @torch.no_grad()
    def follow(self, network: nn.Module, memory: float) -> None:
        """Move 1 - `memory` of the way to the network's weights."""
        theirs = network.state_dict()
        for name, mine in self.network.state_dict().items():
            if mine.is_floating_point():
                mine.lerp_(theirs[name], 1 - memory)
            else:
                mine.copy_(theirs[name])
