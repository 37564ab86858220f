"""Filler of the jawline."""

from clinic.planning.procedures.fillers.depot import Stop, filler
from clinic.planning.procedures.procedure import Guard
from clinic.words import say

# Along the border of the mandible, from the angle to the chin.
_RUN = (
    Stop({"gonion": 1.0}, 13.0),
    Stop({"gonion": 0.79, "menton": 0.24, "other gonion": -0.03}, 12.0),
    Stop({"gonion": 0.57, "menton": 0.53, "other gonion": -0.1}, 11.0),
    Stop({"gonion": 0.35, "menton": 0.8, "other gonion": -0.15}, 10.0),
)

JAWLINE_FILLER = filler(
    "jawline_filler",
    say("Jawline filler"),
    say("Jaw"),
    _RUN,
    layer="fat",  # under the skin: facial vessels and marginal nerve cross the border below the platysma
    most_cc=3.0,
    usual_cc=1.5,
    cautions=(say("Facial artery and vein cross the border at the front of the masseter: stay under the skin there."),),
    guards=(
        Guard(
            2.0, say("Above 2 cc per side and session the border blurs instead of sharpening; consider two sessions.")
        ),
    ),
)
