"""Collects the words of the program into the catalogues and compiles them: `python resources/i18n/update.py`.

New messages are added to each clinic.po with an empty translation, messages that left the source are dropped, and
clinic.mo, which the program reads, is written anew. Nothing is guessed: a message that changed is a new one.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
SOURCE = HERE.parent.parent / "clinic"
NOT_SHOWN = ("bench", "cli", "training")  # rooms whose words stay English
LITERALS = {"tr": 1, "say": 1, "plural": 2, "say_plural": 2}  # how many of the first arguments are messages


def messages() -> dict[str, str]:
    """Return every message of the source with the first file that says it, by file and message."""
    found: dict[str, str] = {}
    for file in _shown():
        for message in _said(ast.parse(file.read_text(encoding="utf-8"))):
            found.setdefault(message, file.relative_to(SOURCE.parent).as_posix())
    return dict(sorted(found.items(), key=lambda row: (row[1], row[0])))


def unreadable() -> list[str]:
    """Return where tr() and its like get text that is put together, which no catalogue can hold: "file:line"."""
    found = []
    for file in _shown():
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if _speaks(call) and any(isinstance(given, ast.JoinedStr | ast.BinOp) for given in call.args):
                found.append(f"{file.relative_to(SOURCE.parent).as_posix()}:{call.lineno}")
    return found


def catalogues() -> Iterator[tuple[Path, Catalog]]:
    """Yield each language's file and what it holds."""
    for file in sorted(HERE.glob("*/LC_MESSAGES/clinic.po")):
        with file.open("rb") as opened:
            yield file, read_po(opened, locale=file.parent.parent.name)


def main() -> int:
    """Bring every catalogue up to date and say what is left to translate; 1 if anything is."""
    said, left = messages(), 0
    for file, old in catalogues():
        fresh = _empty(old)
        for message, where in said.items():
            known = old.get(message)
            fresh.add(message, known.string if known else "", locations=[(where, None)], auto_comments=())
        with file.open("wb") as opened:
            write_po(opened, fresh, width=120)
        with file.with_suffix(".mo").open("wb") as opened:
            write_mo(opened, fresh)
        empty = sum(not message.string for message in fresh if message.id)
        left += empty
        sys.stdout.write(f"{file.parent.parent.name}: {len(said)} messages, {empty} to translate\n")
    return 1 if left else 0


def _empty(like: Catalog) -> Catalog:
    """Return a catalogue without messages; its dates stay, so that an update that changes nothing changes no file."""
    born = like.creation_date
    return Catalog(
        like.locale, project="Clinic", fuzzy=False, header_comment="", creation_date=born, revision_date=born
    )


def _shown() -> Iterator[Path]:
    """Yield the files whose words a person reads in the window."""
    for file in sorted(SOURCE.rglob("*.py")):
        if not any(folder in NOT_SHOWN for folder in file.relative_to(SOURCE).parts):
            yield file


def _speaks(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LITERALS


def _said(module: ast.Module) -> Iterator[str]:
    """Yield the literals that are handed to the functions of clinic.words."""
    for call in ast.walk(module):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in LITERALS:
            for given in call.args[: LITERALS[call.func.id]]:
                if isinstance(given, ast.Constant) and isinstance(given.value, str) and given.value:
                    yield given.value


if __name__ == "__main__":
    sys.exit(main())
