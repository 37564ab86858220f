"""A match as a track of two spots."""

from dataclasses import replace

import numpy as np
from builders import camera, face
from reconstruction.dense.exact import TRIANGLES, aside, truth

from clinic.reconstruction.dense.tracks import tracks


def test_what_is_left_of_a_track_without_its_slide_is_the_match() -> None:
    """Least squares over the slide t of |W_A (e_A + J_A t)|² + |W_B (e_B + J_B t)|² is |W (e_B − H e_A)|²."""
    points, cameras = face().points, (camera(), aside(30.0))
    matches = replace(truth(points, cameras), first=2, second=0)
    sunk = points + np.array([0.3, 1.0, -0.2])
    fits = [(cameras[1], sunk), (camera(), points), (cameras[0], sunk)]
    in_second, untouched, in_first = tracks([matches], fits, TRIANGLES)
    assert len(untouched.image) == 0
    left = np.zeros(len(matches.triangle))
    for k, triangle in enumerate(matches.triangle):
        rows, errors = [], []
        for (one, mesh), spots in ((fits[2], in_first), (fits[0], in_second)):
            corners = one.project(mesh[TRIANGLES[triangle]])
            spot = one.project(matches.weights[k : k + 1] @ mesh[TRIANGLES[triangle]])
            rows.append(spots.whiten[k] @ np.stack([corners[1] - corners[0], corners[2] - corners[0]], axis=1))
            errors.append(spots.whiten[k] @ (spot - spots.image[k]).ravel())
        jacobian, error = np.concatenate(rows), np.concatenate(errors)
        left[k] = np.sum((error - jacobian @ np.linalg.lstsq(jacobian, error, rcond=None)[0]) ** 2)
    asked = matches.residual(cameras, (sunk, sunk), TRIANGLES)
    np.testing.assert_allclose(left, (asked**2).sum(axis=1), rtol=1e-6)


def test_tracks_are_numbered_through() -> None:
    points, cameras = face().points, (camera(), aside(30.0))
    matches = truth(points, cameras)
    first, _ = tracks([matches, matches], [(one, points) for one in cameras], TRIANGLES)
    assert first.track is not None
    assert len(np.unique(first.track)) == 2 * len(matches.triangle)
