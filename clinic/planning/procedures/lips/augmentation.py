"""Filler of the lips."""

from functools import partial

from clinic.case import Edit, FaceModel, Load, Mask
from clinic.planning.procedures.fields import around
from clinic.planning.procedures.fillers.depot import injected
from clinic.planning.procedures.lips.vermilion import vermilion
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.words import say

_SWELLING_MM = 50.0  # from the middle of the mouth; beyond this the skin does not rise any more


def lip_augmentation(edit: Edit, face: FaceModel) -> Load:
    """Inject filler into the red of one lip.

    It lies between mucosa and muscle ("fat" of the model): the red swells forwards and rolls out, and the columns of
    the philtrum, which are skin over muscle, stay.
    """
    ((name, amount),) = edit.amounts
    lip = name.removesuffix("_cc")
    return injected(edit, f"{lip.capitalize()} lip", amount, vermilion(face, lip), "fat", _felt(face, lip))


def _felt(face: FaceModel, lip: str) -> Mask:
    """Return the (c,) mask of the skin around the mouth, above or below its line."""
    mouth = face.landmarks()["stomion"]
    above = face.control[:, 2] > mouth[2]
    near: Mask = (around(face, mouth, _SWELLING_MM) > 0) & (above == (lip == "upper"))
    return near


_TOO_MUCH = Guard(1.0, say("Above 1 cc per lip and session the border of the red blurs; consider two sessions."))
_parameter = partial(Parameter, unit="cc", minimum=0.0, maximum=1.5, step=0.05, default=0.5)

LIP_AUGMENTATION = Procedure(
    id="lip_augmentation",
    title=say("Lip augmentation"),
    region=say("Lips"),
    parameters=(
        _parameter(
            "upper_cc",
            say("Upper lip"),
            sign=say("volume injected into the red of the upper lip"),
            cautions=(
                say(
                    "The superior labial artery runs behind the muscle: stay in front of it, within 3 mm of "
                    "the surface."
                ),
            ),
            guards=(_TOO_MUCH,),
        ),
        _parameter(
            "lower_cc",
            say("Lower lip"),
            sign=say("volume injected into the red of the lower lip"),
            cautions=(say("More in the upper than in the lower lip looks done: usual is 1 part above to 1.6 below."),),
            guards=(_TOO_MUCH,),
        ),
    ),
    sided=False,
    load=lip_augmentation,
)
