"""Why a scan was not taken, in words for a dialog."""

from clinic.errors import ClinicError


class NoFaceInScan(ClinicError):
    """No face was found on the surface."""

    def __init__(self) -> None:
        super().__init__(
            "No face was found in the 3D file, looked at from all sides. Nothing was changed. Use a scan that shows "
            "the whole face with eyes, nose and mouth, and at least some 2000 points on it."
        )


class UnknownUnit(ClinicError):
    """The face would have an impossible size in every unit, or in the one that was named."""

    def __init__(self, apart: float, unit: str | None = None, fits: str | None = None) -> None:
        taken = f"In {unit}" if unit else "In millimetres, centimetres and metres"
        way = (
            f"The file looks as if it were in {fits}: choose that unit."
            if fits
            else "Export the scan again at its true size, or choose another file."
        )
        super().__init__(
            f"{taken} the face of this scan has an impossible size: the outer corners of its eyes are {apart:.3g} "
            f"units apart, people have 70 to 110 mm. Nothing was changed. {way}"
        )
