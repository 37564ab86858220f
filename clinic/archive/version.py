"""The version of an archive's form."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormatVersion:
    """Which form an archive has, and the oldest reader that still understands it.

    One number would lock out older programs with every small addition. So an addition that older programs may safely
    overlook (a new column, a new kind of event) raises `form` alone, and they still read and write such an archive.
    Only a change that an older program would misread (another cipher, another meaning of a column) raises `min_reader`
    to the new form as well; from then on they refuse, before they touch a byte.

    We read every form ever written: `form` never decides that, it only tells what has to be migrated.
    """

    form: int
    min_reader: int

    def __post_init__(self) -> None:
        if not 1 <= self.min_reader <= self.form < 1 << 16:
            raise ValueError(f"no such version: {self.form}, {self.min_reader}")

    @property
    def readable(self) -> bool:
        """True if this program understands archives of that form."""
        return self.min_reader <= CURRENT.form


CURRENT = FormatVersion(form=2, min_reader=2)
