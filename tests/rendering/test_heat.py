import numpy as np
import pytest

from clinic.rendering.heat import displacement_legend, strain_legend


def test_zero_is_white_outwards_red_inwards_blue() -> None:
    outwards, still, inwards = displacement_legend(np.array([4.0])).colours(np.array([3.0, 0.0, -3.0]))
    assert still == pytest.approx([1, 1, 1])
    assert outwards[0] > outwards[2] + 0.3
    assert inwards[2] > inwards[0] + 0.3


@pytest.mark.parametrize(("largest", "end"), [(0.5, 4.0), (-3.9, 4.0), (4.5, 6.0), (-9.1, 10.0)])
def test_the_scale_is_symmetric_and_reaches_the_largest_value(largest: float, end: float) -> None:
    legend = displacement_legend(np.array([0.1, largest]))
    assert (legend.low, legend.high) == (-end, end)


def test_values_beyond_the_ends_keep_the_colour_of_the_end() -> None:
    legend = displacement_legend(np.zeros(1))
    assert legend.colours(np.array([9.0])) == pytest.approx(legend.colours(np.array([4.0])))


def test_marks_carry_sign_and_unit() -> None:
    assert [words for _, words in displacement_legend(np.zeros(1)).ticks] == ["−4", "−2", "0", "+2", "+4 mm"]
    assert [words for _, words in strain_legend().ticks] == ["0", "7.5", "15", "22.5", "30 %"]
