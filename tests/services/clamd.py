"""A real virus scanner: Debian's clamd with one signature of our own, so it starts at once."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path
from typing import Self

from tests.services.local import free_port, listens, program, short_folder, wait_until

# What the only signature looks for. Not the EICAR string: that would make this file itself suspicious.
MARKER = b"OPEN-CASEWORK-" + b"HARMLESS-TEST-MARKER"
VIRUS = "OpenCasework.Test"  # clamd adds .UNOFFICIAL to the names of signatures it was not sold with
STREAM_BYTES = 2_000_000
FILE_BYTES = 1_000_000

CONFIGURATION = """\
Foreground yes
LogFile {folder}/log
DatabaseDirectory {folder}/db
LocalSocket {folder}/clamd.sock
TCPSocket {port}
TCPAddr 127.0.0.1
MaxThreads 2
StreamMaxLength {stream}
MaxFileSize {file}
AlertExceedsMax {alerts}
AlertEncrypted {alerts}
ConcurrentDatabaseReload no
"""


class Clamd:
    """A scanner on a free loopback port and on a socket in a short folder. Use it as a context manager.

    With `alerts=False` it is set as Debian sets it: it keeps to itself what it could not look into.
    """

    def __init__(self, *, alerts: bool = True) -> None:
        self.port = free_port()
        self.alerts = alerts
        self._resources = contextlib.ExitStack()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.folder = self._resources.enter_context(short_folder("clamd"))
        (self.folder / "db").mkdir()
        (self.folder / "db" / "test.ndb").write_text(f"{VIRUS}:0:*:{MARKER.hex()}\n")
        configuration = CONFIGURATION.format(
            folder=self.folder,
            port=self.port,
            stream=STREAM_BYTES,
            file=FILE_BYTES,
            alerts="yes" if self.alerts else "no",
        )
        (self.folder / "clamd.conf").write_text(configuration)
        try:
            self.start()
        except BaseException:
            self._resources.close()
            raise
        return self

    def __exit__(self, *problem: object) -> None:
        self.stop()
        self._resources.close()

    @property
    def address(self) -> str:
        """Where it listens, as the setting CASEWORK_CLAMD names it."""
        return f"127.0.0.1:{self.port}"

    @property
    def socket(self) -> Path:
        return self.folder / "clamd.sock"

    def start(self) -> None:
        """Start it and wait until it listens."""
        clamd = program("clamd", package="clamav-daemon")
        self._process = subprocess.Popen(
            [clamd, f"--config-file={self.folder}/clamd.conf"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: listens(self.port), what="clamd", explain=self._log)

    def stop(self) -> None:
        """Stop it, as an operator would."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def _log(self) -> str:
        log = self.folder / "log"
        return log.read_text(errors="replace")[-500:] if log.exists() else ""
