"""Puts drawn pictures together for people: labels above, disclaimer below, never over the face.

Every function takes pictures (rows, columns, 3) and returns one. `picture_size` says how large to draw so that the
whole has a wanted size. Words stand in bands of their own in the picture's colours, dark or light by its background.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from clinic import resources
from clinic.case import Floats, Pixels
from clinic.rendering.heat import Legend
from clinic.rendering.layers import DARK, Colour

DISCLAIMER = "Computer simulation for discussion. Not a prediction or promise."
SCALE_BAR_MM = 20.0
_HEADER, _FOOTER, _LEGEND = 0.040, 0.036, 0.070  # of the whole height


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of the bands; the design's tokens."""

    ground: Colour
    text: Colour
    muted: Colour
    accent: Colour
    line: Colour


_DARK_BANDS = Palette(
    (0x1E, 0x24, 0x2B), (0xE8, 0xEC, 0xF0), (0xA7, 0xB0, 0xBA), (0x4F, 0xB3, 0xBF), (0x30, 0x39, 0x43)
)
_LIGHT_BANDS = Palette(
    (0xFF, 0xFF, 0xFF), (0x1B, 0x21, 0x27), (0x55, 0x60, 0x6B), (0x0B, 0x72, 0x85), (0xDC, 0xE1, 0xE6)
)


@dataclass(frozen=True, slots=True)
class Label:
    """What stands above a picture: a strong word and what qualifies it ("Plan A", "solved")."""

    title: str
    detail: str = ""


def picture_size(width: int, height: int, panels: int = 1, legend: bool = False) -> tuple[int, int]:
    """Return (width, height) of each picture to draw, so that the composed whole measures width × height."""
    bands = _band(_HEADER, height) + _band(_FOOTER, height) + (_band(_LEGEND, height) if legend else 0)
    return width // panels, height - bands


def before_after(
    pictures: Sequence[Pixels],
    labels: Sequence[Label],
    height: int,
    view: str = "",
    mm_per_pixel: float | None = None,
    background: Colour = DARK,
) -> Pixels:
    """Return pictures side by side under their labels. height: of the whole, px; view: words for the caption."""
    palette = _palette(background)
    row = np.concatenate(
        [_header_over(picture, label, height, palette) for picture, label in zip(pictures, labels, strict=True)], axis=1
    )
    width = pictures[0].shape[1]
    for k in range(1, len(pictures)):
        row[:, k * width - 1 : k * width + 1] = palette.line
    return np.concatenate([row, _footer(row.shape[1], height, view, mm_per_pixel, palette)])


def wipe(
    before: Pixels,
    after: Pixels,
    labels: tuple[Label, Label],
    height: int,
    place: float = 0.5,
    view: str = "",
    mm_per_pixel: float | None = None,
    background: Colour = DARK,
) -> Pixels:
    """Return one picture, before to the left of a line at `place` (0…1) and after to its right."""
    palette = _palette(background)
    column = round(place * before.shape[1])
    joined = np.concatenate([before[:, :column], after[:, column:]], axis=1)
    joined = _with_handle(joined, column, height, palette)
    head = _header(joined.shape[1], height, labels[0], palette, labels[1])
    return np.concatenate([head, joined, _footer(joined.shape[1], height, view, mm_per_pixel, palette)])


def heatmap(
    picture: Pixels,
    legend: Legend,
    label: Label,
    height: int,
    view: str = "",
    background: Colour = DARK,
) -> Pixels:
    """Return a heat-map picture over its colour scale."""
    palette = _palette(background)
    width = picture.shape[1]
    scale = _legend(width, height, legend, palette)
    head = _header_over(picture, label, height, palette)
    return np.concatenate([head, scale, _footer(width, height, view, None, palette)])


def outlined(picture: Pixels, other: Pixels, background: Colour = DARK) -> Pixels:
    """Return `picture` with the outline of `other` dashed over it, where the two outlines part."""
    contour, here = _outline(other, background), _outline(picture, background)
    if contour is None or here is None:
        return picture
    apart = _parted(contour, here, picture.shape[0], picture.shape[1])
    scale = max(picture.shape[0] / 1000, 1.0)
    canvas, draw = _canvas(picture)
    colour = (255, 255, 255) if sum(background) < 384 else _LIGHT_BANDS.accent
    for stretch in _stretches(apart):
        for start, end in _dashes(contour[stretch], 7 * scale, 5 * scale):
            draw.line([*start, *end], fill=colour, width=max(round(1.8 * scale), 1))
    return np.asarray(canvas)


def _palette(background: Colour) -> Palette:
    return _DARK_BANDS if sum(background) < 384 else _LIGHT_BANDS


def _band(share: float, height: int) -> int:
    return max(round(share * height), 22)


@lru_cache(maxsize=32)
def _font(size: int, strong: bool) -> ImageFont.FreeTypeFont:
    name = "NotoSans-SemiBold.ttf" if strong else "NotoSans-Regular.ttf"
    return ImageFont.truetype(str(resources.folder("fonts") / name), size)


def _canvas(pixels: Pixels) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    canvas = Image.fromarray(np.ascontiguousarray(pixels))
    return canvas, ImageDraw.Draw(canvas)


def _blank(width: int, rows: int, palette: Palette) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    canvas = Image.new("RGB", (width, rows), palette.ground)
    return canvas, ImageDraw.Draw(canvas)


def _header_over(picture: Pixels, label: Label, height: int, palette: Palette) -> Pixels:
    return np.concatenate([_header(picture.shape[1], height, label, palette), picture])


def _header(width: int, height: int, label: Label, palette: Palette, right: Label | None = None) -> Pixels:
    rows = _band(_HEADER, height)
    canvas, draw = _blank(width, rows, palette)
    size, margin = round(0.46 * rows), round(0.5 * rows)
    _words(draw, margin, rows / 2, label, size, palette)
    if right is not None:
        _words(draw, width - margin - _length(right, size), rows / 2, right, size, palette)
    return np.asarray(canvas)


def _words(draw: ImageDraw.ImageDraw, x: float, y: float, label: Label, size: int, palette: Palette) -> None:
    title = _font(size, True)
    draw.text((x, y), label.title, palette.text, title, anchor="lm")
    if label.detail:
        draw.text(
            (x + title.getlength(label.title) + 0.55 * size, y), label.detail, palette.muted, _font(size, False), "lm"
        )


def _length(label: Label, size: int) -> float:
    detail = 0.55 * size + _font(size, False).getlength(label.detail) if label.detail else 0.0
    return float(_font(size, True).getlength(label.title) + detail)


def _footer(width: int, height: int, view: str, mm_per_pixel: float | None, palette: Palette) -> Pixels:
    """Scale bar and view to the left, the disclaimer to the right, as large as fits."""
    rows = _band(_FOOTER, height)
    canvas, draw = _blank(width, rows, palette)
    margin = round(0.55 * rows)
    bar = 0.0 if mm_per_pixel is None else SCALE_BAR_MM / mm_per_pixel
    size = round(0.42 * rows)
    while size > 9 and margin + bar + _font(size, False).getlength(f"20 mm{view}{DISCLAIMER}") + 6 * size > width:
        size -= 1
    x: float = margin
    if bar:
        x = _scale_bar(draw, x, rows / 2, bar, size, palette)
    draw.text((x, rows / 2), view, palette.muted, _font(size, False), anchor="lm")
    draw.text((width - margin, rows / 2), DISCLAIMER, palette.text, _font(size, False), anchor="rm")
    return np.asarray(canvas)


def _scale_bar(draw: ImageDraw.ImageDraw, x: float, y: float, length: float, size: int, palette: Palette) -> float:
    """Draw a bar with end marks and its length in words; return where the next words may begin."""
    stroke, tick = max(round(size / 9), 1), 0.35 * size
    draw.line([x, y, x + length, y], palette.text, stroke)
    for end in (x, x + length):
        draw.line([end, y - tick, end, y + tick], palette.text, stroke)
    words = f"{SCALE_BAR_MM:g} mm"
    draw.text((x + length + 0.5 * size, y), words, palette.text, _font(size, False), anchor="lm")
    return x + length + 2.2 * size + float(_font(size, False).getlength(words))


def _legend(width: int, height: int, legend: Legend, palette: Palette) -> Pixels:
    rows = _band(_LEGEND, height)
    canvas, draw = _blank(width, rows, palette)
    size, margin = round(0.25 * rows), round(0.5 * rows)
    words = f"{legend.title}, {legend.unit}"
    draw.text((margin, 0.34 * rows), words, palette.text, _font(size, True), anchor="lm")
    left = margin + _font(size, True).getlength(words) + 1.6 * size
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
        draw.line([x, bottom, x, bottom + 0.08 * rows], palette.muted, max(round(size / 10), 1))
        draw.text((x, bottom + 0.12 * rows), text, palette.text, _font(size, False), anchor="mt")
    return np.asarray(canvas)


def _with_handle(picture: Pixels, column: int, height: int, palette: Palette) -> Pixels:
    """The line of a wipe with its round handle, drawn at four times the size for clean edges."""
    unit = max(height / 1000, 0.5)
    half = round(24 * unit)
    low, high = max(column - half, 0), min(column + half, picture.shape[1])
    strip = Image.fromarray(np.ascontiguousarray(picture[:, low:high]))
    big = strip.resize((strip.width * 4, strip.height * 4), Image.Resampling.NEAREST)
    draw, x, y = ImageDraw.Draw(big), 4 * (column - low), 4 * 0.86 * strip.height
    draw.rectangle([x - 8 * unit, 0, x + 8 * unit, big.height], (255, 255, 255))
    draw.rectangle([x - 4 * unit, 0, x + 4 * unit, big.height], palette.accent)
    radius = 4 * 17 * unit
    draw.ellipse(
        [x - radius - 8 * unit, y - radius - 8 * unit, x + radius + 8 * unit, y + radius + 8 * unit], (255, 255, 255)
    )
    draw.ellipse([x - radius, y - radius, x + radius, y + radius], palette.accent)
    for side in (-1, 1):
        tip, tail = x + side * 0.55 * radius, x + side * 0.18 * radius
        draw.line([tail, y - 0.3 * radius, tip, y, tail, y + 0.3 * radius], palette.ground, round(9 * unit), "curve")
    done = picture.copy()
    done[:, low:high] = np.asarray(big.resize(strip.size, Image.Resampling.BOX))
    return done


def _outline(picture: Pixels, background: Colour) -> Floats | None:
    """The longest contour (n, 2) between subject and background, column and row."""
    subject = (np.abs(picture.astype(int) - background).max(axis=2) > 10).astype(np.uint8)
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
