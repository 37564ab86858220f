"""Ink on A4: the report's type, colours and the few shapes it is made of. Points, y downwards from the top edge."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from clinic.case import Pixels
from clinic.export import fonts
from clinic.words import tr

WIDTH, HEIGHT = 595.276, 841.890  # A4
LEFT, RIGHT = 42.0, 553.0
BOTTOM = 786.0  # the footer begins below

TEXT, MUTED, ACCENT, LINE, RULE = "#1B2127", "#55606B", "#0B7285", "#DCE1E6", "#9AA3AC"
WARNING, WARNING_FILL, ERROR = "#8A5A00", "#FBF3E2", "#B3261E"

_PRINT_DPI = 300
_CORNER = 4.0  # radius of boxes, points

Align = Literal["left", "right", "centre"]


@dataclass(frozen=True, slots=True)
class Furniture:
    """What stands on every page: `running` at the top from page 2 on, the lines of `footer` at the bottom."""

    title: str
    running: str
    footer: tuple[str, str]


class Pen:
    """Draws pages from top to bottom; `y` is how far it has come."""

    def __init__(self, furniture: Furniture, total_pages: int) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self._stream = io.BytesIO()
        # Invariant: no clock and no random identifier in the file, so that equal reports are equal bytes.
        self._canvas = Canvas(self._stream, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
        self._canvas.setTitle(furniture.title)
        self._canvas.setAuthor("Clinic")
        self._canvas.setCreator("Clinic")
        self._furniture, self._total = furniture, total_pages
        self.page = 1
        self.y = LEFT

    def finish(self) -> bytes:
        """Return the PDF."""
        self._footer()
        self._canvas.save()
        return self._stream.getvalue()

    def need(self, height: float) -> None:
        """Turn to a new page unless so much room is left on this one."""
        if self.y + height <= BOTTOM:
            return
        self._footer()
        self._canvas.showPage()
        self.page += 1
        self.text(LEFT, 50, self._furniture.running, 8, colour=MUTED)
        self.rule(58, colour=ACCENT, width=1.0)
        self.y = 76.0

    def text(
        self, x: float, y: float, words: str, size: float, *, bold: bool = False, colour: str = TEXT,
        align: Align = "left", room: float | None = None,
    ) -> None:  # fmt: skip
        """Write one line with its baseline at y; set smaller, then cut, where it would be wider than `room`."""
        words = tr(words)
        font = _font(words, strong=bold)
        words, size = _fitted(words, font, size, room)
        self._canvas.setFont(font, size)
        self._canvas.setFillColor(_colour(colour))
        draw = {"left": "drawString", "right": "drawRightString", "centre": "drawCentredString"}[align]
        getattr(self._canvas, draw)(x, HEIGHT - y, words)

    def paragraph(self, x: float, y: float, width: float, words: str, size: float = 8) -> float:
        """Write lines broken at `width`, the first baseline at y; return the baseline after the last."""
        lines = broken(tr(words), width, size)
        for number, line in enumerate(lines):
            self.text(x, y + number * size * 1.45, line, size)
        return y + len(lines) * size * 1.45

    def rule(self, y: float, x0: float = LEFT, x1: float = RIGHT, colour: str = LINE, width: float = 0.6) -> None:
        """Draw a level line."""
        self._canvas.setStrokeColor(_colour(colour))
        self._canvas.setLineWidth(width)
        self._canvas.line(x0, HEIGHT - y, x1, HEIGHT - y)

    def box(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """Fill a box with round corners."""
        self._canvas.setFillColor(_colour(fill))
        self._canvas.roundRect(x, HEIGHT - y - height, width, height, _CORNER, stroke=0, fill=1)

    def dot(self, x: float, y: float, radius: float, colour: str) -> None:
        """Fill a circle."""
        self._canvas.setFillColor(_colour(colour))
        self._canvas.circle(x, HEIGHT - y, radius, stroke=0, fill=1)

    def warning_sign(self, x: float, y: float, colour: str) -> None:
        """Draw a triangle with an exclamation mark around (x, y), 11 points wide."""
        canvas, level = self._canvas, HEIGHT - y
        canvas.setStrokeColor(_colour(colour))
        canvas.setLineWidth(0.9)
        canvas.setLineJoin(1)
        outline = canvas.beginPath()
        outline.moveTo(x - 5.5, level - 4.2)
        outline.lineTo(x + 5.5, level - 4.2)
        outline.lineTo(x, level + 5.2)
        outline.close()
        canvas.drawPath(outline, stroke=1, fill=0)
        canvas.line(x, level + 1.8, x, level - 1.2)
        self.dot(x, y + 2.7, 0.6, colour)

    def picture(self, pixels: Pixels, x: float, y: float, width: float, height: float, radius: float = 4) -> None:
        """Place the middle of a picture so that it fills a box with round corners, at print resolution."""
        from reportlab.lib.utils import ImageReader

        canvas = self._canvas
        canvas.saveState()
        corners = canvas.beginPath()
        corners.roundRect(x, HEIGHT - y - height, width, height, radius)
        canvas.clipPath(corners, stroke=0, fill=0)
        picture = ImageReader(io.BytesIO(_printed(pixels, width, height)))
        canvas.drawImage(picture, x, HEIGHT - y - height, width, height)
        canvas.restoreState()

    def _footer(self) -> None:
        first, second = self._furniture.footer
        self.rule(798)
        self.text(LEFT, 811, first, 7.2, bold=True)
        self.text(LEFT, 822, second, 6.8, colour=MUTED, room=RIGHT - LEFT)
        self.text(
            RIGHT,
            811,
            tr("Page {page} of {total}", page=self.page, total=self._total),
            7.2,
            colour=MUTED,
            align="right",
        )


def broken(words: str, width: float, size: float) -> Sequence[str]:
    """Return the lines that a text takes in a column."""
    from reportlab.lib.textsplit import wordSplit
    from reportlab.lib.utils import simpleSplit

    font = _font(words, strong=False)
    if not fonts.holds_han(words):
        lines: Sequence[str] = simpleSplit(words, font, size, width)
        return lines
    return [line for _, line in wordSplit(words, [width], font, size)]


def _fitted(words: str, font: str, size: float, room: float | None) -> tuple[str, float]:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    if room is None or stringWidth(words, font, size) <= room:
        return words, size
    size = max(size * room / stringWidth(words, font, size), 0.75 * size)
    if stringWidth(words, font, size) <= room + 0.1:
        return words, size
    while len(words) > 1 and stringWidth(words + "…", font, size) > room:
        words = words[:-1]
    return words + "…", size


def _printed(pixels: Pixels, width: float, height: float) -> bytes:
    """Crop to the box's shape, bring to print resolution, compress."""
    from PIL import Image

    rows, columns = pixels.shape[:2]
    scale = min(columns / width, rows / height)
    crop_width, crop_height = scale * width, scale * height
    left, top = (columns - crop_width) / 2, (rows - crop_height) / 2
    most = _PRINT_DPI / 72
    size = (round(min(crop_width, width * most)), round(min(crop_height, height * most)))
    box = (left, top, left + crop_width, top + crop_height)
    stream = io.BytesIO()
    image = Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS, box)
    image.save(stream, "JPEG", quality=92, subsampling=0)
    return stream.getvalue()


def _colour(code: str) -> Any:
    from reportlab.lib.colors import HexColor

    return HexColor(code)


def _font(words: str, strong: bool) -> str:
    """Return the name of the type for a line, made known to reportlab."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    name = fonts.name(words, strong)
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(name, str(fonts.file(name))))
    return name
