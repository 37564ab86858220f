import numpy as np
import pytest

from clinic.case import Points, Triangles
from clinic.geometry import vertex_normals
from clinic.rendering.lighting import bake, encoded, unshaded


def sheet(height: Points) -> tuple[Points, Triangles]:
    """A sheet of 61 × 61 vertices, 2 mm apart, facing the front (−y); `height` (61, 61) mm raises it."""
    x, z = np.meshgrid(np.arange(-60.0, 61, 2), np.arange(-60.0, 61, 2), indexing="ij")
    corner = np.arange(61 * 61).reshape(61, 61)
    a, b, c, d = corner[:-1, :-1].ravel(), corner[1:, :-1].ravel(), corner[1:, 1:].ravel(), corner[:-1, 1:].ravel()
    triangles = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)]).astype(np.int32)
    return np.stack([x.ravel(), -height.ravel(), z.ravel()], axis=1), triangles


def ball(radius: float = 80.0) -> tuple[Points, Triangles]:
    polar, turn = np.meshgrid(np.linspace(0, np.pi, 61), np.linspace(0, 2 * np.pi, 121)[:-1], indexing="ij")
    points = np.stack([np.sin(polar) * np.cos(turn), np.sin(polar) * np.sin(turn), np.cos(polar)], axis=-1)
    corner = np.arange(61 * 120).reshape(61, 120)
    beside = np.roll(corner, -1, axis=1)
    a, b, c, d = corner[:-1].ravel(), corner[1:].ravel(), beside[1:].ravel(), beside[:-1].ravel()
    triangles = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)]).astype(np.int32)
    return radius * points.reshape(-1, 3), triangles


def groove() -> tuple[Points, Triangles]:
    """The sheet with a furrow 8 mm deep and about 8 mm wide along z."""
    x = np.arange(-60.0, 61, 2)
    return sheet(np.repeat(-8.0 * np.exp(-((x / 4.0) ** 2) / 2)[:, None], 61, axis=1))


def test_nothing_shades_a_ball() -> None:
    points, triangles = ball()
    baked = bake(points, vertex_normals(points, triangles), triangles)
    assert np.median(baked.open) > 0.99
    assert baked.open.min() > 0.93


def test_skin_that_faces_the_front_receives_one() -> None:
    points, triangles = sheet(np.zeros((61, 61)))
    baked = bake(points, vertex_normals(points, triangles), triangles)
    assert baked.light[len(points) // 2] == pytest.approx(1.0, abs=0.03)


def test_a_crease_is_darker_and_warmer() -> None:
    points, triangles = groove()
    baked = bake(points, vertex_normals(points, triangles), triangles)
    floor, shoulder = 30 * 61 + 30, 10 * 61 + 30
    assert baked.open[floor] < 0.85 * baked.open[shoulder]
    assert baked.light[floor].mean() < 0.9 * baked.light[shoulder].mean()
    red, _, blue = baked.light[floor]
    assert red > 1.03 * blue


def test_both_sides_receive_the_same() -> None:
    points, triangles = ball()
    light = bake(points, vertex_normals(points, triangles), triangles).light.mean(axis=1)
    left = (points[:, 0] > 30) & (abs(points[:, 2]) < 50) & (points[:, 1] < 0)
    right = (points[:, 0] < -30) & (abs(points[:, 2]) < 50) & (points[:, 1] < 0)
    assert light[left].mean() == pytest.approx(light[right].mean(), rel=0.02)


def test_the_back_of_a_ball_is_darker_than_its_front() -> None:
    points, triangles = ball()
    light = bake(points, vertex_normals(points, triangles), triangles).light.mean(axis=1)
    assert light[points[:, 1] > 70].mean() < 0.5 * light[points[:, 1] < -70].mean()


def test_turned_normals_follow_the_full_calculation() -> None:
    points, triangles = sheet(np.zeros((61, 61)))
    normals = vertex_normals(points, triangles)
    baked = bake(points, normals, triangles)
    bump = 6 * np.exp(-(points[:, 0] ** 2 + points[:, 2] ** 2) / (2 * 18.0**2))
    raised = points - np.array([0.0, 1.0, 0.0]) * bump[:, None]
    turned = vertex_normals(raised, triangles)
    moved = bump > 0.02
    quick, full = baked.turned(turned, moved), bake(raised, turned, triangles).light
    assert np.abs(quick - full)[moved].mean() < 0.02
    assert np.array_equal(quick[~moved], baked.light[~moved])


def test_a_convex_surface_needs_no_bake() -> None:
    points, triangles = ball()
    normals = vertex_normals(points, triangles)
    front = points[:, 1] < -40
    baked = bake(points, normals, triangles).light.mean(axis=1)
    assert np.abs(unshaded(normals) - baked)[front].mean() < 0.05


def test_half_the_light_is_three_quarters_of_the_screen() -> None:
    assert encoded(np.array([0.0, 0.5, 1.0])) == pytest.approx([0.0, 0.73, 1.0], abs=0.01)
