"""Skin and bone of the phantom, and what must not be in them."""

from dataclasses import replace

import numpy as np
import pytest
from heads import phantom_head, segmented_head
from numpy.typing import NDArray

from clinic.bench.intake.distance import apart, open_edges
from clinic.case import MR, Points
from clinic.geometry.nearest import Surface
from clinic.jobs import Cancelled, Progress
from clinic.reconstruction.tomography import Levels, NoHead, Sheet, segment
from clinic.reconstruction.tomography.sheet import piece_volumes, pieces
from clinic.reconstruction.tomography.streaks import METAL

CUT_MM = -116.0  # the neck ends there


def voxel() -> float:
    return float(np.cbrt(phantom_head().volume.spacing.prod()))


def above(points: Points) -> Points:
    return points[points[:, 2] > CUT_MM]


def enclosed_cm3(sheet: Sheet) -> float:
    whole = np.zeros(len(sheet.points), np.int32)
    return float(piece_volumes(sheet.points, sheet.triangles, whole)[0]) / 1000


def test_skin_lies_within_a_third_of_a_voxel_of_the_truth() -> None:
    truth, found = phantom_head().skin, segmented_head().skin
    surface = truth.surface.points, truth.surface.triangles
    between = apart(truth.surface.points[truth.outer], surface, above(found.points), (found.points, found.triangles))
    assert between.mean_mm < 0.3 * voxel()


def test_bone_and_teeth_lie_within_a_third_of_a_voxel_of_the_truth() -> None:
    """All that is found is there; walls of sinuses, thinner than these voxels, may be missed."""
    truth, found = phantom_head().inside.bone, segmented_head().bone
    assert found is not None
    surface = truth.points, truth.triangles
    between = apart(above(truth.points), surface, above(found.points), (found.points, found.triangles))
    assert between.made_up["mean"] < 0.3 * voxel()
    assert between.missed["median"] < 0.3 * voxel()
    teeth = phantom_head().inside.teeth.points
    away = Surface(found.points, found.triangles).nearest(teeth).points - teeth
    assert np.median(np.linalg.norm(away, axis=1)) < 0.5 * voxel()


def test_the_skin_is_one_closed_surface_facing_outwards() -> None:
    """It encloses the head with all its air ways, and neither table nor rest."""
    skin = segmented_head().skin
    assert open_edges(skin.points, skin.triangles) == 0
    assert pieces(len(skin.points), skin.triangles).max() == 0
    outer = above(phantom_head().skin.surface.points)
    np.testing.assert_allclose(skin.points.max(axis=0)[:2], outer.max(axis=0)[:2], atol=2.5)
    np.testing.assert_allclose(skin.points.min(axis=0)[:2], outer.min(axis=0)[:2], atol=2.5)
    assert 3000 < enclosed_cm3(skin) < 5000


def test_streaks_of_fillings_make_no_bone_in_the_cheeks() -> None:
    bone = segmented_head().bone
    assert bone is not None
    truth = phantom_head().inside.bone
    at_fillings = bone.points[np.abs(bone.points[:, 2] + 69) < 12]
    away = np.linalg.norm(Surface(truth.points, truth.triangles).nearest(at_fillings).points - at_fillings, axis=1)
    assert np.percentile(away, 99) < 3.0


def with_rays(height: float) -> NDArray[np.int16]:
    """The phantom with a bright and a dark ray from a filling through the cheek, in the slices of the filling."""
    values = np.array(phantom_head().volume.values)
    for number in np.flatnonzero((values > METAL).any(axis=(1, 2))):
        slice_ = values[number]
        row, column = (int(place) for place in np.argwhere(slice_ > METAL)[0])
        away = np.abs(np.arange(slice_.shape[1]) - column) * 1.7
        ray = (height * np.exp(-away / 26.0)).astype(np.int16)
        slice_[row - 1 : row + 1] = np.clip(slice_[row - 1 : row + 1] + ray, -1024, 3071)
        slice_[row + 2 : row + 4] = np.clip(slice_[row + 2 : row + 4] - ray, -1024, 3071)
    return values


def test_strong_streaks_grow_no_spikes() -> None:
    found = segment(replace(phantom_head().volume, values=with_rays(700.0)), Progress())
    assert found.bone is not None
    truth = phantom_head().inside.bone
    surface = Surface(truth.points, truth.triangles)
    at_fillings = found.bone.points[np.abs(found.bone.points[:, 2] + 69) < 12]
    away = np.linalg.norm(surface.nearest(at_fillings).points - at_fillings, axis=1)
    assert np.percentile(away, 99) < 4.0
    teeth = phantom_head().inside.teeth.points
    kept = Surface(found.bone.points, found.bone.triangles).nearest(teeth).points - teeth
    assert np.median(np.linalg.norm(kept, axis=1)) < 0.6 * voxel()


def test_a_level_that_is_asked_for_is_used() -> None:
    """Above the value of compact bone only teeth and fillings are left."""
    used = segmented_head().levels
    found = segment(phantom_head().volume, Progress(), replace(used, bone=1500.0))
    assert found.bone is not None
    assert found.levels.bone == 1500.0
    assert found.bone.points[:, 2].max() < -40.0


def test_mr_gives_skin_alone() -> None:
    values = phantom_head().volume.values
    dark_bone = np.where(values > 400, 30, np.clip(values + 1000, 0, 1100)).astype(np.int16)
    found = segment(replace(phantom_head().volume, values=dark_bone, modality=MR), Progress())
    assert found.bone is None
    truth = phantom_head().skin
    away = Surface(found.skin.points, found.skin.triangles).nearest(truth.surface.points[truth.outer]).points
    assert np.linalg.norm(away - truth.surface.points[truth.outer], axis=1).mean() < voxel()


def test_nothing_as_large_as_a_head_is_refused() -> None:
    values = np.full(phantom_head().volume.values.shape, -1000, np.int16)
    values[40:60, 60:80, 60:80] = 40
    with pytest.raises(NoHead, match="No head was found"):
        segment(replace(phantom_head().volume, values=values), Progress(), Levels(-480, 300, -1000, 40))


def test_a_cancel_is_heard() -> None:
    progress = Progress(lambda fraction, words: progress.cancel() if fraction > 0.2 else None)
    with pytest.raises(Cancelled):
        segment(phantom_head().volume, progress)
