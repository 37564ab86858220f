from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from reconstruction.training.pmn.painted import SMALL, Painted

from clinic.jobs import Progress
from clinic.reconstruction.network.network import PositionMapNetwork
from clinic.reconstruction.network.reading import reader
from clinic.reconstruction.network.shape import MOBILE, R50, Shape
from clinic.reconstruction.training.pmn.light import make
from clinic.reconstruction.training.pmn.light.pruning import pruned, slimmer


@pytest.mark.parametrize("shape", [SMALL, replace(SMALL, graph=False, deformable=False), replace(SMALL, stem=24)])
def test_channels_that_do_nothing_leave_without_a_trace(shape: Shape) -> None:
    """Silence the channels that a slimmer network has no room for: it then answers as the whole one does."""
    torch.manual_seed(1)
    whole = PositionMapNetwork(shape).eval()
    with torch.no_grad():
        for module in whole.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.weight.uniform_(0.5, 1.5)
                module.running_var.uniform_(0.5, 1.5)  # type: ignore[union-attr]
        slim = pruned(_silenced(whole), 0.3).eval()
        crops, lens = torch.rand(2, 3, 128, 128), torch.zeros(2, 3)
        one, other = whole(crops, lens), slim(crops, lens)
    sizes = [sum(each.numel() for each in network.encoder.stages.parameters()) for network in (slim, whole)]
    assert sizes[0] < 0.7 * sizes[1]
    for name in ("uv", "neutral", "spots", "visible", "identity"):
        assert torch.allclose(getattr(one, name), getattr(other, name), atol=1e-4), name


def test_three_tenths_of_the_channels_are_a_third_less_or_more() -> None:
    small = slimmer(MOBILE, 0.3)
    assert small.widths == (24, 48, 88, 176)
    assert small.name == "pmn-mobile-light"
    assert slimmer(R50, 0.3).widths == (176, 360, 720, 1432)


def test_eight_bits_say_nearly_the_same(tmp_path: Path) -> None:
    torch.manual_seed(2)
    whole = PositionMapNetwork(SMALL)
    slim = make.slimmed(whole, Painted(), 128, Progress())
    make.light(slim, Painted(seed=5), tmp_path, 128)
    held_out = Painted(seed=6).batch(0, 8, 2)
    found = reader("small-light", tmp_path).read(held_out.image.numpy(), held_out.lens.numpy())
    with torch.no_grad():
        exact = slim(held_out.image, held_out.lens)
    apart = np.abs(found.uv - exact.uv.numpy()).mean()
    assert apart < 0.1 * np.abs(exact.uv.numpy() - held_out.uv.numpy()).mean()
    assert (tmp_path / "small-light.onnx").stat().st_size < 4e6


def _silenced(network: PositionMapNetwork) -> PositionMapNetwork:
    """Silence, in place, what pruning would take: those channels' makers become 0, so nothing is lost without them."""
    from clinic.reconstruction.training.pmn.light import pruning

    layers, state = tuple(pruning._layers(network.shape)), network.state_dict()
    small = PositionMapNetwork(slimmer(network.shape, 0.3)).state_dict()
    for group, kept in pruning._kept(layers, state, small).items():
        for layer in layers:
            if layer.makes == group:
                gone = torch.ones(len(state[layer.weight]), dtype=torch.bool)
                gone[kept] = False
                state[layer.weight][gone] = 0
                for name in (f"{layer.name}.1.bias", f"{layer.name}.1.running_mean", f"{layer.name}.bias"):
                    if name in state:
                        state[name][gone] = 0
    return network
