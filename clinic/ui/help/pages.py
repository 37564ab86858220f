"""The pages of help, as they lie in resources/help: one Markdown file a page, the first line after the title sums up.

A page: `# Title`, a paragraph that sums it up, then sections that begin with `## Heading`. Of Markdown they use
paragraphs, `- ` lists and **strong** words. A language without a page shows the English one.
"""

from dataclasses import dataclass
from functools import lru_cache

from clinic import resources
from clinic.ui.palette.fuzzy import plain
from clinic.words import language

ORDER = ("start", "patient", "capture", "analyse", "plan", "compare", "share", "records")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page under its own heading, "" for the first part. id: its English heading. text: Markdown."""

    id: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page. id: also the name of the stage that it explains, where there is one."""

    id: str
    title: str
    summary: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A section in which the words that were sought stand."""

    page: Page
    section: Section


def pages() -> tuple[Page, ...]:
    """Return all pages in the language of the moment, in the order of the stages."""
    return _read(language())


def page(name: str) -> Page:
    """Return a page by its id; the first one for a name that has none."""
    return next((one for one in pages() if one.id == name), pages()[0])


def search(typed: str) -> tuple[Found, ...]:
    """Return the sections that hold every word that was typed, those with one in their heading first."""
    words = plain(typed).split()
    if not words:
        return ()
    found = [
        Found(one, section)
        for one in pages()
        for section in one.sections
        if all(word in plain(f"{one.title} {section.heading} {section.text}") for word in words)
    ]
    return tuple(sorted(found, key=lambda one: not any(word in plain(one.section.heading) for word in words)))


@lru_cache(maxsize=8)
def _read(code: str) -> tuple[Page, ...]:
    return tuple(_page(name, _parts(name, code), _parts(name, "en")) for name in ORDER)


def _parts(name: str, code: str) -> list[tuple[str, str]]:
    """Return a page's headings, the title first, each with what stands under it."""
    own = resources.folder("help") / code / f"{name}.md"
    file = own if own.is_file() else resources.folder("help") / "en" / f"{name}.md"
    cut = (part.partition("\n") for part in file.read_text(encoding="utf-8").removeprefix("# ").split("\n## "))
    return [(heading.strip(), body.strip()) for heading, _, body in cut]


def _page(name: str, parts: list[tuple[str, str]], english: list[tuple[str, str]]) -> Page:
    (title, summary), *others = parts
    sections = [Section(known, heading, body) for (known, _), (heading, body) in zip(english[1:], others, strict=True)]
    return Page(name, title, summary.replace("\n", " "), (Section("", "", summary), *sections))
