"""Places of our mesh whose goal on the scan-derived head is known: landmarks, ears, and the loops of lids and lips."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from clinic.case import Floats, Points
from clinic.reconstruction.training import loops
from clinic.reconstruction.training.ict import Ict
from clinic.reconstruction.training.mean_head import Frame
from clinic.reconstruction.training.openings import LID_MARGIN, LIPS_TOUCH, ring
from clinic.reconstruction.training.seals import seam_halves

# Our landmark and the Multi-PIE points that mean the same, right and left or the one on the midline.
_LANDMARKS = {
    "exocanthion_r": 36,
    "endocanthion_r": 39,
    "endocanthion_l": 42,
    "exocanthion_l": 45,
    "cheilion_r": 48,
    "cheilion_l": 54,
    "subnasale": 33,
    "labiale_superius": 51,
    "labiale_inferius": 57,
}
_CORNERS = (48, 54)
_RED_REACH = 0.75  # of the way to the corners of the mouth, where the rim of the red would crowd the seam
_VERMILION = np.arange(48, 60)  # Multi-PIE points around the red of the lips
# Left ear: top and back of the helix, lobe, notch above the tragus; vertices of the base figure and of the model.
_OUR_EAR, _THEIR_EAR = (12012, 12018, 12340, 12045), (6844, 6836, 7122, 7351)
_LANDMARK_SIGMA_MM, _EAR_SIGMA_MM, _LID_SIGMA_MM, _SEAM_SIGMA_MM, _VERMILION_SIGMA_MM = 0.7, 1.0, 0.3, 0.5, 1.5
_BEHIND_EDGE_MM = 0.3  # our lids end that far behind the model's: where they touch the eyeball


@dataclass(frozen=True, slots=True, eq=False)
class Pins:
    """rows: (k, c), what reads the places from control vertices. goal: (k, 3) mm. weight: (k,) one over sigma."""

    rows: sparse.csr_matrix
    goal: Points
    weight: Floats


class PinBoard:
    """Finds the goals, which slide along their loops while the mesh comes nearer."""

    def __init__(self, frame: Frame, landmarks: dict[str, int], control: Points, model: Ict) -> None:
        """Landmarks: display vertex of each on our head, whose control vertices (c, 3) tell the sides of the lips."""
        self._skin = frame.subdivision.matrix
        number, mirror = frame.template.number, frame.template.mirror
        ear = np.array([number(vertex) for vertex in _OUR_EAR])
        helix = model.mean[list(_THEIR_EAR)]
        self.landmarks = np.array([landmarks[name] for name in _LANDMARKS])
        self.landmark_goals = model.mean[model.lm68[list(_LANDMARKS.values())]]
        self._fixed = [
            (self.landmarks, self.landmark_goals, _LANDMARK_SIGMA_MM),
            (np.r_[ear, mirror[ear]], np.vstack([helix, helix * (-1, 1, 1)]), _EAR_SIGMA_MM),
        ]
        upper, lower = seam_halves(control, frame.graph, frame.marks)
        behind = (0, _BEHIND_EDGE_MM, 0)
        self._sliding = [
            (frame.marks.lid_l, model.mean[ring(model, "lid_l", LID_MARGIN)] + behind, _LID_SIGMA_MM),
            (frame.marks.lid_r, model.mean[ring(model, "lid_r", LID_MARGIN)] + behind, _LID_SIGMA_MM),
            (np.r_[upper, lower[-2:0:-1]], _seam(model), _SEAM_SIGMA_MM),
        ]
        self._red_rim, self._red = frame.marks.red_rim, model.mean[model.lm68[_VERMILION]]

    def pins(self, control: Points) -> Pins:
        """Return where the places of a mesh (c, 3) belong."""
        skin = self._skin @ control
        sliding = [(ours, loops.along(skin[ours], theirs), sigma) for ours, theirs, sigma in self._sliding]
        red = loops.along(skin[self._red_rim], self._red)
        inner = np.abs(red[:, 0]) < _RED_REACH * self._red[:, 0].max()
        sliding.append((self._red_rim[inner], red[inner], _VERMILION_SIGMA_MM))
        number, goal, sigma = zip(*self._fixed, *sliding, strict=True)
        weight = np.concatenate([np.full(len(one), 1 / size) for one, size in zip(number, sigma, strict=True)])
        return Pins(self._skin[np.concatenate(number)], np.vstack(goal), weight)


def _seam(model: Ict) -> Points:
    """Return the loop where the model's lips touch, drawn out to the corners of its mouth."""
    seam = model.mean[ring(model, "mouth", LIPS_TOUCH)]
    right, left = model.mean[model.lm68[list(_CORNERS)]]
    seam[np.argmin(seam[:, 0])], seam[np.argmax(seam[:, 0])] = right, left
    return seam
