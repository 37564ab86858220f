"""The whole consultation set, written once and looked into."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import builders
import cv2
import numpy as np
import pypdf
import pytest
import trimesh
from PIL import Image

from clinic.case import Case, Pixels
from clinic.comparison.compare import compare
from clinic.export import pictures, story
from clinic.export.errors import FolderNotWritable, NotSolved
from clinic.export.pictures import Pictures
from clinic.export.solved import solved
from clinic.jobs import Cancelled, Progress

FILES = {
    "before.png", "after.png", "photo_before.png", "photo_after.png", "before_after.png", "heatmap.png", "wipe.png",
    "standard_views.png",
    "report.pdf", "before.glb", "after.glb", "after.stl",
}  # fmt: skip


DAY = date(2026, 11, 23)


@pytest.fixture(scope="module", autouse=True)
def _small_and_off_screen() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")
        patch.setattr(pictures, "WHOLE", (800, 1200))  # a margin of the work
        patch.setattr(pictures, "_SMALL", (320, 480))
        patch.setattr(pictures, "_TILE", (240, 320))
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("set")
    written = story.export_story(builders.solved_case(), out, Progress())
    assert {path.name for path in written} == FILES
    return out


def test_the_range_is_drawn_where_there_is_one_around_the_profile_that_moves() -> None:
    """The veil tints the chin, whose range is wide, and leaves the forehead as it is."""
    shown = Pictures(solved(builders.ranged_case()), DAY)
    assert shown.has_range
    likely, ranged = shown._drawn(("after",), ("lateral_r",), (400, 554))[0], shown.ranged
    assert ranged.shape[0] > 1000
    small = cv2.resize(ranged, likely.shape[1::-1], interpolation=cv2.INTER_AREA)
    apart = np.abs(small.astype(int) - likely).max(axis=2)
    assert (apart[len(apart) // 2 :] > 25).sum() > 60
    assert (apart[: len(apart) // 3] > 25).mean() < 0.01


def test_each_further_view_of_the_patient_is_written_as_a_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """Photos of one view give one pair, taken photos that no fit knows give none; the frontal one stands alone."""
    before = builders.solved_case()
    assert before.face is not None
    turn = np.radians(44.0)
    around = np.array([[np.cos(turn), np.sin(turn), 0], [-np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    front = before.face.photos[0]
    aside = replace(front.camera, rotation=front.camera.rotation @ around)
    taken = [replace(builders.photo(320 + 10 * k), name=f"photo {k}") for k in range(4)]
    fits = (
        replace(front, photo_id=taken[1].id, camera=aside),
        replace(front, photo_id=taken[2].id, camera=aside),
        front,
    )
    photos = (*taken[1:], before.acquisition.photos[0])
    face = replace(before.face, photos=fits, made_from=tuple(one.id for one in photos))
    several = replace(before, acquisition=replace(before.acquisition, photos=photos), face=face)
    shown = Pictures(solved(several), DAY)
    assert list(shown.photos) == ["frontal", "oblique_l"]
    assert shown.photos["oblique_l"][0] is taken[1]
    rows = [row for row in story.EXPORTERS if row.of_view and row.fits(shown)]
    assert [row.name for row in rows] == ["photo_oblique_l.png"]
    pair = np.asarray(Image.open(io.BytesIO(rows[0].make(shown))).convert("RGB")).astype(int)
    half = pair.shape[1] // 2
    assert half >= 1000
    middle = slice(pair.shape[0] // 4, -pair.shape[0] // 4)
    assert np.abs(pair[middle, :half] - pair[middle, half : 2 * half]).max() > 20


def pixels(file: Path) -> Pixels:
    return np.asarray(Image.open(file).convert("RGB"))


def test_nothing_else_lies_in_the_folder(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == FILES


def test_pictures_carry_no_metadata(folder: Path) -> None:
    for file in folder.glob("*.png"):
        with Image.open(file) as image:
            assert image.info == {}, file.name
            assert not image.getexif(), file.name


def test_before_and_after_differ_at_the_chin_alone(folder: Path) -> None:
    """Equal cameras and light: the made-up advance moves only what is near pogonion."""
    before, after = pixels(folder / "before.png"), pixels(folder / "after.png")
    assert before.shape == after.shape
    head = round(0.05 * len(before))  # the label above differs, as it should
    changed = np.abs(before[head:].astype(int) - after[head:]).max(axis=2) > 24
    assert changed.any()
    rows = np.nonzero(changed.any(axis=1))[0]
    assert np.ptp(rows) < 0.25 * len(before)


def test_wipe_is_before_on_the_left_and_after_on_the_right(folder: Path) -> None:
    before, after, wipe = (pixels(folder / f"{name}.png") for name in ("before", "after", "wipe"))
    assert wipe.shape == before.shape
    margin = before.shape[1] // 5
    inside = slice(round(0.06 * len(before)), round(0.94 * len(before)))
    assert np.array_equal(wipe[inside, :margin], before[inside, :margin])
    assert np.array_equal(wipe[inside, -margin:], after[inside, -margin:])


def test_side_by_side_is_both(folder: Path) -> None:
    both, before = pixels(folder / "before_after.png"), pixels(folder / "before.png")
    assert both.shape[1] == 2 * before.shape[1]
    rows = slice(100, 900)
    assert np.array_equal(both[rows, : before.shape[1] - 4], before[rows, :-4])


def test_the_heat_map_is_red_where_the_chin_comes_forward(folder: Path) -> None:
    shown = pixels(folder / "heatmap.png").astype(int)
    drawn = shown[: round(0.85 * len(shown))]
    red = (drawn[..., 0] - drawn[..., 2]) > 60
    blue = (drawn[..., 2] - drawn[..., 0]) > 60
    assert red.sum() > 100
    assert blue.sum() < 0.05 * red.sum()


def test_the_report_opens(folder: Path) -> None:
    assert (
        "Consultation report"
        in pypdf.PdfReader(io.BytesIO((folder / "report.pdf").read_bytes())).pages[0].extract_text()
    )


def test_meshes_open(folder: Path) -> None:
    assert trimesh.load_mesh(folder / "after.stl").is_watertight
    for name in ("before.glb", "after.glb"):
        assert set(trimesh.load_scene(folder / name).geometry) == {"skin", "eye_r", "eye_l", "cap"}


def stale(case: Case) -> Case:
    return replace(case, plan=replace(case.plan, edits=case.plan.edits[:1]))


def unsolved(case: Case) -> Case:
    assert case.simulation is not None
    return replace(case, simulation=replace(case.simulation, solved=False))


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (stale(builders.solved_case()), "changed after the simulation"),
        (unsolved(builders.solved_case()), "quick preview"),
        (builders.case(), "not been simulated"),
        (replace(builders.case(), face=None), "no face"),
    ],
    ids=["stale", "preview", "unsimulated", "empty"],
)
def test_what_is_not_solved_does_not_leave(tmp_path: Path, case: Case, words: str) -> None:
    with pytest.raises(NotSolved, match=words):
        story.export_story(case, tmp_path, Progress())
    assert list(tmp_path.iterdir()) == []


def test_cancel_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    progress = Progress(lambda fraction, words: progress.cancel())
    with pytest.raises(Cancelled):
        story.export_story(builders.solved_case(), tmp_path, progress)
    assert list(tmp_path.iterdir()) == []


def test_absent_folder_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "EXPORTERS", story.EXPORTERS[-1:])
    with pytest.raises(FolderNotWritable):
        story.export_story(builders.solved_case(), tmp_path / "absent", Progress())


def test_the_side_view_after_carries_the_outline_of_before() -> None:
    """The synthetic chin moves 4 mm: a dashed line stands where it was, and nowhere in the other views."""
    before = builders.solved_case()
    assert before.face is not None
    assert before.simulation is not None
    drawn = pictures.Pictures(solved(replace(before, comparison=compare(before.face, before.simulation))), DAY)
    accent = np.array([11, 114, 133])
    for view_id in pictures.REPORT_VIEWS:
        near = np.abs(drawn.view(view_id, after=True).astype(int) - accent).max(axis=2) < 40
        assert near.any() == (view_id == pictures.SIDE_VIEW)
