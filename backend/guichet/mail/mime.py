"""The mails that tell a user what became of an extract: their words in three languages, and the message itself.

Pure: values in, an `EmailMessage` out. Nothing is sent here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal

from guichet.email_address import EmailAddress
from guichet.language import Language
from guichet.mail import html_body
from guichet.mail.html_body import Sheet

Kind = Literal["rows", "empty", "failure"]

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "subject": "{title}: {rows} rows",
        "subject_empty": "{title}: no rows match",
        "subject_failure": "{title}: the extract failed",
        "rows": "Your extract of “{title}” is ready: {rows} rows.",
        "empty": "Nothing matches your search in “{title}”: there are no rows.",
        "failure": "Your extract of “{title}” could not be made: {problem}",
        "attached": "The archive is attached ({size}). After signing in, it can be downloaded until {until} as well:",
        "linked": "It is too large to attach ({size}). After signing in, you can download it until {until}:",
        "unmatched_attached": "The values of your list that were not found are attached, and here until {until}:",
        "unmatched_linked": "The values of your list that were not found can be downloaded until {until}:",
        "download": "Download the archive",
        "searched": "What was searched",
        "everything": "everything: no criterion was filled in",
        "asked": "Asked for on {asked}.",
        "written": "Asked for on {asked}, written on {written}.",
        "page": "All your extracts",
        "unit": "MB",
    },
    "fr": {
        "subject": "{title} : {rows} lignes",
        "subject_empty": "{title} : aucune ligne ne correspond",
        "subject_failure": "{title} : l’extraction a échoué",
        "rows": "Votre extraction de « {title} » est prête : {rows} lignes.",
        "empty": "Rien ne correspond à votre recherche dans « {title} » : il n’y a aucune ligne.",
        "failure": "Votre extraction de « {title} » n’a pas pu être faite : {problem}",
        "attached": (
            "L’archive est jointe ({size}). Après identification, elle peut aussi être téléchargée jusqu’au {until} :"
        ),
        "linked": (
            "Elle est trop volumineuse pour être jointe ({size}). Après identification, vous pouvez la télécharger "
            "jusqu’au {until} :"
        ),
        "unmatched_attached": "Les valeurs de votre liste introuvables sont jointes, et ici jusqu’au {until} :",
        "unmatched_linked": "Les valeurs de votre liste introuvables peuvent être téléchargées jusqu’au {until} :",
        "download": "Télécharger l’archive",
        "searched": "Ce qui a été cherché",
        "everything": "tout : aucun critère n’était rempli",
        "asked": "Demandée le {asked}.",
        "written": "Demandée le {asked}, écrite le {written}.",
        "page": "Toutes vos extractions",
        "unit": "Mo",
    },
    "es": {
        "subject": "{title}: {rows} filas",
        "subject_empty": "{title}: ninguna fila coincide",
        "subject_failure": "{title}: la extracción falló",
        "rows": "Su extracción de «{title}» está lista: {rows} filas.",
        "empty": "Nada coincide con su búsqueda en «{title}»: no hay filas.",
        "failure": "No se pudo hacer su extracción de «{title}»: {problem}",
        "attached": "El archivo va adjunto ({size}). Tras identificarse, también puede descargarse hasta el {until}:",
        "linked": (
            "Es demasiado grande para adjuntarla ({size}). Tras identificarse, puede descargarla hasta el {until}:"
        ),
        "unmatched_attached": "Los valores de su lista no encontrados van adjuntos, y aquí hasta el {until}:",
        "unmatched_linked": "Los valores de su lista no encontrados pueden descargarse hasta el {until}:",
        "download": "Descargar el archivo",
        "searched": "Qué se buscó",
        "everything": "todo: no se rellenó ningún criterio",
        "asked": "Pedida el {asked}.",
        "written": "Pedida el {asked}, escrita el {written}.",
        "page": "Todas sus extracciones",
        "unit": "MB",
    },
}
SEPARATORS: Mapping[Language, str] = {"en": ",", "fr": "\u202f", "es": "."}
DECIMALS: Mapping[Language, str] = {"en": ".", "fr": ",", "es": ","}
COLONS: Mapping[Language, str] = {"en": ":", "fr": "\u00a0:", "es": ":"}
MONTHS: Mapping[Language, str] = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
DAYS: Mapping[Language, str] = {
    "en": "{day} {month} {year}, {time}",
    "fr": "{day} {month} {year} à {time}",
    "es": "{day} de {month} de {year} a las {time}",
}
# Space between a number and its unit, which no line ends at.
GAP = "\u00a0"


@dataclass(frozen=True)
class Attachment:
    """A file that a mail carries."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Letter:
    """What a mail says. Its moments are in the portal's zone, which is named with each.

    :param criteria: in words: pairs of a label and what was filled in.
    :param archive_url: the extract's page, where the archive can be had; "" where there is none.
    :param attachment: the archive, where the mail carries it.
    """

    kind: Kind
    language: Language
    sender: str
    recipient: EmailAddress
    message_id: str
    title: str
    rows: int
    criteria: tuple[tuple[str, str], ...]
    asked_at: datetime
    now: datetime
    page_url: str
    archive_url: str = ""
    archive_bytes: int = 0
    written_at: datetime | None = None
    expires_at: datetime | None = None
    problem: str = ""
    attachment: Attachment | None = None


def compose(letter: Letter) -> EmailMessage:
    """Compose a mail, in plain text and HTML."""
    words = WORDS[letter.language]
    values = _format_values(letter, words)
    sheet = _build_sheet(letter, words, values)
    message = EmailMessage()
    subject = {"empty": "subject_empty", "failure": "subject_failure"}.get(letter.kind, "subject")
    message["Subject"] = re.sub(r"[\r\n]+", " ", words[subject].format(**values))
    message["From"] = parse_sender(letter.sender)
    message["To"] = Address(username=letter.recipient.local, domain=letter.recipient.domain)
    message["Date"] = format_datetime(letter.now)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_build_text(sheet))
    message.add_alternative(html_body.render(sheet), subtype="html")
    if letter.attachment:
        content = letter.attachment.content
        message.add_attachment(content, maintype="application", subtype="zip", filename=letter.attachment.name)
    return message


def parse_sender(named: str) -> str | Address:
    """Return a sender for a header, with its name where it has one."""
    name, _, address = named.rpartition(" <")
    return Address(name, addr_spec=address.removesuffix(">")) if name else named


def _format_values(letter: Letter, words: Mapping[str, str]) -> dict[str, str]:
    return {
        "title": letter.title,
        "rows": f"{letter.rows:,}".replace(",", SEPARATORS[letter.language]),
        "problem": letter.problem,
        "size": _format_size(letter.archive_bytes, letter.language, words["unit"]),
        "until": _format_moment(letter.expires_at, letter.language),
        "asked": _format_moment(letter.asked_at, letter.language),
        "written": _format_moment(letter.written_at, letter.language),
    }


def _build_sheet(letter: Letter, words: Mapping[str, str], values: Mapping[str, str]) -> Sheet:
    how = ("unmatched_" if letter.kind == "empty" else "") + ("attached" if letter.attachment else "linked")
    return Sheet(
        language=letter.language,
        title=letter.title,
        lead=words[letter.kind].format(**values),
        has_failed=letter.kind == "failure",
        archive=words[how].format(**values) if letter.archive_url else "",
        archive_url=letter.archive_url,
        download=words["download"],
        searched=words["searched"],
        criteria=letter.criteria or (("", words["everything"]),),
        moments=words["written" if letter.written_at else "asked"].format(**values),
        all_extracts=words["page"],
        page_url=letter.page_url,
    )


def _format_moment(moment: datetime | None, language: Language) -> str:
    if moment is None:
        return ""
    month = MONTHS[language].split()[moment.month - 1]
    return DAYS[language].format(day=moment.day, month=month, year=moment.year, time=f"{moment:%H:%M}{GAP}{moment:%Z}")


def _format_size(size: int, language: Language, unit: str) -> str:
    number = f"{max(size / 1_000_000, 0.01):.{0 if size >= 10_000_000 else 2}f}"
    return f"{number.replace('.', DECIMALS[language])}{GAP}{unit}"


def _build_text(sheet: Sheet) -> str:
    lines = [sheet.lead]
    if sheet.archive:
        lines += ["", sheet.archive, sheet.archive_url]
    lines += ["", f"{sheet.searched}{COLONS[sheet.language]}"]
    lines += [f"- {label}: {value}" if label else f"- {value}" for label, value in sheet.criteria]
    lines += ["", sheet.moments, f"{sheet.all_extracts}{COLONS[sheet.language]} {sheet.page_url}"]
    return "\n".join(lines) + "\n"
