"""Puts drawn pictures together for people: labels above, disclaimer below, never over the face.

Every function takes pictures (rows, columns, 3) and returns one. `picture_size` says how large to draw so that the
whole has a wanted size. Words stand in bands of their own; the pictures' background is LIGHT.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from clinic.case import DISCLAIMER, Floats, Pixels
from clinic.export import fonts
from clinic.rendering.heat import Legend
from clinic.rendering.layers import LIGHT
from clinic.words import tr

SCALE_BAR_MM = 20.0
_HEADER, _FOOTER, _LEGEND = 0.040, 0.036, 0.070  # of the whole height
# The bands' colours: paper, as the pictures' light background asks for.
_GROUND, _TEXT, _MUTED = (0xFF, 0xFF, 0xFF), (0x1B, 0x21, 0x27), (0x55, 0x60, 0x6B)
_ACCENT, _LINE = (0x0B, 0x72, 0x85), (0xDC, 0xE1, 0xE6)


@dataclass(frozen=True, slots=True)
class Label:
    """What stands above a picture: a strong word and what qualifies it ("Plan A", "solved")."""

    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands below a picture, beside the disclaimer: words, and a bar of 20 mm if its scale is known."""

    words: str = ""
    mm_per_pixel: float | None = None


def picture_size(width: int, height: int) -> tuple[int, int]:
    """Return (width, height) of the picture to draw, so that with its words it measures width × height."""
    return width, height - _band(_HEADER, height) - _band(_FOOTER, height)


def before_after(pictures: Sequence[Pixels], labels: Sequence[Label], height: int, caption: Caption) -> Pixels:
    """Return pictures side by side under their labels. height: of the whole, px."""
    row = np.concatenate(
        [_header_over(picture, label, height) for picture, label in zip(pictures, labels, strict=True)], axis=1
    )
    width = pictures[0].shape[1]
    for k in range(1, len(pictures)):
        row[:, k * width - 1 : k * width + 1] = _LINE
    return np.concatenate([row, _footer(row.shape[1], height, caption)])


def wipe(
    pictures: tuple[Pixels, Pixels], labels: tuple[Label, Label], height: int, place: float, caption: Caption
) -> Pixels:
    """Return one picture, before to the left of a line at `place` (0…1) and after to its right."""
    before, after = pictures
    column = round(place * before.shape[1])
    joined = np.concatenate([before[:, :column], after[:, column:]], axis=1)
    joined = _with_handle(joined, column, height)
    head = _header(joined.shape[1], height, labels[0], labels[1])
    return np.concatenate([head, joined, _footer(joined.shape[1], height, caption)])


def heatmap(picture: Pixels, legend: Legend, label: Label, height: int, caption: Caption) -> Pixels:
    """Return a heat-map picture over its colour scale."""
    width = picture.shape[1]
    scale = _legend(width, height, legend)
    return np.concatenate([_header_over(picture, label, height), scale, _footer(width, height, caption)])


def outlined(picture: Pixels, other: Pixels) -> Pixels:
    """Return `picture` with the outline of `other` dashed over it, where the two outlines part."""
    contour, here = _outline(other), _outline(picture)
    if contour is None or here is None:
        return picture
    apart = _parted(contour, here, picture.shape[0], picture.shape[1])
    scale = max(picture.shape[0] / 1000, 1.0)
    canvas, draw = _canvas(picture)
    for stretch in _stretches(apart):
        for start, end in _dashes(contour[stretch], 7 * scale, 5 * scale):
            draw.line([*start, *end], fill=_ACCENT, width=max(round(1.8 * scale), 1))
    return np.asarray(canvas)


def _band(share: float, height: int) -> int:
    return max(round(share * height), 22)


@lru_cache(maxsize=32)
def _face(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts.file(name)), size)


def _font(words: str, size: int, strong: bool) -> ImageFont.FreeTypeFont:
    return _face(fonts.name(words, strong), size)


def _canvas(pixels: Pixels) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    canvas = Image.fromarray(np.ascontiguousarray(pixels))
    return canvas, ImageDraw.Draw(canvas)


def _blank(width: int, rows: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    canvas = Image.new("RGB", (width, rows), _GROUND)
    return canvas, ImageDraw.Draw(canvas)


def _header_over(picture: Pixels, label: Label, height: int) -> Pixels:
    return np.concatenate([_header(picture.shape[1], height, label), picture])


def _header(width: int, height: int, label: Label, right: Label | None = None) -> Pixels:
    rows = _band(_HEADER, height)
    canvas, draw = _blank(width, rows)
    size, margin = round(0.46 * rows), round(0.5 * rows)
    _words(draw, margin, rows / 2, label, size)
    if right is not None:
        _words(draw, width - margin - _length(right, size), rows / 2, right, size)
    return np.asarray(canvas)


def _words(draw: ImageDraw.ImageDraw, x: float, y: float, label: Label, size: int) -> None:
    words = tr(label.title)
    title = _font(words, size, True)
    draw.text((x, y), words, _TEXT, title, anchor="lm")
    if label.detail:
        draw.text(
            (x + title.getlength(words) + 0.55 * size, y),
            tr(label.detail),
            _MUTED,
            _font(tr(label.detail), size, False),
            "lm",
        )


def _length(label: Label, size: int) -> float:
    detail = 0.55 * size + _font(tr(label.detail), size, False).getlength(tr(label.detail)) if label.detail else 0.0
    return float(_font(tr(label.title), size, True).getlength(tr(label.title)) + detail)


def _footer(width: int, height: int, caption: Caption) -> Pixels:
    """Scale bar and words to the left, the disclaimer to the right, as large as fits."""
    rows = _band(_FOOTER, height)
    canvas, draw = _blank(width, rows)
    margin = round(0.55 * rows)
    bar = 0.0 if caption.mm_per_pixel is None else SCALE_BAR_MM / caption.mm_per_pixel
    size, line = round(0.42 * rows), f"20 mm{caption.words}{tr(DISCLAIMER)}"
    while size > 9 and margin + bar + _font(line, size, False).getlength(line) + 6 * size > width:
        size -= 1
    x: float = margin
    if bar:
        x = _scale_bar(draw, x, rows / 2, bar, size)
    draw.text((x, rows / 2), caption.words, _MUTED, _font(caption.words, size, False), anchor="lm")
    draw.text((width - margin, rows / 2), tr(DISCLAIMER), _TEXT, _font(tr(DISCLAIMER), size, False), anchor="rm")
    return np.asarray(canvas)


def _scale_bar(draw: ImageDraw.ImageDraw, x: float, y: float, length: float, size: int) -> float:
    """Draw a bar with end marks and its length in words; return where the next words may begin."""
    stroke, tick = max(round(size / 9), 1), 0.35 * size
    draw.line([x, y, x + length, y], _TEXT, stroke)
    for end in (x, x + length):
        draw.line([end, y - tick, end, y + tick], _TEXT, stroke)
    words = f"{SCALE_BAR_MM:g} mm"
    draw.text((x + length + 0.5 * size, y), words, _TEXT, _font(words, size, False), anchor="lm")
    return x + length + 2.2 * size + float(_font(words, size, False).getlength(words))


def _legend(width: int, height: int, legend: Legend) -> Pixels:
    rows = _band(_LEGEND, height)
    canvas, draw = _blank(width, rows)
    size, margin = round(0.25 * rows), round(0.5 * rows)
    words = f"{tr(legend.title)}, {legend.unit}"
    draw.text((margin, 0.34 * rows), words, _TEXT, _font(words, size, True), anchor="lm")
    left = margin + _font(words, size, True).getlength(words) + 1.6 * size
    right = width - margin - 2.4 * size
    top, bottom = 0.22 * rows, 0.46 * rows
    ramp = legend.colours(np.linspace(legend.low, legend.high, round(right - left)))
    bar = np.broadcast_to((255 * ramp + 0.5).astype(np.uint8), (round(bottom - top), len(ramp), 3))
    canvas.paste(Image.fromarray(np.ascontiguousarray(bar)), (round(left), round(top)))
    for x, end, step in ((left, ramp[0], -1), (right, ramp[-1], 1)):  # pointed: the end's colour holds beyond it
        tip = [(x, top), (x + step * 0.8 * (bottom - top), (top + bottom) / 2), (x, bottom - 1)]
        draw.polygon(tip, tuple(round(255 * value) for value in end))
    for place, text in legend.ticks:
        x = left + place * (right - left)
        draw.line([x, bottom, x, bottom + 0.08 * rows], _MUTED, max(round(size / 10), 1))
        draw.text((x, bottom + 0.12 * rows), tr(text), _TEXT, _font(text, size, False), anchor="mt")
    return np.asarray(canvas)


def _with_handle(picture: Pixels, column: int, height: int) -> Pixels:
    """The line of a wipe with its round handle, drawn at four times the size for clean edges."""
    unit = max(height / 1000, 0.5)
    half = round(24 * unit)
    low, high = max(column - half, 0), min(column + half, picture.shape[1])
    strip = Image.fromarray(np.ascontiguousarray(picture[:, low:high]))
    big = strip.resize((strip.width * 4, strip.height * 4), Image.Resampling.NEAREST)
    draw, x, y = ImageDraw.Draw(big), 4 * (column - low), 4 * 0.86 * strip.height
    draw.rectangle([x - 8 * unit, 0, x + 8 * unit, big.height], (255, 255, 255))
    draw.rectangle([x - 4 * unit, 0, x + 4 * unit, big.height], _ACCENT)
    radius = 4 * 17 * unit
    draw.ellipse(
        [x - radius - 8 * unit, y - radius - 8 * unit, x + radius + 8 * unit, y + radius + 8 * unit], (255, 255, 255)
    )
    draw.ellipse([x - radius, y - radius, x + radius, y + radius], _ACCENT)
    for side in (-1, 1):
        tip, tail = x + side * 0.55 * radius, x + side * 0.18 * radius
        draw.line([tail, y - 0.3 * radius, tip, y, tail, y + 0.3 * radius], _GROUND, round(9 * unit), "curve")
    done = picture.copy()
    done[:, low:high] = np.asarray(big.resize(strip.size, Image.Resampling.BOX))
    return done


def _outline(picture: Pixels) -> Floats | None:
    """The longest contour (n, 2) between subject and background, column and row."""
    subject = (np.abs(picture.astype(int) - LIGHT).max(axis=2) > 10).astype(np.uint8)
    contours, _ = cv2.findContours(subject, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    longest = max(contours, key=len)[:, 0, :].astype(np.float64)
    return np.asarray(cv2.GaussianBlur(longest[None], (0, 0), 2.0, borderType=cv2.BORDER_REFLECT)[0])


def _parted(contour: Floats, other: Floats, rows: int, columns: int) -> Floats:
    """True for points of a contour that lie over a pixel away from the other one, and for short gaps between them."""
    canvas = np.full((rows, columns), 255, np.uint8)
    place = np.clip(np.round(other).astype(int), 0, (columns - 1, rows - 1))
    canvas[place[:, 1], place[:, 0]] = 0
    distance = cv2.distanceTransform(canvas, cv2.DIST_L2, 5)
    at = np.clip(np.round(contour).astype(int), 0, (columns - 1, rows - 1))
    inside = (contour > 2).all(axis=1) & (contour < (columns - 3, rows - 3)).all(axis=1)
    apart = ((distance[at[:, 1], at[:, 0]] > 1.3) & inside).astype(np.uint8)
    reach = max(rows // 14, 3)
    closed = cv2.morphologyEx(apart[None], cv2.MORPH_CLOSE, np.ones((1, 2 * reach + 1), np.uint8))[0]
    return np.asarray(closed > 0)


def _stretches(marked: Floats) -> list[slice]:
    """Runs of True of more than a few points."""
    edges = np.flatnonzero(np.diff(np.r_[0, marked.astype(np.int8), 0]))
    return [slice(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 12]


def _dashes(line: Floats, dash: float, gap: float) -> list[tuple[Floats, Floats]]:
    """Cut a polyline into dashes: start and end of each."""
    along = np.r_[0, np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))]
    starts = np.arange(0.0, along[-1], dash + gap)
    ends = np.minimum(starts + dash, along[-1])
    first, last = (np.stack([np.interp(at, along, line[:, k]) for k in range(2)], axis=1) for at in (starts, ends))
    return list(zip(first, last, strict=True))
