"""Starting the fictional office: pages, worker, a mail server that goes nowhere, and the observatory."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import click

from opencasework.office.config.home import Home
from opencasework.office.config.serving import child, collect_static, end, free_port, serve_pages
from opencasework.office.config.start import plain_errors, use_home

DEFAULT_HOME = Path("demo-home")
SIMULATED_OFFICES = 60
SIMULATED_MONTHS = 24


def make_demo(home: Path | None, *, cases: int, seed: int) -> Home:
    """Make the fictional office unless it is there; raises click.ClickException when another office is."""
    root = home or (Path(os.environ["CASEWORK_HOME"]) if os.environ.get("CASEWORK_HOME") else DEFAULT_HOME)
    os.environ["CASEWORK_DEMO"] = "yes"
    here = use_home(root, new=True)
    with plain_errors():
        from opencasework.office.config.setup import migrate
        from opencasework.office.demo.build import build
        from opencasework.office.places.models import Office

        migrate()
        office = Office.objects.filter(pk=1).first()
        if office is not None and not office.is_demo:
            raise click.ClickException(
                f"{here.root} holds a real office. Give the demonstration its own folder: --home demo-home"
            )
        if office is None:
            began = time.monotonic()
            click.echo(f"Making an office of invented people in {here.root} …")
            build(cases=cases, seed=seed)
            click.echo(f"Made {cases} cases in {time.monotonic() - began:.0f} seconds.")
    return here


def serve_demo(listener: socket.socket) -> None:
    """Serve the fictional office made before on this socket, until Ctrl-C."""
    from django.conf import settings

    home: Home = settings.HOME
    port = listener.getsockname()[1]
    observatory_listener = _next_free_port(port + 1)
    observatory_port = observatory_listener.getsockname()[1]
    observatory_listener.close()
    settings.OBSERVATORY_URL = f"http://localhost:{observatory_port}/"
    with ExitStack() as stack:
        _start_mail_sink(home, stack)
        collect_static(home)
        worker = child(["worker", "--home", str(home.root)])
        stack.callback(end, worker)
        observatory = Observatory(home, observatory_port)
        stack.callback(observatory.stop)
        serve_pages(listener, started=lambda: _say_hello(port, observatory))
    click.echo("\nThe office is closed. Start it again with the same command; its work is kept.")


def _next_free_port(wanted: int) -> socket.socket:
    for candidate in range(wanted, wanted + 50):
        try:
            return free_port(candidate)
        except click.ClickException:
            continue
    raise click.ClickException(f"No port between {wanted} and {wanted + 50} is free.")


def _start_mail_sink(home: Home, stack: ExitStack) -> None:
    """A mail server on this machine that keeps what the office sends in `sent-mail` and passes nothing on."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Mailbox

    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    sink = Controller(Mailbox(home.root / "sent-mail"), hostname="127.0.0.1", port=port)
    sink.start()
    stack.callback(sink.stop)
    # The worker is a child and reads its settings from the environment.
    os.environ["CASEWORK_SMTP_HOST"] = "127.0.0.1"
    os.environ["CASEWORK_SMTP_PORT"] = str(port)


def _say_hello(port: int, observatory: Observatory) -> None:
    from opencasework.office.demo.build import PASSWORD
    from opencasework.office.demo.world import STAFF

    click.echo(f"\nOpen http://localhost:{port}/ in your browser and sign in as one of:\n")
    for colleague in STAFF:
        click.echo(f"    {colleague.username:<8} {PASSWORD:<22} {colleague.name}, {colleague.role_in_words}")
    click.echo(
        "\nEvery person, place of work and case is invented. Mail that you send goes to a folder, to nobody."
    )
    click.echo(f"The observatory will be at {observatory.url} in about a minute. Ctrl-C ends everything.")
    observatory.start_soon()


class Observatory:
    """Makes the invented nation and its public site in the background, then serves it."""

    def __init__(self, home: Home, port: int) -> None:
        self.folder = home.root / "observatory"
        self.publications = home.publications
        self.port = port
        self.url = f"http://localhost:{port}/"
        self._running: subprocess.Popen[bytes] | None = None
        self._stopped = threading.Event()

    def start_soon(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        site = self.folder / "site"
        nation = self.folder / "publications"
        time.sleep(2)  # the first page comes first
        if not nation.exists() and not self._step(
            "simulate",
            "--offices",
            str(SIMULATED_OFFICES),
            "--months",
            str(SIMULATED_MONTHS),
            "--seed",
            "1",
            "--out",
            str(nation),
        ):
            return
        if not self._step("build", str(nation), str(self.publications), "--out", str(site)):
            return
        self._step("serve", str(site), "--port", str(self.port), announce=f"The observatory is at {self.url}")

    def _step(self, *arguments: str, announce: str = "") -> bool:
        if self._stopped.is_set():
            return False
        self._running = child(["observatory", *arguments], quiet=True)
        if announce:
            click.echo(announce)
        return self._running.wait() == 0

    def stop(self) -> None:
        self._stopped.set()
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()
            end(self._running)
