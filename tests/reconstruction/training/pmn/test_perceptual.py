from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from reconstruction.training.pmn.painted import SMALL, Painted
from torch import Tensor

from clinic import resources
from clinic.errors import ClinicError
from clinic.reconstruction.training.pmn.backbone import NotVgg, OpenNsfw, Vgg19
from clinic.reconstruction.training.pmn.perceptual import perceptual
from clinic.reconstruction.training.pmn.schedule import Schedule
from clinic.reconstruction.training.pmn.settings import Settings
from clinic.reconstruction.training.pmn.trainer import Trainer

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def open_nsfw() -> OpenNsfw:
    try:
        return OpenNsfw()
    except ClinicError:
        pytest.skip("set-up has not obtained open-nsfw.onnx")


def test_runs_the_graph_as_onnx_runtime_does(open_nsfw: OpenNsfw, tmp_path: Path) -> None:
    model = onnx.load(resources.path("open-nsfw.onnx"))
    names = [node.output[0] for node in model.graph.node if node.name in ("Relu_9", "Relu_21")]
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in names)
    picture = torch.rand(1, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    given = picture.permute(0, 2, 3, 1).flip(3) * 255 - torch.tensor([104.0, 117.0, 123.0])
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    expected = session.run(names, {"input:0": given.numpy()})
    for mine, theirs in zip(open_nsfw(picture), expected, strict=True):
        assert np.abs(mine.numpy() - theirs).max() < 1e-3 * np.abs(theirs).max()


def test_knows_the_true_texture_and_pulls_towards_it(open_nsfw: OpenNsfw) -> None:
    from reconstruction.training.pmn.test_terms import BATCH, _true, _wrong

    assert float(perceptual(open_nsfw, _wrong(BATCH), BATCH)) > 1.2 * float(perceptual(open_nsfw, _true(BATCH), BATCH))
    wrong = _wrong(BATCH)
    wrong.uv.requires_grad_()
    perceptual(open_nsfw, wrong, BATCH).backward()  # type: ignore[no-untyped-call]
    assert wrong.uv.grad is not None
    assert float(wrong.uv.grad.abs().sum()) > 0


def test_takes_a_file_of_vgg_and_no_other(tmp_path: Path) -> None:
    draw = torch.Generator().manual_seed(1)
    sizes = {0: (64, 3), 2: (64, 64), 5: (128, 64), 7: (128, 128), 10: (256, 128), 12: (256, 256), 14: (256, 256)}
    sizes |= {16: (256, 256), 19: (512, 256), 21: (512, 512), 23: (512, 512)}
    weights = {f"features.{k}.weight": torch.randn(*size, 3, 3, generator=draw) * 0.03 for k, size in sizes.items()}
    weights |= {f"features.{k}.bias": torch.zeros(size[0]) for k, size in sizes.items()}
    torch.save(weights, tmp_path / "vgg19.pth")
    (found,) = Vgg19(tmp_path / "vgg19.pth")(torch.rand(1, 3, 64, 64))
    assert found.shape == (1, 512, 8, 8)
    torch.save({"features.0.weight": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(NotVgg, match="VGG-19"):
        Vgg19(tmp_path / "other.pth")


def test_the_last_stage_asks_the_judge_and_goes_on_from_states_that_had_none() -> None:
    settings = Settings(shape=SMALL, images=64, batch=4)
    late = Schedule(64, stages=(0.0, 0.0))

    def features(picture: Tensor) -> list[Tensor]:
        return [picture]

    trainer = Trainer(settings, Painted(), CPU, schedule=late, backbone=features)
    told = trainer.advance()
    assert {"adversary", "judge", "perceptual"} <= told.keys()
    assert "perceptual" not in trainer.advance()
    state = trainer.state()
    again = Trainer(settings, Painted(), CPU, schedule=late, backbone=features)
    again.resume(state)
    assert again.advance() == trainer.advance()
    old = {name: value for name, value in state.items() if name != "adversary"}
    Trainer(settings, Painted(), CPU, schedule=late).resume(old)
