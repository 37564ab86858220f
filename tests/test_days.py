from collections.abc import Iterator
from datetime import date, datetime

import pytest

from clinic import resources, words
from clinic.days import moment, words_of, words_of_iso


@pytest.fixture
def chinese() -> Iterator[None]:
    words.speak("zh_CN", resources.folder("i18n"))
    yield
    words.speak("en", None)


def test_dates_are_written_with_the_month_in_words() -> None:
    assert words_of(date(1992, 2, 14)) == "14 Feb 1992"
    assert words_of_iso("1979-03-04") == "4 Mar 1979"
    assert words_of_iso("about 1979") == "about 1979"


def test_a_moment_is_told_by_the_clock_on_the_wall() -> None:
    local = datetime(2026, 11, 23, 16, 33, 5).astimezone()
    assert moment(local.isoformat()) == "23 Nov 2026, 16:33"
    assert moment(local.isoformat(), seconds=True) == "23 Nov 2026, 16:33:05"
    assert moment("yesterday") == "yesterday"


@pytest.mark.usefixtures("chinese")
def test_in_chinese_the_year_comes_first_and_the_time_last() -> None:
    local = datetime(2026, 11, 23, 16, 33, 5).astimezone()
    assert moment(local.isoformat()) == "2026年11月23日, 16:33"
    assert words.tr(moment(local.isoformat())) == "2026年11月23日, 16:33"
