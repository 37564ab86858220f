"""Filler of the pre-jowl sulcus."""

from clinic.planning.procedures.fillers.depot import Stop, filler
from clinic.words import say

# On the border of the mandible between chin and jowl.
_RUN = (
    Stop({"menton": 0.9, "gonion": 0.22, "other gonion": -0.12}, 10.0),
    Stop({"menton": 0.78, "gonion": 0.37, "other gonion": -0.15}, 10.0),
)

PREJOWL_FILLER = filler(
    "prejowl_filler",
    say("Pre-jowl filler"),
    say("Jaw"),
    _RUN,
    layer="deep_fat",  # on the bone, where the ligament keeps it from sliding into the jowl
    most_cc=1.0,
    usual_cc=0.5,
    cautions=(say("The mental foramen lies above, below the second premolar: stay on the lower border."),),
)
