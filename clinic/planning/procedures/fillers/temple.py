"""Filler of the temple."""

from clinic.planning.procedures.fillers.depot import Stop, filler
from clinic.words import say

# The hollow between the tail of the brow, the hairline and the zygomatic arch.
_RUN = (
    Stop({"exocanthion": 0.48, "zygion": 0.32, "trichion": 0.2}, 18.0),
    Stop({"exocanthion": 0.35, "zygion": 0.45, "trichion": 0.2}, 18.0),
)

TEMPLE_FILLER = filler(
    "temple_filler",
    say("Temple filler"),
    say("Face"),
    _RUN,
    layer="deep_fat",  # on the bone under the temporal muscle, below its vessels
    most_cc=2.0,
    usual_cc=1.0,
    cautions=(
        say(
            "The superficial temporal artery and the middle temporal vein cross the temple: stay on the bone, one "
            "finger's breadth up and back from the tail of the brow."
        ),
    ),
)
