"""Why a scan was not taken, in words for a dialog."""

from clinic.errors import ClinicError
from clinic.words import say


class NoFaceInScan(ClinicError):
    """No face was found on the surface."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "No face was found in the 3D file, looked at from all sides. Nothing was changed. Use a scan "
                "that shows the whole face with eyes, nose and mouth, and at least some 2000 points on it."
            )
        )


class UnknownUnit(ClinicError):
    """The face would have an impossible size in every unit, or in the one that was named."""

    def __init__(self, apart: float, unit: str | None = None, fits: str | None = None) -> None:
        taken = say("In {unit!t}", unit=unit) if unit else say("In millimetres, centimetres and metres")
        way = (
            say("The file looks as if it were in {fits!t}: choose that unit.", fits=fits)
            if fits
            else say("Export the scan again at its true size, or choose another file.")
        )
        super().__init__(
            say(
                "{taken!t} the face of this scan has an impossible size: the outer corners of its eyes are "
                "{apart:.3g} units apart, people have 70 to 110 mm. Nothing was changed. {way!t}",
                taken=taken,
                apart=apart,
                way=way,
            )
        )
