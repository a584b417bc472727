"""What every local server needs: a free port, a short folder, the right user, and a patient start."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

READY_SECONDS = 50  # far more than any of these servers needs, so only a broken one runs into it


class ServiceUnavailableError(RuntimeError):
    """A server the tests need is not installed or does not start. The message says what to do."""


def free_port() -> int:
    """Return a loopback TCP port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_root() -> bool:
    return os.geteuid() == 0


def program(name: str, *, package: str, folders: tuple[str, ...] = ()) -> str:
    """Return the path of an installed program, looking on PATH, in /usr/sbin and in `folders`.

    Raises ServiceUnavailableError naming the Debian package when it is nowhere.
    """
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", *folders])
    found = shutil.which(name, path=path)
    if found is None:
        raise ServiceUnavailableError(
            f'"{name}" is not installed. Install the Debian package "{package}", or run "make test" as root.'
        )
    return found


@contextlib.contextmanager
def short_folder(prefix: str) -> Iterator[Path]:
    """A temporary folder other users may walk through, removed afterwards.

    Directly under /tmp, because a Unix socket's path must stay below 108 characters, and
    traversable, because the servers give up root for a user of their own.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"oc-{prefix}-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_until(ready: Callable[[], bool], *, what: str, explain: Callable[[], str] = lambda: "") -> None:
    """Return as soon as `ready()` is true; raise ServiceUnavailableError after READY_SECONDS."""
    give_up_at = time.monotonic() + READY_SECONDS
    while not ready():
        if time.monotonic() > give_up_at:
            raise ServiceUnavailableError(
                f"{what} did not start in {READY_SECONDS} seconds. {explain()}".strip()
            )
        time.sleep(0.02)


def listens(port: int, *, host: str = "127.0.0.1", greeting: bytes = b"") -> bool:
    """Return whether something accepts connections on the port and, if asked, says `greeting` first."""
    try:
        with socket.create_connection((host, port), timeout=1) as connection:
            return not greeting or connection.recv(len(greeting)) == greeting
    except OSError:
        return False
