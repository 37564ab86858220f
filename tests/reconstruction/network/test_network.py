from dataclasses import replace

import numpy as np
import pytest
import torch

from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.network.deformable import DeformableSampling
from clinic.reconstruction.network.layout import landmark_places, mean_map, mode_maps, texel_weights
from clinic.reconstruction.network.maps import grid, read, sample
from clinic.reconstruction.network.network import PositionMapNetwork
from clinic.reconstruction.network.shape import MOBILE, R50, Shape, UnknownNetwork, known


@pytest.mark.parametrize("changed", [{}, {"graph": False}, {"deformable": False}])
def test_answers_in_the_maps_of_the_face_space(changed: dict[str, bool]) -> None:
    network = PositionMapNetwork(replace(MOBILE, **changed)).eval()  # type: ignore[arg-type]
    maps = network(torch.rand(2, 3, 128, 128), torch.zeros(2, 3))
    assert maps.uv.shape == (2, 2, 64, 64)
    assert maps.neutral.shape == maps.expression.shape == (2, 3, 64, 64)
    assert maps.log_b_uv.shape == maps.log_b_xyz.shape == maps.visible.shape == (2, 1, 64, 64)
    assert maps.spots.shape == (2, 68, 2)
    assert (maps.identity.shape, maps.units.shape, maps.turn.shape) == ((2, 92), (2, 52), (2, 2))


def test_the_light_network_is_light() -> None:
    assert sum(each.numel() for each in PositionMapNetwork(MOBILE).parameters()) < 4.6e6


def test_the_articles_network_takes_a_step() -> None:
    """ResNet-50, crops and maps of 256²; stages are computed again in the backward pass instead of being kept."""
    network = PositionMapNetwork(R50)
    network.encoder.sparing = True
    maps = network(torch.rand(2, 3, 256, 256), torch.zeros(2, 3))
    assert maps.uv.shape == (2, 2, 256, 256)
    assert 23e6 < sum(each.numel() for each in network.encoder.stages.parameters()) < 25e6
    maps.uv.square().mean().backward()
    stem = next(network.encoder.stem.parameters())
    assert stem.grad is not None
    assert float(stem.grad.abs().sum()) > 0


def test_sparing_memory_changes_no_gradient() -> None:
    torch.manual_seed(0)
    network = PositionMapNetwork(replace(MOBILE, depths=(1, 1, 1, 1)))
    crops, lens, found = torch.rand(2, 3, 128, 128), torch.zeros(2, 3), []
    for sparing in (False, True):
        network.encoder.sparing = sparing
        network.zero_grad()
        network(crops, lens).uv.square().mean().backward()
        found.append([each.grad.clone() for each in network.encoder.parameters() if each.grad is not None])
    assert all(torch.equal(one, other) for one, other in zip(*found, strict=True))


def test_modes_in_maps_are_the_modes_of_the_space() -> None:
    """The map of a face's modes, read at the nose's vertices, moves them as the face space does, to a tenth of it."""
    space = FaceSpace.load("holdout")
    identity = torch.tensor([1.0, -1.0, 0.5])
    weights = np.array([1.0, -1.0, 0.5])
    moved = torch.tensor(space.topology.subdivide(space.control(weights) - space.mean), dtype=torch.float32)
    maps = torch.einsum("k,kchw->chw", identity, mode_maps(32)[:3])[None]
    found = read(maps, grid(space.topology.uv))[0]
    inside = torch.tensor(space.topology.subdivide(space.topology.region("nose")[:, None].astype(float))[:, 0] > 0.99)
    assert float((found - moved)[inside].norm(dim=1).mean() / moved[inside].norm(dim=1).mean()) < 0.1


def test_a_vertex_is_read_where_its_texture_lies() -> None:
    """The mean map read at the vertices' uv gives the mean face: 0.4 mm in the middle, more only at creases and rim."""
    space = FaceSpace.load()
    vertices = torch.tensor(space.topology.subdivide(space.mean), dtype=torch.float32)
    found = read(mean_map(64)[None], grid(space.topology.uv))[0]
    inside = torch.tensor(space.topology.subdivide(space.topology.region("nose")[:, None].astype(float))[:, 0] > 0.99)
    apart = (found - vertices).norm(dim=1)[inside]
    assert float(apart.median()) < 0.4


def test_landmarks_lie_right_and_left_of_the_middle() -> None:
    places = landmark_places()
    assert float(places[36, 0]) < 0 < float(places[45, 0])  # the outer corner of the patient's right eye, then left
    assert float(places[27, 1]) < float(places[8, 1])  # nasion above chin
    assert torch.allclose(places[36, 0], -places[45, 0], atol=1e-2)


def test_landmarks_and_nose_count_more_than_the_neck() -> None:
    weights = texel_weights(64)[0]
    column, row = ((landmark_places() + 1) / 2 * 64).long().unbind(1)
    assert float(weights[row, column].min()) == float(weights.max())
    assert float(weights.mean()) == pytest.approx(1, abs=1e-4)
    assert float(weights.max() / weights[-1, 0]) > 20


def test_deformable_sampling_begins_as_nine_reads_about_the_cell() -> None:
    """With offsets 0 the nine reads are those of a 3 × 3 convolution at the cell's place, each weighed by a half."""
    sampling = DeformableSampling(4, 4, 4).eval()
    features, context = torch.rand(1, 4, 16, 16), torch.rand(1, 4, 16, 16)
    centre = (torch.arange(16) + 0.5) / 8 - 1
    y, x = torch.meshgrid(centre, centre, indexing="ij")
    places = torch.stack([x, y])[None]
    narrow = sampling.narrow(features)
    steps = [(dx, dy) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    moved = [places + torch.tensor([dx, dy])[None, :, None, None] / 8 for dx, dy in steps]
    reads = [0.5 * sample(narrow, each.permute(0, 2, 3, 1)) for each in moved]
    by_hand = sampling.widen(torch.stack(reads, 2).flatten(1, 2))
    assert torch.allclose(sampling(features, context, places, torch.tensor([[0.0, 1.0]])), by_hand, atol=1e-5)


def test_deformable_sampling_learns_to_look_aside() -> None:
    """What is wanted lies two cells to the right: offsets move there, which a plain grid of one cell cannot."""
    torch.manual_seed(3)
    sampling = DeformableSampling(2, 2, 1)
    features, context = torch.rand(4, 2, 16, 16), torch.ones(4, 2, 16, 16)
    places = torch.zeros(4, 2, 16, 16)
    sampling(features, context, places, torch.ones(4, 2)).sum().backward()
    moves = sampling.moves.weight.grad
    assert moves is not None
    assert float(moves[:18].abs().sum()) > 0


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(UnknownNetwork, match="pmn-mobile, pmn-r50"):
        known("pmn-large")
    assert isinstance(known("pmn-r50"), Shape)
