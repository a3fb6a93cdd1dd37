"""How a mail looks where HTML is shown: its words on a plain sheet, the way to the archive as a button.

Mail programs know tables and styles that stand at the element; the one style sheet is for the dark, where it is heard.
"""

from __future__ import annotations

from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from guichet.language import Language

# With the quotes that a style wants, which nobody but us writes.
FONT = "-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
# The page's own, in its light theme.
COLOURS = {
    "ground": "#f4f5f7",
    "sheet": "#ffffff",
    "line": "#e0e3e8",
    "ink": "#181c25",
    "quiet": "#475066",
    "accent": "#0b5d53",
    "on_accent": "#ffffff",
    "failed": "#b3261e",
}

ENVIRONMENT = Environment(
    loader=PackageLoader(__package__), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
)


@dataclass(frozen=True)
class Sheet:
    """What a mail says, in the words of its language.

    :param lead: what became of the extract.
    :param archive: how the archive comes, and `archive_url` where it can be had; "" where there is none.
    :param criteria: what was searched: pairs of a label, which may be "", and a value.
    """

    language: Language
    title: str
    lead: str
    has_failed: bool
    archive: str
    archive_url: str
    download: str
    searched: str
    criteria: tuple[tuple[str, str], ...]
    moments: str
    all_extracts: str
    page_url: str


def render(sheet: Sheet) -> str:
    """Render the HTML of a mail."""
    return ENVIRONMENT.get_template("sheet.html").render(sheet=sheet, colours=COLOURS, font=FONT)
