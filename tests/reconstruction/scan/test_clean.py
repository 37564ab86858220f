"""Each fault planted alone into a sound surface: repaired, said, and nothing else touched."""

from dataclasses import replace

import numpy as np
import pytest

from clinic.case import Points, Scan, Triangles
from clinic.geometry import triangle_areas, vertex_normals
from clinic.reconstruction.scan.clean import clean
from clinic.reconstruction.scan.errors import NoFaceInScan

SIDE = 24


def dome() -> tuple[Points, Triangles]:
    """A bowl upside down, 96 mm wide, 4 mm between neighbours, its outside up."""
    row, column = (grid.ravel() for grid in np.mgrid[0:SIDE, 0:SIDE])
    x, y = 4.0 * column - 46, 4.0 * row - 46
    points = np.stack([x, y, 60 - (x**2 + y**2) / 120], axis=1)
    number = np.arange(SIDE**2).reshape(SIDE, SIDE)
    a, b, c, d = number[:-1, :-1].ravel(), number[:-1, 1:].ravel(), number[1:, 1:].ravel(), number[1:, :-1].ravel()
    return points, np.vstack([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)]).astype(np.int32)


def scan(points: Points | None = None, triangles: Triangles | None = None) -> Scan:
    sound_points, sound_triangles = dome()
    return Scan(sound_points if points is None else points, sound_triangles if triangles is None else triangles, "mm")


def area(one: Scan) -> float:
    return float(triangle_areas(one.points, one.triangles).sum())


def test_a_sound_surface_is_left_alone() -> None:
    cleaned = clean(scan(), inside_out=False)
    assert cleaned.cleaned == ()
    assert cleaned.id == scan().id


def test_points_that_lie_together_are_joined() -> None:
    points, triangles = dome()
    apart = scan(points[triangles].reshape(-1, 3), np.arange(triangles.size, dtype=np.int32).reshape(-1, 3))
    cleaned = clean(apart, inside_out=False)
    assert len(cleaned.points) == len(points)
    assert cleaned.cleaned == (f"Joined {triangles.size - len(points):,} points that lay on others.",)


def test_the_seam_of_a_texture_is_neither_joined_nor_a_hole() -> None:
    """Two halves of the bowl in two places of the picture: the points between them stand twice, and must stay."""
    points, triangles = dome()
    left = points[triangles].mean(axis=1)[:, 0] < 0
    doubled = np.where(left[:, None], triangles, triangles + len(points)).astype(np.int32)
    uv = np.repeat([[0.1, 0.1], [0.9, 0.9]], len(points), axis=0)
    texture = np.full((8, 8, 3), 90, np.uint8)
    cleaned = clean(replace(scan(np.vstack([points, points]), doubled), uv=uv, texture=texture), inside_out=False)
    assert cleaned.cleaned == ()
    assert cleaned.uv is not None
    assert set(np.unique(cleaned.uv)) == {0.1, 0.9}


def test_triangles_without_area_or_said_twice_are_dropped() -> None:
    points, triangles = dome()
    planted = np.vstack([triangles, triangles[5:7, [1, 2, 0]], [[3, 3, 4]]]).astype(np.int32)
    cleaned = clean(scan(points, planted), inside_out=False)
    assert len(cleaned.triangles) == len(triangles)
    assert cleaned.cleaned == ("Dropped 3 triangles without area or said twice.",)


def test_a_fin_on_an_edge_of_two_others_is_dropped() -> None:
    points, triangles = dome()
    edge = triangles[300, :2]
    fin = np.array([[edge[0], edge[1], len(points)]], np.int32)
    tip = points[edge].mean(axis=0) + np.array([0, 0, 1.5])
    cleaned = clean(scan(np.vstack([points, tip]), np.vstack([triangles, fin])), inside_out=False)
    assert len(cleaned.triangles) == len(triangles)
    assert cleaned.cleaned == ("Dropped 1 triangle that hung on an edge of two others.",)


def test_a_spike_is_cut_off_and_its_hole_closed() -> None:
    points, triangles = dome()
    points[SIDE * 12 + 12] += (0, 0, 30)
    cleaned = clean(scan(points, triangles), inside_out=False)
    assert cleaned.points[:, 2].max() < 60.1
    assert cleaned.cleaned == (
        "Cut off spikes (1 point).",
        "Closed 1 small hole; what lies there is inferred.",
    )
    assert cleaned.closed == 1
    assert area(cleaned) == pytest.approx(area(scan()), rel=0.001)
    assert vertex_normals(cleaned.points, cleaned.triangles)[-1, 2] > 0.9  # the patch faces outwards too


def test_loose_pieces_are_taken_away() -> None:
    points, triangles = dome()
    flake = np.array([[0, 0, 200.0], [3, 0, 200], [0, 3, 200]])
    number = (np.arange(3) + len(points))[None].astype(np.int32)
    cleaned = clean(scan(np.vstack([points, flake]), np.vstack([triangles, number])), inside_out=False)
    assert cleaned.points[:, 2].max() < 61
    assert cleaned.cleaned == ("Took away 1 loose piece.",)


def test_the_border_and_large_holes_stay_open() -> None:
    points, triangles = dome()
    kept = np.linalg.norm(points[triangles].mean(axis=1)[:, :2], axis=1) > 15
    cleaned = clean(scan(points, triangles[kept]), inside_out=False)
    assert cleaned.closed == 0
    assert len(cleaned.triangles) == kept.sum()


def test_triangles_are_made_to_face_one_way() -> None:
    points, triangles = dome()
    turned = triangles.copy()
    turned[::7] = turned[::7, ::-1]
    cleaned = clean(scan(points, turned), inside_out=False)
    assert vertex_normals(cleaned.points, cleaned.triangles)[:, 2].min() > 0
    assert cleaned.cleaned == (f"Turned {len(turned[::7])} triangles that faced the other way.",)


def test_an_inside_out_surface_is_turned() -> None:
    points, triangles = dome()
    cleaned = clean(scan(points, triangles[:, ::-1].astype(np.int32)), inside_out=True)
    assert vertex_normals(cleaned.points, cleaned.triangles)[:, 2].min() > 0
    assert cleaned.cleaned == ("Turned the surface right side out.",)


def test_nothing_but_flat_triangles_is_no_scan() -> None:
    points, triangles = dome()
    with pytest.raises(NoFaceInScan):
        clean(scan(points * (1, 0, 0), triangles), inside_out=False)
