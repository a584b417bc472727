"""How fast mail is taken in: ours by its two front doors, django-helpdesk by its own, and the ceiling.

    .venv/bin/python -m benchmarks.intake [--mails 1000] [--cases 100000 --messages 200000]

All take in the same generated mails, one after the other on the same machine, and those on PostgreSQL on
the same server, which waits for the disk at every commit. With `--cases` the office, and django-helpdesk,
hold so many cases before; with `--messages` the office so many messages. The time in which a command starts
and finds nothing to do is taken off, ours and theirs. Processor time is that of all processes, the
database's included.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from benchmarks.intake_helpdesk import VERSION, Helpdesk
from benchmarks.intake_memory import largest_memory
from benchmarks.post import mails
from benchmarks.report import Row, report
from tests.services.dovecot import PASSWORD, Dovecot, Mailbox
from tests.services.postgresql import PostgreSQL

ROOT = Path(__file__).resolve().parent.parent
TIMES_EMPTY, TIMES_FILLED = 10, 40  # how much faster than django-helpdesk, by the cases both hold
FILLED = 100_000  # cases from which on the second is promised
MOST_MEMORY = 300_000_000  # bytes, web and worker
BEFORE = 2_000  # mails taken in before an office is filled with copies of them


@dataclass(frozen=True)
class Measured:
    """One way of taking in all the mails."""

    name: str
    mails: int
    seconds: float
    processor_seconds: float
    load: float

    @property
    def rate(self) -> float:
        return self.mails / self.seconds

    def __str__(self) -> str:
        each = self.processor_seconds / self.mails * 1000
        return f"{self.rate:.0f} mails/s ({each:.1f} ms of processor time a mail, load {self.load:.1f})"


class Bench:
    """The servers, the mails and the clock all runs share."""

    def __init__(self, folder: Path, server: PostgreSQL, post: Sequence[bytes]) -> None:
        self.folder = folder
        self.post = post
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("CASEWORK_")},
            "PYTHONPATH": str(ROOT),
        }
        self.on_postgresql = {**self.environment, **server.environment()}
        self.postmaster = psutil.Process(
            int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
        )
        self.mail = folder / "mail"
        self.mail.mkdir()
        for number, raw in enumerate(post):
            (self.mail / f"{number:06}.eml").write_bytes(raw)

    def time(self, name: str, command: Callable[[], object], *, idle: tuple[float, float]) -> Measured:
        """Run what takes in all mails; `idle` is what it costs with no mail to take in."""
        os.sync()
        seconds, processor_seconds = self.cost(command)
        measured = Measured(
            name, len(self.post), seconds - idle[0], processor_seconds - idle[1], os.getloadavg()[0]
        )
        print(f"{name}: {measured}", flush=True)
        return measured

    def cost(self, command: Callable[[], object]) -> tuple[float, float]:
        """Seconds by the clock and of the processor that a command takes."""
        processor = self._processor_seconds()
        started = time.monotonic()
        command()
        return time.monotonic() - started, self._processor_seconds() - processor

    def idle(self, command: Callable[[], object]) -> tuple[float, float]:
        """What it costs when there is nothing to take in: the least of a few times."""
        return min(self.cost(command) for _ in range(4))

    def _processor_seconds(self) -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        database = self.postmaster.cpu_times()
        # Of sessions that have ended, which those of the commands measured all have.
        ended = database.children_user + database.children_system
        return children.ru_utime + children.ru_stime + float(ended)


class Office:
    """An office of ours in a home folder of its own, driven by its commands."""

    def __init__(self, bench: Bench, environment: dict[str, str]) -> None:
        self.bench = bench
        self.home = Path(tempfile.mkdtemp(dir=bench.folder, prefix="home-"))
        self.environment = {**environment, "CASEWORK_HOME": str(self.home)}
        area = [
            "--area",
            "Wexcombe North",
            "--area-code",
            "E14009999",
            "--email",
            "casework@holloway.example",
        ]
        self.run("init", "--member", "Amira Holloway", *area)

    def run(self, *arguments: str) -> str:
        return _output([sys.executable, "-m", "opencasework.cli", *arguments], self.environment)

    def ingest(self, folder: Path) -> None:
        said = self.run("ingest", str(folder))
        if not said.startswith(f"{len(list(folder.iterdir()))} new"):
            raise RuntimeError(f"Not every mail was taken in: {said}")

    def fill(self, cases: int, messages: int) -> None:
        before = self.bench.folder / "before"
        if not before.exists():
            before.mkdir()
            for number, raw in enumerate(mails(BEFORE, seed=2)):
                (before / f"{number}.eml").write_bytes(raw)
        self.ingest(before)
        wanted = ["--cases", str(cases), "--messages", str(messages)]
        _output([sys.executable, "-m", "benchmarks.intake_filling", *wanted], self.environment)

    def collect(self) -> None:
        said = self.run("collect-mail")
        if not said.startswith(f"{len(self.bench.post)} new"):
            raise RuntimeError(f"Not every mail was collected: {said}")

    def add_mailbox(self, account: Mailbox) -> None:
        where = ["--host", account.host, "--port", str(account.port), "--security", "none"]
        self.run(
            "mailbox", "add", "casework@holloway.example", *where,
            "--username", account.user, "--password", PASSWORD,
        )  # fmt: skip


def _output(command: Sequence[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:5])}: {done.stdout[-500:]}{done.stderr[-2000:]}")
    return done.stdout


def ours(bench: Bench, name: str, environment: dict[str, str], filled: tuple[int, int]) -> Measured:
    """By `casework ingest` of a folder."""
    office = Office(bench, environment)
    if filled[0]:
        office.fill(*filled)
    nothing = Path(tempfile.mkdtemp(dir=bench.folder))
    idle = bench.idle(lambda: office.run("ingest", str(nothing)))
    return bench.time(name, lambda: office.ingest(bench.mail), idle=idle)


def ours_collected(
    bench: Bench, name: str, environment: dict[str, str], dovecot: Dovecot
) -> tuple[Measured, Office]:
    """By `casework collect-mail` from an IMAP server, which keeps them and reads them."""
    office = Office(bench, environment)
    account = dovecot.add_mailbox()
    office.add_mailbox(account)
    idle = bench.idle(lambda: office.run("collect-mail"))
    for raw in bench.post:
        account.deliver(raw)
    return bench.time(name, office.collect, idle=idle), office


def theirs(bench: Bench, tickets: int) -> Measured:
    """By django-helpdesk's own command, from a folder, which it empties."""
    peer = Helpdesk(bench.folder / "helpdesk", bench.on_postgresql)
    peer.install()
    if tickets:
        peer.fill(tickets)
    idle = bench.idle(lambda: _output(peer.command(), peer.environment))
    before = peer.messages()
    for path in bench.mail.iterdir():
        (peer.mail / path.name).write_bytes(path.read_bytes())
    measured = bench.time(
        f"django-helpdesk {VERSION}", lambda: _output(peer.command(), peer.environment), idle=idle
    )
    if peer.messages() - before != len(bench.post):
        raise RuntimeError("django-helpdesk did not take in every mail.")
    return measured


def ceiling(bench: Bench, database: str) -> Measured:
    """Parse, keep, commit and index, and nothing else."""
    work = str(bench.folder / f"ceiling-{database}")
    command = [sys.executable, "-m", "benchmarks.intake_ceiling", str(bench.mail), work, database]
    took: list[float] = []
    whole = bench.time(
        f"ceiling, {database}", lambda: took.append(float(_output(command, bench.on_postgresql))), idle=(0, 0)
    )
    return Measured(whole.name, whole.mails, took[0], whole.processor_seconds, whole.load)


def rows(measured: dict[str, Measured], *, cases: int, memory: int | None) -> list[Row]:
    """What was measured, and how many times as fast as the peer each of ours is."""
    times = TIMES_FILLED if cases >= FILLED else TIMES_EMPTY
    found = [Row(f"intake, {name}", str(each), "", good=True) for name, each in measured.items()]
    peer = measured.get("django-helpdesk")
    top = {
        kind: measured[f"ceiling, {kind}"].rate
        for kind in ("postgresql", "sqlite")
        if f"ceiling, {kind}" in measured
    }
    for name, each in measured.items():
        if not name.startswith("ours"):
            continue
        if peer:
            ratio = each.rate / peer.rate
            found.append(
                Row(f"{name}, beside django-helpdesk", f"× {ratio:.1f}", f"≥ × {times}", ratio >= times)
            )
        kind = "sqlite" if "SQLite" in name else "postgresql"
        if kind in top:
            found.append(Row(f"{name}, beside the ceiling", f"{each.rate / top[kind]:.0%}", "", good=True))
    if memory is not None:
        found.append(
            Row(
                "web and worker while they take it in",
                f"{memory / 1e6:.0f} MB",
                "≤ 300 MB",
                memory <= MOST_MEMORY,
            )
        )
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Time how mail is taken in.")
    parser.add_argument("--mails", type=int, default=1_000)
    parser.add_argument("--cases", type=int, default=0, help="cases, and tickets of the peer, there before")
    parser.add_argument("--messages", type=int, default=0, help="messages there before")
    parser.add_argument("--only", nargs="+", default=[""], help="parts of the names of what to run")
    wanted = parser.parse_args()
    filled = (wanted.cases, wanted.messages)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oc-intake-")))
        server = stack.enter_context(PostgreSQL(durable=True))
        dovecot = stack.enter_context(Dovecot())
        with psycopg.connect(
            host=server.host, port=server.port, user=server.user, dbname=server.name, autocommit=True
        ) as connection:
            for database in ("helpdesk", "ceiling", "collected"):
                connection.execute(f"CREATE DATABASE {database}")
        bench = Bench(folder, server, list(mails(wanted.mails)))
        collected = {**bench.on_postgresql, "CASEWORK_PG_NAME": "collected"}
        memory: list[int] = []

        def from_imap() -> Measured:
            measured, office = ours_collected(bench, "ours from IMAP, PostgreSQL", collected, dovecot)
            memory.append(
                largest_memory(office.environment, dovecot, mails(wanted.mails, seed=3), wanted.mails)
            )
            return measured

        runs: dict[str, Callable[[], Measured]] = {
            "ours from files, PostgreSQL": lambda: ours(
                bench, "ours from files, PostgreSQL", bench.on_postgresql, filled
            ),
            "django-helpdesk": lambda: theirs(bench, wanted.cases),
            "ours from files, SQLite": lambda: ours(
                bench, "ours from files, SQLite", bench.environment, filled
            ),
            "ceiling, postgresql": lambda: ceiling(bench, "postgresql"),
            "ceiling, sqlite": lambda: ceiling(bench, "sqlite"),
        }
        if not wanted.cases:
            runs["ours from IMAP, PostgreSQL"] = from_imap
            runs["ours from IMAP, SQLite"] = lambda: ours_collected(
                bench, "ours from IMAP, SQLite", bench.environment, dovecot
            )[0]
        measured = {name: run() for name, run in runs.items() if any(part in name for part in wanted.only)}
    found = rows(measured, cases=wanted.cases, memory=memory[0] if memory else None)
    report(found)
    return 0 if all(row.good for row in found) else 1


if __name__ == "__main__":
    sys.exit(main())
