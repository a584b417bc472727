"""`casework mailbox`: which mailboxes the office collects from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from opencasework.office.config.cli import HOME
from opencasework.office.config.start import plain_errors, use_home


@click.group()
def mailbox() -> None:
    """The mailboxes the office collects from."""


@mailbox.command(
    "add",
    epilog="Example: casework mailbox add casework@office.example --host imap.office.example "
    '--folder INBOX --folder "Web form"',
)
@HOME
@click.argument("address")
@click.option("--host", default="", help="The IMAP server; known for Microsoft 365 and Google.")
@click.option("--port", default=993, show_default=True, type=click.IntRange(1, 65535))
@click.option("--security", type=click.Choice(["ssl", "starttls", "none"]), default="ssl", show_default=True)
@click.option("--username", default="", help="Where it differs from the address.")
@click.option("--folder", "folders", multiple=True, help="Give it once for each folder.  [default: INBOX]")
@click.option("--authserv-id", default="", help="The name your mail server signs its sender checks with.")
@click.option(
    "--sign-in",
    type=click.Choice(["password", "microsoft", "microsoft-app", "google"]),
    default="password",
    show_default=True,
    help="How the server lets us in.",
)
@click.option("--tenant", default="", help="Microsoft 365: the directory's id or domain.")
@click.option("--client-id", default="", help="Microsoft 365 and Google: the id of your application.")
@click.option(
    "--password", help="Asked for when it is not given; for Microsoft and Google see --client-secret."
)
@click.option("--client-secret", help="Asked for when it is needed and not given.")
def add(
    home: Path | None,
    address: str,
    sign_in: str,
    password: str | None,
    client_secret: str | None,
    **options: Any,
) -> None:
    """Collect mail from this mailbox from now on. Every secret is kept encrypted."""
    use_home(home)
    if sign_in == "password":
        secret = password or click.prompt("Password", hide_input=True)
    else:
        secret = client_secret or click.prompt("Secret of the application", hide_input=True)
    with plain_errors():
        from opencasework.office.config.setup import add_mailbox

        box = add_mailbox(
            address=address,
            sign_in=sign_in.replace("-", "_"),
            secret=secret,
            **options,
        )
    if box.needs_consent:
        click.echo(f"{address} is added. Now sign in to it in the office, under Settings, Mailboxes.")
    else:
        click.echo(f"{address} will be collected. Try it now: casework mailbox test {address}")


@mailbox.command("list", epilog="Example: casework mailbox list --home /srv/office")
@HOME
def list_them(home: Path | None) -> None:
    """Every mailbox, its folders, and how it fares."""
    use_home(home)
    with plain_errors():
        from opencasework.office.inbox.models import Mailbox
        from opencasework.office.inbox.watching import troubles, when

        in_trouble = {trouble.mailbox.pk: trouble for trouble in troubles()}
        boxes = list(Mailbox.objects.all())
        for box in boxes:
            if not box.enabled:
                state = "paused"
            elif box.pk in in_trouble:
                state = "TROUBLE"
            else:
                state = "well" if box.last_succeeded_at else "not collected yet"
            click.echo(f"{state:>7}  {box.address} at {box.host}, {box.get_sign_in_display()}")
            click.echo(f"         folders: {', '.join(box.folders)}")
            looked, received = when(box.last_succeeded_at), when(box.last_received_at)
            click.echo(f"         last looked into {looked}, last mail {received}")
            if box.pk in in_trouble:
                click.echo(f"         {in_trouble[box.pk]}")
    if not boxes:
        click.echo("There is no mailbox yet. Add one with: casework mailbox add")


@mailbox.command("test", epilog="Example: casework mailbox test casework@office.example")
@HOME
@click.argument("address")
def try_out(home: Path | None, address: str) -> None:
    """Sign in and list the folders. Nothing is collected. Exit status 1 if anything is wrong."""
    use_home(home)
    with plain_errors():
        from opencasework.office.config.setup import mailbox_called
        from opencasework.office.inbox.connecting import CannotCollect, check

        box = mailbox_called(address)
        try:
            checked = check(box)
        except CannotCollect as problem:
            raise click.ClickException(str(problem)) from problem
    for folder in checked.folders:
        chosen = "*" if folder.name in box.folders else " "
        click.echo(f" {chosen} {folder.messages:>7}  {folder.name}")
    for sentence in checked.problems:
        click.echo(sentence, err=True)
    if checked.problems:
        sys.exit(1)
    click.echo(f"{box.address} works. Folders with a star are collected.")


@mailbox.command(
    "folders", epilog='Example: casework mailbox folders casework@office.example INBOX "Web form"'
)
@HOME
@click.argument("address")
@click.argument("folders", nargs=-1, required=True)
def choose_folders(home: Path | None, address: str, folders: tuple[str, ...]) -> None:
    """Collect these folders from now on, as the server names them, and no others."""
    use_home(home)
    with plain_errors():
        from opencasework.office.config.setup import mailbox_called
        from opencasework.office.inbox.models import Mailbox

        box = mailbox_called(address)
        box.folders = list(dict.fromkeys(folders))
        box.try_at_once()
        box.save(update_fields=["folders", *Mailbox.FARING])
    click.echo(f"{box.address}: {', '.join(box.folders)} will be collected.")


@mailbox.command("pause", epilog="Example: casework mailbox pause casework@office.example")
@HOME
@click.argument("address")
@click.option("--resume", is_flag=True, help="Go on with it instead.")
def pause(home: Path | None, address: str, *, resume: bool) -> None:
    """Stop collecting from a mailbox, or go on with it."""
    use_home(home)
    with plain_errors():
        from opencasework.office.config.setup import mailbox_called
        from opencasework.office.inbox.models import Mailbox

        box = mailbox_called(address)
        box.enabled = resume
        box.try_at_once()
        box.save(update_fields=["enabled", *Mailbox.FARING])
    click.echo(f"{box.address} is {'collected again' if resume else 'paused'}.")


@mailbox.command("remove", epilog="Example: casework mailbox remove casework@office.example")
@HOME
@click.argument("address")
@click.confirmation_option(prompt="Forget this mailbox? Its messages stay here and on the server.")
def remove(home: Path | None, address: str) -> None:
    """Forget a mailbox. What was collected from it stays."""
    use_home(home)
    with plain_errors():
        from opencasework.office.config.setup import mailbox_called

        mailbox_called(address).delete()
    click.echo(f"{address} is removed. Its messages stay here and on the server.")
