from dataclasses import replace

import numpy as np
from builders import camera as frontal
from builders import photo as portrait
from people import person
from scipy.spatial.transform import Rotation

from clinic.case import PhotoFit
from clinic.jobs import Progress
from clinic.reconstruction.scan.align import Alignment
from clinic.reconstruction.scan.dress import dress


def test_photos_see_a_ct_where_the_same_skin_lies() -> None:
    """A face from photos, and the CT of the same head 4 % larger and turned: a nose tip stays under its pixel."""
    face = person(7)
    camera = frontal()
    photo = portrait(camera.width, camera.height)
    fit = PhotoFit(photo.id, camera, face.points, np.zeros(52), camera.project(face.points[:5]), np.zeros(5))
    turn = Rotation.from_euler("xyz", (4, 2, -6), degrees=True).as_matrix()
    found = Alignment(1.04, turn, np.array([3.0, -8.0, 20.0]), 0.4, ())
    bare = replace(face, control=found.place(face.control))
    dressed = dress(bare, replace(face, photos=(fit,)), (photo,), found, Progress())
    seen = dressed.photos[0].camera.project(bare.points)
    assert np.allclose(seen, camera.project(face.points), atol=1e-6)
    assert dressed.texture.seen.any()
