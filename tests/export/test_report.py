"""The consultation report, read back."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import builders
import numpy as np
import pypdf
import pytest

from clinic.case import Case, Caution, Comparison, EditReached, Pixels
from clinic.case.numbers import RANGE_NOTE
from clinic.export import report
from clinic.export.pictures import Pictures
from clinic.export.solved import Solved, solved
from clinic.rendering import heat
from clinic.rendering.heat import Legend

DAY = date(2026, 11, 23)
DISCLAIMER = "Computer simulation for discussion. Not a prediction or promise."


class Grey(Pictures):
    """Pictures that cost nothing: the report's words are tested here, the drawing elsewhere."""

    @property
    def legend(self) -> Legend:
        return heat.displacement_legend(np.zeros(1))

    def view(self, view_id: str, *, after: bool) -> Pixels:
        return np.full((120, 80, 3), 90, np.uint8)

    def heat(self, view_id: str) -> Pixels:
        return np.full((120, 80, 3), 200, np.uint8)

    def photo_of_face(self, view_id: str, *, after: bool) -> Pixels:
        return np.full((100, 100, 3), 50, np.uint8)


def comparison(**changed: Any) -> Comparison:
    edits = (EditReached("Dorsal hump", -2.0, -1.74, "mm"), EditReached("Malar filler, left", 1.0, 0.953, "cc"))
    known: dict[str, Any] = {
        "signed_mm": np.zeros(3),
        "volumes": (("nose", -0.31), ("chin", 0.01), ("cheek_l", 0.95)),
        "edits": edits,
        "max_mm": 3.96,
        "max_strain": 0.07,
        "made_from": ("a", "b"),
    }
    return Comparison(**known | changed)


def ready(case: Case | None = None, **changed: Any) -> Solved:
    return replace(solved(case or builders.solved_case()), comparison=comparison(**changed))


def text(given: Solved) -> str:
    read = pypdf.PdfReader(io.BytesIO(report.to_bytes(Grey(given, DAY))))
    return "\n".join(page.extract_text() for page in read.pages)


def test_it_says_who_what_and_how_sure() -> None:
    words = text(ready())
    for wanted in (
        "Consultation report", "Nose, chin and cheeks · Plan A", "DOE Jane", "Born 14 Feb 1992", "23 Nov 2026",
        "Dorsal hump", "−2.0 mm", "−1.7 mm", "+1.00 cc", "+0.95 cc", "Nose", "−0.31 cc",
        "Scale from the interpupillary distance, ± 0.8 %", "Largest skin strain 7 %", "20,000 tetrahedra",
        "How to read this", "Patient", "Surgeon", "not for diagnosis",
    ):  # fmt: skip
        assert wanted in words, wanted


def test_small_volumes_are_left_out() -> None:
    assert "+0.01 cc" not in text(ready())


def test_what_speaks_against_the_result_is_said() -> None:
    said = (Caution("Skin strain 34 % at the chin", "Reduce the change, or note the reason.", severe=True),)
    words = text(ready(cautions=said))
    assert "Skin strain 34 % at the chin" in words
    assert "note the reason" in words


def test_a_range_stands_beside_what_is_reached_and_is_explained_once() -> None:
    edits = (
        EditReached("Chin forward", 4.0, 3.4, "mm", 2.9, 3.9),
        EditReached("Tip rotation", 5.0, 4.6, "°", -0.2, 5.1),
        EditReached("Dorsal hump", -2.0, -1.7, "mm"),
    )
    words = text(ready(edits=edits))
    for wanted in ("Range", "2.9 to 3.9", "+4.6°", "−0.2 to 5.1"):
        assert wanted in words, wanted
    assert words.count(RANGE_NOTE) == 1
    assert "nan" not in words
    assert RANGE_NOTE not in text(ready())


def test_warnings_of_the_face_are_passed_on() -> None:
    case = builders.solved_case()
    assert case.face is not None
    smiling = replace(case, face=replace(case.face, warnings=("The photo shows a smile, so the lips are a guess.",)))
    assert "The photo shows a smile" in text(ready(smiling))


def test_every_page_is_numbered_and_carries_the_disclaimer() -> None:
    pages = pypdf.PdfReader(io.BytesIO(report.to_bytes(Grey(ready(), DAY)))).pages
    assert len(pages) == 2
    for number, page in enumerate(pages, 1):
        words = page.extract_text()
        assert f"Page {number} of {len(pages)}" in words
        assert DISCLAIMER in words
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx((595.276, 841.890), abs=0.1)


def test_many_edits_and_long_words_stay_on_the_page() -> None:
    edits = tuple(EditReached(f"A procedure with a long name {number}", 1.0, 0.9, "mm") for number in range(90))
    case = builders.solved_case()
    patient = replace(case.patient, family_name="Wolfeschlegelsteinhausenbergerdorff" * 2, note="a note " * 30)
    read = pypdf.PdfReader(io.BytesIO(report.to_bytes(Grey(ready(replace(case, patient=patient), edits=edits), DAY))))
    for page in read.pages:
        places: list[tuple[float, float]] = []
        page.extract_text(
            visitor_text=lambda words, _, matrix, *__, places=places: (
                places.append((matrix[4], matrix[5])) if words.strip() else None
            )
        )
        assert all(40 <= x <= 555 and 15 <= y <= 800 for x, y in places)
    words = "".join(page.extract_text() for page in read.pages)
    assert all(f"A procedure with a long name {number}" in words for number in range(90))


def test_fonts_are_embedded() -> None:
    read = pypdf.PdfReader(io.BytesIO(report.to_bytes(Grey(ready(), DAY))))
    for page in read.pages:
        fonts = page["/Resources"]["/Font"]  # type: ignore[index]
        # Helvetica is declared by the library on every page, and never used
        used = [entry.get_object() for entry in fonts.values() if "Noto" in str(entry.get_object()["/BaseFont"])]
        assert len(used) >= 2
        assert all("/FontFile2" in font["/FontDescriptor"] for font in used)


def test_equal_cases_give_equal_bytes() -> None:
    assert report.to_bytes(Grey(ready(), DAY)) == report.to_bytes(Grey(ready(), DAY))


def test_no_name_in_the_file_s_own_data() -> None:
    read = pypdf.PdfReader(io.BytesIO(report.to_bytes(Grey(ready(), DAY))))
    assert "DOE" not in str(read.metadata).upper()
