"""What dlib learned answers the same after it was read out of dlib's file."""

from pathlib import Path

import cv2
import dlib
import numpy as np
import pytest

from clinic.case import Pixels
from clinic.reconstruction.predictor import BOX, SIDE
from clinic.reconstruction.training.predictor import dlib_file

FIRST = (SIDE - BOX) // 2
CORNERS = np.array([(0, 0), (70, 0), (70, 70), (0, 70), (35, 35)])


def squares() -> list[tuple[Pixels, np.ndarray]]:
    """Bright squares at random places before noise, with their corners and middle."""
    random = np.random.default_rng(5)
    made = []
    for _ in range(12):
        picture = random.integers(0, 90, (SIDE, SIDE)).astype(np.uint8)
        corner = random.integers(80, 150, 2)
        picture[corner[1] : corner[1] + 70, corner[0] : corner[0] + 70] += 140
        made.append((np.asarray(cv2.GaussianBlur(picture, (0, 0), 2)), CORNERS + corner))
    return made


def trained(folder: Path) -> Path:
    """A small ensemble, trained from files as dlib's own tools do."""
    rows = []
    for number, (picture, corners) in enumerate(squares()):
        cv2.imwrite(str(folder / f"{number}.png"), picture)
        parts = "".join(f"<part name='{k}' x='{x}' y='{y}'/>" for k, (x, y) in enumerate(corners))
        box = f"<box top='{FIRST}' left='{FIRST}' width='{BOX}' height='{BOX}'>{parts}</box>"
        rows.append(f"<image file='{number}.png'>{box}</image>")
    (folder / "all.xml").write_text(f"<dataset><images>{''.join(rows)}</images></dataset>")
    options = dlib.shape_predictor_training_options()
    options.cascade_depth, options.tree_depth, options.num_trees_per_cascade_level = 4, 3, 12
    options.oversampling_amount, options.feature_pool_size, options.num_threads = 5, 60, 1
    dlib.train_shape_predictor(str(folder / "all.xml"), str(folder / "learned.dat"), options)
    return folder / "learned.dat"


def test_the_trees_answer_as_dlib_does(tmp_path: Path) -> None:
    """dlib rounds to whole pixels and counts from the middle of the first: half a pixel apart at most."""
    file = trained(tmp_path)
    theirs, ours = dlib.shape_predictor(str(file)), dlib_file.trees(file.read_bytes())
    box = dlib.rectangle(FIRST, FIRST, FIRST + BOX - 1, FIRST + BOX - 1)
    moved = []
    for picture, corners in squares():
        expected = np.array([(part.x, part.y) for part in theirs(picture, box).parts()]) + 0.5
        assert np.abs(ours.find(picture) - expected).max() < 0.55
        moved.append(np.abs(ours.find(picture) - corners).max())
    assert np.mean(moved) < 12  # it did learn where the squares are


def test_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version"):
        dlib_file.trees(bytes([1, 9]))
