"""The ways in which before and after are shown together."""

from dataclasses import dataclass

from clinic.words import say


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to compare: its words, its key, its icon, and the heading it stands under, "" for the first."""

    id: str
    words: str
    key: str
    icon: str
    group: str


MODES = (
    Mode("side", say("Side by side"), "B", "compare", ""),
    Mode("wipe", say("Wipe"), "W", "wipe", ""),
    Mode("ghost", say("Ghost"), "G", "ghost", ""),
    Mode("blink", say("Blink"), "X", "eye", ""),
    Mode("range", say("Range"), "R", "range", ""),
    Mode("heat", say("Displacement"), "H", "heat", say("Heat map")),
    Mode("strain", say("Skin strain"), "", "heat", say("Heat map")),
)
