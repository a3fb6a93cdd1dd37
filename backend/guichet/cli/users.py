"""What operators type to manage `.htpasswd`: `guichet user add|passwd|remove|list`, while the server runs or not."""

from __future__ import annotations

import getpass
import sys

import click

from guichet import errors, portal
from guichet.access import htpasswd
from guichet.audit import accounts, entries
from guichet.audit.accounts import AccountRegister
from guichet.audit.entries import Action, AuditEntry
from guichet.cli import server_command
from guichet.settings.settings import Settings

from_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@click.group()
def user() -> None:
    """Add, change, remove and list users.

    They are in HTPASSWD_FILE. A running server knows at once; tokens of a removed user or an old password stop working.
    """


@user.command()
@click.argument("name")
@from_stdin
def add(name: str, password_stdin: bool) -> None:
    """Add a user.

    Example: guichet user add anne
    """
    settings = server_command.read_settings()
    _refuse_faults(htpasswd.find_name_fault(name))
    password = _read_password(settings, name, password_stdin)
    with server_command.exit_on_error():
        database = portal.build_portal_database(settings)
        if database and name not in htpasswd.list_names(settings.htpasswd_file):
            accounts.open_new(database, name)
        htpasswd.add(settings.htpasswd_file, name, password, settings.bcrypt_cost)
    _audit(settings, "create", "user", name)
    click.echo(f"{name} may sign in. Groups are lines of {settings.htgroup_file}.")


@user.command()
@click.argument("name")
@from_stdin
def passwd(name: str, password_stdin: bool) -> None:
    """Give a user another password.

    Example: guichet user passwd anne
    """
    settings = server_command.read_settings()
    password = _read_password(settings, name, password_stdin)
    with server_command.exit_on_error():
        htpasswd.set_password(settings.htpasswd_file, name, password, settings.bcrypt_cost)
    _audit(settings, "update", "password", name)
    click.echo(f"{name} has another password. Their tokens don't work any more.")


@user.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove a user.

    Example: guichet user remove anne
    """
    settings = server_command.read_settings()
    with server_command.exit_on_error():
        htpasswd.remove(settings.htpasswd_file, name)
    database = portal.build_portal_database(settings)
    if database:
        AccountRegister(database, portal.build_accounts(settings)).observe()
    _audit(settings, "delete", "user", name)
    click.echo(f"{name} can't sign in any more.")


@user.command("list")
def list_users() -> None:
    """List the users, one a line."""
    settings = server_command.read_settings()
    with server_command.exit_on_error():
        names = htpasswd.list_names(settings.htpasswd_file)
    for name in names:
        click.echo(name)


def _read_password(settings: Settings, name: str, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    _refuse_faults(htpasswd.find_password_fault(password, name, settings.password_length))
    return str(password)


def _refuse_faults(fault: str | None) -> None:
    if fault:
        raise click.ClickException(fault)


def _audit(settings: Settings, action: Action, what: str, name: str) -> None:
    """Write it into the audit, as whom the system knows; that it can't be does not undo it."""
    database = portal.build_portal_database(settings)
    if database is None:
        return
    entry = AuditEntry(getpass.getuser(), action, "", {}, details={"what": what, "name": name, "by": "command line"})
    try:
        with database.transaction() as transaction:
            entries.record(transaction, entry)
    except errors.PortalDatabaseError as error:
        click.echo(f"It is done, but not in the audit: {error}", err=True)
