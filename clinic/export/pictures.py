"""Draws every picture of a solved case once, whichever file asks for it."""

import functools
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from clinic.case import Photo, PhotoFit, Pixels
from clinic.export import compose
from clinic.export.solved import Solved
from clinic.reconstruction.series import nearest_view
from clinic.rendering import draw, heat, photo, views
from clinic.rendering.heat import Legend
from clinic.rendering.layers import LIGHT, Scene
from clinic.rendering.overlay import for_screen
from clinic.rendering.scene import Look, face_scene, ranged
from clinic.rendering.views import ViewCamera

MAIN_VIEW = "oblique_r"
SIDE_VIEW = "lateral_r"
REPORT_VIEWS = ("frontal", "oblique_r", SIDE_VIEW)
STANDARD_ROWS = (REPORT_VIEWS, ("basal", "oblique_l", "lateral_l"))
WHOLE = (1600, 2400)  # px, of a picture with its words
_SMALL = (800, 1200)  # px, enough for 50 mm of paper
_TILE = (480, 640)  # px, of one standard view on the sheet of all
_BEFORE, _AFTER, _HEAT = "before", "after", "heat"
_AROUND_FACE = 1.5  # times the face's extent in the photo


class Pictures:
    """The pictures of one solved case on one day, each drawn when it is first asked for.

    Before and after share camera, lens and light. Not for several threads at once.
    """

    def __init__(self, solved: Solved, day: date) -> None:
        self.solved, self.day = solved, day
        self._photographed: dict[str, tuple[Pixels, Pixels]] = {}

    @property
    def legend(self) -> Legend:
        """What the colours of the displacement maps mean."""
        return heat.displacement_legend(self.solved.comparison.signed_mm)

    @functools.cached_property
    def photos(self) -> dict[str, tuple[Photo, PhotoFit]]:
        """The fitted photos by the standard view that they show, one for each, those from the front first."""
        by_view: dict[str, tuple[Photo, PhotoFit]] = {}
        for taken, fit in sorted(self.solved.case.fitted_photos, key=lambda pair: abs(_yaw_pitch_deg(pair[1])[0])):
            by_view.setdefault(nearest_view(*_yaw_pitch_deg(fit)), (taken, fit))
        return by_view

    @property
    def has_photo(self) -> bool:
        """True if there is a photo that the face was fitted to."""
        return bool(self.photos)

    @property
    def main_photo(self) -> str:
        """The view of the photo that is shown alone: the one that looks at the face most from the front."""
        return next(iter(self.photos))

    @property
    def has_range(self) -> bool:
        """True if the simulation says how far the skin may go."""
        return self.solved.simulation.range is not None

    @functools.cached_property
    def main(self) -> tuple[Pixels, Pixels]:
        """The right oblique before and after, large."""
        size = compose.picture_size(*WHOLE)
        before, after = self._drawn((_BEFORE, _AFTER), (MAIN_VIEW,), size)
        return before, after

    @property
    def main_mm_per_pixel(self) -> float:
        """The size of a pixel of `main` at the depth of the face."""
        return self._camera(MAIN_VIEW).mm_per_pixel(compose.picture_size(*WHOLE)[1])

    @property
    def main_midline(self) -> float:
        """Where the middle of the face (subnasale) stands across `main`, 0…1."""
        width, height = compose.picture_size(*WHOLE)
        middle = self.solved.face.landmarks()["subnasale"][None]
        return float(self._camera(MAIN_VIEW).project(middle, width, height)[0, 0]) / width

    def view(self, view_id: str, *, after: bool) -> Pixels:
        """Return one of REPORT_VIEWS, small; after surgery the side view carries the outline of before."""
        before = self._small[_BEFORE, view_id]
        if not after:
            return before
        moved = self._small[_AFTER, view_id]
        return compose.outlined(moved, before) if view_id == SIDE_VIEW else moved

    def heat(self, view_id: str) -> Pixels:
        """Return one of REPORT_VIEWS coloured by signed displacement, small."""
        return self._small[_HEAT, view_id]

    @functools.cached_property
    def ranged(self) -> Pixels:
        """The profile with the range of the skin as a veil, large; dashed: the likely outline."""
        solved, size = self.solved, compose.picture_size(*WHOLE)
        moved, within = solved.simulation.displacement, solved.simulation.range
        assert within is not None
        scene, camera = ranged(solved.face, moved, within, Look.TEXTURE, LIGHT), self._camera(SIDE_VIEW)
        drawn, likely = draw.images(((scene, camera), (self._scenes[_AFTER], camera)), *size)
        return compose.outlined(drawn, likely)

    @functools.cached_property
    def standard(self) -> tuple[Pixels, Pixels]:
        """The six standard views in two rows, before and after."""
        view_ids = [view for row in STANDARD_ROWS for view in row]
        drawn = self._drawn((_BEFORE, _AFTER), view_ids, _TILE)
        before, after = drawn[: len(view_ids)], drawn[len(view_ids) :]
        return _rows(before, len(STANDARD_ROWS)), _rows(after, len(STANDARD_ROWS))

    def photo_of_face(self, view_id: str, *, after: bool) -> Pixels:
        """Return the part around the face of the photo of a view, as it is or moved as simulated."""
        if view_id not in self._photographed:
            taken, fit = _close_up(*self.photos[view_id])
            moved = photo.after(taken, fit, self.solved.face.topology, self.solved.simulation.displacement)
            self._photographed[view_id] = (taken.pixels, moved)
        return self._photographed[view_id][after]

    @functools.cached_property
    def _small(self) -> dict[tuple[str, str], Pixels]:
        kinds = (_BEFORE, _AFTER, _HEAT)
        drawn = self._drawn(kinds, REPORT_VIEWS, _SMALL)
        return dict(zip([(kind, view) for kind in kinds for view in REPORT_VIEWS], drawn, strict=True))

    def _drawn(self, kinds: Sequence[str], view_ids: Sequence[str], size: tuple[int, int]) -> list[Pixels]:
        """Draw in one go: setting up a renderer costs more than a picture."""
        cameras = [self._camera(view) for view in view_ids]
        return draw.images(tuple((self._scenes[kind], camera) for kind in kinds for camera in cameras), *size)

    def _camera(self, view_id: str) -> ViewCamera:
        return views.camera(views.view(view_id), self.solved.face)

    @functools.cached_property
    def _scenes(self) -> dict[str, Scene]:
        face, displacement = self.solved.face, self.solved.simulation.displacement
        signed = self.solved.comparison.signed_mm
        return {
            _BEFORE: face_scene(face, background=LIGHT),
            _AFTER: face_scene(face, displacement, background=LIGHT),
            _HEAT: face_scene(face, displacement, Look.DISPLACEMENT, signed, background=LIGHT),
        }


def _close_up(taken: Photo, fit: PhotoFit) -> tuple[Photo, PhotoFit]:
    """Return the part of a photo around the face, no larger than pictures are, and the fit in its pixels."""
    camera, inside = fit.camera, fit.camera.project(fit.points)
    low, high = inside.min(axis=0), inside.max(axis=0)
    middle, half = (low + high) / 2, (high - low).max() / 2 * _AROUND_FACE
    limit = np.array([camera.width, camera.height])
    left, top = np.clip(middle - half, 0, limit - 1).astype(int)
    right, bottom = np.clip(middle + half, 1, limit).astype(int)
    part = replace(camera, cx=camera.cx - left, cy=camera.cy - top, width=int(right - left), height=int(bottom - top))
    cut = replace(taken, pixels=taken.pixels[top:bottom, left:right], depth=None)
    return for_screen(cut, replace(fit, camera=part))


def _yaw_pitch_deg(fit: PhotoFit) -> tuple[float, float]:
    """Return from where a photo looks at the face, as `PhotoCheck` has it."""
    x, y, z = fit.camera.position
    return float(np.degrees(np.arctan2(x, -y))), float(np.degrees(np.arctan2(z, np.hypot(x, y))))


def _rows(tiles: Sequence[Pixels], count: int) -> Pixels:
    """Lay equal pictures out in `count` rows."""
    across = len(tiles) // count
    return np.concatenate([np.concatenate(tiles[k * across : (k + 1) * across], axis=1) for k in range(count)])
