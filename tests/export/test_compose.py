import numpy as np
import pytest

from clinic.case import DISCLAIMER, Pixels
from clinic.export import compose
from clinic.export.compose import Caption, Label
from clinic.rendering.heat import displacement_legend
from clinic.rendering.layers import LIGHT

HEIGHT = 900


def plain(colour: tuple[int, int, int]) -> Pixels:
    width, height = compose.picture_size(600, HEIGHT)
    return np.full((height, width, 3), colour, np.uint8)


def disc(centre: int) -> Pixels:
    rows, columns = np.mgrid[0:400, 0:300]
    picture = np.full((400, 300, 3), LIGHT, np.uint8)
    picture[(rows - 200) ** 2 + (columns - centre) ** 2 < 80**2] = (200, 150, 130)
    return picture


def test_pictures_stand_side_by_side_unchanged_in_the_wanted_size() -> None:
    red, blue = plain((200, 0, 0)), plain((0, 0, 200))
    whole = compose.before_after([red, blue], [Label("Before"), Label("Plan A", "solved")], HEIGHT, Caption())
    assert whole.shape == (HEIGHT, 1200, 3)
    head = 36
    assert (whole[head : head + len(red), :598] == (200, 0, 0)).all()
    assert (whole[head : head + len(red), 602:] == (0, 0, 200)).all()


def test_the_disclaimer_is_printed_below_the_picture() -> None:
    picture = plain(LIGHT)
    with_words = compose.before_after([picture], [Label("Before")], HEIGHT, Caption())
    footer = with_words[36 + len(picture) :]
    right = footer[:, footer.shape[1] // 2 :].astype(int)
    assert np.ptp(right, axis=(0, 1)).max() > 150
    assert "discussion" in DISCLAIMER
    assert "Not a prediction" in DISCLAIMER


def test_words_leave_room_on_a_narrow_picture() -> None:
    """At 400 px the caption is still inside: its margin at both ends stays empty."""
    width, height = compose.picture_size(400, 600)
    whole = compose.before_after(
        [np.zeros((height, width, 3), np.uint8)], [Label("Before")], 600, Caption("Oblique R", 0.57)
    )
    footer = whole[-20:]
    assert np.ptp(footer[:, :8]) == np.ptp(footer[0, 0])
    assert np.ptp(footer[:, -8:]) == np.ptp(footer[0, 0])


def test_a_wipe_takes_each_side_from_its_picture() -> None:
    red, blue = plain((200, 0, 0)), plain((0, 0, 200))
    whole = compose.wipe((red, blue), (Label("Before"), Label("Plan A")), HEIGHT, 0.4, Caption())
    assert whole.shape == (HEIGHT, 600, 3)
    picture = whole[36 : 36 + len(red)]
    assert (picture[:, :210] == (200, 0, 0)).all()
    assert (picture[:, 270:] == (0, 0, 200)).all()
    assert not (picture[:, 240] == (200, 0, 0)).all(axis=1).any()


def test_the_scale_bar_is_20_mm_long() -> None:
    width, height = compose.picture_size(600, HEIGHT)
    picture = np.zeros((height, width, 3), np.uint8)
    whole = compose.before_after([picture], [Label("Before")], HEIGHT, Caption(mm_per_pixel=0.25))
    row = whole[HEIGHT - 16, :, 0]
    bar = np.flatnonzero(row < 100)
    longest = max(np.split(bar, np.flatnonzero(np.diff(bar) > 1) + 1), key=len)
    assert len(longest) == pytest.approx(80, abs=3)


def test_the_heat_map_carries_its_scale_white_in_the_middle() -> None:
    legend = displacement_legend(np.zeros(1))
    picture = plain((255, 255, 255))
    whole = compose.heatmap(picture, legend, Label("Displacement"), HEIGHT, Caption())
    assert len(whole) > HEIGHT  # the scale is added
    scale = whole[36 + len(picture) + 20, 200:560].astype(int)
    red, blue = scale[:, 0] - scale[:, 2], scale[:, 2] - scale[:, 0]
    assert red.max() > 80
    assert blue.max() > 80
    assert np.argmax(blue) < np.argmax(red)
    assert (scale.min(axis=1) > 245).any()


def test_the_outline_before_is_dashed_where_it_parts_from_the_one_after() -> None:
    before, after = disc(140), disc(150)
    marked = compose.outlined(after, before)
    changed = (marked != after).any(axis=2)
    assert changed[:, 55:70].any()
    assert not changed[:, 130:160].all(axis=0).any()
    assert np.array_equal(compose.outlined(after, after), after)
