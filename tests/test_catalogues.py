"""Every word that a person reads stands in every language, with the same fields, and compiled."""

import importlib.util
import io
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from clinic import resources, words
from clinic.words import LANGUAGES, tr

I18N = resources.folder("i18n")
TRANSLATED = [code for code in LANGUAGES if code != "en"]


@pytest.fixture(scope="module")
def update() -> ModuleType:
    """The program that collects the words."""
    spec = importlib.util.spec_from_file_location("update", I18N / "update.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def german() -> Iterator[None]:
    words.speak("de", I18N)
    yield
    words.speak("en", I18N)


def file(code: str) -> Path:
    return I18N / code / "LC_MESSAGES" / "clinic.po"


def catalogue(code: str) -> Catalog:
    with file(code).open("rb") as opened:
        return read_po(opened, locale=code)


def fields(text: str) -> list[tuple[str, str | None, str | None]]:
    return sorted((name, spec, turned) for _, name, spec, turned in Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_message_of_the_source_is_translated_with_its_fields(code: str, update: ModuleType) -> None:
    known = {str(message.id): str(message.string) for message in catalogue(code) if message.id and not message.fuzzy}
    said = update.messages()
    assert len(said) > 1000
    assert [message for message in said if not known.get(message)] == []
    assert [message for message in said if fields(known[message]) != fields(message)] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_what_the_program_reads_is_what_was_translated(code: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(code))
    assert file(code).with_suffix(".mo").read_bytes() == compiled.getvalue()


def test_no_message_is_made_of_changing_parts(update: ModuleType) -> None:
    """An f-string or a name as first argument would never be found in a catalogue."""
    assert update.unreadable() == []


@pytest.mark.usefixtures("german")
def test_sentences_of_errors_and_records_are_known_again() -> None:
    assert tr("Genioplasty: forward +4.0 mm, vertical −1.0 mm") == "Kinnplastik: Vor +4,0 mm, Vertikal −1,0 mm"
    assert tr("Undo: Dorsal hump, hump −2.0 mm") == "Rückgängig: Nasenhöcker, Höcker −2,0 mm"
    assert tr("Photo 2: The face is very dark. Use more light.").startswith("Foto 2: Das Gesicht ist sehr dunkel.")
    unsolved = "Nothing was exported, because there is no face yet. Press Solve, then export again."
    assert "noch ist kein Gesicht da" in tr(unsolved)
    assert tr("Alar base, left") == "Nasenflügelbasis, links"
