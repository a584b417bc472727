"""`casework bodies`: the directory of bodies, and an office's own list of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from opencasework.office.config.cli import HOME
from opencasework.office.config.start import plain_errors, use_home

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PREVIEW = click.option("--preview", is_flag=True, help="Say what would change, and change nothing.")
YES = click.option("--yes", is_flag=True, help="Do it without asking.")


@click.group()
def bodies() -> None:
    """Departments, councils, landlords and companies the office writes to."""


@bodies.command("update", epilog="Example: casework bodies update directory-2027-02.csv --preview")
@HOME
@click.argument("file", type=FILE, required=False)
@click.option(
    "--version", "version", type=click.DateTime(["%Y-%m-%d"]), help="The day of that directory (else today)."
)
@PREVIEW
@YES
def update(home: Path | None, file: Path | None, version: object, preview: bool, yes: bool) -> None:
    """Take over a directory of bodies: the CSV file given, or the one that came with this version.

    Its facts change. Notes, contacts, units, bodies of your own and every fact your office has changed stay.
    """
    use_home(home)
    with plain_errors():
        from django.utils import timezone

        from opencasework.office.bodies import directory, reading

        try:
            if file is None:
                day, found = directory.packaged()
                made = directory.plan(found, version=day, source=directory.PACKAGED)
            else:
                day = f"{version or timezone.localdate():%Y-%m-%d}"
                found = reading.entries(reading.rows_of(file.read_bytes()), known=set())
                made = directory.plan(found, version=day, source=file.name[:200])
        except reading.NotReadable as problem:
            raise click.ClickException(f"{problem}\nNothing was changed.") from problem
        if _agreed(directory.lines(made), directory.summary(made), preview=preview, yes=yes or made.is_empty):
            directory.take(made)
            click.echo(f"The directory of {day} is here. {directory.summary(made)}")


@bodies.command("import", epilog="Example: casework bodies import our-landlords.csv --preview")
@HOME
@click.argument("file", type=FILE)
@PREVIEW
@YES
def import_(home: Path | None, file: Path, preview: bool, yes: bool) -> None:
    """Bring in a list of your own: bodies, and whom to reach there. It writes over nothing.

    The first line names the columns: name and kind; and as you have them code, parent, nation, what_for,
    published_reply_target_days, target_source, website, contact_kind, team, email, phone, hours, asks_for,
    address.
    """
    use_home(home)
    with plain_errors():
        from opencasework.office.bodies import importing, reading

        try:
            steps = importing.plan(importing.read(file.read_bytes()))
        except reading.NotReadable as problem:
            raise click.ClickException(f"{problem}\nNothing was changed.") from problem
        if _agreed(importing.lines(steps), importing.summary(steps), preview=preview, yes=yes):
            importing.take(steps)
            click.echo(f"Brought in. {importing.summary(steps)}")


def _agreed(lines: Iterable[str], summary: str, *, preview: bool, yes: bool) -> bool:
    """Show what will change and ask whether to go on."""
    for line in lines:
        click.echo(line)
    if preview:
        click.echo(f"Preview: {summary} Nothing was changed.")
        return False
    if yes:
        return True
    click.echo(summary)
    if not sys.stdin.isatty():
        raise click.ClickException("Nothing was changed. Say --yes to do it without being asked.")
    return click.confirm("Change this?")
