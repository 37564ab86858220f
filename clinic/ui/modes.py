"""The ways in which before and after are shown together."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to compare: its words, its key, its icon, and the group it stands in."""

    id: str
    words: str
    key: str
    icon: str
    group: str


MODES = (
    Mode("side", "Side by side", "B", "compare", "3D"),
    Mode("wipe", "Wipe", "W", "wipe", "3D"),
    Mode("ghost", "Ghost", "G", "ghost", "3D"),
    Mode("range", "Range", "R", "range", "3D"),
    Mode("heat", "Displacement", "H", "heat", "Heat map"),
    Mode("strain", "Skin strain", "", "heat", "Heat map"),
    Mode("photo", "Photo before and after", "P", "photo", "Photo"),
)
