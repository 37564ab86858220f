"""The crop of one photo."""

import numpy as np
from builders import camera, face

from clinic.case import Photo
from clinic.reconstruction.dense.sighting import px_per_mm, sight


def test_a_reduced_crop_leads_back_to_the_very_pixel() -> None:
    """The picture tells its own column: 200 grey values over 320 px. A size rounded to whole pixels is off by 0.5."""
    view, points = camera(), face().points
    column = np.arange(view.width) + 0.5
    ramp = np.broadcast_to((20 + 200 * column / view.width)[None, :, None], (view.height, view.width, 3))
    for share in (0.613, 0.487, 0.351):
        seen = sight(
            Photo(np.round(ramp).astype(np.uint8), "ramp"),
            view,
            points,
            face().topology.triangles,
            share * px_per_mm(view, points),
        )
        rows, columns = seen.grey.shape
        places = np.stack([np.arange(columns) + 0.5, np.full(columns, rows / 2)], axis=1)
        told = (seen.grey[rows // 2] - 20) * view.width / 200
        off = (seen.back(places)[:, 0] - told)[3:-3]
        assert abs(off.mean()) < 0.15
        assert abs(off[-20:].mean() - off[:20].mean()) < 0.25
        np.testing.assert_allclose(seen.back(seen.camera.project(points)), view.project(points), atol=1e-9)
