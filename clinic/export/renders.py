"""Pictures as PNG files: sRGB, no metadata, and on each that it is a simulation."""

import math
from collections.abc import Sequence

import cv2
import numpy as np

from clinic.case import Pixels
from clinic.days import words_of
from clinic.export import compose
from clinic.export.compose import Caption, Label
from clinic.export.pictures import REPORT_VIEWS, Pictures
from clinic.mesh_files.texture import png
from clinic.rendering import views
from clinic.words import tr

_LEAST_WIDTH = 1000  # px


def before(pictures: Pictures) -> bytes:
    """Return the right oblique before surgery."""
    return _single(pictures, pictures.main[0], _labels(pictures)[0])


def after(pictures: Pictures) -> bytes:
    """Return the right oblique after surgery, from the camera and in the light of `before`."""
    return _single(pictures, pictures.main[1], _labels(pictures)[1])


def before_after(pictures: Pictures) -> bytes:
    """Return both right obliques side by side."""
    return png(compose.before_after(pictures.main, _labels(pictures), _height(pictures), _caption(pictures)))


def wipe(pictures: Pictures) -> bytes:
    """Return the right oblique, before to the left of the face's middle and after to its right."""
    place, caption = pictures.main_midline, _caption(pictures)
    return png(compose.wipe(pictures.main, _labels(pictures), _height(pictures), place, caption))


def heatmap(pictures: Pictures) -> bytes:
    """Return three views coloured by how far the skin moves, over the colour scale."""
    row = np.concatenate([pictures.heat(view) for view in REPORT_VIEWS], axis=1)
    titles = " · ".join(tr(views.view(view).title) for view in REPORT_VIEWS)
    label = Label(tr("Where the skin moves"), f"{tr(pictures.solved.case.plan.name)}: {titles}")
    return png(compose.heatmap(row, pictures.legend, label, len(row), Caption(_taken(pictures))))


def within_range(pictures: Pictures) -> bytes:
    """Return the profile after surgery with the range of the skin around it."""
    label = Label(tr("Range"), tr("within the veil; dashed: likely. Not a confidence interval"))
    caption = Caption(tr("Lateral R · 105 mm lens · {day}", day=_taken(pictures)), pictures.main_mm_per_pixel)
    return png(compose.before_after([pictures.ranged], [label], len(pictures.ranged), caption))


def standard_views(pictures: Pictures) -> bytes:
    """Return the six standard views before and, beside them, after."""
    sheet = pictures.standard
    caption = Caption(tr("Frontal, obliques, laterals, basal · 105 mm lens · {day}", day=_taken(pictures)))
    return png(compose.before_after(sheet, _labels(pictures), len(sheet[0]), caption))


def photo_before(pictures: Pictures) -> bytes:
    """Return the patient's photo around the face."""
    return _photo(pictures, [pictures.photo_of_face(pictures.main_photo, after=False)], _photo_labels(pictures)[:1])


def photo_after(pictures: Pictures) -> bytes:
    """Return the same part of the photo, the skin moved as simulated."""
    return _photo(pictures, [pictures.photo_of_face(pictures.main_photo, after=True)], _photo_labels(pictures)[1:])


def photo_pair(pictures: Pictures, view_id: str) -> bytes:
    """Return the photo of another view before and, beside it, moved as simulated."""
    pair = [pictures.photo_of_face(view_id, after=after) for after in (False, True)]
    return _photo(pictures, pair, _photo_labels(pictures), views.view(view_id).title)


def _single(pictures: Pictures, picture: Pixels, label: Label) -> bytes:
    return png(compose.before_after([picture], [label], _height(pictures), _caption(pictures)))


def _photo(pictures: Pictures, shown: Sequence[Pixels], labels: Sequence[Label], view: str = "") -> bytes:
    """Photos of few pixels are enlarged, so that the words beside them can be read."""
    rows, columns = shown[0].shape[:2]
    factor = math.ceil(_LEAST_WIDTH / columns)
    if factor > 1:
        size = (columns * factor, rows * factor)
        shown = [cv2.resize(one, size, interpolation=cv2.INTER_CUBIC) for one in shown]
    words = " · ".join(filter(None, (tr(view), _taken(pictures))))
    return png(compose.before_after(shown, labels, len(shown[0]), Caption(words)))


def _photo_labels(pictures: Pictures) -> tuple[Label, Label]:
    return Label(tr("Before"), tr("the photo")), Label(pictures.solved.case.plan.name, tr("photo moved as simulated"))


def _labels(pictures: Pictures) -> tuple[Label, Label]:
    return Label(tr("Before"), tr("rebuilt in 3D")), Label(pictures.solved.case.plan.name, tr("simulated"))


def _height(pictures: Pictures) -> int:
    return len(pictures.main[0])


def _caption(pictures: Pictures) -> Caption:
    return Caption(tr("Oblique R · 105 mm lens · {day}", day=_taken(pictures)), pictures.main_mm_per_pixel)


def _taken(pictures: Pictures) -> str:
    return words_of(pictures.day)
