"""`casework disclosure`: attack what is published, before somebody else does."""

import json
from pathlib import Path

import click

from opencasework.standard.files import PublicationError

MOST_CELLS = 10  # cells named below a finding; all of them with --json


@click.group()
def disclosure() -> None:
    """Disclosure control: attack what is published, before somebody else does."""


@disclosure.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--key-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The office's key, to look for in every file. It is never printed.",
)
@click.option(
    "--national",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Publications of other offices, to see which labels are rare in the country.",
)
@click.option("--cells", is_flag=True, help="Name the cells that each attack lays open.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def audit(
    context: click.Context,
    folders: tuple[Path, ...],
    *,
    key_file: Path | None,
    national: tuple[Path, ...],
    cells: bool,
    as_json: bool,
) -> None:
    """Play thirteen attacks against the publications in FOLDERS (folders or zip files).

    Give everything the office ever showed: what is published, kept copies of withdrawn months, drafts. What
    each attack does is in docs/standard/attacks.md.

    Exit status 0: no attack got through; 1: some did; 2: the command or a folder was not understood.

    \b
    Example: casework disclosure audit publications/2026 withdrawn/2026-03
    """
    from opencasework.standard.attacks import audit as attack
    from opencasework.standard.attacks.report import named

    try:
        key = _key_in(key_file) if key_file else None
        report = attack(folders, key=key, national=national)
    except PublicationError as error:
        click.echo(str(error), err=True)
        context.exit(2)
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=2, ensure_ascii=False))
    else:
        for line in report.lines():
            click.echo(line)
        if cells:
            for found in report.findings:
                for cell in found.cells[:MOST_CELLS]:
                    click.echo(f"  {found.attack}  {named(cell)}")
                if len(found.cells) > MOST_CELLS:
                    click.echo(f"  {found.attack}  ... and {len(found.cells) - MOST_CELLS} more")
    context.exit(0 if report.passed else 1)


def _key_in(file: Path) -> bytes:
    """The key in a file: its bytes, or what its hexadecimal digits mean, as an office keeps it."""
    kept = file.read_bytes().strip()
    try:
        return bytes.fromhex(kept.decode("ascii"))
    except ValueError:
        return kept
