"""The bundled type: Noto Sans, and Noto Sans SC for lines that hold Chinese."""

from pathlib import Path

from clinic import resources

_HAN_BEGINS = "\u2e80"  # from here on: radicals, punctuation and characters of Chinese


def holds_han(words: str) -> bool:
    """Return True if a line needs the Chinese type; it has Latin letters too, so that the whole line is of one kind."""
    return any(letter >= _HAN_BEGINS for letter in words)


def name(words: str, strong: bool) -> str:
    """Return the name of the type that a line is set in; its file is that name with ".ttf"."""
    return f"NotoSans{'SC' if holds_han(words) else ''}-{'SemiBold' if strong else 'Regular'}"


def file(font: str) -> Path:
    """Return where the file of a type lies."""
    return resources.folder("fonts") / f"{font}.ttf"
