import pytest

from clinic.case import EditReached
from clinic.case.numbers import amount, asked_reached, plain, signed, spread


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (4.0, "mm", "+4.0 mm"),
        (-0.25, "cc", "−0.25 cc"),
        (5.0, "°", "+5.0°"),
        (0.04, "mm", "0.0 mm"),
        (-0.04, "mm", "0.0 mm"),
    ],
)
def test_an_amount_has_its_sign_its_decimals_and_its_unit(value: float, unit: str, words: str) -> None:
    assert amount(value, unit) == words


def test_plus_is_left_away_where_it_says_nothing() -> None:
    assert (signed(2.0, 1), plain(2.0, 1), plain(-2.0, 1)) == ("+2.0", "2.0", "−2.0")


def test_asked_and_reached_stand_with_their_range() -> None:
    assert asked_reached(EditReached("Chin", 4.0, 3.4, "mm", 2.9, 3.9)) == "+4.0 → +3.4 mm (2.9 to 3.9)"
    assert asked_reached(EditReached("Hump", -2.0, -1.5, "mm", -1.9, -1.1)) == "−2.0 → −1.5 mm (−1.9 to −1.1)"
    assert asked_reached(EditReached("Tip", 5.0, 4.6, "°", 4.0, 5.2)) == "+5.0 → +4.6° (4.0 to 5.2)"


def test_without_a_range_there_are_no_brackets() -> None:
    edit = EditReached("Filler", 1.0, 0.98, "cc")
    assert spread(edit) == ""
    assert asked_reached(edit) == "+1.00 → +0.98 cc"
