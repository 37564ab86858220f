import json
from pathlib import Path

import pytest
from reconstruction.training.pmn.painted import SMALL, Painted
from tensorboardX.proto.event_pb2 import Event

from clinic.__main__ import main
from clinic.reconstruction.network import shape, weights
from clinic.reconstruction.network.shape import SHAPES


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small network on painted faces in place of a real one, which takes minutes."""
    from clinic.reconstruction.training.pmn import run, train

    monkeypatch.setitem(SHAPES, "small", SMALL)
    monkeypatch.setattr(run, "_source", lambda settings, crew: Painted(seed=crew.seed(settings.seed)))
    monkeypatch.setattr(train, "_TELL", 1)


def _trained(folder: Path, images: int, *more: str) -> int:
    return main(["train", "--network", "small", "--out", str(folder), "--images", str(images), "--batch", "4", *more])


def test_ends_with_weights_that_read_and_a_log_that_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _trained(tmp_path / "run", 8) == 0
    assert "Seen 8 images" in capsys.readouterr().out
    assert weights.card("small", tmp_path / "run")["crops_seen"] == 8
    told = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in told] == [1, 2]
    board = _board(tmp_path / "run")
    assert [step for step, _ in board] == [1, 2]
    assert [loss for _, loss in board] == pytest.approx([line["loss"] for line in told], rel=1e-4)


def test_goes_on_only_if_asked_and_only_where_there_is_something(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _trained(tmp_path / "none", 8, "--resume") == 2
    assert "holds no training" in capsys.readouterr().err
    assert _trained(tmp_path / "run", 4) == 0
    assert _trained(tmp_path / "run", 8) == 2
    assert "--resume" in capsys.readouterr().err
    assert _trained(tmp_path / "run", 8, "--resume") == 0
    steps = [json.loads(line)["step"] for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert steps == [1, 2]


def test_a_damaged_state_is_told_and_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "state.pt").write_bytes(b"not a state")
    assert _trained(tmp_path, 4, "--resume") == 2
    assert "is damaged" in capsys.readouterr().err
    assert (tmp_path / "state.pt").read_bytes() == b"not a state"


def test_an_unknown_network_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--network", "pmn-huge"]) == 2
    assert "pmn-mobile" in capsys.readouterr().err
    assert shape.known("pmn-r50").map_size == 256


def _board(folder: Path) -> list[tuple[int, float]]:
    """Read (step, loss) from TensorBoard's files: records of length, checksum, event, checksum."""
    found = []
    for file in sorted(folder.glob("events.*")):
        content, at = file.read_bytes(), 0
        while at < len(content):
            length = int.from_bytes(content[at : at + 8], "little")
            event = Event.FromString(content[at + 12 : at + 12 + length])
            found += [(event.step, value.simple_value) for value in event.summary.value if value.tag == "loss"]
            at += 16 + length
    return found
