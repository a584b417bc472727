"""A real PostgreSQL cluster for one test run, fast because it need not survive a power cut."""

from __future__ import annotations

import contextlib
import pwd
import subprocess
from pathlib import Path
from typing import Self

from tests.services.local import ServiceUnavailableError, free_port, is_root, program, short_folder


def _debian_folders() -> tuple[str, ...]:
    """Where Debian keeps the server's programs, newest version first; they are not on PATH."""
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    return tuple(str(folder) for folder in sorted(versions, key=lambda f: float(f.parent.name), reverse=True))


class PostgreSQL:
    """A cluster on a free loopback port with the superuser `casework` and no password.

    Use it as a context manager. It refuses to run as root, so root lends it to the user `postgres`. A
    `durable` one waits for the disk at every commit, as an office's own does; benchmarks need that. One
    `kept_in` a folder is made there the first time and found again the next.
    """

    user = "casework"
    name = "casework"
    password = ""
    host = "127.0.0.1"

    def __init__(self, *, durable: bool = False, kept_in: Path | None = None) -> None:
        self.port = free_port()
        self.durable = durable
        self.kept_in = kept_in
        self._resources = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self.folder = self._resources.enter_context(short_folder("pg"))
        if is_root():
            owner = pwd.getpwnam("postgres")
            for folder in filter(None, [self.folder, self.kept_in]):
                folder.mkdir(exist_ok=True)
                subprocess.run(["chown", f"{owner.pw_uid}:{owner.pw_gid}", str(folder)], check=True)
        data = str((self.kept_in or self.folder) / "data")
        is_there = Path(data).exists()
        if not is_there:
            self._run("initdb", "-D", data, "-A", "trust", "-U", self.user, "--locale=C.UTF-8", "--no-sync")
        server_options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        )
        if not self.durable:
            server_options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        log = str(self.folder / "log")
        # Registered first: `pg_ctl -w` may give up on a server that is still starting.
        self._resources.callback(self._stop, data)
        self._run("pg_ctl", "-D", data, "-w", "-l", log, "-o", server_options, "start")
        if not is_there:
            self._run("createdb", "-h", self.host, "-p", str(self.port), "-U", self.user, self.name)
        return self

    def __exit__(self, *problem: object) -> None:
        self._resources.close()

    def environment(self) -> dict[str, str]:
        """Return the variables that make the office's settings use this server."""
        return {
            "CASEWORK_PG_HOST": self.host,
            "CASEWORK_PG_PORT": str(self.port),
            "CASEWORK_PG_NAME": self.name,
            "CASEWORK_PG_USER": self.user,
            "CASEWORK_PG_PASSWORD": self.password,
        }

    def _stop(self, data: str) -> None:
        with contextlib.suppress(ServiceUnavailableError):  # it never started, which has been said already
            how = "fast" if self.kept_in else "immediate"
            self._run("pg_ctl", "-D", data, "-m", how, "-w", "stop")

    def _run(self, name: str, *arguments: str) -> None:
        command = [program(name, package="postgresql", folders=_debian_folders()), *arguments]
        if is_root():
            command = ["runuser", "-u", "postgres", "--", *command]
        # Output to a file, not a pipe: the server pg_ctl leaves running would hold a pipe open.
        with (self.folder / "start.log").open("ab") as log:
            done = subprocess.run(command, stdout=log, stderr=log, cwd=self.folder, check=False)
        if done.returncode:
            said = (self.folder / "start.log").read_text(errors="replace")
            raise ServiceUnavailableError(f"{name} failed: {said[-2000:]}")
