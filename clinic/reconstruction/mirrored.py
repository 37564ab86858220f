"""Whether a photo of a series was mirrored, as selfie cameras do: its skin marks lie on the other sides of the face.

It takes a photo from the front and another that shows the same marks. Measured on 16 rendered heads of another family
against their frontal photo: of the mirrored photos that are turned by less than 24° all are told, to 36° 22 of 24, to
48° a third, beyond none; of 61 unmirrored pairs none. Lamps on opposite sides did not deceive it up to 4 : 1; above
3 : 1 it says nothing.
"""

from collections.abc import Sequence

import numpy as np

from clinic.case import Floats, Photo
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.skin_marks import SkinMarks, agreement, skin_marks
from clinic.words import say

LEAST_BLOCKS = 36  # what a frontal photo and one turned by 45° have in common
_MIRRORED = -3.5
_ONE_SIDED = np.log(3.0)


def warnings(photos: Sequence[Photo], faces: Sequence[Detection]) -> tuple[str, ...]:
    """Return words on the photo that seems mirrored against the others."""
    if len(photos) < 2:
        return ()
    score = _scores([skin_marks(photo, face) for photo, face in zip(photos, faces, strict=True)])
    against = (score < _MIRRORED).sum(axis=1)
    if not against.any():
        return ()
    most = np.flatnonzero(against == against.max())
    if len(most) > 1:
        one, other = np.unravel_index(int(np.argmin(score)), score.shape)
        first, second = sorted((int(one), int(other)))
        names = say("{one!t} and {other!t}", one=_begin(photos[first].name), other=photos[second].name)
        return (say("{names!t} seem to be mirror images of each other: {remedy!t}", names=names, remedy=_REMEDY),)
    return (say("{name!t} seems to be mirrored: {remedy!t}", name=_begin(photos[int(most[0])].name), remedy=_REMEDY),)


_REMEDY = say(
    "marks of the skin lie on opposite sides, as when a selfie camera flips its pictures. The sides of the face would "
    "be mixed up. Compare a mole or the parting of the hair with the patient, and use the unflipped photo."
)


def _scores(marks: Sequence[SkinMarks]) -> Floats:
    """Return (p, p) how the marks of each two photos agree, − mirrored; 0 where that cannot be told."""
    score = np.zeros((len(marks), len(marks)))
    for a in range(len(marks)):
        for b in range(a):
            found = agreement(marks[a], marks[b])
            if found.blocks >= LEAST_BLOCKS and not _opposite_light(marks[a], marks[b]):
                score[a, b] = score[b, a] = found.score
    return score


def _opposite_light(one: SkinMarks, other: SkinMarks) -> bool:
    """Whether each is lit from one side, and not from the same: folds then cast their shadows to opposite sides."""
    sides = one.lit_from_left, other.lit_from_left
    return sides[0] * sides[1] < 0 and min(map(abs, sides)) > _ONE_SIDED


def _begin(name: str) -> str:
    return name[:1].upper() + name[1:]
