"""A sitting's photos are told by the standard views that they show."""

import pytest

from clinic.case import PhotoCheck
from clinic.reconstruction import series


@pytest.mark.parametrize(
    ("yaw", "pitch", "view_id"),
    [
        (0, 0, "frontal"),
        (-15, 10, "frontal"),
        (35, 0, "oblique_l"),
        (-50, -8, "oblique_r"),
        (75, 5, "lateral_l"),
        (-95, 0, "lateral_r"),
        (5, -40, "basal"),
        (0, -75, "basal"),
    ],
)
def test_the_nearest_view_is_named(yaw: float, pitch: float, view_id: str) -> None:
    assert series.nearest_view(yaw, pitch) == view_id


def _seen(*view_ids: str) -> list[PhotoCheck]:
    return [PhotoCheck(str(number), view_id, 0, 0, ()) for number, view_id in enumerate(view_ids)]


def test_missing_and_doubled_views_are_told() -> None:
    checks = _seen("frontal", "oblique_l", "frontal", "lateral_r")
    assert series.missing(checks) == ("oblique_r", "lateral_l", "basal")
    assert series.doubled(checks) == ("frontal",)
    assert series.advice(checks).startswith("Add an oblique photo of the patient's right side (turned by 45°), a side")
    assert series.advice(checks).endswith(" and a view from below with the head tilted back.")


def test_a_refused_photo_shows_no_view() -> None:
    assert "frontal" in series.missing([PhotoCheck("1", "frontal", 0, 0, (), refusal="Upside down.")])


def test_a_whole_series_wants_nothing() -> None:
    checks = _seen(*series.STANDARD)
    assert series.missing(checks) == ()
    assert series.advice(checks) == ""
