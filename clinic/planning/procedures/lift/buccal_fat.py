"""Removal of buccal fat."""

from clinic.case import Edit, FaceModel, Load
from clinic.planning.procedures.fields import ease
from clinic.planning.procedures.fillers.depot import Stop, injected, relative_distance, same_side, widened
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure

# The hollow between cheekbone, corner of the mouth and front of the masseter, in which the pad lies.
_RUN = (
    Stop({"malar": 0.42, "cheilion": 0.33, "gonion": 0.25}, 27.0),
    Stop({"cheilion": 0.45, "gonion": 0.4, "malar": 0.15}, 27.0),
)
_EDGE = 0.7  # of the reach, over which the pad thins out
_SINKING_MM = 20.0  # beyond the edge of the pad the skin does not sink any more
# Of what is taken out, what the cheek loses outside; the lining of the mouth, which nothing holds, gives way for the
# rest. The tissue's own answer is 0.45 to 0.6 on the mean face.
_OUTSIDE = 0.5


def buccal_fat(edit: Edit, face: FaceModel) -> Load:
    """Take fat out of the hollow of one cheek, until the skin has lost its part of the volume that is taken out.

    It is the deepest layer that shrinks: the pad lies on the buccinator, under the muscles of the face.
    """
    pad = ease((1.0 - relative_distance(face, _RUN, edit.side)) / _EDGE)
    felt = relative_distance(face, widened(_RUN, _SINKING_MM), edit.side) < 1.0
    lost = _OUTSIDE * edit.amount("amount_cc")
    return injected(edit, f"Cheek outside, {edit.side}", lost, pad, "deep_fat", felt & same_side(face, edit.side))


BUCCAL_FAT = Procedure(
    id="buccal_fat",
    title="Buccal fat",
    region="Cheeks",
    parameters=(
        Parameter(
            "amount_cc",
            "Volume per side",
            "cc",
            -4.0,
            0.0,
            0.1,
            sign="negative: fat taken out on each treated side, of which the cheek loses about half outside",
            default=-2.0,
            cautions=(
                "The parotid duct and buccal branches of the facial nerve cross the pad: open it low, before the duct.",
            ),
            guards=(Guard(-3.0, "More than 3 cc out ages the cheek, which hollows by itself with the years."),),
        ),
    ),
    sided=True,
    load=buccal_fat,
)
