"""The mails about an address itself: one asks the new one to be confirmed, one tells the old one of it.

Pure: values in, an `EmailMessage` out. Nothing is sent here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Literal
from urllib.parse import urlsplit

from guichet.email_address import EmailAddress
from guichet.language import Language
from guichet.mail import mime

Kind = Literal["confirm", "changing", "removed"]

WORDS: Mapping[Language, Mapping[Kind, tuple[str, str]]] = {
    "en": {
        "confirm": (
            "Confirm your email address",
            "The user “{user}” of the portal {portal} wants their mails to go to this address.\n\n"
            "To confirm it, open this link within {hours} hours and sign in:\n{link}\n\n"
            "If that was not you, there is nothing to do: without it no mails come here.",
        ),
        "changing": (
            "Your email address is being changed",
            "Mails to the user “{user}” of the portal {portal} are to go to {address} from now on, as soon as that "
            "address is confirmed.\n\n"
            "If that was not you, change your password and tell whoever runs the portal.",
        ),
        "removed": (
            "Your email address was removed",
            "Mails to the user “{user}” of the portal {portal} do not come to this address any more.\n\n"
            "If that was not you, change your password and tell whoever runs the portal.",
        ),
    },
    "fr": {
        "confirm": (
            "Confirmez votre adresse e-mail",
            "L’utilisateur « {user} » du portail {portal} souhaite recevoir ses e-mails à cette adresse.\n\n"
            "Pour la confirmer, ouvrez ce lien dans les {hours} heures et identifiez-vous :\n{link}\n\n"
            "Si ce n’était pas vous, il n’y a rien à faire : sans cela, aucun e-mail n’arrive ici.",
        ),
        "changing": (
            "Votre adresse e-mail va changer",
            "Les e-mails destinés à l’utilisateur « {user} » du portail {portal} iront désormais à {address}, dès que "
            "cette adresse sera confirmée.\n\n"
            "Si ce n’était pas vous, changez votre mot de passe et prévenez l’exploitant du portail.",
        ),
        "removed": (
            "Votre adresse e-mail a été retirée",
            "Les e-mails destinés à l’utilisateur « {user} » du portail {portal} n’arrivent plus à cette adresse.\n\n"
            "Si ce n’était pas vous, changez votre mot de passe et prévenez l’exploitant du portail.",
        ),
    },
    "es": {
        "confirm": (
            "Confirme su dirección de correo",
            "El usuario «{user}» del portal {portal} quiere recibir sus correos en esta dirección.\n\n"
            "Para confirmarla, abra este enlace antes de {hours} horas e identifíquese:\n{link}\n\n"
            "Si no ha sido usted, no tiene que hacer nada: sin ello no llegará aquí ningún correo.",
        ),
        "changing": (
            "Su dirección de correo va a cambiar",
            "Los correos para el usuario «{user}» del portal {portal} irán desde ahora a {address}, en cuanto se "
            "confirme esa dirección.\n\n"
            "Si no ha sido usted, cambie su contraseña y avise a quien administra el portal.",
        ),
        "removed": (
            "Su dirección de correo se ha quitado",
            "Los correos para el usuario «{user}» del portal {portal} ya no llegan a esta dirección.\n\n"
            "Si no ha sido usted, cambie su contraseña y avise a quien administra el portal.",
        ),
    },
}


@dataclass(frozen=True)
class AddressLetter:
    """What such a mail says.

    :param token: what the link confirms the address by.
    :param address: the new one; None where there is none.
    """

    kind: Kind
    language: Language
    sender: str
    recipient: EmailAddress
    user: str
    public_url: str
    now: datetime
    hours: int
    token: str = ""
    address: EmailAddress | None = None


def compose(letter: AddressLetter) -> EmailMessage:
    """Compose a mail, in plain text."""
    subject, text = WORDS[letter.language][letter.kind]
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = mime.parse_sender(letter.sender)
    message["To"] = Address(username=letter.recipient.local, domain=letter.recipient.domain)
    message["Date"] = format_datetime(letter.now)
    message["Message-ID"] = make_msgid(domain=urlsplit(letter.public_url).hostname or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    said = text.format(
        user=letter.user,
        portal=letter.public_url,
        hours=letter.hours,
        # Behind the #, so that no server on the way writes it down.
        link=f"{letter.public_url}/account#confirm={letter.token}",
        address=letter.address or "",
    )
    message.set_content(said + "\n")
    return message
