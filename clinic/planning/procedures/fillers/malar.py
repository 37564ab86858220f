"""Filler over the malar eminence."""

from clinic.planning.procedures.fillers.depot import Stop, filler
from clinic.planning.procedures.procedure import Guard
from clinic.words import say

# An oval over the eminence whose long axis runs up towards the zygomatic arch.
_RUN = (
    Stop({"malar": 1.0}, 18.0),
    Stop({"malar": 0.85, "zygion": 0.15}, 16.0),
)

MALAR_FILLER = filler(
    "malar_filler",
    say("Malar filler"),
    say("Cheeks"),
    _RUN,
    layer="deep_fat",  # on the bone, where it lifts the cheek and does not show through
    most_cc=2.0,
    usual_cc=1.0,
    cautions=(say("The zygomaticofacial artery leaves the bone at the eminence: draw back before injecting."),),
    guards=(Guard(1.5, say("Above 1.5 cc per side and session, swelling hides the result; consider two sessions.")),),
)
