"""`casework observatory`: simulate, build and look at the public site."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Any

import click

FOLDER = click.Path(path_type=Path)
MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"


class Progress:
    """One line on a terminal, nothing in a pipe."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def __call__(self, step: str, done: int, of: int) -> None:
        if self._shown:
            click.echo(f"\r\x1b[K{step}: {done} of {of}", nl=done == of, err=True)


@click.group()
def observatory() -> None:
    """Combine the publications of many offices into a public site.

    \b
    Example: casework observatory build publications --out site
    """


@observatory.command()
@click.option("--offices", type=int, default=60, show_default=True, help="How many offices, 1 to 650.")
@click.option("--months", type=int, default=24, show_default=True, help="How many months each.")
@click.option("--councillors", type=int, default=0, show_default=True, help="In invented wards, on top.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same figures.")
@click.option("--until", metavar="YYYY-MM", help="The last month; by default the last complete one.")
@click.option(
    "--scenario",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Issues that are to grow or jump, as JSON.",
)
@click.option("--out", type=FOLDER, required=True, help="An empty or new folder.")
@click.option("--json", "as_json", is_flag=True, help="Say what was done as JSON.")
def simulate(
    offices: int,
    months: int,
    councillors: int,
    seed: int,
    until: str | None,
    scenario: Path | None,
    out: Path,
    *,
    as_json: bool,
) -> None:
    """Write publications of invented offices on the real map.

    Each is marked as synthetic, and so is every page and file made from it. All are protected as real ones
    are; one in a hundred is attacked too, as real ones are before they are signed. A scenario is a file such
    as {"housing": {"growth": 0.1, "step": 1.5, "from": "2026-03"}}.

    \b
    Example: casework observatory simulate --offices 60 --months 24 --seed 7 --out publications
    """
    from opencasework.observatory.simulate import Leaked
    from opencasework.observatory.simulate import simulate as write
    from opencasework.observatory.simulate.scenario import read_scenario

    _check_month(until)
    tell = Progress()
    try:
        made = write(
            offices,
            months,
            seed,
            out,
            until=until,
            councillors=councillors,
            scenario=read_scenario(scenario) if scenario else None,
            progress=lambda done, of: tell("Offices", done, of),
        )
    except (ValueError, Leaked) as error:
        raise click.ClickException(str(error)) from error
    number = len(made.offices)
    said = {"offices": number, "months": months, "out": str(out), "attacked": dict(made.attacked)}
    attacked = "".join(f"\n{name} was attacked: {measure}" for name, measure in made.attacked.items())
    text = (
        f"{number} simulated offices are in {out}, all protected; {len(made.attacked)} of them attacked too."
    )
    _say(said, text + attacked, as_json=as_json)


@observatory.command()
@click.argument("registry")
@click.option("--into", type=FOLDER, required=True, help="The folder of the collection.")
@click.option("--private", is_flag=True, help="Also follow addresses within this network.")
@click.option("--json", "as_json", is_flag=True, help="Say what was collected as JSON.")
def collect(registry: str, into: Path, *, private: bool, as_json: bool) -> None:
    """Bring the collection in a folder up to date with REGISTRY, the address or file of a registry feed.

    Each publication it lists is fetched if it has changed, and judged. Of one that cannot be had or trusted
    the last valid one stays, and what is wrong is in quality.json. Then build the site of the folder.

    \b
    Example: casework observatory collect https://example.org/registry.json --into collection
    """
    from datetime import UTC, datetime

    from opencasework.observatory.collect.registry import RegistryError, follow

    tell = Progress()
    try:
        gathered = follow(
            registry,
            into=into,
            now=datetime.now(UTC),
            private=private,
            progress=lambda done, of: tell("Publications", done, of),
        )
    except RegistryError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{into} cannot be written ({error.strerror}); choose another.") from error
    states = (
        ", ".join(f"{number} {state}" for state, number in sorted(gathered.states.items())) or "none listed"
    )
    wrong = [{"id": name, "reason": reason} for name, reason in gathered.wrong]
    said = "".join(f"\n{each['id']}: {each['reason']}" for each in wrong)
    _say({"states": dict(gathered.states), "wrong": wrong}, f"{states}.{said}", as_json=as_json)


@observatory.command()
@click.argument("folder", type=FOLDER)
def verify(folder: Path) -> None:
    """Say whether the rows kept in the collection FOLDER are those its ledger tells of.

    \b
    Example: casework observatory verify collection
    """
    from opencasework.observatory.collect.store import Store
    from opencasework.standard.publication import PublicationError

    if not (folder / "ledger.jsonl").is_file():
        raise click.ClickException(f"{folder} is no collection: it has no ledger.jsonl.")
    store = Store(folder)
    try:
        number = store.check()
    except PublicationError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"All rows of {number} lines of the ledger are as they came.")


@observatory.command()
@click.argument("folders", metavar="DIR...", type=FOLDER, nargs=-1, required=True)
@click.option("--out", "site", metavar="SITE", type=FOLDER, required=True, help="The folder of the site.")
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@click.option("--master", metavar="spark://HOST:PORT", help="The Spark cluster; else Spark on this machine.")
@click.option("--include-drafts", is_flag=True, help="Count drafts too; for looking at, not for publishing.")
@click.option(
    "--postcodes",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The ONS Postcode Directory or NSPL (CSV or zip), to find places by postcode.",
)
@click.option(
    "--full", is_flag=True, help="Judge and make everything anew, whatever was kept of the last build."
)
@click.option("--json", "as_json", is_flag=True, help="Say what was built as JSON.")
def build(
    folders: tuple[Path, ...],
    site: Path,
    engine: str,
    master: str | None,
    *,
    include_drafts: bool,
    postcodes: Path | None,
    full: bool,
    as_json: bool,
) -> None:
    """Build the site of all publications found in DIR, at most two folders down.

    The site is built whole and then put in the place of the one before, of which what has not changed is
    taken. What cannot be used is left out and listed on the page "Data quality".

    \b
    Example: casework observatory build publications --out site
    """
    from opencasework.observatory.collect import NothingToCollectError
    from opencasework.observatory.cores import collect_rarely
    from opencasework.observatory.engines import EngineError
    from opencasework.observatory.site.build import BuildError, build_site
    from opencasework.observatory.site.figures import NothingToShowError

    collect_rarely()
    try:
        built = build_site(
            folders,
            site,
            engine=engine,
            master=master,
            include_drafts=include_drafts,
            full=full,
            postcodes=postcodes,
            progress=Progress(),
        )
    except (BuildError, EngineError, NothingToCollectError, NothingToShowError) as error:
        raise click.ClickException(str(error)) from error
    collection = built.collection
    said: dict[str, Any] = {
        "publications": len(collection.publications),
        "left_out": [{"name": item.name, "reason": item.reason} for item in collection.left_out],
        "pages": built.pages,
        "site": str(site),
        "is_new": built.is_new,
    }
    as_before = "" if built.is_new else " as before; nothing has changed"
    left_out = f", {len(collection.left_out)} left out" if collection.left_out else ""
    number = f"{built.pages} pages from {len(collection.publications)} publications"
    text = f"{number}{left_out} are in {site}{as_before}."
    _say(said, text, as_json=as_json)


@observatory.command()
@click.argument("file", type=FOLDER)
@click.option("--on", type=click.Choice(["area_code", "category", "body"]), required=True)
@click.option(
    "--publications", "folders", type=FOLDER, multiple=True, default=["publications"], show_default=True
)
@click.option("--key", metavar="COLUMN", help="The column of FILE that holds the codes or names.")
@click.option("--period", help="Which rows of FILE, where it has a column of periods; else its newest.")
@click.option(
    "--values", "kind", type=click.Choice(["counts", "rates"]), help="What FILE holds; for other areas."
)
@click.option("--out", type=FOLDER, help="Write the CSV here instead of showing it.")
def join(
    file: Path,
    on: str,
    folders: tuple[Path, ...],
    key: str | None,
    period: str | None,
    kind: Any,
    out: Path | None,
) -> None:
    """Set the last twelve months beside the rows of FILE, a CSV of somebody else.

    By area (GSS codes of constituencies; those of 2010 and councils are converted), by category (our codes or
    the topics of Citizens Advice) or by body (org-ids or names). What has no match is said, never guessed.

    \b
    Example: casework observatory join claimants.csv --on area_code --out joined.csv
    """
    import csv
    from tempfile import TemporaryDirectory

    from opencasework.observatory.collect import NothingToCollectError, collect
    from opencasework.observatory.engines.duckdb import DuckDBEngine
    from opencasework.observatory.join import join as join_with
    from opencasework.observatory.join.outside import JoinError, read_outside

    try:
        outside = read_outside(file, on=on, key=key, period=period)
        with TemporaryDirectory(prefix="observatory-") as workspace, DuckDBEngine() as engine:
            engine.load(collect(folders, workspace=Path(workspace)).publications)
            joined = join_with(engine, outside, on=on, kind=kind)
        with (
            out.open("w", encoding="utf-8", newline="")
            if out
            else contextlib.nullcontext(sys.stdout) as stream
        ):
            csv.writer(stream, lineterminator="\n").writerows([joined.columns, *joined.rows])
    except (JoinError, NothingToCollectError) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(
            f"{out} cannot be written ({error.strerror}); choose another place."
        ) from error
    for note in joined.notes:
        click.echo(note, err=True)


@observatory.command()
@click.argument("site", type=FOLDER)
@click.option("--port", type=click.IntRange(1, 65535), default=8124, show_default=True)
def serve(site: Path, port: int) -> None:
    """Show a built SITE on this machine until Ctrl-C.

    \b
    Example: casework observatory serve site --port 8124
    """
    from opencasework.observatory.serve import HOST, ServeError, server_for

    try:
        server = server_for(site, port)
    except ServeError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The observatory is at http://{HOST}:{port}/ until you press Ctrl-C.")
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("Stopped.")


def _check_month(month: str | None) -> None:
    import re

    if month is not None and not re.match(MONTH, month):
        raise click.BadParameter(f"{month} is not a month; write it like 2026-10.", param_hint="--until")


def _say(facts: dict[str, Any], text: str, *, as_json: bool) -> None:
    import json

    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else text)
