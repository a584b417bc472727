"""`casework standard`: check a publication, start one, look up codes."""

import json
from collections import Counter
from pathlib import Path

import click

from opencasework.standard import codelists

MOST_LINES = 10  # findings shown of one rule; all of them with --json


@click.group()
def standard() -> None:
    """The Open Casework Data standard: check a publication, start one, look up codes."""


@standard.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def validate(context: click.Context, path: Path, *, as_json: bool) -> None:
    """Check the publication at PATH, a folder or a zip file.

    Exit status 0: valid; 1: not valid; 2: the command was not understood.

    \b
    Example: casework standard validate publications/2026
    """
    from opencasework.standard.validate import validate as check

    report = check(path)
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=2, ensure_ascii=False))
    else:
        shown: Counter[str] = Counter()
        for found in report.findings:
            shown[found.rule] += 1
            if shown[found.rule] <= MOST_LINES:
                click.echo(f"{found.level}: {found.message} [{found.rule}]")
        for rule, number in shown.items():
            if number > MOST_LINES:
                click.echo(f"... and {number - MOST_LINES} more of {rule}")
        verdict = "valid" if report.ok else "not valid"
        numbers = ", ".join(_number(report.count(level), level) for level in ("error", "warning", "note"))
        click.echo(f"{path} is {verdict}: {numbers}.")
    context.exit(0 if report.ok else 1)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


@standard.command()
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Start a publication in FOLDER by hand: a made-up draft to change in a text editor or spreadsheet.

    \b
    Example: casework standard new my-publication
    """
    from opencasework.standard.examples import wexcombe_north

    if folder.exists():
        raise click.UsageError(f"{folder} exists already; give a new folder.")
    publication = wexcombe_north.write(folder, status="draft")
    click.echo(
        f"{folder} holds a made-up draft of {len(publication.observations)} rows; change it and validate it."
    )


@standard.command()
@click.argument("codelist", required=False, type=click.Choice(codelists.names()))
def describe(codelist: str | None) -> None:
    """List the codes of CODELIST, or the code lists.

    \b
    Example: casework standard describe category
    """
    if codelist is None:
        for name in codelists.names():
            click.echo(f"{name:12} {len(codelists.load(name)):4} codes")
        click.echo(f"{len(codelists.names())} code lists.")
        return
    codes = codelists.load(codelist)
    width = max(len(code) for code in codes)
    for code in codes.values():
        click.echo(f"{code.code:{width}}  {code.title}")
    click.echo(f"{len(codes)} codes in {codelist}.")
