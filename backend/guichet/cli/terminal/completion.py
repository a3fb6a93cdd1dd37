"""What the shell completes: interfaces, and their criteria. Quick, and silent about whatever fails."""

from __future__ import annotations

from contextlib import suppress

import click
from click.shell_completion import CompletionItem

from guichet.cli import credentials
from guichet.client import Client, ClientError

PATIENCE_SECONDS = 2


def _build_client(context: click.Context) -> Client:
    options = {name: context.params.get(name) for name in ("url", "token", "user", "password")}
    return credentials.choose_sign_in(**options).client(timeout_seconds=PATIENCE_SECONDS, retries=0)


def complete_interface(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
    """Complete an interface's id."""
    with suppress(ClientError, click.ClickException), _build_client(context) as client:
        return [
            CompletionItem(interface.id, help=interface.title)
            for interface in client.interfaces()
            if interface.id.startswith(typed)
        ]
    return []


def complete_criterion(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
    """Complete the name of a criterion, up to its equals sign."""
    interface = context.params.get("interface")
    if not interface or "=" in typed:
        return []
    with suppress(ClientError, click.ClickException), _build_client(context) as client:
        form = client.form(interface)
        return [
            CompletionItem(f"{criterion.name}=", help=criterion.label)
            for criterion in form.criteria
            if criterion.name.startswith(typed)
        ]
    return []
