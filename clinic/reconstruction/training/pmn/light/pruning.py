"""A slimmer network from a trained one: the weakest channels leave, and the tensors really shrink.

What a channel is worth is the mean absolute weight of the kernels that make it, as they act after normalisation
(Li et al. 2017, "Pruning filters for efficient convnets"). Channels that are added to each other leave together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import torch
from torch import Tensor

from clinic.reconstruction.network.network import PositionMapNetwork
from clinic.reconstruction.network.shape import Shape

_MULTIPLE = 8  # channels that a processor takes at once


@dataclass(frozen=True, slots=True)
class _Layer:
    """A convolution or matrix. makes, takes: the groups of channels that come out and go in; None if nothing leaves.

    normalised: what is made goes through the normalisation beside it.
    """

    name: str
    makes: str | None
    takes: str | None
    normalised: bool = True

    @property
    def weight(self) -> str:
        return f"{self.name}.0.weight" if self.normalised else f"{self.name}.weight"


def pruned(network: PositionMapNetwork, share: float) -> PositionMapNetwork:
    """Return a network without the weakest `share` of the channels of every group; it needs to learn on."""
    shape = slimmer(network.shape, share)
    layers = tuple(_layers(network.shape))
    state = network.state_dict()
    small = PositionMapNetwork(shape)
    kept = _kept(layers, state, small.state_dict())
    small.load_state_dict(_cut(layers, state, kept))
    return small


def slimmer(shape: Shape, share: float) -> Shape:
    """Return a shape with fewer channels, each number a multiple of eight."""

    def less(width: int) -> int:
        return max(_MULTIPLE, round(width * (1 - share) / _MULTIPLE) * _MULTIPLE)

    first, second, third, fourth = (less(width) for width in shape.widths)
    one, two, three, four = (less(width) for width in shape.inner)
    return replace(
        shape,
        name=f"{shape.name}-light",
        stem=less(shape.stem),
        widths=(first, second, third, fourth),
        inner=(one, two, three, four),
        decoder=tuple(less(width) for width in shape.decoder),
        last=less(shape.last),
    )


def _layers(shape: Shape) -> Iterable[_Layer]:
    """Return every layer whose channels may leave."""
    yield _Layer("encoder.stem.0", "stem" if _short(shape, 0) else "stage 0", None)
    yield from _stages(shape)
    yield from (_Layer("encoder.squeeze", None, "stage 3"), _Layer("decoder.picture", None, "stage 3"))
    yield from (_Layer("decoder.at8", "8", None), _Layer("decoder.to16", "16", "8"))
    if shape.graph:
        yield _Layer("decoder.graph.see", None, "stage 2", normalised=False)
        yield _Layer("decoder.graph.write", "16", None, normalised=False)
    if shape.deformable:
        yield _Layer("decoder.read16.narrow", None, "stage 2")
        yield _Layer("decoder.read16.context", None, "16", normalised=False)
        yield _Layer("decoder.read16.widen", "16", None)
        yield from (_Layer("decoder.look.narrow", None, "stage 1"), _Layer("decoder.look.widen", "32", None))
    else:
        yield _Layer("decoder.read16.way", "16", "stage 2")
    yield from (_Layer("decoder.at16", "16 out", "16"), _Layer("decoder.to32", "32", "16 out"))
    yield from (_Layer("decoder.places", None, "32", normalised=False), _Layer("decoder.at32", "32 out", "32"))
    before = "32 out"
    for place in range(len(shape.decoder) - 3):
        yield _Layer(f"decoder.larger.{place}", f"larger {place}", before)
        before = f"larger {place}"
    yield from (_Layer("decoder.last", "last", before), _Layer("decoder.heads", None, "last", normalised=False))


def _stages(shape: Shape) -> Iterable[_Layer]:
    before = "stem" if _short(shape, 0) else "stage 0"
    for stage, depth in enumerate(shape.depths):
        for block in range(depth):
            name, after = f"encoder.stages.{stage}.{block}", f"stage {stage}"
            groups = [before, *(f"{name} {i}" for i in range(2 if shape.bottleneck else 1)), after]
            for place, (takes, makes) in enumerate(pairwise(groups)):
                yield _Layer(f"{name}.way.{place}", makes, takes)
            if block == 0 and _short(shape, stage):
                yield _Layer(f"{name}.short", after, before)
            before = after


def _short(shape: Shape, stage: int) -> bool:
    """Return whether a stage's first block has a convolution in its short cut."""
    return stage > 0 or shape.stem != shape.widths[0]


def _kept(layers: Iterable[_Layer], state: Mapping[str, Tensor], small: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return, of each group, the places of the channels that stay."""
    worth: dict[str, Tensor] = {}
    count: dict[str, int] = {}
    for layer in layers:
        if layer.makes is not None:
            worth[layer.makes] = worth.get(layer.makes, torch.zeros(())) + _worth(layer, state)
            count[layer.makes] = len(small[layer.weight])
    return {group: torch.topk(value, count[group]).indices.sort().values for group, value in worth.items()}


def _worth(layer: _Layer, state: Mapping[str, Tensor]) -> Tensor:
    weight = state[layer.weight].abs().flatten(1).mean(dim=1)
    if not layer.normalised:
        return weight
    scale = state[f"{layer.name}.1.weight"].abs() / torch.sqrt(state[f"{layer.name}.1.running_var"] + 1e-5)
    return weight * scale


def _cut(layers: Iterable[_Layer], state: Mapping[str, Tensor], kept: Mapping[str, Tensor]) -> dict[str, Tensor]:
    cut = dict(state)
    for layer in layers:
        if layer.takes is not None:
            cut[layer.weight] = cut[layer.weight].index_select(1, kept[layer.takes])
        if layer.makes is not None:
            others = [f"{layer.name}.1.{each}" for each in ("weight", "bias", "running_mean", "running_var")]
            for name in (layer.weight, *(others if layer.normalised else [f"{layer.name}.bias"])):
                cut[name] = cut[name].index_select(0, kept[layer.makes])
    return cut
