"""Skin that no tissue can be put under is refused in words that name the place."""

from dataclasses import replace

import numpy as np
import pytest
from people import person

from clinic.case import FaceModel, Mask, Points
from clinic.simulation.mesher import mesh
from clinic.simulation.soundness import CannotMesh


def near(name: str, distance_mm: float) -> Mask:
    mask: Mask = np.linalg.norm(person().control - person().landmarks()[name], axis=1) < distance_mm
    return mask


def crumpled() -> FaceModel:
    noise = np.random.default_rng(1).normal(scale=12.0, size=person().control.shape)
    return replace(person(), control=person().control + noise)


def pushed_through() -> FaceModel:
    """The tip of the nose stands in the upper lip."""
    at, control = person().landmarks(), np.array(person().control)
    way: Points = at["labiale_superius"] + (0.0, 14.0, 0.0) - at["pronasale"]
    share = np.exp(-((control - at["pronasale"]) ** 2).sum(axis=1) / (2 * 7.0**2))
    return replace(person(), control=control + share[:, None] * way)


def torn() -> FaceModel:
    """Some quads of the cheek are missing."""
    topology = person().topology
    gone = near("malar_l", 9.0)[topology.control_quads].all(axis=1)
    return replace(person(), topology=replace(topology, control_quads=topology.control_quads[~gone]))


def lost() -> FaceModel:
    control = np.array(person().control)
    control[near("pogonion", 5.0)] = np.nan
    return replace(person(), control=control)


def bare() -> FaceModel:
    return replace(person(), thickness_mm=np.where(near("pogonion", 8.0), 0.0, np.nan))


@pytest.mark.parametrize(
    ("face", "words"),
    [
        (crumpled, r"the skin is folded or meets itself near the \w+"),
        (pushed_through, "the skin is folded or meets itself near the "),
        (torn, "the skin has a hole near the malar"),
        (lost, "part of the skin has no place"),
        (bare, "the CT shows no soft tissue between skin and bone near the (pogonion|gnathion|sublabiale)"),
    ],
    ids=lambda case: getattr(case, "__name__", ""),
)
def test_bad_skin_is_refused_with_the_place(face: object, words: str) -> None:
    assert callable(face)
    with pytest.raises(CannotMesh, match=words):
        mesh(face())


def test_lips_that_touch_are_no_fault() -> None:
    """A closed mouth whose lips overlap by half a millimetre."""
    control, topology = np.array(person().control), person().topology
    control[topology.region("lower_lip")] += (0.0, 0.0, 0.5)
    assert mesh(replace(person(), control=control)).min_quality >= 0.05
