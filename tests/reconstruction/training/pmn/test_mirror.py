from dataclasses import fields, replace

import pytest
import torch
from reconstruction.training.pmn.painted import Painted

from clinic.reconstruction.network.layout import landmark_places
from clinic.reconstruction.network.maps import read
from clinic.reconstruction.training.pmn.mirror import mirrored, with_mirror


def test_the_mirror_of_the_mirror_is_the_crop() -> None:
    batch = Painted().batch(0, 2, 1)
    twice = mirrored(mirrored(batch))
    for field in fields(batch):
        assert torch.equal(getattr(batch, field.name), getattr(twice, field.name)), field.name


def test_maps_and_landmarks_still_agree_in_the_mirror() -> None:
    """The landmarks are where the map says; at each dot the picture has the colour that was there before."""
    batch = Painted().batch(0, 2, 1)
    other = mirrored(batch)
    assert read(other.uv, landmark_places()) == pytest.approx(other.spots, abs=2e-2)
    seen = read(batch.image, batch.uv.flatten(2).transpose(1, 2)).transpose(1, 2).reshape(batch.colour.shape)
    still = read(other.image, other.uv.flatten(2).transpose(1, 2)).transpose(1, 2).reshape(batch.colour.shape)
    assert torch.allclose(seen.flip(3), still, atol=1e-4)


def test_who_is_in_the_mirror_is_somebody_else() -> None:
    both = with_mirror(Painted().batch(0, 4, 1))
    assert both.person.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert torch.equal(both.yaw_deg[:4], -both.yaw_deg[4:])


def test_left_and_right_of_an_expression_change_places() -> None:
    from clinic.reconstruction.face_space import FaceSpace

    names = FaceSpace.load().expression_names
    batch = Painted().batch(0, 2, 1)
    units = torch.zeros(2, 52)
    units[:, names.index("eyeBlinkLeft")] = 1
    blinks = mirrored(replace(batch, units=units)).units
    assert blinks[:, names.index("eyeBlinkRight")].tolist() == [1, 1]
    assert float(blinks.sum()) == 2
