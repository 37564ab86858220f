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
