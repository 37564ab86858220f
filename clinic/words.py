"""What a person reads, in the person's language.

Whoever shows words translates them; whoever makes them below the window says them in English, so that records, digests
and the command line never depend on a language.

    tr("Open"), tr("Photo {k} of {n}", k=1, n=4)   in the window and on paper: translated now
    plural("{n} photo", "{n} photos", count)       the same, by the grammar of numbers; {n} is the count
    say("The photo “{name}” is damaged.", name=x)  below: English now, translated by the tr() of whoever shows it
    say_plural("{n} file", "{n} files", count)     the same
    tr(str(error)), tr(procedure.title)            shows what was said, or what was read back from the records

The first argument is a literal, never an f-string, since it is collected from the source; what changes goes into
named fields: {name} as it is, {mm:+.1f} a number (with a minus sign, and the decimal comma where the language has one),
{side!t} words that were said and are to be translated as well. Write whole sentences rather than pieces to be joined.
Call tr() when something is shown, not when a module is imported; a table at the top of a module holds say("…"). After
new words run `python resources/i18n/update.py`, then translate what it left empty.
"""

import gettext
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Formatter

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "zh_CN": "中文",
    "pt_BR": "Português",
    "es": "Español",
    "de": "Deutsch",
}
_MINUS = str.maketrans("-", "−")
_COMMA = str.maketrans(",.", ".,")
_POINT = re.compile(r"(?<=\d)\.(?=\d{1,2}(?!\d))")
_NOUNS_ARE_CAPITAL = ("de",)
_DECIMAL_COMMA = ("pt_BR", "es", "de")
_NUMBER = r"[+\-−±]?\d[\d,]*(?:\.\d+)?(?:e[+\-]?\d+)?%?"
_QUANTITY = r"(?:[\s±+−\-→()×/–%°]|\d[\d,]*(?:\.\d+)?|\b(?:mm|cc|px|cm|s|HU)\b)+"
_QUANTITIES = re.compile(_QUANTITY)
_WORDS_AND_QUANTITY = re.compile(rf"(.*?[^\W\d]\)?) ({_QUANTITY})")
_JOINT = re.compile(r"(?<=[.?!…])\s+|\n+|: |; |, | · ")


def tr(text: str, /, **fields: object) -> str:
    """Return words in the language of the moment; what is in no catalogue stays as it is."""
    if fields:
        return _Shown().vformat(_spoken.catalogue.gettext(text), (), fields)
    return _recall(text) if text and language() != "en" else text


def plural(one: str, many: str, n: int, /, **fields: object) -> str:
    """Return words about n things in the language of the moment; {n} is the count."""
    return tr(one if n == 1 else many, n=n, **fields)


def say(text: str, /, **fields: object) -> str:
    """Return English words for others to show: `tr` knows the message again by what it says."""
    return _English().vformat(text, (), fields) if fields else text


def say_plural(one: str, many: str, n: int, /, **fields: object) -> str:
    """Return English words about n things; {n} is the count."""
    return say(one if n == 1 else many, n=n, **fields)


def number(value: float, form: str = "") -> str:
    """Return a number as it is written in the language of the moment: `number(-0.5, "+.1f")`."""
    return _written(format(value, form))


def language() -> str:
    """Return the code of the language of the moment, one of LANGUAGES."""
    return _spoken.language


def speak(code: str, catalogues: Path | None) -> None:
    """Switch to a language for everything that is shown from now on. Raises OSError without its catalogue.

    catalogues: the folder that holds them; English needs none.
    """
    global _spoken
    if code == "en" or catalogues is None:
        _spoken = _ENGLISH
    else:
        catalogue = gettext.translation("clinic", catalogues, [code])
        _spoken = _Spoken(code, catalogue, _templates(catalogue), catalogues)
    _recall.cache_clear()


def spoken() -> tuple[str, Path | None]:
    """Return what `speak` takes, so that a child process speaks the same."""
    return _spoken.language, _spoken.catalogues


def nearest(system: str) -> str:
    """Return the language that serves a system's locale such as "pt_PT" or "zh-Hans-CN"; English if none does."""
    first = system.replace("-", "_").split("_")[0].lower()
    return next((code for code in LANGUAGES if code.split("_")[0] == first), "en")


class _English(Formatter):
    """Fills in a template; `!t` marks fields that are words themselves."""

    def convert_field(self, value: object, conversion: str | None) -> object:
        return str(value) if conversion == "t" else super().convert_field(value, conversion)

    def format_field(self, value: object, format_spec: str) -> str:
        text: str = super().format_field(value, format_spec)
        return text.translate(_MINUS) if isinstance(value, int | float) else text


class _Shown(_English):
    """Fills in a translated template."""

    def convert_field(self, value: object, conversion: str | None) -> object:
        return tr(str(value)) if conversion == "t" else super().convert_field(value, conversion)

    def format_field(self, value: object, format_spec: str) -> str:
        text = super().format_field(value, format_spec)
        return _written(text) if isinstance(value, int | float) else text


class _Recalled(_Shown):
    """Fills in a translated template with what the English one had: its numbers are formatted already."""

    def format_field(self, value: object, format_spec: str) -> str:
        return _written(str(value)) if format_spec else str(value)


@dataclass(frozen=True, slots=True)
class _Template:
    """A message with fields, and the pattern of what it says in English."""

    text: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Spoken:
    language: str
    catalogue: gettext.NullTranslations
    templates: tuple[_Template, ...]
    catalogues: Path | None


_ENGLISH = _Spoken("en", gettext.NullTranslations(), (), None)
_spoken = _ENGLISH


@lru_cache(maxsize=4096)
def _recall(text: str) -> str:
    """Translate what was said: a message, one with its fields filled in, or several of them one after the other."""
    found = _phrase(text)
    if found is not None:
        return found
    for joint in reversed(list(_JOINT.finditer(text))):
        begun = _phrase(text[: joint.start()])
        if begun is not None:
            return begun + joint.group() + _recall(text[joint.end() :])
    first = _JOINT.search(text)
    return text if first is None else text[: first.end()] + _recall(text[first.end() :])


def _phrase(text: str) -> str | None:
    """Translate a message, a quantity, or a message that a quantity follows: "forward +4.0 mm"."""
    found = _message(text)
    if found is not None:
        return found
    if _QUANTITIES.fullmatch(text):
        return _once_written(text)
    counted = _WORDS_AND_QUANTITY.fullmatch(text)
    named = _message(counted[1]) if counted else None
    return f"{named} {_once_written(counted[2])}" if counted and named is not None else None


def _message(text: str) -> str | None:
    """Translate one message; in the middle of a sentence it may begin with a small letter, or at its start with a
    capital, other than in the catalogue.
    """
    found = _literal(text)
    if found is not None or not text:
        return found
    first = text[0]
    other = _literal((first.lower() if first.isupper() else first.upper()) + text[1:])
    if other is None or (first.islower() and language() in _NOUNS_ARE_CAPITAL):
        return other
    return (other[0].upper() if first.isupper() else other[0].lower()) + other[1:]


def _literal(text: str) -> str | None:
    plain = _spoken.catalogue.gettext(text) if text else text
    if plain != text:
        return plain
    for template in _spoken.templates:
        match = template.pattern.fullmatch(text)
        if match:
            return _Recalled().vformat(_spoken.catalogue.gettext(template.text), (), match.groupdict())
    return None


def _templates(catalogue: gettext.GNUTranslations) -> tuple[_Template, ...]:
    """Return the messages that have fields, those with most words of their own first."""
    ids = (key for key in catalogue._catalog if isinstance(key, str) and "{" in key)  # type: ignore[attr-defined]
    weighed = sorted(((_own_words(text), text) for text in ids), reverse=True)
    return tuple(_Template(text, _pattern(text)) for weight, text in weighed if weight)


def _own_words(text: str) -> int:
    """Return how many letters of a template are its own, units of measure aside."""
    own = " ".join(literal for literal, *_ in Formatter().parse(text))
    return sum(letter.isalpha() for letter in re.sub(r"\b(?:mm|cc|px|s)\b", "", own))


def _pattern(text: str) -> re.Pattern[str]:
    parts, seen = list[str](), set[str]()
    for literal, name, spec, _ in Formatter().parse(text):
        parts.append(re.escape(literal))
        if name is not None:
            inside = _NUMBER if spec else ".+?"
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>{inside})")
            seen.add(name)
    return re.compile("".join(parts), re.DOTALL)


def _written(text: str) -> str:
    signed = text.translate(_MINUS)
    return signed.translate(_COMMA) if language() in _DECIMAL_COMMA else signed


def _once_written(text: str) -> str:
    """Write an English quantity as the language does; one that is written so already stays."""
    return _POINT.sub(",", text) if language() in _DECIMAL_COMMA and "," not in text else text
