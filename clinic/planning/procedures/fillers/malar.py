"""Procedures on the cheeks."""

import numpy as np

from clinic.case import Edit, FaceModel, Gauge, Load
from clinic.planning.procedures.fields import FORWARD, around, chosen
from clinic.planning.procedures.procedure import Parameter, Procedure

_DEPOT_MM = 18.0  # how far a depot over the malar eminence spreads in the deep fat
_SWELLING_MM = 45.0  # beyond this the skin does not rise any more


def malar_filler(edit: Edit, face: FaceModel) -> Load:
    """Inject filler into the fat over the malar eminence of one side (`edit.side` is "left" or "right").

    The depot grows until the skin of that half of the face has gained the asked volume.
    """
    letter, sign = ("l", 1.0) if edit.side == "left" else ("r", -1.0)
    centre = face.landmarks()[f"malar_{letter}"]
    nobody = np.zeros(len(face.control), bool)
    same_side = sign * face.control[:, 0] > 0
    swelling = same_side & (around(face, centre, _SWELLING_MM) > 0)
    amount = edit.amount("amount_cc")
    return Load(
        edit=edit,
        moved=chosen(nobody),
        moved_by=np.zeros((0, 3)),
        released=chosen(nobody),
        growth=np.where(same_side, around(face, centre, _DEPOT_MM), 0.0),
        growth_cc=amount,
        gauges=(Gauge(f"Malar filler, {edit.side}", amount, "cc", swelling.astype(np.float64), FORWARD),),
    )


MALAR_FILLER = Procedure(
    id="malar_filler",
    title="Malar filler",
    region="Cheeks",
    parameters=(
        Parameter(
            "amount_cc",
            "Volume per side",
            "cc",
            0.0,
            2.0,
            0.05,
            sign="volume injected on each treated side",
            cautions=("Above 1.5 cc per side and session, swelling hides the result; consider two sessions.",),
        ),
    ),
    sided=True,
    load=malar_filler,
)
