"""The network in resources/weights: whole, the same in both files, and at home on a photo of a person."""

import numpy as np
import skimage.data
import torch

from clinic.case import Photo
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.landmarks import IRISES, detect
from clinic.reconstruction.network.reading import reader
from clinic.reconstruction.network.weights import GRAPH, TENSORS, card, content, network
from clinic.reconstruction.position_map import MOBILE, Live, mesh, propose
from clinic.reconstruction.position_map.error import reading_error

SPACE = FaceSpace.load()
PORTRAIT = Photo(skimage.data.astronaut(), "portrait")  # NASA, public domain


def test_files_are_those_of_the_card_and_small() -> None:
    for pattern in (TENSORS, GRAPH):
        assert len(content(MOBILE, pattern)) < 11e6
    assert int(card(MOBILE)["crops_seen"]) > 100_000


def test_the_graph_says_what_the_network_says() -> None:
    random = np.random.default_rng(3)
    crops = random.random((2, 3, 128, 128), dtype=np.float32)
    lens = np.array([[0.0, 0.1, 2.0], [-0.1, 0.0, 1.4]], np.float32)
    with torch.no_grad():
        maps = network(MOBILE)(torch.from_numpy(crops), torch.from_numpy(lens))
    read = reader(MOBILE).read(crops, lens)
    np.testing.assert_allclose(read.uv, maps.uv, atol=1e-3)
    np.testing.assert_allclose(read.neutral, maps.neutral, atol=1e-2)


def test_the_map_lies_on_a_face_that_it_has_never_seen() -> None:
    """Its points for the detector's landmarks are where the detector sees them, to a twentieth of the face."""
    face = detect(PORTRAIT.pixels)[0]
    found = mesh(PORTRAIT, face, SPACE)
    marks = SPACE.landmarks_478
    known = np.isfinite(SPACE.landmarks_478_sigma[:IRISES])
    places = np.column_stack([found.places, np.zeros(len(found.places))])
    shown = marks.on(places, SPACE.topology.triangles)[:IRISES, :2][known]
    apart = np.linalg.norm(shown - face.points[:IRISES][known, :2], axis=1)
    assert np.median(apart) < 0.05 * face.size_px
    projected = found.camera.project(found.points)
    assert np.median(np.linalg.norm(projected - found.places, axis=1)) < 0.06 * face.size_px


def test_a_moving_face_is_followed_and_its_absence_is_told() -> None:
    live = Live(SPACE)
    assert live.follow(PORTRAIT) is not None
    assert live.follow(Photo(np.roll(PORTRAIT.pixels, 5, axis=1), "next")) is not None
    assert live.follow(Photo(skimage.data.coffee(), "no face")) is None


def test_the_proposal_is_modest() -> None:
    """What is believed after a look is no farther from the average than people are, and firmer than before."""
    face = detect(PORTRAIT.pixels)[0]
    belief = propose(SPACE, [PORTRAIT], [face])
    assert np.abs(belief.mean).max() < 3
    assert np.linalg.eigvalsh(belief.precision).min() > 0.999
    assert reading_error(MOBILE).response.shape[1:] == (40, 40)
