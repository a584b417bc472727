"""`casework audit`: is the record of what was done as it was written?"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from opencasework.office.config.cli import HOME
from opencasework.office.config.start import plain_errors, use_home

MOST_SHOWN = 200  # sentences; the number of all of them is said


@click.group()
def audit() -> None:
    """The record that seals every line of every timeline, and every look at a sensitive case."""


@audit.command("verify", epilog="Example: casework audit verify --anchor casework-anchor-2026-11-26.json")
@HOME
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="An anchor kept elsewhere, which shows a cut or an old backup. May be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def verify(home: Path | None, anchors: tuple[Path, ...], as_json: bool) -> None:
    """Walk the whole record and say what was altered, if anything. Exit status 1 then. Changes nothing."""
    use_home(home)
    with plain_errors():
        from opencasework.office.audit import anchoring

        try:
            kept = [anchoring.Anchor.read(path.read_text("utf-8", errors="replace")) for path in anchors]
        except anchoring.AnchorUnreadable as problem:
            raise click.ClickException(str(problem)) from problem
        verdict = anchoring.verify_against(kept)
    if as_json:
        click.echo(json.dumps(verdict.as_json(), indent=1))
    else:
        for sentence in verdict.sentences()[:MOST_SHOWN]:
            click.echo(f" WRONG  {sentence}")
        if len(verdict.found) > MOST_SHOWN:
            click.echo(f" WRONG  … and {len(verdict.found) - MOST_SHOWN:,} more; --json lists them all.")
        click.echo(verdict.sentence)
    sys.exit(0 if verdict.is_sound else 1)


@audit.command("anchor", epilog="Example: casework audit anchor --to /mnt/elsewhere/anchor.json")
@HOME
@click.option("--to", type=click.Path(path_type=Path), help="The file to write; printed without it.")
def anchor(home: Path | None, to: Path | None) -> None:
    """Say where the record stands, in a small file to keep elsewhere. It names nobody."""
    use_home(home)
    with plain_errors():
        from opencasework.office.audit import anchoring

        taken = anchoring.take()
    if to is None:
        click.echo(taken.as_text(), nl=False)
        return
    try:
        to.write_text(taken.as_text(), "utf-8")
    except OSError as error:
        raise click.ClickException(f"{to} cannot be written ({error.strerror}).") from error
    click.echo(f"{to} says that the record ends with line {taken.sequence}. Keep it on another machine.")
