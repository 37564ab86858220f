from pathlib import Path

import numpy as np
import pytest
import torch
from reconstruction.training.pmn.painted import SMALL, Painted

from clinic.reconstruction.network import reading, weights
from clinic.reconstruction.network.reading import Reader
from clinic.reconstruction.training.pmn.settings import Settings
from clinic.reconstruction.training.pmn.ship import ship
from clinic.reconstruction.training.pmn.trainer import Trainer


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    trainer = Trainer(Settings(shape=SMALL, images=64, batch=4), Painted(), torch.device("cpu"))
    trainer.advance()
    ship(trainer.state(), folder)
    return folder


def test_the_graph_says_what_the_network_says(shipped: Path) -> None:
    """Within a thousandth of a crop's half side and of a millimetre, for any number of crops."""
    crops = torch.rand(3, 3, 128, 128, generator=torch.Generator().manual_seed(0))
    lens = torch.tensor([[0.0, 0.1, 1.0]]).expand(3, 3)
    found = reading.reader("small", shipped).read(crops.numpy(), lens.numpy())
    maps = weights.network("small", shipped)(crops, lens)
    assert np.abs(found.uv - maps.uv.numpy()).max() < 1e-3
    assert np.abs(found.neutral - maps.neutral.numpy()).max() < 1e-3
    assert np.abs(found.spots - maps.spots.numpy()).max() < 1e-3
    assert np.abs(np.log(found.b_uv) - maps.log_b_uv[:, 0].numpy()).max() < 1e-3
    turn = maps.turn.numpy()
    assert found.yaw_deg == pytest.approx(np.degrees(np.arctan2(turn[:, 0], turn[:, 1])), abs=1e-2)


def test_a_changed_file_is_refused(shipped: Path, tmp_path: Path) -> None:
    for file in shipped.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    graph = tmp_path / "small.onnx"
    graph.write_bytes(graph.read_bytes()[:-1] + b"!")
    with pytest.raises(weights.DamagedNetwork):
        reading.reader("small", tmp_path)


def test_nobody_has_trained_the_large_one() -> None:
    assert not weights.trained("pmn-r50")
    with pytest.raises(weights.Untrained, match="clinic train --network pmn-r50"):
        weights.network("pmn-r50")


def test_reads_one_crop_as_it_reads_many(shipped: Path) -> None:
    reader = Reader(weights.content("small", weights.GRAPH, shipped), 128)
    crops = np.random.default_rng(0).random((2, 3, 128, 128), np.float32)
    both = reader.read(crops, np.zeros((2, 3), np.float32))
    alone = reader.read(crops[1:], np.zeros((1, 3), np.float32))
    assert np.abs(both.uv[1:] - alone.uv).max() < 1e-4
