"""Filler of the chin."""

from clinic.planning.procedures.fillers.depot import Stop, filler
from clinic.planning.procedures.procedure import Guard
from clinic.words import say

# Over the bony chin, as wide as the mentum.
_RUN = (
    Stop({"pogonion": 0.8, "gnathion": 0.2, "gonion": 0.06, "other gonion": -0.06}, 15.0),
    Stop({"pogonion": 0.8, "gnathion": 0.2, "gonion": -0.06, "other gonion": 0.06}, 15.0),
)

CHIN_FILLER = filler(
    "chin_filler",
    say("Chin filler"),
    say("Chin"),
    _RUN,
    layer="deep_fat",  # on the bone, under the mentalis, so that the muscle does not spread it
    most_cc=3.0,
    usual_cc=1.5,
    sided=False,
    cautions=(say("The submental artery climbs over the border beside the midline: stay on the bone in the middle."),),
    guards=(Guard(2.0, say("Above 2 cc the chin turns round and soft; an implant or a genioplasty projects better.")),),
)
