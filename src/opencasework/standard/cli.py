"""`casework standard`: check a publication, start one, look up codes."""

import json
import tempfile
from collections import Counter
from pathlib import Path

import click

from opencasework.standard import codelists

MOST_LINES = 10  # findings shown of one rule; all of them with --json


@click.group()
def standard() -> None:
    """The Open Casework Data standard: check a publication, start one, look up codes."""


@standard.command()
@click.argument("source")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--private", is_flag=True, help="Allow addresses inside a private network.")
@click.pass_context
def validate(context: click.Context, source: str, *, as_json: bool, private: bool) -> None:
    """Check SOURCE: a folder, zip file, workbook (.xlsx) or web address, or a registry.json.

    Exit status 0: valid; 1: not valid; 2: the command was not understood.

    \b
    Example: casework standard validate publications/2026
             casework standard validate https://www.example.org/open-casework/
    """
    from opencasework.standard.validate import validate as check

    if not source.startswith(("http://", "https://")) and not Path(source).exists():
        raise click.UsageError(f"There is nothing at {source}; give a folder, a file or an address.")
    report = check(source, private=private)
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
        click.echo(f"{source} is {verdict}: {numbers}.")
    context.exit(0 if report.ok else 1)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


@standard.command()
@click.argument("place", type=click.Path(path_type=Path))
@click.option(
    "--template", type=click.Choice(["csv", "xlsx"]), default="csv", help="A folder, or a workbook."
)
@click.option("--fault", help="Break this rule, to see what the validator says.")
def new(place: Path, *, template: str, fault: str | None) -> None:
    """Start a publication at PLACE by hand: a made-up draft to change in a text editor or spreadsheet.

    \b
    Example: casework standard new my-publication
             casework standard new my-publication.xlsx --template xlsx
    """
    if place.exists():
        raise click.UsageError(f"{place} exists already; give a new name.")
    if fault is not None:
        _new_fault(place, fault)
    elif template == "xlsx":
        _new_workbook(place)
    else:
        from opencasework.standard.examples import wexcombe_north

        number = len(wexcombe_north.write(place, status="draft").observations)
        click.echo(f"{place} holds a made-up draft of {number} rows; change it and validate it.")


def _new_fault(place: Path, rule: str) -> None:
    from opencasework.standard.examples.faults import FAULTS, plant

    planted = next((each for each in FAULTS if each.rule == rule), None)
    if planted is None:
        rules = ", ".join(sorted({each.rule for each in FAULTS}))
        raise click.UsageError(f"There is no rule {rule!r}; there are {rules}.")
    plant(planted, place)
    click.echo(f"{place} breaks {rule}: {planted.says[0].lower()}{planted.says[1:]}.")


def _new_workbook(place: Path) -> None:
    from opencasework.standard.examples import wexcombe_north
    from opencasework.standard.files import read_files
    from opencasework.standard.workbook import write_template

    if place.suffix != ".xlsx":
        raise click.UsageError(f"{place} does not end with .xlsx; give a name that does.")
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft"
        number = len(wexcombe_north.write(draft, status="draft").observations)
        write_template(place, read_files(draft))
    click.echo(f"{place} holds a made-up draft of {number} rows; change it and validate it.")


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
