"""The standard series of facial surgery: which of its views the photos of a sitting show.

Source: front, both obliques, both laterals and base are the six views of Galdino, DaSilva and Gunter (2002), "Digital
photography for rhinoplasty", Plast Reconstr Surg 109:1421.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from clinic.case import Floats, PhotoCheck
from clinic.rendering.views import view
from clinic.words import say

STANDARD = ("frontal", "oblique_l", "oblique_r", "lateral_l", "lateral_r", "basal")
_BASAL_DEG = -69.0  # of the mean face; on others the tip of the nose stands on the brows at −64° to −74°
_INSTRUCTION = {
    "frontal": say("a photo straight from the front"),
    "oblique_l": say("an oblique photo of the patient's left side (turned by 45°)"),
    "oblique_r": say("an oblique photo of the patient's right side (turned by 45°)"),
    "lateral_l": say("a side view from the patient's left"),
    "lateral_r": say("a side view from the patient's right"),
    "basal": say("a view from below with the head tilted back"),
}


def nearest_view(yaw_deg: float, pitch_deg: float) -> str:
    """Return the id of the standard view whose direction is nearest; angles as in `PhotoCheck`."""
    towards = _towards(yaw_deg, pitch_deg)
    return max(STANDARD, key=lambda view_id: float(_standard_towards(view_id) @ towards))


def missing(checks: Sequence[PhotoCheck]) -> tuple[str, ...]:
    """Return the ids of the standard views that no usable photo shows, in the order of the series."""
    shown = {one.view for one in checks if not one.refusal}
    return tuple(view_id for view_id in STANDARD if view_id not in shown)


def doubled(checks: Sequence[PhotoCheck]) -> tuple[str, ...]:
    """Return the ids of the standard views that several usable photos show, in the order of the series."""
    count = Counter(one.view for one in checks if not one.refusal)
    return tuple(view_id for view_id in STANDARD if count[view_id] > 1)


def advice(checks: Sequence[PhotoCheck]) -> str:
    """Return in one sentence which photos to add to the series, "" if it is complete."""
    wanted = [_INSTRUCTION[view_id] for view_id in missing(checks)]
    if not wanted:
        return ""
    *others, last = wanted
    return (
        say("Add {others!t} and {last!t}.", others=", ".join(others), last=last)
        if others
        else say("Add {last!t}.", last=last)
    )


def _standard_towards(view_id: str) -> Floats:
    standard = view(view_id)
    elevation_deg = _BASAL_DEG if standard.elevation_deg is None else standard.elevation_deg
    return _towards(standard.azimuth_deg, elevation_deg)


def _towards(yaw_deg: float, pitch_deg: float) -> Floats:
    """Return the unit vector (3,) to the camera in the patient frame."""
    yaw, pitch = np.radians((yaw_deg, pitch_deg))
    return np.array([np.sin(yaw) * np.cos(pitch), -np.cos(yaw) * np.cos(pitch), np.sin(pitch)])
