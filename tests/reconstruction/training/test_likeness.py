"""What is learned of people tells apart those that it has not seen, and passes over how they hold their heads."""

import numpy as np

from clinic.case import Floats
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.training.likeness.train import Album, learn, odds


def _album(people: range) -> Album:
    """Faces of the face space as points without a photo: turned, of any size, each read with an error."""
    space = FaceSpace.load()
    faces, yaws, owners = [], [], []
    for number in people:
        random = np.random.default_rng(number)
        control = space.control(random.normal(size=len(space.modes)))
        points = space.landmarks_478.on(space.topology.subdivide(control), space.topology.triangles)
        for _ in range(5):
            yaw = float(random.uniform(-40, 40))
            faces.append(_seen(points + random.normal(0, 0.4, points.shape), yaw, random))
            yaws.append(yaw)
            owners.append(number)
    return Album(tuple(faces), np.array(yaws), np.array(owners, np.int32))


def _seen(points: Floats, yaw_deg: float, random: np.random.Generator) -> Detection:
    turn = np.radians(yaw_deg)
    right, away = np.array([np.cos(turn), np.sin(turn), 0]), np.array([-np.sin(turn), np.cos(turn), 0])
    image = np.column_stack([points @ right, -points[:, 2], points @ away]) * random.uniform(1, 3)
    return Detection(image, 1.0, np.r_[image[:, :2].min(0), image[:, :2].max(0)], random.uniform(0, 0.1, 52))


def test_unknown_people_are_told_apart() -> None:
    same, different = odds(learn(_album(range(1, 50))), _album(range(100, 112)))
    assert np.mean(same > 0) > 0.95
    assert np.mean(different < 0) > 0.95
