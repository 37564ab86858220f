import pytest

from clinic.ui.palette.fuzzy import score


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [
        ("np", "New plan", "Open sample patient"),
        ("dup", "Duplicate the plan", "Add up"),
        ("sol", "Solve the plan", "Shortcuts, also long"),
        ("undo", "Undo", "Look round on your own"),
        ("lat", "Lateral L", "Close all that"),
    ],
)
def test_beginnings_of_words_and_neighbours_fit_best(typed: str, better: str, worse: str) -> None:
    good, poor = score(typed, better), score(typed, worse)
    assert good is not None
    assert poor is None or good > poor


def test_letters_must_all_come_in_their_order() -> None:
    assert score("nalp", "Plan") is None
    assert score("plann", "Plan") is None
    assert score("", "Plan") == 0.0


def test_accents_and_capitals_and_blanks_do_not_matter() -> None:
    assert score("losen", "Plan lösen") == score("LÖSEN", "Plan lösen")
    assert score("new plan", "New plan") == score("newplan", "New plan")


def test_a_late_word_is_found_although_an_early_letter_lies() -> None:
    assert score("photo", "Open the photo") is not None
    assert score("plan", "People plan") is not None
