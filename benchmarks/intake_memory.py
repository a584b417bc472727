"""What memory one office needs while mail comes in: the pages and the worker with all their children."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable

import psutil
import psycopg

from tests.services.dovecot import PASSWORD, Dovecot
from tests.services.local import free_port

PATIENCE_SECONDS = 900
LOOK_EVERY_SECONDS = 0.1


def largest_memory(environment: dict[str, str], dovecot: Dovecot, post: Iterable[bytes], count: int) -> int:
    """Serve the office while `count` more mails are collected, and return the most bytes it held at once.

    What processes share is counted once: of each only the pages that are its own (USS).
    """
    account = dovecot.add_mailbox()
    command = [sys.executable, "-m", "opencasework.cli"]
    where = ["--host", account.host, "--port", str(account.port), "--security", "none"]
    who = ["--username", account.user, "--password", PASSWORD]
    subprocess.run(
        [*command, "mailbox", "add", "second@holloway.example", *where, *who],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    for raw in post:
        account.deliver(raw)
    before = _messages(environment)
    port = free_port()
    office = subprocess.Popen(
        [*command, "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL
    )
    most = 0
    try:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while _messages(environment) < before + count:
            if time.monotonic() > give_up_at:
                raise RuntimeError("The worker did not collect every mail.")
            _ask_for_a_page(port)
            for _ in range(10):
                most = max(most, _own_memory(office.pid))
                time.sleep(LOOK_EVERY_SECONDS)
    finally:
        office.send_signal(signal.SIGTERM)
        office.wait(timeout=60)
    return most


def _messages(environment: dict[str, str]) -> int:
    with psycopg.connect(
        host=environment["CASEWORK_PG_HOST"],
        port=environment["CASEWORK_PG_PORT"],
        user=environment["CASEWORK_PG_USER"],
        dbname=environment["CASEWORK_PG_NAME"],
    ) as connection:
        row = connection.execute("SELECT count(*) FROM inbox_message WHERE state <> 'raw'").fetchone()
    return int(row[0]) if row else 0


def _ask_for_a_page(port: int) -> None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
            page.read()
    except OSError:
        pass  # it is still starting, or refuses the name; either way it was asked


def _own_memory(pid: int) -> int:
    try:
        main = psutil.Process(pid)
        family = [main, *main.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    total = 0
    for process in family:
        try:
            total += int(process.memory_full_info().uss)
        except psutil.NoSuchProcess:
            continue  # a child that ended while we looked
    return total
