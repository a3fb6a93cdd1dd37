"""How a mail looks where HTML is shown: its words on a plain sheet, the way to the archive as a button.

Mail programs know tables and styles that stand at the element; the one style sheet is for the dark, where it is heard.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from string import Template

from guichet.interfaces.language import Language

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

PAGE = Template(
    """<!doctype html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>$title</title>
<style>
@media (prefers-color-scheme: dark) {
  .page { background: #0f1317 !important; }
  .sheet { background: #171c22 !important; border-color: #313943 !important; }
  .ink { color: #e7ebf0 !important; }
  .quiet { color: #c8cfda !important; }
  .line { border-color: #313943 !important; }
  .accent { color: #5cc4b1 !important; }
  .failed { color: #ffb4ab !important; }
}
</style>
</head>
<body class="page" style="margin: 0; padding: 0; background: $ground;">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background: $ground;">
<tr><td align="center" style="padding: 24px 12px;">
<table role="presentation" class="sheet" width="100%" cellpadding="0" cellspacing="0"
 style="max-width: 600px; background: $sheet; border: 1px solid $line; border-radius: 8px; font-family: $font;">
<tr><td style="padding: 28px 28px 24px; text-align: left;">
<h1 class="ink" style="margin: 0 0 10px; font-size: 20px; line-height: 26px; font-weight: 600; color: $ink;">$title</h1>
<p class="$tone" style="margin: 0 0 16px; font-size: 15px; line-height: 22px; color: $tone_colour;">$lead</p>
$archive_block
<h2 class="quiet" style="margin: 22px 0 6px; font-size: 13px; line-height: 18px; font-weight: 600; color: $quiet;">
$searched</h2>
<table role="presentation" class="line" width="100%" cellpadding="0" cellspacing="0"
 style="border-top: 1px solid $line;">
$criteria
</table>
<p class="quiet" style="margin: 18px 0 0; font-size: 13px; line-height: 19px; color: $quiet;">$moments<br>
<a class="accent" href="$page_url" style="color: $accent;">$all_extracts</a></p>
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"""
)

ARCHIVE = Template(
    """<p class="ink" style="margin: 0 0 14px; font-size: 15px; line-height: 22px; color: $ink;">$how</p>
<table role="presentation" cellpadding="0" cellspacing="0"><tr>
<td style="border-radius: 6px; background: $accent;"><a href="$url"
 style="display: inline-block; padding: 10px 18px; font-size: 15px; line-height: 20px; font-weight: 600;
 color: $on_accent; text-decoration: none;">$download</a></td>
</tr></table>
<p class="quiet" style="margin: 10px 0 0; font-size: 12px; line-height: 17px; color: $quiet; word-break: break-all;">
<a class="quiet" href="$url" style="color: $quiet;">$url</a></p>"""
)

CRITERION = Template(
    """<tr>
<td class="quiet line" width="35%" style="padding: 8px 12px 8px 0; border-bottom: 1px solid $line; font-size: 14px;
 line-height: 20px; vertical-align: top; color: $quiet;">$label</td>
<td class="ink line" style="padding: 8px 0; border-bottom: 1px solid $line; font-size: 14px; line-height: 20px;
 vertical-align: top; color: $ink;">$value</td>
</tr>"""
)


ALONE = Template(
    """<tr><td class="ink line" style="padding: 8px 0; border-bottom: 1px solid $line; font-size: 14px;
 line-height: 20px; color: $ink;">$value</td></tr>"""
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


def page(sheet: Sheet) -> str:
    """Makes the HTML of a mail."""
    return PAGE.substitute(
        COLOURS,
        font=FONT,
        language=sheet.language,
        title=html.escape(sheet.title),
        tone="failed" if sheet.has_failed else "ink",
        tone_colour=COLOURS["failed" if sheet.has_failed else "ink"],
        lead=html.escape(sheet.lead),
        archive_block=_archive(sheet) if sheet.archive else "",
        searched=html.escape(sheet.searched),
        criteria="\n".join(_criterion(label, value) for label, value in sheet.criteria),
        moments=html.escape(sheet.moments),
        page_url=html.escape(sheet.page_url),
        all_extracts=html.escape(sheet.all_extracts),
    )


def _archive(sheet: Sheet) -> str:
    return ARCHIVE.substitute(
        COLOURS,
        how=html.escape(sheet.archive),
        url=html.escape(sheet.archive_url),
        download=html.escape(sheet.download),
    )


def _criterion(label: str, value: str) -> str:
    if not label:
        return ALONE.substitute(COLOURS, value=html.escape(value))
    return CRITERION.substitute(COLOURS, label=html.escape(label), value=html.escape(value))
