"""From a CT of a head with a jaw to a planned chin: bone and skin move together."""

from dataclasses import replace

import numpy as np
import pytest
from heads import phantom_head

from clinic import workflow
from clinic.case import Acquisition, Case, Edit, Plan
from clinic.jobs import Progress
from clinic.planning.apply import loads
from clinic.planning.bone import moved_bone
from clinic.simulation.simulate import simulate

FORWARD_MM = 6.0


@pytest.fixture(scope="module")
def case() -> Case:
    begun = workflow.new_case(workflow.new_patient("Phantom"))
    begun = replace(begun, acquisition=Acquisition(volume=phantom_head().volume))
    advance = Plan((Edit("genioplasty", (("forward_mm", FORWARD_MM),)),))
    return replace(workflow.reconstruct_face(begun, Progress()), plan=advance)


def test_the_face_has_the_thickness_and_the_bone_of_its_ct(case: Case) -> None:
    face = case.face
    assert face is not None
    assert not case.stale_face
    assert face.bone is not None
    assert face.thickness_mm is not None
    for mark, mm in {"pogonion": 10.5, "nasion": 6.0, "malar_l": 10.0}.items():
        near = int(np.argmin(np.linalg.norm(face.control - face.landmarks()[mark], axis=1)))
        assert face.thickness_mm[near] == pytest.approx(mm, abs=1.5)
    assert any("lying down" in words for words in face.warnings)


def test_other_levels_or_no_ct_leave_the_face_stale(case: Case) -> None:
    assert workflow.set_levels(case, (-400.0, 500.0)).stale_face
    assert workflow.remove_volume(case).stale_face


def test_a_chin_advance_moves_bone_and_skin_together(case: Case) -> None:
    """The bony chin goes as far as planned, in one piece; the skin over it follows by a good part, and the skull
    and the upper jaw stay where they are.
    """
    face = case.face
    assert face is not None
    assert face.bone is not None
    asked = loads(case.plan, face)
    bone = moved_bone(face, asked)
    chin = np.linalg.norm(face.bone.points - face.landmarks()["pogonion"], axis=1) < 14.0
    chin &= face.bone.points[:, 2] < face.landmarks()["pogonion"][2]
    assert chin.sum() > 20
    np.testing.assert_allclose(bone[chin][:, 1], -FORWARD_MM)
    assert not bone[face.bone.points[:, 2] > face.landmarks()["stomion"][2]].any()
    skin = simulate(face, asked, Progress()).displacement
    at_chin = np.linalg.norm(face.points - face.landmarks()["pogonion"], axis=1) < 5.0
    assert -FORWARD_MM < skin[at_chin][:, 1].mean() < -0.6 * FORWARD_MM
