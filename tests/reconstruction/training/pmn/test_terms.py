"""Each term is least, or nearly so, for the true answer, and pulls a wrong one towards it."""

from dataclasses import replace

import pytest
import torch
from reconstruction.training.pmn.painted import Painted

from clinic.reconstruction.network.maps import Maps
from clinic.reconstruction.training.pmn import terms
from clinic.reconstruction.training.pmn.mirror import with_mirror
from clinic.reconstruction.training.pmn.photometric import photometric, texture
from clinic.reconstruction.training.synthesis.batch import Batch

BATCH = with_mirror(Painted().batch(3, 4, 1))


def _true(batch: Batch) -> Maps:
    yaw = torch.deg2rad(batch.yaw_deg)
    return Maps(
        uv=batch.uv,
        neutral=batch.neutral,
        expression=batch.expression,
        log_b_uv=torch.full_like(batch.visible, -4),
        log_b_xyz=torch.full_like(batch.visible, 0),
        visible=batch.visible * 20 - 10,
        spots=batch.spots,
        guesses=(batch.spots, terms.at_size(batch.uv, 16), terms.at_size(batch.uv, 32)),
        identity=batch.identity,
        units=batch.units,
        turn=torch.stack([yaw.sin(), yaw.cos()], 1),
    )


def _wrong(batch: Batch) -> Maps:
    """Off by 4 % of the crop and by half of what makes the faces their own."""
    true = _true(batch)
    return replace(
        true,
        uv=true.uv + 0.04,
        neutral=0.5 * true.neutral + torch.linspace(0, 3, len(true.neutral))[:, None, None, None],
        expression=true.expression + torch.linspace(0, 8, 64),
        visible=-true.visible,
        spots=true.spots - 0.04,
        guesses=tuple(guess + 0.04 for guess in true.guesses),
        identity=true.identity * 0.5,
        units=true.units + 0.1,
        turn=-true.turn,
    )


@pytest.mark.parametrize("name", sorted(terms.WEIGHTS))
def test_the_truth_costs_less(name: str) -> None:
    true, wrong = (terms.terms(make(BATCH), BATCH)[name] for make in (_true, _wrong))
    assert float(true) < float(wrong) - 1e-3


def test_a_step_downhill_brings_places_nearer_by_the_picture_alone() -> None:
    """On a smooth picture whose texture is known exactly, places 0.02 off are pulled back."""
    axis = torch.linspace(-1, 1, 128)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    picture = 0.5 + 0.3 * torch.stack([torch.sin(5 * x), torch.sin(5 * y), torch.sin(4 * (x + y))])
    image = picture.expand(len(BATCH.image), 3, 128, 128)
    colour = texture(_true(BATCH), replace(BATCH, image=image))
    uv = (BATCH.uv + 0.02).requires_grad_()
    photometric(replace(_true(BATCH), uv=uv), replace(BATCH, image=image, colour=colour)).backward()  # type: ignore[no-untyped-call]
    assert uv.grad is not None
    back = -uv.grad * (BATCH.uv - uv.detach())
    pulled = back[back != 0]
    assert float((pulled > 0).float().mean()) > 0.75


def test_doubt_pays_where_the_answer_is_wrong() -> None:
    wrong = _wrong(BATCH)
    sure = terms.terms(wrong, BATCH)["uv"]
    unsure = terms.terms(replace(wrong, log_b_uv=torch.full_like(wrong.log_b_uv, -3.2)), BATCH)["uv"]
    assert float(unsure) < float(sure)


def test_hard_crops_count_double() -> None:
    one_wrong = replace(_true(BATCH), spots=BATCH.spots + 0.1 * (torch.arange(len(BATCH.spots)) == 0)[:, None, None])
    easy, hard = (float(terms.terms(one_wrong, BATCH, hard=hard)["landmark"]) for hard in (False, True))
    assert hard > 1.2 * easy


def test_a_face_is_told_in_plain_measures() -> None:
    told = terms.figures(_true(BATCH), BATCH)
    assert told["nme_pct"] == told["neutral_mm"] == 0
    assert told["slope"] == pytest.approx(1)
    half = terms.figures(replace(_true(BATCH), neutral=BATCH.neutral / 2), BATCH)
    assert half["slope"] == pytest.approx(0.5)
    assert half["neutral_mm"] == pytest.approx(half["mean_face_mm"] / 2, rel=1e-4)
