"""The consultation report: one PDF on A4, for the record and to talk over.

Page 1 is what surgeon and patient look at together: the pictures, what was asked and what the skin does. The next says
how sure that is and how it was calculated. The same case and date give the same bytes.
"""

from collections.abc import Sequence

import numpy as np

from clinic import __version__
from clinic.case import (
    DISCLAIMER,
    Comparison,
    Edit,
    EditReached,
    FaceModel,
    Patient,
    Pixels,
    Range,
    Simulation,
)
from clinic.case.numbers import RANGE_NOTE, amount, spread
from clinic.days import words_of, words_of_iso
from clinic.export.page import (
    ACCENT,
    BOTTOM,
    ERROR,
    LEFT,
    MUTED,
    RIGHT,
    RULE,
    TEXT,
    WARNING,
    WARNING_FILL,
    Align,
    Furniture,
    Pen,
    broken,
)
from clinic.export.pictures import REPORT_VIEWS, Pictures
from clinic.export.solved import Solved
from clinic.rendering import views
from clinic.words import say, tr

_LEAST_CC = 0.05  # a volume below this is not told apart from none
_REGIONS = {
    "nose": say("Nose"),
    "upper_lip": say("Upper lip"),
    "lower_lip": say("Lower lip"),
    "lids": say("Lids"),
    "chin": say("Chin"),
    "cheek_r": say("Cheek, right"),
    "cheek_l": say("Cheek, left"),
    "forehead": say("Forehead"),
    "neck": say("Neck"),
}
_HOW_TO_READ = (
    say("The pictures show a computer simulation of the skin, made from the patient’s photos and the planned changes."),
    say("“Skin reaches” is how far the skin itself moves; it may be less than what is done underneath."),
    say("Swelling, healing, scars, ageing and differences between people are not simulated."),
    say("Not a medical device. For discussion between surgeon and patient, not for diagnosis."),
)
_ROW = 17.0
_FEW = 6  # rows of edits that are kept together on a page
_MIDDLE = 356.0  # where the table of volumes begins
_NAMED = 62.0  # width of the words before a fact
_FRAME = 0.90  # of a picture's width: enough for a face, and larger in print


def to_bytes(pictures: Pictures) -> bytes:
    """Return the report as PDF; it is laid out twice, because every page says how many there are."""
    count = _laid_out(pictures, total_pages=0).page
    return _laid_out(pictures, total_pages=count).finish()


def _laid_out(pictures: Pictures, total_pages: int) -> Pen:
    solved, day = pictures.solved, words_of(pictures.day)
    case = solved.case
    furniture = Furniture(
        title=tr("Consultation report"),
        running=tr("Consultation report · {name} · {day}", name=case.patient.display_name, day=day),
        footer=(
            DISCLAIMER,
            f"{tr(case.plan.name)} · Clinic {__version__} · {solved.face.made_by}",
        ),
    )
    pen = Pen(furniture, total_pages)
    _heading(pen, solved, day)
    _rendered_pairs(pen, pictures)
    _tables(pen, solved.comparison)
    _cautions(pen, solved.comparison)
    _how_to_read(pen)
    _signatures(pen)
    _photo_pair(pen, pictures)
    _displacement(pen, pictures)
    _certainty(pen, solved.face, solved.simulation)
    return pen


def _heading(pen: Pen, solved: Solved, day: str) -> None:
    case = solved.case
    pen.text(LEFT, 57, tr("Consultation report"), 18, bold=True)
    pen.text(LEFT, 75, f"{_subject(case.plan.active)} · {tr(case.plan.name)}", 10.5, colour=MUTED, room=290)
    pen.text(RIGHT, 51, case.patient.display_name, 10.5, bold=True, align="right", room=220)
    pen.text(RIGHT, 64, _about(case.patient), 7.8, colour=MUTED, align="right", room=220)
    pen.text(RIGHT, 75, day, 7.8, colour=MUTED, align="right")
    pen.rule(88.5, colour=ACCENT, width=1.2)
    pen.y = 101.0


def _subject(edits: Sequence[Edit]) -> str:
    """Return "Nose, chin and cheeks" from the procedures planned."""
    from clinic.planning.procedures import PROCEDURES

    regions = {known.id: say("freehand") if known.placed else known.region.lower() for known in PROCEDURES}
    named = list(dict.fromkeys(tr(regions.get(edit.procedure, edit.procedure)) for edit in edits))
    words = tr("{first} and {last}", first=", ".join(named[:-1]), last=named[-1]) if len(named) > 1 else "".join(named)
    return _capital(words)


def _about(patient: Patient) -> str:
    born = tr("Born {day}", day=words_of_iso(patient.birth_date)) if patient.birth_date else ""
    number = f"#{patient.record_number}" if patient.record_number else ""
    return " · ".join(words for words in (born, number, patient.note) if words)


def _rendered_pairs(pen: Pen, pictures: Pictures) -> None:
    """Two rows of three: before above, after below, so that each column is one view."""
    left, gap, height = 92.0, 9.8, 153.0
    width = (RIGHT - left - 2 * gap) / 3
    rows = ((tr("Before"), tr("rebuilt in 3D"), False), (pictures.solved.case.plan.name, tr("simulated"), True))
    for title, words, after in rows:
        pen.text(LEFT, pen.y + 13, title, 9, bold=True, room=left - LEFT - 6)
        pen.text(LEFT, pen.y + 24, words, 6.8, colour=MUTED, room=left - LEFT - 4)
        for column, view in enumerate(REPORT_VIEWS):
            picture = _framed(pictures.view(view, after=after), width / height)
            pen.picture(picture, left + column * (width + gap), pen.y, width, height)
        pen.y += height + 7.5
    for column, view in enumerate(REPORT_VIEWS):
        middle = left + column * (width + gap) + width / 2
        pen.text(middle, pen.y + 6, views.view(view).title, 7.6, colour=MUTED, align="centre")
    words = f"{tr('Same camera, lens (105 mm) and light in each pair; dashed: outline before.')} {tr(DISCLAIMER)}"
    pen.text(left, pen.y + 19, words, 6.8, colour=MUTED, room=RIGHT - left)
    pen.y += 33


def _framed(picture: Pixels, aspect: float) -> Pixels:
    """Return the middle of a standard view, the same for before and after. aspect: width over height."""
    rows, columns = picture.shape[:2]
    width = round(_FRAME * columns)
    height = round(width / aspect)
    left = round((columns - width) / 2)
    top = round((rows - height) / 2)
    part: Pixels = picture[top : top + height, left : left + width]
    return part


def _tables(pen: Pen, comparison: Comparison) -> None:
    """What was asked beside what the skin does, on as many pages as that takes; the volumes beside it."""
    head = (tr("Change"), tr("Asked"), tr("Skin reaches")) + ((tr("Range"),) if _ranged(comparison) else ())
    edits = [_edit_row(edit)[: len(head)] for edit in comparison.edits]
    volumes = [
        (_REGIONS[name], amount(cc, "cc"))
        for name, cc in comparison.volumes
        if abs(cc) >= _LEAST_CC and name in _REGIONS
    ] or [(tr("No region"), tr("below 0.05 cc"))]
    pen.need(34 + max(min(len(edits), _FEW), len(volumes)) * _ROW)
    first = pen.page
    while edits or pen.page == first:
        continued = pen.page > first
        rows = edits[: max(int((BOTTOM - pen.y - 34) // _ROW), 1)]
        edits = edits[len(rows) :]
        top = pen.y + 10
        _table(pen, (LEFT, _MIDDLE - 24), top, tr("Edits, continued") if continued else tr("Edits"), head, rows)
        if not continued:
            _table(pen, (_MIDDLE, RIGHT), top, tr("Volume"), (tr("Region"), tr("Skin gains")), volumes)
        pen.y = top + 7 + max(len(rows), 1 if continued else len(volumes)) * _ROW + 12
        if not edits:
            break
        pen.need(BOTTOM)  # a new page
    if _ranged(comparison):
        pen.need(20)
        pen.text(LEFT, pen.y, RANGE_NOTE, 7, colour=MUTED)
        pen.y += 14


def _edit_row(edit: EditReached) -> tuple[str, ...]:
    return edit.label, amount(edit.asked, edit.unit), amount(edit.reached, edit.unit), spread(edit)


def _ranged(comparison: Comparison) -> bool:
    return any(spread(edit) for edit in comparison.edits)


def _table(
    pen: Pen, sides: tuple[float, float], y: float, title: str, head: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    """Draw a titled table: words to the left, numbers to the right, the result in bold: the second, or the only one."""
    left, right = sides
    pen.text(left, y, title, 10.5, bold=True)
    columns = [right - 62.0 * (len(head) - 2 - number) for number in range(len(head) - 1)]
    for x, words in zip(columns, head[1:], strict=True):
        pen.text(x, y, words, 7, colour=MUTED, align="right")
    pen.rule(y + 7, left, right, RULE)
    for number, (name, *values) in enumerate(rows):
        baseline = y + 7 + _ROW * (number + 1) - 5.5
        pen.text(left, baseline, name, 8, room=columns[0] - left - 40)
        for x, words in zip(columns, values, strict=True):
            result = x == columns[:2][-1]
            pen.text(x, baseline, words, 8, bold=result, colour=TEXT if result else MUTED, align="right")
        pen.rule(y + 7 + _ROW * (number + 1), left, right)


def _cautions(pen: Pen, comparison: Comparison) -> None:
    """Say the largest strain and move, and what the surgeon should know before anyone is shown this."""
    pen.need(20)
    pen.text(
        LEFT,
        pen.y + 6,
        tr(
            "Largest skin strain {strain:.0f} %. Largest move of the skin {mm:.1f} mm.",
            strain=100 * comparison.max_strain,
            mm=comparison.max_mm,
        ),
        7.5,
        colour=MUTED,
    )
    pen.y += 18
    for caution in comparison.cautions:
        _notice(pen, caution.title, (caution.words,), ERROR if caution.severe else WARNING)


def _notice(pen: Pen, title: str, lines: Sequence[str], colour: str) -> None:
    """Draw an amber box: sign, bold title, lines below."""
    broken_lines = [part for line in lines for part in broken(tr(line), RIGHT - LEFT - 46, 7.2)]
    height = 24.0 + 11 * len(broken_lines)
    pen.need(height + 12)
    pen.box(LEFT, pen.y, RIGHT - LEFT, height, WARNING_FILL)
    pen.warning_sign(LEFT + 16, pen.y + height / 2, colour)
    pen.text(LEFT + 32, pen.y + 15, title, 8.2, bold=True)
    for number, line in enumerate(broken_lines):
        pen.text(LEFT + 32, pen.y + 27 + 11 * number, line, 7.2, colour=MUTED)
    pen.y += height + 12


def _how_to_read(pen: Pen) -> None:
    pen.need(24 + 13 * len(_HOW_TO_READ))
    pen.text(LEFT, pen.y + 10, tr("How to read this"), 10, bold=True)
    for number, words in enumerate(_HOW_TO_READ):
        baseline = pen.y + 26 + 12.5 * number
        pen.dot(LEFT + 3, baseline - 2.6, 1.4, ACCENT)
        pen.text(LEFT + 12, baseline, words, 7.8, room=RIGHT - LEFT - 12)
    pen.y += 24 + 12.5 * len(_HOW_TO_READ)


def _signatures(pen: Pen) -> None:
    """Three lines to sign on, at the foot of the page."""
    pen.need(44)
    y, gap = max(pen.y + 30, 771.0), 15.0
    width = (RIGHT - LEFT - 2 * gap) / 3
    for number, words in enumerate((tr("Patient"), tr("Surgeon"), tr("Date"))):
        left = LEFT + number * (width + gap)
        pen.rule(y, left, left + width, RULE)
        pen.text(left, y + 11, words, 7.2, colour=MUTED)
    pen.y = y + 20


def _section(pen: Pen, title: str, height: float) -> None:
    """Begin a section that needs so much room for its heading and first content."""
    pen.need(height + 30)
    pen.text(LEFT, pen.y + 10, title, 10.5, bold=True)
    pen.rule(pen.y + 17, colour=RULE)
    pen.y += 27


def _photo_pair(pen: Pen, pictures: Pictures) -> None:
    if not pictures.has_photo:
        return
    gap = 9.8
    width = (RIGHT - LEFT - gap) / 2
    before = pictures.photo_of_face(pictures.main_photo, after=False)
    height = min(width * before.shape[0] / before.shape[1], 195.0)
    _section(pen, tr("In the patient’s own photo"), height)
    for number, (after, words) in enumerate(
        ((False, tr("Before: the photo")), (True, tr("The photo, moved as simulated")))
    ):
        left = LEFT + number * (width + gap)
        pen.picture(pictures.photo_of_face(pictures.main_photo, after=after), left, pen.y, width, height)
        pen.text(left + width / 2, pen.y + height + 12, words, 7.6, colour=MUTED, align="centre")
    pen.text(LEFT, pen.y + height + 25, DISCLAIMER, 6.8, colour=MUTED)
    pen.y += height + 40


def _displacement(pen: Pen, pictures: Pictures) -> None:
    """Three views coloured by how far the skin moves, and the scale of the colours."""
    gap, height = 9.8, 110.0
    width = (RIGHT - LEFT - 2 * gap) / 3
    _section(pen, tr("Where the skin moves"), height)
    for number, view in enumerate(REPORT_VIEWS):
        left = LEFT + number * (width + gap)
        pen.picture(_framed(pictures.heat(view), width / height), left, pen.y, width, height)
        pen.text(left + width / 2, pen.y + height + 12, views.view(view).title, 7.6, colour=MUTED, align="centre")
    _scale(pen, pictures, pen.y + height + 22)
    pen.y += height + 58


def _scale(pen: Pen, pictures: Pictures, y: float) -> None:
    legend = pictures.legend
    left, width = LEFT + 128, RIGHT - LEFT - 128
    pen.text(LEFT, y + 6, tr("Outwards +, inwards −, mm"), 7.2, colour=MUTED)
    ramp = legend.colours(np.linspace(legend.low, legend.high, 512))
    pen.picture(np.repeat((ramp[None] * 255).round().astype(np.uint8), 8, axis=0), left, y, width, 7, radius=2)
    for place, value in zip((0.0, 0.25, 0.5, 0.75, 1.0), np.linspace(legend.low, legend.high, 5), strict=True):
        align: Align = "left" if place == 0 else "right" if place == 1 else "centre"
        pen.text(left + place * width, y + 17, amount(float(value), "mm"), 7, colour=MUTED, align=align)


def _certainty(pen: Pen, face: FaceModel, simulation: Simulation) -> None:
    """How sure the numbers are, beside how they were calculated; then all that the fit of the face warned of."""
    gap = 24.0
    middle = (LEFT + RIGHT) / 2
    pen.need(110)
    top = pen.y
    left = _facts(pen, (LEFT, middle - gap / 2), tr("How sure this is"), _certainties(face))
    right = _facts(pen, (middle + gap / 2, RIGHT), tr("How it was calculated"), _calculations(simulation))
    pen.y = max(left, right, top) + 8
    if face.warnings:
        _notice(
            pen, tr("Notes on the scan") if face.scan is not None else tr("Notes on the photos"), face.warnings, WARNING
        )


def _certainties(face: FaceModel) -> Sequence[tuple[str, str]]:
    inferred = float(np.mean(face.seen == 0))
    shown = tr("not on the scan") if face.scan is not None else tr("in no photo")
    return (
        (tr("Scale"), tr("{words!t}, in all lengths alike.", words=_capital(tr(face.scale.words)))),
        (
            tr("Shape"),
            tr("Skin ± {sigma:.1f} mm (median). Each ± is one standard deviation.", sigma=np.median(face.sigma_mm)),
        ),
        (
            tr("Seen"),
            tr(
                "{inferred:.0f} % of the head is {shown} and was inferred from other people’s heads.",
                inferred=100 * inferred,
                shown=shown,
            ),
        ),
        (tr("Not rebuilt"), tr("Hair, beard and lashes; eyes and teeth are illustrative, the cap is drawn.")),
        (tr("Colour"), _colour(face)),
    )


def _colour(face: FaceModel) -> str:
    if face.scan is not None and not face.photos:
        return (
            tr("The scan’s own.")
            if face.texture.seen.any()
            else tr("None: the scan holds no colour, the skin’s tone is generic.")
        )
    return tr("Shade is evened in 3D, and with it marks wider than 9 mm; the photo shows the skin as it is.")


def _calculations(simulation: Simulation) -> Sequence[tuple[str, str]]:
    figures = simulation.figures
    steps = tr(
        "{load_steps} load steps, {iterations} iterations", load_steps=figures.load_steps, iterations=figures.iterations
    )
    return (
        (tr("Model"), tr("Nonlinear finite elements, {tetrahedra:,} tetrahedra.", tetrahedra=figures.tetrahedra)),
        (
            tr("Solution"),
            tr("{steps}, residual {residual:.0e}.", steps=steps, residual=figures.residual),
        ),
        (
            tr("Checks"),
            tr("Smallest local volume ratio {ratio:.2f} (must stay above 0).", ratio=figures.min_det_f),
        ),
        (tr("Preview"), tr("Up to {gap_mm:.1f} mm from this solution; never exported.", gap_mm=figures.linear_gap_mm)),
        *_range_words(simulation.range),
        (tr("Made by"), simulation.made_by),
    )


def _range_words(within: Range | None) -> Sequence[tuple[str, str]]:
    if within is None:
        return ()
    return (
        (
            tr("Range"),
            tr("{runs} linear solutions over {inputs}.", runs=within.runs, inputs="; ".join(map(tr, within.inputs))),
        ),
    )


def _facts(pen: Pen, sides: tuple[float, float], title: str, facts: Sequence[tuple[str, str]]) -> float:
    """Write a titled column of named sentences; return where it ends."""
    left, right = sides
    pen.text(left, pen.y + 10, title, 10.5, bold=True)
    pen.rule(pen.y + 17, left, right, RULE)
    y = pen.y + 31
    for name, words in facts:
        pen.text(left, y, name, 7.6, bold=True, room=_NAMED - 4)
        y = pen.paragraph(left + _NAMED, y, right - left - _NAMED, words, 7.6) + 2.5
    return y


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
