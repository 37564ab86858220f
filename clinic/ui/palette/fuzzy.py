"""How well a few typed letters fit words: all of them, in their order, best at the beginnings of words."""

import unicodedata

_AT_BEGINNING, _AFTER_ANOTHER, _ANYWHERE = 8.0, 5.0, 1.0
_PER_LETTER_LEFT = 0.05  # of two words that fit equally well the shorter one is meant


def score(typed: str, words: str) -> float | None:
    """Return how well letters fit words, more is better; None if they do not. Blanks and accents do not count."""
    sought, there = plain(typed).replace(" ", ""), plain(words)
    if not sought:
        return 0.0
    best = max((_from(sought, there, start) for start in _starts(sought[0], there)), default=None)
    return None if best is None or best < 0 else best - _PER_LETTER_LEFT * len(there)


def plain(words: str) -> str:
    """Return words in small letters without accents."""
    parted = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in parted if not unicodedata.combining(letter))


def _starts(first: str, there: str) -> list[int]:
    return [at for at, letter in enumerate(there) if letter == first]


def _from(sought: str, there: str, start: int) -> float:
    """Return the worth of taking each letter where it comes next, -1 if one does not come; beginnings are preferred."""
    worth, at = 0.0, start - 1
    for letter in sought:
        near = at + 1
        if near > start and near < len(there) and there[near] == letter:
            worth, at = worth + _AFTER_ANOTHER, near
            continue
        found = _next(letter, there, near)
        if found < 0:
            return -1.0
        worth, at = worth + (_AT_BEGINNING if _begins(there, found) else _ANYWHERE), found
    return worth


def _next(letter: str, there: str, near: int) -> int:
    """Return the next place of a letter, that at the beginning of a word before any other; -1 for none."""
    places = [at for at in range(near, len(there)) if there[at] == letter]
    return next((at for at in places if _begins(there, at)), places[0] if places else -1)


def _begins(there: str, at: int) -> bool:
    return at == 0 or not there[at - 1].isalnum()
