import numpy as np
import pytest
from builders import face

from clinic.case import Floats, Mask
from clinic.rendering.cap import Cap, cap, fabric


def region(name: str) -> Mask:
    topology = face().topology
    inside: Mask = topology.subdivide(topology.region(name).astype(float)[:, None])[:, 0] > 0.5
    return inside


def worn(skin: Floats) -> Cap:
    return cap(skin, region("scalp"), region("ears"), face().landmarks()["trichion"])


def test_ears_that_stand_out_do_not_bulge_the_cap() -> None:
    skin = face().points
    bat = skin + region("ears")[:, None] * np.sign(skin[:, :1]) * (25.0, 0.0, 0.0)
    assert np.abs(worn(bat).points - worn(skin).points).max() < 1.0


def test_high_ears_push_the_hem_up() -> None:
    skin = face().points
    high = skin + region("ears")[:, None] * np.array([0.0, 0.0, 25.0])
    assert worn(high).above[region("ears")].max() < 0
    assert worn(high).points[:, 2].min() >= worn(skin).points[:, 2].min() - 1.0


def test_the_scalp_is_covered() -> None:
    skin = face().points
    inner = region("scalp") & (skin[:, 2] > skin[region("scalp"), 2].min() + 12)
    assert (worn(skin).above[inner] > 0).mean() > 0.97


def test_the_hem_is_level_left_and_right() -> None:
    points = worn(face().points).points
    mirrored = points * (-1, 1, 1)
    lowest = [part[part[:, 0] > 40][:, 2].min() for part in (points, mirrored)]
    assert lowest[0] == pytest.approx(lowest[1], abs=0.8)


def test_the_fabric_continues_at_its_edges() -> None:
    tile = fabric().astype(int)
    inside = np.abs(np.diff(tile[:, :, 0], axis=1)).mean()
    assert np.abs(tile[:, 0, 0] - tile[:, -1, 0]).mean() < 2 * inside
    assert np.array_equal(fabric(), fabric())
