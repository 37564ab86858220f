"""What pages of help use of Markdown, as Qt's HTML in the colours of the window."""

import re
from html import escape

from clinic.ui import theme
from clinic.ui.help.pages import Page, Section

_STRONG = re.compile(r"\*\*(.+?)\*\*")


def whole(page: Page) -> str:
    """Return a page; headings are anchors by their number, "s1" the first one after the summary."""
    return "".join(part(section, f"s{number}") for number, section in enumerate(page.sections))


def part(section: Section, anchor: str) -> str:
    """Return one section under its heading."""
    heading = f'<p class="head"><a name="{anchor}"></a>{escape(section.heading)}</p>' if section.heading else ""
    return heading + body(section)


def body(section: Section) -> str:
    """Return what stands under a heading."""
    return "".join(_block(block) for block in section.text.split("\n\n"))


def link(to: str, words: str) -> str:
    """Return words that lead to a place."""
    return f'<p class="head"><a href="{escape(to)}">{escape(words)}</a></p>'


def style() -> str:
    """Return the style sheet of help."""
    tokens, body, head = theme.current(), theme.scaled(14), theme.scaled(15)
    return (
        f"p, li {{ font-size: {body}px; color: {tokens.text}; line-height: 118%; margin: 0 0 8px 0; }}"
        f".head {{ font-size: {head}px; font-weight: 600; margin: 18px 0 4px 0; }}"
        f"a {{ color: {tokens.accent}; text-decoration: none; }}"
        f"b {{ font-weight: 600; }} ul {{ margin: 0 0 8px 0 }}"
    )


def _block(block: str) -> str:
    lines = block.strip().split("\n")
    if all(line.startswith("- ") for line in lines):
        return "<ul>" + "".join(f"<li>{_inline(line[2:])}</li>" for line in lines) + "</ul>"
    return f"<p>{_inline(' '.join(lines))}</p>"


def _inline(text: str) -> str:
    return _STRONG.sub(r"<b>\1</b>", escape(text))
