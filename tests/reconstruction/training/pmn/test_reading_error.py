"""What the network misreads is measured as it is, and stored with a hash."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from clinic.case import Floats
from clinic.jobs import Progress
from clinic.reconstruction.face_space import HOLDOUT, FaceSpace
from clinic.reconstruction.network.reading import Reading
from clinic.reconstruction.network.weights import content
from clinic.reconstruction.position_map.error import FILE, ReadingError
from clinic.reconstruction.training.pmn.reading_error import YAWS_DEG, measure, write

M = 64


class _Blind:
    """Stands in for a network that sees the same face in everybody."""

    side = 32

    def read(self, crops: Floats, lens: Floats) -> Reading:
        b = len(crops)
        maps, flat = np.zeros((b, 3, M, M), np.float32), np.ones((b, M, M), np.float32)
        return Reading(
            uv=maps[:, :2], neutral=maps, expression=maps, b_uv=flat, b_xyz=flat, visible=flat,
            spots=np.zeros((b, 68, 2), np.float32), identity=np.zeros((b, 92), np.float32),
            units=np.zeros((b, 52), np.float32), yaw_deg=np.zeros(b, np.float32),
        )  # fmt: skip


@pytest.fixture(scope="module")
def blind() -> ReadingError:
    """A network that always sees the mean face."""
    return measure(_Blind(), FaceSpace.load(HOLDOUT), 3, Progress())  # type: ignore[arg-type]


def test_who_sees_the_mean_face_in_everybody_follows_nobody(blind: ReadingError) -> None:
    assert blind.yaw_deg.tolist() == YAWS_DEG.tolist()
    np.testing.assert_allclose(blind.response, 0, atol=1e-9)
    np.testing.assert_allclose(blind.mean, 0, atol=1e-9)
    assert np.linalg.eigvalsh(blind.noise[0]).min() > 0  # so that it can be inverted


class _TakenInByStyle(_Blind):
    """Stands in for a network that sees faces of the second renderer farther forward, by a millimetre."""

    def __init__(self, people: int) -> None:
        self._pictures_left = people * len(YAWS_DEG)

    def read(self, crops: Floats, lens: Floats) -> Reading:
        read = super().read(crops, lens)
        self._pictures_left -= len(crops)
        if self._pictures_left < 0:
            read.neutral[:, 1] = -1.0
        return read


def test_what_is_only_style_is_known_to_be_off_in_all_photos_alike() -> None:
    """Two renderers 1 mm apart: a third lies ± √0.75 mm from their mean, in every photo of a person."""
    error = measure(_TakenInByStyle(2), FaceSpace.load(HOLDOUT), 2, Progress())  # type: ignore[arg-type]
    forward = error.coordinates(np.broadcast_to([0.0, -1.0, 0.0], error.shapes[0].shape))
    np.testing.assert_allclose(error.mean, np.broadcast_to(forward / 2, error.mean.shape), atol=1e-6)
    np.testing.assert_allclose(np.diag(error.shared), 0.75 * forward**2, atol=1e-6)
    np.testing.assert_allclose(np.diag(error.noise[3]), 0.75 * forward**2 + 0.05**2, atol=1e-6)


def test_shapes_are_told_apart(blind: ReadingError) -> None:
    """Coordinates of the shapes themselves are one of them each."""
    np.testing.assert_allclose(blind.coordinates(blind.shapes), np.eye(len(blind.shapes)), atol=1e-6)


def test_it_is_stored_with_its_hash_and_read_again(blind: ReadingError, tmp_path: Path) -> None:
    card = tmp_path / "blind.toml"
    card.write_text('name = "blind"\n\n[sha256]\n"blind.onnx" = "00"\n', encoding="utf-8")
    for _ in range(2):  # a second time replaces the first
        written = write(blind, tmp_path, "blind")
    hashes = tomllib.loads(card.read_text(encoding="utf-8"))["sha256"]
    assert set(hashes) == {"blind.onnx", FILE.format("blind")}
    assert content("blind", FILE, tmp_path) == written.read_bytes()
    with np.load(written) as arrays:
        np.testing.assert_allclose(arrays["shapes"], blind.shapes, rtol=2e-3, atol=1e-3)
