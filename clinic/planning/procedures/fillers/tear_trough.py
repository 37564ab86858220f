"""Filler of the tear trough."""

from clinic.planning.procedures.fillers.depot import Stop, filler
from clinic.planning.procedures.procedure import Guard
from clinic.words import say

# Along the orbital rim, from below the inner corner of the eye to beyond the middle of the pupil; narrow, so that the
# lid above keeps its own thickness.
_RUN = (
    Stop({"endocanthion": 0.5, "orbitale": 0.34, "alare": 0.16}, 5.5),
    Stop({"orbitale": 0.8, "endocanthion": 0.1, "alare": 0.1}, 7.0),
    Stop({"orbitale": 0.8, "malar": 0.2}, 7.5),
    Stop({"orbitale": 0.65, "malar": 0.35}, 7.0),
)

TEAR_TROUGH_FILLER = filler(
    "tear_trough_filler",
    say("Tear trough filler"),
    say("Cheeks"),
    _RUN,
    layer="deep_fat",  # on the bone under the orbicularis: above it the depot shows through the thin skin
    most_cc=0.5,
    usual_cc=0.2,
    step_cc=0.02,
    cautions=(
        say(
            "The infraorbital foramen lies below the rim in the line of the pupil, the angular artery beside the nose: "
            "stay on the bone and off both."
        ),
    ),
    guards=(
        Guard(
            0.3,
            say(
                "Above 0.3 cc per side and session the trough turns into a bulge that may swell; consider two sessions."
            ),
        ),
    ),
)
