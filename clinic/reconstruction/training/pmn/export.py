"""A network as ONNX, weights in 16 bits."""

import io
import warnings

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from clinic.reconstruction.network.network import PositionMapNetwork

OUTPUTS = ("uv", "neutral", "expression", "log_b_uv", "log_b_xyz", "visible", "spots", "identity", "units", "turn")
_OPSET = 17


class _Plain(nn.Module):
    """The network with a tuple for an answer, which is all that ONNX knows."""

    def __init__(self, network: PositionMapNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor, lens: Tensor) -> tuple[Tensor, ...]:
        maps = self.network(image, lens)
        return tuple(getattr(maps, name) for name in OUTPUTS)


def graph(network: PositionMapNetwork) -> onnx.ModelProto:
    """Return a network as an ONNX graph, 32 bits, for any number of crops."""
    side = network.shape.side
    sample = (torch.zeros(2, 3, side, side), torch.zeros(2, 3))
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # The exporter tells that it is the old one; the new one knows no GridSample that ONNX Runtime runs.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Plain(network).eval(),
            sample,
            buffer,  # type: ignore[arg-type]  # takes files too, says its documentation
            opset_version=_OPSET,
            dynamo=False,
            input_names=["image", "lens"],
            output_names=list(OUTPUTS),
            dynamic_axes={name: {0: "crops"} for name in ("image", "lens", *OUTPUTS)},
        )
    return onnx.load_from_string(buffer.getvalue())


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a graph with its matrices and kernels stored in 16 bits; loading widens them once."""
    small = onnx.ModelProto()
    small.CopyFrom(model)
    casts = []
    for tensor in small.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or len(tensor.dims) < 2:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *small.graph.node]
    del small.graph.node[:]
    small.graph.node.extend(nodes)
    return small
