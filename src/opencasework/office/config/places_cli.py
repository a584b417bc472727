"""`casework places`: in whose area a postcode lies, from the ONS Postcode Directory."""

from __future__ import annotations

from pathlib import Path

import click

from opencasework.office.config.cli import HOME
from opencasework.office.config.start import plain_errors, use_home


@click.group()
def places() -> None:
    """Postcodes and who represents them."""


@places.command("load", epilog="Example: casework places load ONSPD_AUG_2026.zip")
@HOME
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(home: Path | None, file: Path) -> None:
    """Load the ONS Postcode Directory (CSV or zip), or a list of members with the columns name and area_gss.

    It replaces what was loaded before, at once and as a whole. A file that is of no use changes nothing.
    """
    use_home(home)
    with plain_errors():
        from opencasework.office.places import loading
        from opencasework.postcodes import NotLoadable

        try:
            click.echo(loading.load(file))
        except NotLoadable as problem:
            raise click.ClickException(str(problem)) from problem
