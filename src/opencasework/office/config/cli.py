"""The commands of an office. Each finds its home, starts Django, and says in a sentence what is wrong."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import Any

import click

from opencasework.office.config.start import plain_errors, use_home
from opencasework.office.kit.memory import give_back

HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="The office's home folder (else CASEWORK_HOME, else ./office).",
)


def _raise_interrupt(_signum: int, _frame: Any) -> None:
    raise KeyboardInterrupt


@click.command(epilog="Example: casework demo --port 8123")
@HOME
@click.option(
    "--as", "member_kind", type=click.Choice(["mp"]), default="mp", help="Whom the office works for."
)
@click.option(
    "--cases", default=600, show_default=True, type=click.IntRange(20, 200_000), help="Casework cases."
)
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same office.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65534))
@click.option("--serve/--no-serve", default=True, help="Start it in the browser when it is made.")
def demo(home: Path | None, member_kind: str, cases: int, seed: int, port: int, serve: bool) -> None:
    """Make a fictional office with a year's work and start it. An office made before is started again."""
    from opencasework.office.config.demonstration import make_demo, serve_demo
    from opencasework.office.config.serving import free_port

    signal.signal(signal.SIGTERM, _raise_interrupt)
    # Before the long work: a port that is taken is said at once.
    listener = free_port(port) if serve else None
    make_demo(home, cases=cases, seed=seed)
    if listener is not None:
        serve_demo(listener)


@click.command(
    epilog='Example: casework init --home /srv/office --member "Amira Holloway" --area "Wexcombe North"'
)
@HOME
@click.option("--member", prompt="Name of the elected member")
@click.option(
    "--kind", type=click.Choice(["mp", "msp", "ms", "mla", "councillor"]), default="mp", show_default=True
)
@click.option("--area", prompt="Area the member is elected for")
@click.option("--area-code", prompt="Its GSS code (a letter and eight digits)")
@click.option("--nation", type=click.Choice(["en", "wa", "sc", "ni"]), default="en", show_default=True)
@click.option("--email", prompt="The office's email address")
@click.option("--postcodes", default="", help='Postcode districts of the area, such as "WX3, WX4".')
def init(home: Path | None, member: str, kind: str, area: str, area_code: str, **more: str) -> None:
    """Set up a new office in an empty home folder. Run again, it changes nothing."""
    here = use_home(home, new=True)
    with plain_errors():
        from opencasework.office.config.setup import create_office, migrate

        migrate()
        made = create_office(
            member_name=member,
            member_kind=kind,
            area_name=area,
            area_code=area_code,
            nation=more["nation"],
            email=more["email"],
            postcode_prefixes=more["postcodes"],
        )
    click.echo(f"The office of {made} is in {here.root}. Next: casework staff add, then casework serve.")


@click.command(epilog="Example: casework serve --port 8000")
@HOME
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--worker/--no-worker", "with_worker", default=True, help="Also collect, send and chase.")
def serve(home: Path | None, port: int, with_worker: bool) -> None:
    """Start the office on this machine; put a TLS proxy in front of it for others."""
    give_back()
    here = use_home(home)
    signal.signal(signal.SIGTERM, _raise_interrupt)
    with plain_errors():
        from opencasework.office.config.serving import free_port, serve_office
        from opencasework.office.config.setup import migrate
        from opencasework.office.places.models import Office

        listener = free_port(port)
        migrate()
        Office.here()
        serve_office(
            here,
            listener,
            with_worker=with_worker,
            started=lambda: click.echo(f"The office answers at http://localhost:{port}/ . Ctrl-C ends it."),
        )


@click.command(epilog="Example: casework worker --home /srv/office")
@HOME
def worker(home: Path | None) -> None:
    """Collect, read, send, chase and count, until stopped."""
    give_back()
    use_home(home)
    from opencasework.office.config.serving import parent_is_there
    from opencasework.office.config.worker import run

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    is_there = parent_is_there()
    run(wanted=lambda: is_there() and not stopping.is_set())


@click.command(epilog="Example: casework doctor --home /srv/office")
@HOME
def doctor(home: Path | None) -> None:
    """Check the database, search, disk, mailboxes, outbox and front end. Exit status 1 if any is wrong."""
    use_home(home)
    with plain_errors():
        from opencasework.office.config.health import checks

        sound = True
        for check in checks():
            verdict = "look" if check.warns else "well" if check.ok else "WRONG"
            click.echo(f"{verdict:>6}  {check.name}: {check.sentence}")
            sound = sound and check.ok
    sys.exit(0 if sound else 1)


@click.group()
def staff() -> None:
    """The people who work in the office."""


@staff.command("add", epilog='Example: casework staff add priya --name "Priya Sandhu" --role caseworker')
@HOME
@click.argument("username")
@click.option("--name", prompt="Full name")
@click.option("--email", prompt="Email address")
@click.option("--role", required=True, help="caseworker, office_manager, member, volunteer …")
@click.password_option()
def staff_add(home: Path | None, username: str, name: str, email: str, role: str, password: str) -> None:
    """Add a colleague who can then sign in."""
    use_home(home)
    with plain_errors():
        from opencasework.office.config.setup import add_staff

        person = add_staff(username=username, name=name, email=email, role=role, password=password)
    click.echo(f"{person} can sign in as {person.username}.")


def _management_command(name: str, *arguments: str, **options: Any) -> None:
    from django.core.management import call_command

    with plain_errors():
        call_command(name, *arguments, **options)


@click.command("collect-mail", epilog="Example: casework collect-mail --home /srv/office")
@HOME
def collect_mail(home: Path | None) -> None:
    """Collect every configured mailbox once (serve does it continuously)."""
    use_home(home)
    _management_command("collect_mail")


@click.command(epilog="Example: casework ingest old-mail.mbox ~/Maildir letters/*.eml")
@HOME
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Say new, known and unreadable as JSON.")
def ingest(home: Path | None, paths: tuple[Path, ...], as_json: bool) -> None:
    """Take in .eml files, mbox files, Maildirs, folders or zips of them. Safe to repeat."""
    use_home(home)
    _management_command("ingest", *[str(path) for path in paths], as_json=as_json)


@click.command(
    epilog='Example: casework publish --month 2026-10 --out publication --sign-as "Amira Holloway"'
)
@HOME
@click.option(
    "--month", "--year", "month", required=True, help="The month (YYYY-MM), or a whole year (YYYY)."
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Where the publication is written."
)
@click.option("--sign-as", default="", help="The second person, who signs; without it a draft is written.")
@click.option("--prepared-by", default="", help="Sign-in name of the one who prepares it.")
@click.option(
    "--withdraw", is_flag=True, help="Take a published month out again; --sign-as and --why say who and why."
)
@click.option("--why", default="", help="Why a month is withdrawn.")
@click.option("--drop-draft", is_flag=True, help="Throw an unsigned draft away; nothing that is out changes.")
@click.option(
    "--new-key", is_flag=True, help="The key of the earlier months is lost for good; go on with a new one."
)
@click.option(
    "--facts-only",
    is_flag=True,
    help="Read the counted facts only, never a case: for a process without that right.",
)
def publish(home: Path | None, **options: Any) -> None:
    """Write a month's figures in the open standard. Unsigned it is a complete draft, marked as one.

    A small office gives a quarter (2026-Q3) or a year (2026) as its month. With all months of a year out,
    --year 2025 adds its finer tables: detailed topics, how problems came, how they ended.
    """
    use_home(home)
    _management_command("publish", **options)
