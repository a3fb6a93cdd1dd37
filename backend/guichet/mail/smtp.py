"""Handing a mail to a mail server, in two steps: all of it but its last line, then that line, which makes it a mail.

Between the steps the caller writes down that the mail is on the line: before, no server has taken it, and whatever goes
wrong may be tried again. Errors say whether a retry makes sense, and whether the server may have taken it all the same.
"""

from __future__ import annotations

import re
import select
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from guichet import errors
from guichet.email_address import EmailAddress
from guichet.masking import mask
from guichet.messages import say

TAKING = 10

# At the begin of a line it would be the end of the mail.
DOT = re.compile(rb"^\.", re.MULTILINE)


class MailRefusedError(errors.GuichetError):
    """The mail server refuses this mail for good: another try would end the same way."""


class LineError(errors.GuichetError):
    """Something went wrong on the line to the mail server.

    :param reason: what it said, or the system; "" where the message says it.
    """

    def __init__(self, message: str, reason: str = "") -> None:
        self.reason = reason
        super().__init__(message)


class MailLaterError(LineError):
    """The mail server can't take it now: it is down, busy, or says so by a 4xx."""


class MailUnknownError(LineError):
    """The line broke after the message was on it: nobody can tell whether it was taken."""


@dataclass(frozen=True)
class MailServer:
    """A mail server.

    :param url: how it is reached, with user and password where it wants them.
    :param seconds: that it may take for an answer; `TAKING` times as many while it takes a message, since it may look
        into it first, and a mail that was given up then may have arrived.
    """

    url: SecretStr
    seconds: float

    def send(self, message: EmailMessage, recipient: EmailAddress, before_end: Callable[[], None]) -> None:
        """Send a mail.

        :param recipient: whom it goes to, whatever its header says.
        :param before_end: called when all but the last line is sent.
        :raises MailRefusedError: if it can't be sent at all.
        :raises LaterError: if it was not sent, and may be later.
        :raises UnknownError: if it may have been sent.
        """
        sender = message["From"].addresses[0].addr_spec
        with _open_session(self.url, self.seconds) as smtp:
            options, content = _write_as_needed(smtp, message, f"{sender}{recipient}")
            _check_answer(smtp.mail(sender, options))
            _check_answer(smtp.rcpt(str(recipient)))
            _check_answer(smtp.docmd("DATA"))
            if smtp.sock:
                smtp.sock.settimeout(self.seconds * TAKING)
            _send_unended(smtp, content, before_end)
            _check_answer(_end(smtp))


def _send_unended(smtp: smtplib.SMTP, content: bytes, before_end: Callable[[], None]) -> None:
    try:
        smtp.send(DOT.sub(b"..", content.removesuffix(b"\r\n") + b"\r\n"))
        before_end()
        if _has_hung_up(smtp):
            raise smtplib.SMTPServerDisconnected
    except BaseException:
        smtp.close()  # within a message nothing else can be said; one without an end is nobody's
        raise


def _has_hung_up(smtp: smtplib.SMTP) -> bool:
    """Tell whether the mail server has closed the line, as far as can be seen; behind TLS it can't."""
    line = smtp.sock
    if line is None or isinstance(line, ssl.SSLSocket):
        return False
    told, _, _ = select.select([line], [], [], 0)
    return bool(told) and not line.recv(1, socket.MSG_PEEK)


def _end(smtp: smtplib.SMTP) -> tuple[int, bytes]:
    try:
        smtp.send(b".\r\n")
        return smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        reason = mask(error)
        raise MailUnknownError("The line to the mail server broke while it was taking the mail.", reason) from error


@contextmanager
def _open_session(url: SecretStr, seconds: float) -> Iterator[smtplib.SMTP]:
    """Open a session with the mail server, signed in where it wants that."""
    try:
        smtp = _connect(url, seconds)
    except smtplib.SMTPAuthenticationError as error:
        raise MailLaterError(
            "The mail server refuses the user or password of SMTP_URL.", _describe_error(error, url)
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailLaterError("The mail server can't be reached.", _describe_error(error, url)) from error
    try:
        yield smtp
    except (OSError, smtplib.SMTPServerDisconnected) as error:
        raise MailLaterError("The line to the mail server broke.", _describe_error(error, url)) from error
    finally:
        _leave(smtp)


def _describe_error(error: Exception, url: SecretStr) -> str:
    """Return what the mail server or the system said, without the password."""
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        return mask(f"{error.smtp_code} {text}", url)
    return mask(str(error) or type(error).__name__, url)


def _leave(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        smtp.close()


def _connect(url: SecretStr, seconds: float) -> smtplib.SMTP:
    parts = urlsplit(url.get_secret_value())
    host, context = parts.hostname or "", ssl.create_default_context()
    smtp: smtplib.SMTP
    if parts.scheme == "smtps":
        smtp = smtplib.SMTP_SSL(host, parts.port or 465, timeout=seconds, context=context)
    else:
        smtp = smtplib.SMTP(host, parts.port or 587, timeout=seconds)
    smtp.ehlo_or_helo_if_needed()
    if parts.scheme == "smtp+starttls":
        smtp.starttls(context=context)
        smtp.ehlo()
    if parts.username:
        smtp.login(unquote(parts.username), unquote(parts.password or ""))
    return smtp


def _write_as_needed(smtp: smtplib.SMTP, message: EmailMessage, addresses: str) -> tuple[list[str], bytes]:
    """Write the message as every mail server can pass it on; in UTF-8 as a whole only if an address asks for it."""
    if addresses.isascii():
        eight_bits = smtp.has_extn("8bitmime")
        style = policy.SMTP.clone(cte_type="8bit" if eight_bits else "7bit")
        return ["BODY=8BITMIME"] if eight_bits else [], message.as_bytes(policy=style)
    if not smtp.has_extn("smtputf8"):
        raise MailRefusedError("The mail server can't send to an address that isn't ASCII.")
    return ["SMTPUTF8", "BODY=8BITMIME"], message.as_bytes(policy=policy.SMTPUTF8)


def _check_answer(answered: tuple[int, bytes]) -> None:
    """Read an answer of the mail server.

    :raises LaterError: for a 4xx.
    :raises MailRefusedError: for a 5xx.
    """
    code, text = answered
    said = say("The mail server said: {answer}", answer=f"{code} {text.decode('utf-8', 'replace')}")
    if 400 <= code < 500:
        raise MailLaterError(said)
    if code >= 500:
        raise MailRefusedError(said)
