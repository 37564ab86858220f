"""Words are said in English and shown in a person's language."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo

from clinic import words
from clinic.words import number, plural, say, say_plural, tr

GERMAN = {
    "Open": "Öffnen",
    "left": "links",
    "Photo {k} of {n}": "Foto {k} von {n}",
    "{n} photo": "{n} Foto",
    "{n} photos": "{n} Fotos",
    "Chin, {side!t}: {mm:+.1f} mm": "Kinn {side!t}: {mm:+.1f} mm",
    "The photo “{name}” is damaged.": "Das Foto „{name}“ ist beschädigt.",
    "Undo: {what!t}": "Rückgängig: {what!t}",
}


@pytest.fixture
def german(tmp_path: Path) -> Iterator[None]:
    """Speak German from a catalogue made here."""
    catalogue = Catalog("de")
    for message, translation in GERMAN.items():
        catalogue.add(message, translation)
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "clinic.mo").open("wb") as opened:
        write_mo(opened, catalogue)
    words.speak("de", tmp_path)
    yield
    words.speak("en", tmp_path)


@pytest.mark.usefixtures("german")
def test_what_is_shown_is_translated_with_its_fields() -> None:
    assert tr("Open") == "Öffnen"
    assert tr("Photo {k} of {n}", k=2, n=5) == "Foto 2 von 5"
    assert [plural("{n} photo", "{n} photos", n) for n in (1, 2)] == ["1 Foto", "2 Fotos"]


@pytest.mark.usefixtures("german")
def test_numbers_have_the_comma_of_the_language() -> None:
    assert number(-0.5, "+.1f") == "−0,5"
    assert tr("Chin, {side!t}: {mm:+.1f} mm", side="left", mm=2.0) == "Kinn links: +2,0 mm"


@pytest.mark.usefixtures("german")
def test_what_was_said_in_english_is_known_again() -> None:
    """Errors and records keep English sentences with their fields filled in."""
    said = say("Chin, {side!t}: {mm:+.1f} mm", side="left", mm=-2.0)
    assert said == "Chin, left: −2.0 mm"
    assert tr(said) == "Kinn links: −2,0 mm"
    assert tr(say("Undo: {what!t}", what=said)) == "Rückgängig: Kinn links: −2,0 mm"
    assert tr(say_plural("{n} photo", "{n} photos", 3)) == "3 Fotos"


@pytest.mark.usefixtures("german")
def test_a_hyphen_of_older_records_is_shown_as_a_minus_sign() -> None:
    assert tr("Chin, left: -2.0 mm") == "Kinn links: −2,0 mm"


@pytest.mark.usefixtures("german")
def test_a_name_is_never_translated() -> None:
    assert tr(say("The photo “{name}” is damaged.", name="left")) == "Das Foto „left“ ist beschädigt."


@pytest.mark.usefixtures("german")
def test_sentences_said_one_after_the_other_are_known_each() -> None:
    assert (
        tr("The photo “a.jpg” is damaged. Open\nSomething else")
        == "Das Foto „a.jpg“ ist beschädigt. Öffnen\nSomething else"
    )


@pytest.mark.usefixtures("german")
def test_what_is_in_no_catalogue_stays_as_it_is() -> None:
    assert tr("Frau Öffnen") == "Frau Öffnen"
    assert tr("") == ""


def test_english_needs_no_catalogue() -> None:
    assert words.language() == "en"
    assert tr("Chin, {side!t}: {mm:+.1f} mm", side="left", mm=2.0) == "Chin, left: +2.0 mm"
    assert [number(0.5), number(-0.5, ".1f")] == ["0.5", "−0.5"]
    assert tr("{low:+.1f} to {high:+.1f} mm", low=-2.4, high=-0.8) == "−2.4 to −0.8 mm"
    assert say("The photo “{name}” is damaged.", name="a-1.jpg") == "The photo “a-1.jpg” is damaged."


@pytest.mark.parametrize(
    ("system", "served"),
    [("pt_PT", "pt_BR"), ("zh-Hans-CN", "zh_CN"), ("de_AT.UTF-8", "de"), ("es", "es"), ("fr_FR", "en"), ("C", "en")],
)
def test_the_systems_language_is_served_where_there_is_one(system: str, served: str) -> None:
    assert words.nearest(system) == served


def test_a_language_without_catalogue_is_refused_and_the_old_one_stays(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="clinic"):
        words.speak("de", tmp_path)
    assert words.language() == "en"
