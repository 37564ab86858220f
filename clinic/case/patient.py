"""Who the plan is for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patient:
    """The person; `id` is random and never reused, everything else may be corrected later."""

    id: str
    family_name: str
    given_name: str = ""
    birth_date: str = ""  # ISO 8601, empty if unknown
    sex: str = ""  # "F", "M", "X" or empty
    record_number: str = ""
    note: str = ""  # shown beside the name, for example that this is the sample patient

    @property
    def display_name(self) -> str:
        """FAMILY Given, as on a wrist band."""
        return f"{self.family_name.upper()} {self.given_name}".strip()
