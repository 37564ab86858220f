"""Removal of buccal fat."""

from clinic.case import Edit, FaceModel, Load
from clinic.planning.procedures.fields import bump
from clinic.planning.procedures.fillers.depot import Stop, injected, relative_distance, same_side, widened
from clinic.planning.procedures.procedure import Parameter, Procedure

# The hollow between cheekbone, corner of the mouth and front of the masseter, in which the pad lies.
_RUN = (
    Stop({"malar": 0.45, "cheilion": 0.35, "gonion": 0.2}, 22.0),
    Stop({"cheilion": 0.55, "gonion": 0.45}, 22.0),
)
_SINKING_MM = 25.0  # beyond the edge of the pad the skin does not sink any more


def buccal_fat(edit: Edit, face: FaceModel) -> Load:
    """Take fat out of the hollow of one cheek until the skin has lost the asked volume.

    It is the deepest layer that shrinks: the pad lies on the buccinator, under the muscles of the face.
    """
    pad = bump(relative_distance(face, _RUN, edit.side), 1.0)
    felt = relative_distance(face, widened(_RUN, _SINKING_MM), edit.side) < 1.0
    label = f"Buccal fat, {edit.side}"
    return injected(edit, label, edit.amount("amount_cc"), pad, "deep_fat", felt & same_side(face, edit.side))


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
            sign="negative: volume taken out on each treated side",
            default=-2.0,
            cautions=(
                "The part in front holds about 4 cc; more than 3 cc out ages the cheek, which hollows with the years.",
                "The parotid duct and buccal branches of the facial nerve cross the pad: open it low, before the duct.",
            ),
        ),
    ),
    sided=True,
    load=buccal_fat,
)
