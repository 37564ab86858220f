"""Removal of buccal fat."""

from clinic.case import Edit, FaceModel, Load
from clinic.planning.procedures.fields import ease
from clinic.planning.procedures.fillers.depot import Stop, injected, relative_distance, same_side, widened
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.words import say

# The hollow between cheekbone, corner of the mouth and front of the masseter, in which the pad lies.
_RUN = (
    Stop({"malar": 0.42, "cheilion": 0.33, "gonion": 0.25}, 21.0),
    Stop({"cheilion": 0.45, "gonion": 0.4, "malar": 0.15}, 21.0),
)
_SINKING_MM = 20.0  # beyond the edge of the pad the skin does not sink any more
# Of what is taken out, what the cheek loses outside: the pad lies between two walls of muscle, SMAS with skin and
# buccinator with mucosa, which both give way. Chosen, not measured.
_OUTSIDE = 0.5


def buccal_fat(edit: Edit, face: FaceModel) -> Load:
    """Take fat out of the hollow of one cheek, until the skin has lost its part of the volume that is taken out.

    The model's deepest fat has no buccinator behind it and would swallow the change on the side of the mouth. So the
    fat in front of the SMAS shrinks by the outer wall's part, and the skin sinks as if the SMAS had.
    """
    pad = ease(1.0 - relative_distance(face, _RUN, edit.side))
    felt = relative_distance(face, widened(_RUN, _SINKING_MM), edit.side) < 1.0
    lost = _OUTSIDE * edit.amount("amount_cc")
    return injected(
        edit, say("Cheek outside, {side!t}", side=edit.side), lost, pad, "fat", felt & same_side(face, edit.side)
    )


BUCCAL_FAT = Procedure(
    id="buccal_fat",
    title=say("Buccal fat"),
    region=say("Cheeks"),
    parameters=(
        Parameter(
            "amount_cc",
            say("Volume per side"),
            "cc",
            -4.0,
            0.0,
            0.1,
            sign=say("negative: fat taken out on each treated side, of which the cheek loses about half outside"),
            default=-2.0,
            cautions=(
                say(
                    "The parotid duct and buccal branches of the facial nerve cross the pad: open it low, "
                    "before the duct."
                ),
            ),
            guards=(Guard(-3.0, say("More than 3 cc out ages the cheek, which hollows by itself with the years.")),),
        ),
    ),
    sided=True,
    load=buccal_fat,
)
