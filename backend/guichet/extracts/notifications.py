"""From the portal's records to a mail: what became of an extract, in its user's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from pathlib import PurePosixPath
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from guichet import messages
from guichet.email_address import EmailAddress
from guichet.extracts.archives.archive_store import Store
from guichet.extracts.extract import Delivery, Extract
from guichet.mail import mime
from guichet.mail.mime import Attachment, Kind, Letter


def make_message_id(public_url: str, extract_id: str, number: int) -> str:
    """Make the Message-ID of the mail about an extract, the same whoever makes it: mail servers drop doubles by it.

    :param number: counts the mails about this extract that its user asked for.
    """
    host = urlsplit(public_url).hostname or "localhost"
    return f"<extract-{extract_id}-{number}@{host}>"


def make_writer(
    *, sender: str, public_url: str, store: Store, attachment_bytes: int, time_zone: str
) -> Callable[[Delivery, EmailAddress, Extract, datetime], EmailMessage]:
    """Make the function that writes the mail for a delivery and its extract.

    :param attachment_bytes: up to which size an archive is attached; a larger one is linked to.
    :param time_zone: of the moments that it tells.
    """
    zone = ZoneInfo(time_zone)

    def to_local(moment: datetime | None) -> datetime | None:
        return moment.astimezone(zone) if moment else None

    def write(delivery: Delivery, recipient: EmailAddress, extract: Extract, now: datetime) -> EmailMessage:
        request, archive = extract.request, extract.archive
        attached = archive and (extract.archive_bytes or 0) <= attachment_bytes
        letter = Letter(
            kind=_choose_kind(extract),
            language=request["language"],
            sender=sender,
            recipient=recipient,
            message_id=delivery.message_id,
            title=request["title"],
            rows=extract.rows,
            criteria=tuple((label, value) for label, value in request["words"]),
            asked_at=extract.created_at.astimezone(zone),
            now=now,
            page_url=f"{public_url}/extracts",
            archive_url=f"{public_url}/extracts/{extract.id}" if archive else "",
            archive_bytes=extract.archive_bytes or 0,
            written_at=to_local(extract.finished_at) if archive else None,
            expires_at=to_local(extract.expires_at),
            problem=messages.translate(extract.problem or "", request["language"]),
            attachment=_read_attachment(archive, store) if archive and attached else None,
        )
        return mime.compose(letter)

    return write


def _read_attachment(name: str, store: Store) -> Attachment:
    return Attachment(PurePosixPath(name).name, store.read(name))


def _choose_kind(extract: Extract) -> Kind:
    if extract.problem:
        return "failure"
    return "rows" if extract.rows else "empty"
