"""Networks of others that see what a texture is like: for the perceptual term.

By default the ResNet-50-thin of Yahoo's open_nsfw (BSD-2), the only trained picture network that set-up can obtain; it
was taught on photographs of people. The founding article uses VGG-19 up to conv4_3: whoever has those weights (a file
of torchvision's names) may use them instead.
"""

from collections.abc import Callable
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from clinic import resources
from clinic.errors import ClinicError

OPEN_NSFW = "open-nsfw.onnx"
_LAYERS = ("Relu_9", "Relu_21")  # nodes after which it is read: the ends of its first two stages
_BGR = (104.0, 117.0, 123.0)  # what it was taught to subtract
_VGG = (0, 2, "pool", 5, 7, "pool", 10, 12, 14, 16, "pool", 19, 21, 23)  # convolutions up to conv4_3, by torchvision
_MEAN, _SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet, sRGB in 0..1

Backbone = Callable[[Tensor], list[Tensor]]  # (b, 3, s, s) sRGB in 0..1 → features


class NotVgg(ClinicError):
    """A file does not hold the weights of VGG-19."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} does not hold the weights of VGG-19 as torchvision names them (features.0.weight and so on). "
            "Choose another file, or leave --vgg out to train with the network that set-up obtained."
        )


class OpenNsfw(nn.Module):
    """Runs the first stages of open_nsfw's graph in torch, so that gradients pass through it to the picture.

    Raises MissingModelFile.
    """

    def __init__(self) -> None:
        super().__init__()
        graph = onnx.load(resources.path(OPEN_NSFW)).graph
        last = next(place for place, node in enumerate(graph.node) if node.name == _LAYERS[-1])
        self._nodes = [node for node in graph.node[: last + 1] if node.op_type != "Transpose"]
        self._start = graph.node[0].output[0]
        used = {name for node in self._nodes for name in node.input}
        for place, tensor in enumerate(each for each in graph.initializer if each.name in used):
            self.register_buffer(f"weight_{place}", torch.tensor(numpy_helper.to_array(tensor)))
        self._weights = [each.name for each in graph.initializer if each.name in used]

    def forward(self, picture: Tensor) -> list[Tensor]:
        """Return the features of pictures (b, 3, s, s), sRGB in 0..1, after each of the stages."""
        known = {name: getattr(self, f"weight_{place}") for place, name in enumerate(self._weights)}
        subtract = torch.tensor(_BGR, device=picture.device)[:, None, None]
        known[self._start] = picture.flip(1) * 255 - subtract
        found = []
        for node in self._nodes:
            known[node.output[0]] = _run(node, [known[name] for name in node.input])
            if node.name in _LAYERS:
                found.append(known[node.output[0]])
        return found


class Vgg19(nn.Module):
    """VGG-19 up to conv4_3 (Simonyan and Zisserman 2015), from a user's file. Raises NotVgg."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        weights = _torchvision(path)
        for place in (each for each in _VGG if isinstance(each, int)):
            self.register_buffer(f"kernel_{place}", weights[f"features.{place}.weight"].float())
            self.register_buffer(f"bias_{place}", weights[f"features.{place}.bias"].float())

    def forward(self, picture: Tensor) -> list[Tensor]:
        """Return the features of pictures (b, 3, s, s), sRGB in 0..1, at conv4_3."""
        mean, spread = (torch.tensor(each, device=picture.device)[:, None, None] for each in (_MEAN, _SPREAD))
        x = (picture - mean) / spread
        for place in _VGG:
            if place == "pool":
                x = functional.max_pool2d(x, 2)
            else:
                kernel, bias = getattr(self, f"kernel_{place}"), getattr(self, f"bias_{place}")
                x = functional.relu(functional.conv2d(x, kernel, bias, padding=1))
        return [x]


def _run(node: onnx.NodeProto, given: list[Tensor]) -> Tensor:
    """Return what a node of a graph makes of its inputs."""
    set_to = {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
    top, left, bottom, right = set_to.get("pads", [0, 0, 0, 0])
    if node.op_type == "Relu":
        return given[0].relu()
    if node.op_type == "Add":
        return given[0] + given[1]
    if node.op_type == "MaxPool":
        padded = functional.pad(given[0], (left, right, top, bottom), value=-torch.inf)
        return functional.max_pool2d(padded, set_to["kernel_shape"], set_to["strides"])
    if node.op_type == "Conv":
        padded = functional.pad(given[0], (left, right, top, bottom))
        return functional.conv2d(padded, given[1], given[2], set_to.get("strides", [1, 1]))
    raise NotImplementedError(node.op_type)


def _torchvision(path: Path) -> dict[str, Tensor]:
    try:
        weights: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
        first, last = weights["features.0.weight"], weights["features.23.weight"]
    except Exception as error:
        # The reader raises whatever its parsers run into.
        raise NotVgg(path) from error
    if first.shape != (64, 3, 3, 3) or last.shape != (512, 512, 3, 3):
        raise NotVgg(path)
    return weights
