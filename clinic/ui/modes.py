"""The ways in which before and after are shown together."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to compare: its words, its key, its icon, and the heading it stands under, "" for the first."""

    id: str
    words: str
    key: str
    icon: str
    group: str


MODES = (
    Mode("side", "Side by side", "B", "compare", ""),
    Mode("wipe", "Wipe", "W", "wipe", ""),
    Mode("ghost", "Ghost", "G", "ghost", ""),
    Mode("range", "Range", "R", "range", ""),
    Mode("heat", "Displacement", "H", "heat", "Heat map"),
    Mode("strain", "Skin strain", "", "heat", "Heat map"),
)
