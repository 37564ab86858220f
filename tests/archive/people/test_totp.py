"""Codes against the published examples of RFC 6238 (appendix B, SHA-1)."""

from datetime import UTC, datetime

import pytest

from clinic.archive.people import totp

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "eight_digits"),
    [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
     (2000000000, "69279037"), (20000000000, "65353130")],
)  # fmt: skip
def test_codes_are_those_of_the_standard(seconds: int, eight_digits: str) -> None:
    """A code of six digits is the end of one of eight: both are the same number, cut at another power of ten."""
    moment = datetime.fromtimestamp(seconds, UTC)
    assert totp.code_at(SECRET, totp.step_at(moment)) == eight_digits[2:]


def test_a_clock_may_be_off_by_half_a_minute_and_no_more() -> None:
    moment = datetime.fromtimestamp(1234567890, UTC)
    step = totp.step_at(moment)
    accepted = {off: totp.matching_step(SECRET, totp.code_at(SECRET, step + off), moment) for off in range(-3, 4)}
    assert accepted == {-3: None, -2: None, -1: step - 1, 0: step, 1: step + 1, 2: None, 3: None}


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "0000000", "²⁰⁵⁹²⁴"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert totp.matching_step(SECRET, typed, datetime.fromtimestamp(1234567890, UTC)) is None


@pytest.mark.parametrize("typed", [" 005 924 ", "005924", "٠٠٥٩٢٤"])
def test_a_code_may_be_typed_in_two_groups_and_in_other_digits(typed: str) -> None:
    assert totp.matching_step(SECRET, typed, datetime.fromtimestamp(1234567890, UTC)) is not None


def test_the_authenticator_gets_secret_and_name() -> None:
    link = totp.link(SECRET, "Dr Ada & Söhne")
    assert link == (
        "otpauth://totp/Clinic%3ADr%20Ada%20%26%20S%C3%B6hne?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Clinic"
    )
