"""Filler of the marionette line."""

from clinic.planning.procedures.fillers.depot import Stop, filler
from clinic.words import say

# From below the corner of the mouth down towards the jaw in front of the jowl.
_RUN = (
    Stop({"cheilion": 0.76, "menton": 0.17, "gonion": 0.07}, 8.5),
    Stop({"cheilion": 0.44, "menton": 0.39, "gonion": 0.17}, 10.0),
)

MARIONETTE_FILLER = filler(
    "marionette_filler",
    say("Marionette line filler"),
    say("Lips"),
    _RUN,
    layer="fat",  # under the skin, above the muscle that pulls the corner of the mouth down
    most_cc=1.0,
    usual_cc=0.5,
    cautions=(
        say("The inferior labial artery begins beside the corner of the mouth: stay under the skin."),
        say("Volume to the side of the line makes the jowl heavier: stay in front of it."),
    ),
)
