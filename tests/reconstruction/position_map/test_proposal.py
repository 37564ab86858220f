"""What becomes of the network's reading: a belief about the identity that is as firm as its errors allow."""

from collections.abc import Iterator

import numpy as np
import pytest
import skimage.data

from clinic.case import Floats, Photo
from clinic.reconstruction.camera import believed_lens
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.landmarks import Detection, detect
from clinic.reconstruction.network.reading import Array, Reading
from clinic.reconstruction.pose import pose
from clinic.reconstruction.position_map import mesh, proposal, propose, texels
from clinic.reconstruction.position_map.error import ReadingError, coarser

SIZE, COARSE = 64, 16


def _errors(space: FaceSpace, noise: float, shared: float) -> ReadingError:
    """A network that reads along the first eight modes without being drawn to the mean."""
    known = texels.texels(space, SIZE)
    fields = known.modes[:8].reshape(8, SIZE, SIZE, 3).transpose(0, 3, 1, 2)
    inside = coarser(known.on_face.astype(float).reshape(1, 1, SIZE, SIZE), COARSE)[0, :, 0]
    eye = np.eye(8)
    return ReadingError(
        COARSE, coarser(fields, COARSE), inside, np.array([-60.0, 60.0]), np.zeros((2, 8)), np.stack([eye, eye]),
        noise**2 * np.stack([eye, eye]), shared**2 * eye,
    )  # fmt: skip


class _Reader:
    """Stands in for a trained network: says what the truth is."""

    side = 128

    def __init__(self, space: FaceSpace, identity: Floats, uv: Array | None = None) -> None:
        known = texels.texels(space, SIZE)
        moved = np.tensordot(identity, known.modes[: len(identity)], 1)
        self.neutral = moved.T.reshape(1, 3, SIZE, SIZE).astype(np.float32)
        self.uv = np.zeros((1, 2, SIZE, SIZE), np.float32) if uv is None else uv

    def read(self, crops: Floats, lens: Floats) -> Reading:
        b = len(crops)
        flat = np.full((b, SIZE, SIZE), 0.01, np.float32)
        return Reading(
            uv=self.uv.repeat(b, 0), neutral=self.neutral.repeat(b, 0), expression=0 * self.neutral.repeat(b, 0),
            b_uv=flat, b_xyz=flat, visible=flat + 0.9, spots=np.zeros((b, 68, 2), np.float32),
            identity=np.zeros((b, 92), np.float32), units=np.zeros((b, 52), np.float32),
            yaw_deg=np.zeros(b, np.float32),
        )  # fmt: skip


@pytest.fixture(scope="module")
def space() -> FaceSpace:
    return FaceSpace.load()


@pytest.fixture(scope="module")
def seen() -> tuple[Photo, Detection]:
    photo = Photo(skimage.data.astronaut(), "portrait")  # NASA, public domain
    return photo, detect(photo.pixels)[0]


@pytest.fixture
def _reset() -> Iterator[None]:
    proposal._true_coordinates.cache_clear()
    yield
    proposal._true_coordinates.cache_clear()


def _stand_in(patch: pytest.MonkeyPatch, space: FaceSpace, identity: Floats, noise: float, shared: float = 0.0) -> None:
    patch.setattr(proposal, "reader", lambda _: _Reader(space, identity))
    patch.setattr(proposal, "reading_error", lambda _: _errors(space, noise, shared))
    patch.setattr(proposal, "card", lambda _: {"shape": {"map_size": SIZE}})


@pytest.mark.usefixtures("_reset")
def test_a_sure_network_is_believed(
    space: FaceSpace, seen: tuple[Photo, Detection], monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = np.r_[1.5, -1.0, 0.5, 2.0, 0.0, -0.5, 1.0, -2.0]
    _stand_in(monkeypatch, space, identity, noise=0.05)
    belief = propose(space, [seen[0]], [seen[1]], "stand-in")
    along = proposal._true_coordinates(space, "stand-in")  # other modes, too, look a little like these eight
    np.testing.assert_allclose(along @ belief.mean, identity, atol=0.05)


@pytest.mark.usefixtures("_reset")
def test_a_network_that_guesses_moves_nothing(
    space: FaceSpace, seen: tuple[Photo, Detection], monkeypatch: pytest.MonkeyPatch
) -> None:
    _stand_in(monkeypatch, space, np.full(8, 2.0), noise=100.0)
    belief = propose(space, [seen[0]], [seen[1]])
    assert np.abs(belief.mean).max() < 0.01
    np.testing.assert_allclose(belief.precision, np.eye(len(space.modes)), atol=0.01)


@pytest.mark.usefixtures("_reset")
def test_a_second_photo_adds_little_where_errors_are_shared(
    space: FaceSpace, seen: tuple[Photo, Detection], monkeypatch: pytest.MonkeyPatch
) -> None:
    spread = {}
    for shared in (0.0, 0.69):
        proposal._true_coordinates.cache_clear()
        _stand_in(monkeypatch, space, np.ones(8), noise=0.7, shared=shared)
        for photos in (1, 2):
            precision = propose(space, [seen[0]] * photos, [seen[1]] * photos).precision
            spread[shared, photos] = np.linalg.inv(precision)[:4, :4].trace()
    assert spread[0.0, 2] < 0.75 * spread[0.0, 1]
    assert spread[0.69, 2] > 0.95 * spread[0.69, 1]


def test_without_a_face_from_the_front_nothing_is_believed_but_the_prior(space: FaceSpace) -> None:
    with pytest.MonkeyPatch.context() as patch:
        _stand_in(patch, space, np.ones(8), noise=0.1)
        belief = propose(space, [], [])
    np.testing.assert_array_equal(belief.mean, 0)


def test_a_posed_mesh_stands_where_the_map_says(space: FaceSpace, seen: tuple[Photo, Detection]) -> None:
    """Maps drawn with a camera: the mesh is the face, and the camera is found again."""
    photo, face = seen
    identity = np.array([1.0, -1.0])
    known = texels.texels(space, SIZE)
    points = known.mean + np.tensordot(identity, known.modes[:2], 1)
    turned = pose(photo, face)
    frame = proposal.framed(photo, face, turned, space)
    focal = believed_lens(photo).focal_px
    angle = np.radians(12)
    level = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
    yaw = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    rotation, shift = level @ yaw, np.array([-10.0, -20.0, 900.0])
    placed = points @ rotation.T + shift
    pixels = focal * placed[:, :2] / placed[:, 2:] + (photo.width / 2, photo.height / 2)
    inside = (pixels - frame.corner) @ np.linalg.inv(frame.axes).T * 2 - 1
    uv = inside.T.reshape(1, 2, SIZE, SIZE).astype(np.float32)
    found = mesh(photo, face, space, _Reader(space, identity, uv))  # type: ignore[arg-type]
    np.testing.assert_allclose(found.camera.rotation, rotation, atol=2e-3)
    np.testing.assert_allclose(found.camera.translation, shift, atol=3.0)
    true = space.topology.subdivide(space.control(identity))
    on_face = space.topology.subdivide(space.topology.region("face").astype(float)[:, None])[:, 0] > 0.99
    apart = np.linalg.norm(found.points - true, axis=1)[on_face]
    assert np.median(apart) < 0.3  # a map of 64 texels is no finer
    np.testing.assert_allclose(np.median(found.sigma_mm[on_face]), 0.01, atol=1e-3)
