import pytest

from clinic.archive.version import CURRENT, FormatVersion


def test_a_later_form_that_we_understand_is_read() -> None:
    assert FormatVersion(form=CURRENT.form + 7, min_reader=CURRENT.form).readable


def test_a_later_form_that_we_would_misread_is_refused() -> None:
    assert not FormatVersion(form=CURRENT.form + 7, min_reader=CURRENT.form + 1).readable


@pytest.mark.parametrize(("form", "min_reader"), [(0, 0), (1, 2), (70000, 1)])
def test_impossible_versions_do_not_exist(form: int, min_reader: int) -> None:
    with pytest.raises(ValueError, match="no such version"):
        FormatVersion(form, min_reader)
