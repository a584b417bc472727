"""Web server and worker in one process tree that starts together and ends together."""

from __future__ import annotations

import os
import select
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click

from opencasework.office.config.home import Home
from opencasework.office.kit.limits import LARGEST_REQUEST

THREADS = 8
PROXY_HEADERS = {"x-forwarded-for", "x-forwarded-proto"}  # who visits, and that they came by TLS
BUILT = Path(__file__).parents[1] / "kit" / "static" / "oc" / "dist"  # what `make frontend` makes
STOP_SECONDS = 10  # how long a child may take to finish what it is doing


def free_port(wanted: int) -> socket.socket:
    """A socket listening on this machine at `wanted`; click.ClickException when another program has it."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", wanted))
    except (OSError, OverflowError) as error:
        listener.close()
        raise click.ClickException(
            f"Port {wanted} is in use by another program. Choose another: --port {wanted % 65000 + 1}"
            " (or make demo PORT=…)."
        ) from error
    listener.listen(128)
    return listener


def child(arguments: list[str], *, quiet: bool = False) -> subprocess.Popen[bytes]:
    """Start `casework ARGUMENTS` as a child that ends when this process does, however this process ends.

    The child holds the reading end of a pipe: when the parent dies, even by SIGKILL, the pipe closes.
    """
    return subprocess.Popen(
        [sys.executable, "-m", "opencasework.cli", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL if quiet else None,
        start_new_session=True,  # Ctrl-C reaches the parent alone, which then ends the child in order
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a child to finish, and make it when it does not."""
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def parent_is_there() -> Callable[[], bool]:
    """For a child: a function that turns false when its parent has gone or asked it to finish."""
    # Only a parent of ours leaves a pipe; under systemd, in a container or with nohup it is /dev/null, which
    # ends at once and means nothing.
    if sys.stdin is None or not stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        return lambda: True
    gone, stdin = threading.Event(), sys.stdin.fileno()

    def watch() -> None:
        while True:
            readable, _, _ = select.select([stdin], [], [], 1.0)
            if readable and not os.read(stdin, 1024):
                gone.set()
                return

    threading.Thread(target=watch, daemon=True).start()
    return lambda: not gone.is_set()


def collect_static(home: Home) -> None:
    """Put the front end where the web server serves it, once for each version of it."""
    from django.conf import settings
    from django.core.management import call_command

    if not (BUILT / "app.css").exists():
        raise click.ClickException("The front end has not been built. Run `make frontend` first.")
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    version = f"{max(file.stat().st_mtime_ns for file in BUILT.rglob('*'))}"
    if stamp.exists() and stamp.read_text() == version:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(version)


def serve_pages(listener: socket.socket, *, started: Callable[[], None]) -> None:
    """Answer requests until Ctrl-C or SIGTERM."""
    from django.conf import settings
    from waitress.server import create_server

    from opencasework.office.config.wsgi import application

    # Only a proxy on this machine can reach us, and only where there is one is it believed.
    proxy = {"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": PROXY_HEADERS} if settings.TLS else {}
    server = create_server(
        application,
        sockets=[listener],
        threads=THREADS,
        ident="",
        max_request_body_size=LARGEST_REQUEST,
        channel_timeout=60,
        clear_untrusted_proxy_headers=True,
        **proxy,
    )
    started()
    try:
        server.run()
    finally:
        server.close()


def serve_office(
    home: Home, listener: socket.socket, *, started: Callable[[], None], with_worker: bool = True
) -> None:
    """The whole office: pages here, the worker as a child."""
    collect_static(home)
    with ExitStack() as stack:
        if with_worker:
            worker = child(["worker", "--home", str(home.root)])
            stack.callback(end, worker)
        serve_pages(listener, started=started)
