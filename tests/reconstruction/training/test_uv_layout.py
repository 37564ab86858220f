import numpy as np

from clinic.case import Floats, Ints, Points
from clinic.reconstruction.training.uv_layout import lay_flat, signed_areas

SIDE = 21


def bag() -> tuple[Points, Ints, Ints, Ints]:
    """A deep bag, open below: points, triangles, mirror and rim."""
    rows, columns = (axis.ravel() for axis in np.mgrid[0:SIDE, 0:SIDE])
    x, y = columns / (SIDE - 1) * 2 - 1, rows / (SIDE - 1) * 2 - 1
    square = np.maximum(np.abs(x), np.abs(y))
    points = np.column_stack([x, y, 2 - 3 * square**4]) * 50
    number = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    a, b, c, d = (corner.ravel() for corner in (number[:-1, :-1], number[:-1, 1:], number[1:, 1:], number[1:, :-1]))
    middle = np.concatenate([[a, b, c], [a, c, d]], axis=1).T
    rim = np.concatenate([number[0], number[1:, -1], number[-1, -2::-1], number[-2:0:-1, 0]])
    return points, middle.astype(np.int32), number[:, ::-1].ravel().astype(np.int32), rim.astype(np.int32)


def laid(wish: Floats | None = None) -> tuple[Floats, Ints, Points]:
    points, triangles, mirror, rim = bag()
    return (
        lay_flat(points, triangles, mirror, rim, np.ones(len(triangles)) if wish is None else wish),
        triangles,
        points,
    )


def test_nothing_folds_and_everything_fits() -> None:
    uv, triangles, _ = laid()
    assert (signed_areas(uv, triangles) > 0).all()
    assert uv.min() >= 0
    assert uv.max() <= 1


def test_it_mirrors_and_stands_upright() -> None:
    uv, _, points = laid()
    mirror = bag()[2]
    assert np.allclose(uv[mirror, 0], 1 - uv[:, 0])
    assert np.corrcoef(uv[:, 0], points[:, 0])[0, 1] > 0.8
    assert uv[np.argmin(points[:, 1]), 1] < 0.1


def test_what_is_wished_larger_becomes_larger() -> None:
    points, triangles, _, _ = bag()
    top = points[triangles].mean(1)[:, 2] > 90
    plain, favoured = laid()[0], laid(np.where(top, 6.0, 1.0))[0]
    room = [np.abs(signed_areas(uv, triangles))[top].sum() for uv in (plain, favoured)]
    assert room[1] > 1.5 * room[0]
