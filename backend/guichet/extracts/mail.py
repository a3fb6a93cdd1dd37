"""The mails that tell a user what became of an extract: their words in three languages, and the message itself.

Pure: values in, an `EmailMessage` out. Nothing is sent here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal
from urllib.parse import urlsplit

from guichet.interfaces.language import Language

Kind = Literal["archive", "link", "empty", "failure"]

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "subject": "{title}: {rows} rows",
        "subject_empty": "{title}: no rows match",
        "subject_failure": "{title}: the extract failed",
        "archive": "Your extract of “{title}” is attached: {rows} rows.",
        "link": (
            "Your extract of “{title}” is ready: {rows} rows. It is too large to attach. After "
            "signing in, you can download it until {until}:"
        ),
        "empty": "Nothing matched your search in “{title}”, so there is no file.",
        "failure": "Your extract of “{title}” could not be made: {problem}",
        "searched": "What was searched:",
        "everything": "everything: no criterion was filled in",
        "asked": "Asked for on {asked} (UTC).",
        "page": "All your extracts: {url}",
    },
    "fr": {
        "subject": "{title} : {rows} lignes",
        "subject_empty": "{title} : aucune ligne ne correspond",
        "subject_failure": "{title} : l’extraction a échoué",
        "archive": "Votre extraction de « {title} » est jointe : {rows} lignes.",
        "link": (
            "Votre extraction de « {title} » est prête : {rows} lignes. Elle est trop volumineuse "
            "pour être jointe. Après identification, vous pouvez la télécharger jusqu’au {until} :"
        ),
        "empty": "Rien ne correspond à votre recherche dans « {title} » : il n’y a pas de fichier.",
        "failure": "Votre extraction de « {title} » n’a pas pu être faite : {problem}",
        "searched": "Ce qui a été cherché :",
        "everything": "tout : aucun critère n’était rempli",
        "asked": "Demandée le {asked} (UTC).",
        "page": "Toutes vos extractions : {url}",
    },
    "es": {
        "subject": "{title}: {rows} filas",
        "subject_empty": "{title}: ninguna fila coincide",
        "subject_failure": "{title}: la extracción falló",
        "archive": "Su extracción de «{title}» va adjunta: {rows} filas.",
        "link": (
            "Su extracción de «{title}» está lista: {rows} filas. Es demasiado grande para "
            "adjuntarla. Tras identificarse, puede descargarla hasta el {until}:"
        ),
        "empty": "Nada coincide con su búsqueda en «{title}»: no hay archivo.",
        "failure": "No se pudo hacer su extracción de «{title}»: {problem}",
        "searched": "Qué se buscó:",
        "everything": "todo: no se rellenó ningún criterio",
        "asked": "Pedida el {asked} (UTC).",
        "page": "Todas sus extracciones: {url}",
    },
}
SEPARATORS: Mapping[Language, str] = {"en": ",", "fr": "\u202f", "es": "."}


@dataclass(frozen=True)
class Attachment:
    """A file that a mail carries."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Letter:
    """What a mail says.

    :param criteria: in words: pairs of a label and what was filled in.
    :param attachment: the archive, where the mail carries it; None for a link, or where there is none.
    """

    kind: Kind
    language: Language
    sender: str
    recipient: str
    message_id: str
    title: str
    rows: int
    criteria: tuple[tuple[str, str], ...]
    asked_at: datetime
    now: datetime
    page_url: str
    archive_url: str = ""
    expires_at: datetime | None = None
    problem: str = ""
    attachment: Attachment | None = None


def message_id(extract_id: str, number: int, public_url: str) -> str:
    """Makes the Message-ID of the mail about an extract, the same whoever makes it: mail servers drop doubles by it.

    :param number: counts the mails about this extract that its user asked for.
    """
    host = urlsplit(public_url).hostname or "localhost"
    return f"<extract-{extract_id}-{number}@{host}>"


def compose(letter: Letter) -> EmailMessage:
    """Composes a mail, in plain text and HTML."""
    words = WORDS[letter.language]
    values = {
        "title": letter.title,
        "rows": f"{letter.rows:,}".replace(",", SEPARATORS[letter.language]),
        "problem": letter.problem,
        "until": f"{letter.expires_at:%Y-%m-%d %H:%M} UTC" if letter.expires_at else "",
        "asked": f"{letter.asked_at:%Y-%m-%d %H:%M}",
        "url": letter.page_url,
    }
    message = EmailMessage()
    subject = {"empty": "subject_empty", "failure": "subject_failure"}.get(letter.kind, "subject")
    message["Subject"] = re.sub(r"[\r\n]+", " ", words[subject].format(**values))
    message["From"] = letter.sender
    message["To"] = letter.recipient
    message["Date"] = format_datetime(letter.now)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_text(letter, words, values))
    message.add_alternative(_html(letter, words, values), subtype="html")
    if letter.attachment:
        content = letter.attachment.content
        message.add_attachment(content, maintype="application", subtype="zip", filename=letter.attachment.name)
    return message


def _criteria(letter: Letter, words: Mapping[str, str]) -> list[str]:
    return [f"{label}: {value}" for label, value in letter.criteria] or [words["everything"]]


def _text(letter: Letter, words: Mapping[str, str], values: Mapping[str, str]) -> str:
    lines = [words[letter.kind].format(**values)]
    if letter.kind == "link":
        lines += ["", letter.archive_url]
    lines += ["", words["searched"], *(f"- {line}" for line in _criteria(letter, words))]
    lines += ["", words["asked"].format(**values), words["page"].format(**values)]
    return "\n".join(lines) + "\n"


def _html(letter: Letter, words: Mapping[str, str], values: Mapping[str, str]) -> str:
    safe = {name: html.escape(value) for name, value in values.items()}
    link = html.escape(letter.archive_url, quote=True)
    shown = f'<p><a href="{link}">{link}</a></p>' if letter.kind == "link" else ""
    listed = "".join(f"<li>{html.escape(line)}</li>" for line in _criteria(letter, words))
    page = f'<a href="{safe["url"]}">{safe["url"]}</a>'
    return (
        f'<!doctype html><html lang="{letter.language}"><body style="font-family: sans-serif">'
        f"<p>{words[letter.kind].format(**safe)}</p>{shown}"
        f"<p>{words['searched']}</p><ul>{listed}</ul>"
        f"<p>{words['asked'].format(**safe)}<br>{words['page'].format(**{**safe, 'url': page})}</p></body></html>"
    )
