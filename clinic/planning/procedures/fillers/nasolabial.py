"""Filler of the nasolabial fold."""

from clinic.planning.procedures.fillers.depot import Stop, filler
from clinic.planning.procedures.procedure import Guard
from clinic.words import say

# Along the fold, from beside the ala to beyond the corner of the mouth.
_RUN = (
    Stop({"alar_crease": 0.93, "malar": 0.07}, 8.5),
    Stop({"alar_crease": 0.45, "cheilion": 0.45, "gonion": 0.1}, 9.0),
    Stop({"cheilion": 0.85, "gonion": 0.15}, 8.0),
)

NASOLABIAL_FILLER = filler(
    "nasolabial_filler",
    say("Nasolabial fold filler"),
    say("Cheeks"),
    _RUN,
    layer="fat",  # under the skin, above the muscles between which the artery runs
    most_cc=1.0,
    usual_cc=0.5,
    cautions=(
        say(
            "The facial artery turns into the angular artery under the upper third of the fold: inject under "
            "the skin or on the bone of the piriform rim, never between."
        ),
    ),
    guards=(
        Guard(
            0.7,
            say("Above 0.7 cc per side the fold stays and the lip beside it grows heavy; consider the cheek first."),
        ),
    ),
)
