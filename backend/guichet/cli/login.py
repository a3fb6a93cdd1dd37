"""`guichet login`, `guichet logout`, `guichet email`: who is signed in, where, and where their mails go."""

from __future__ import annotations

import sys

import click

from guichet.cli import credentials
from guichet.cli.credentials import SignIn, pass_client
from guichet.cli.terminal import exit_codes, printing
from guichet.client import Client, NotFoundError, ProblemError


@click.command()
@click.argument("url", required=False, default="http://localhost:9000")
@click.option("--user", "-u", help="The user's name; asked for if absent.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--token-stdin", is_flag=True, help="Read a token from standard input, instead of user and password.")
def login(url: str, user: str | None, password_stdin: bool, token_stdin: bool) -> None:
    """Sign in to a portal, and remember it.

    URL is the portal's address, as in the browser. A token is kept for you, in a file that only you can read; where
    the portal gives no tokens, the password.

    \b
    Examples:
      guichet login http://localhost:9000
      echo demo | guichet login http://localhost:9000 --user demo --password-stdin
    """
    if token_stdin:
        sign_in = SignIn(url, token=_read_line())
    else:
        name = user or click.prompt("User")
        sign_in = SignIn(
            url, user=name, password=_read_line() if password_stdin else click.prompt("Password", hide_input=True)
        )
    with exit_codes.exit_on_client_error():
        signed_in, name = _exchange_password(sign_in)
    path = credentials.save(signed_in)
    printing.print_note(f"Signed in to {signed_in.url} as {name}. It is remembered in {path}.")


@click.command()
def logout() -> None:
    """Forget the sign-in.

    The file that `guichet login` wrote is deleted.

    \b
    Example:
      guichet logout
    """
    credentials.get_file_path().unlink(missing_ok=True)


@click.command()
@click.argument("address", required=False)
@click.option("--confirm", metavar="TOKEN", help="Confirm an address: TOKEN stands behind “confirm=” in its mail.")
@click.option("--remove", is_flag=True, help="Have mails go to the portal's own address again.")
@pass_client
def email(client: Client, address: str | None, confirm: str | None, remove: bool) -> None:
    """Print, set or confirm the address that your mails go to.

    A new address gets a mail, and is used once it is confirmed by it.

    \b
    Examples:
      guichet email
      guichet email anne@example.com
    """
    if sum(1 for choice in (address, confirm, remove) if choice) > 1:
        raise click.UsageError("Give an address, --confirm or --remove, and only one of them.")
    if confirm:
        user = client.confirm_email(confirm)
    else:
        user = client.set_email(address) if address or remove else client.user()
    click.echo(user.email or "No mails are sent.")
    if user.email_pending:
        printing.print_note(f"To be confirmed: {user.email_pending} got a mail.")


def _exchange_password(sign_in: SignIn) -> tuple[SignIn, str]:
    """Try a sign-in, and exchange its password for a token where the portal gives any."""
    token = sign_in.token
    with sign_in.client() as client:
        if sign_in.user and sign_in.password is not None:
            token = _request_token(sign_in)
        kept = (
            SignIn(client.url, token=token)
            if token
            else SignIn(client.url, user=sign_in.user, password=sign_in.password)
        )
    with kept.client() as client:
        return kept, client.user().user


def _request_token(sign_in: SignIn) -> str | None:
    with sign_in.client() as client:
        try:
            return client.authenticate(sign_in.user or "", sign_in.password or "").token
        except NotFoundError:
            return None
        except ProblemError as error:
            if error.status == 405:
                return None
            raise


def _read_line() -> str:
    text = sys.stdin.readline().rstrip("\r\n")
    if not text:
        raise click.UsageError("There is nothing on standard input.")
    return text
