from dataclasses import replace
from pathlib import Path

import pytest
import torch
from reconstruction.training.pmn.painted import SMALL, Painted

from clinic.jobs import Progress
from clinic.reconstruction.training.pmn import state_file
from clinic.reconstruction.training.pmn.settings import Settings
from clinic.reconstruction.training.pmn.train import train
from clinic.reconstruction.training.pmn.trainer import OtherTraining, Trainer

CPU = torch.device("cpu")
SETTINGS = Settings(shape=SMALL, images=64, batch=4)


def test_taken_up_again_it_goes_on_to_the_last_bit(tmp_path: Path) -> None:
    whole = Trainer(SETTINGS, Painted(), CPU)
    told = [whole.advance() for _ in range(4)]
    first = Trainer(SETTINGS, Painted(), CPU)
    for _ in range(2):
        first.advance()
    state_file.save(tmp_path, first.state())
    second = Trainer(SETTINGS, Painted(), CPU)
    state = state_file.load(tmp_path, CPU)
    assert state is not None
    second.resume(state)
    assert [second.advance() for _ in range(2)] == told[2:]
    for mine, theirs in ((whole.network, second.network), (whole.average.network, second.average.network)):
        for name, value in mine.state_dict().items():
            assert torch.equal(value, theirs.state_dict()[name]), name


def test_another_seed_is_not_the_same_training() -> None:
    state = Trainer(SETTINGS, Painted(), CPU).state()
    with pytest.raises(OtherTraining):
        Trainer(Settings(shape=SMALL, images=64, batch=4, seed=1), Painted(), CPU).resume(state)


def test_halves_what_does_not_fit_and_learns_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(SETTINGS, Painted(), CPU)
    sizes, run = [], trainer._run

    def cramped(batch):  # type: ignore[no-untyped-def]
        if len(batch.image) > 2:
            raise torch.OutOfMemoryError
        sizes.append(len(batch.image))
        return run(batch)

    monkeypatch.setattr(trainer, "_run", cramped)
    trainer.advance()
    assert sizes == [2] * 2
    assert trainer.seen == 4


def test_learns_where_faces_lie() -> None:
    """After 25 steps the landmarks of unseen painted faces are nearer than those of an average pose are."""
    trainer = Trainer(Settings(shape=SMALL, images=400, batch=16), Painted(), CPU)
    told = [trainer.advance() for _ in range(25)]
    assert told[-1]["nme_pct"] < 0.4 * told[0]["nme_pct"]
    assert told[-1]["uv"] < 0


@pytest.mark.parametrize("changed", [{"graph": False}, {"deformable": False}])
def test_leaves_out_what_an_ablation_asks(changed: dict[str, bool]) -> None:
    shape = replace(SMALL, **changed)  # type: ignore[arg-type]
    trainer = Trainer(Settings(shape=shape, images=64, batch=4), Painted(), CPU)
    trainer.advance()
    names = " ".join(trainer.network.state_dict())
    assert ("graph" in names) == shape.graph
    assert ("read16.moves" in names) == shape.deformable


def test_a_stopped_run_is_whole_and_goes_on(tmp_path: Path) -> None:
    progress = Progress(lambda _, __: progress.cancel())
    stopped = train(SETTINGS, Painted(), tmp_path, progress, CPU)
    assert (stopped.seen, stopped.finished) == (4, False)
    ended = train(Settings(shape=SMALL, images=12, batch=4), Painted(), tmp_path, Progress(), CPU, resume=True)
    assert (ended.seen, ended.finished) == (12, True)
