"""Kill tests P1 and P2 in full: nothing that was on the mail server is lost or doubled, whatever dies.

    .venv/bin/python -m benchmarks.kills [--only steps,kills,server] [--mails N] [--kills N] [--seed N]
                                         [--database sqlite|postgresql]

A real Dovecot, a real office in a folder of its own, a real `casework` process that is killed.

- steps: a batch of 100 mails; the process kills itself at its first step, then at its second, … until it
  survives; after each kill it is started again and must end with everything, once.
- kills: 10,000 mails, 2 % without a Message-ID, 1 % with one that another mail with another text has; SIGKILL
  at random moments to what `casework collect-mail` and, in turn, `casework worker` do.
- server: the same comparison while the mailbox is renumbered and rebuilt, a folder is renamed, the server
  stopped and started, the line cut, and every allowed connection taken by stale sessions.

Compared are the multisets of SHA-256 of what is on the server and of what the office recorded.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from benchmarks.report import Row, report
from tests.services.cutting import CuttingProxy
from tests.services.dovecot import Dovecot, Mailbox
from tests.services.local import short_folder
from tests.services.postgresql import PostgreSQL

IDLE_SECONDS = 300  # a worker that has taken nothing in for so long has come to its end
LONGEST_LIFE_SECONDS = 1.5
CASEWORK = Path(sys.executable).with_name("casework")
ADDRESS = "casework@member.example"
# Runs the command in a process that kills itself at its step of that number.
DYING = """\
import os, sys
from itertools import count
from opencasework.office.kit import steps
counted = count(1)
def die_there():
    if next(counted) == {at}:
        os.kill(os.getpid(), 9)
steps.on_step = die_there
from opencasework.cli import main
sys.argv = ["casework", "collect-mail"]
main()
"""
ASK = """\
from opencasework.office.config.start import use_home
use_home(None)
from opencasework.office.inbox.models import Arrival, Message
import sys
for sha256 in Arrival.objects.values_list("sha256", flat=True).iterator():
    print(sha256)
print("MESSAGES", Message.objects.count())
"""
# Loads the office once and forks a process for each "collect" or "work" on its input, naming its number: on a
# busy machine a process that is started anew would be killed before it has done anything.
STARTER = """\
import os, sys
from opencasework.office.config.start import use_home
use_home(None)
from django.core.management import call_command
from opencasework.office.config import worker
for line in sys.stdin:
    child = os.fork()
    if child:
        print(child, flush=True)
        ended = os.waitpid(child, 0)[1]
        print("killed" if os.WIFSIGNALED(ended) else "done", flush=True)
        continue
    sys.stdout = sys.stderr
    try:
        call_command("collect_mail") if line.strip() == "collect" else worker.run(wanted=lambda: True)
    finally:
        os._exit(0)
"""
EMPTY = """\
from opencasework.office.config.start import use_home
use_home(None)
from opencasework.office.inbox.models import Arrival, Attachment, Mailbox, MailboxCursor, Message
for model in (Attachment, Message, Arrival, MailboxCursor):
    model.objects.all().delete()
"""


def mails(number: int, *, seed: int) -> list[bytes]:
    """Mails as a small office gets them, each different: every 50th without a Message-ID, every 100th with
    that of the one before it."""
    chance = random.Random(seed)
    made = []
    for each in range(number):
        of = each - 1 if each % 100 == 1 else each
        identity = "" if each % 50 == 0 else f"Message-ID: <{of}.{seed}@post.example>\r\n"
        words = " ".join(chance.choices(["roof", "damp", "council", "school", "letter", "waiting"], k=120))
        head = f"From: Nia Pryce <nia{each % 97}@post.example>\r\nSubject: Letter {each}\r\n{identity}"
        made.append(f"{head}\r\nDear member,\r\n{words}\r\n".encode())
    return made


@dataclass
class Office:
    """An office in a folder of its own, driven by its commands as an operator drives it."""

    home: Path
    database: dict[str, str]
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CASEWORK_")}
        self.environment = {**kept, **self.database, "CASEWORK_HOME": str(self.home)}
        options = ["--member", "A Member", "--area", "Wexcombe", "--area-code", "E14999999"]
        self.casework("init", *options, "--email", "office@member.example")

    def casework(self, *arguments: str) -> None:
        """Run a command to its end; it must end well."""
        subprocess.run([CASEWORK, *arguments], env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def add_mailbox(
        self, account: Mailbox, *, port: int | None = None, folders: tuple[str, ...] = ()
    ) -> None:
        named = [option for folder in folders for option in ("--folder", folder)]
        where = ["--host", account.host, "--port", str(port or account.port), "--security", "none"]
        self.casework(
            "mailbox",
            "add",
            ADDRESS,
            *where,
            "--username",
            account.user,
            "--password",
            account.password,
            *named,
        )

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def python(self, program: str) -> str:
        asked = subprocess.run(
            [sys.executable, "-c", program],
            env=self.environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return asked.stdout

    def has(self) -> Counter[str]:
        """The SHA-256 of everything it recorded as arrived."""
        return Counter(line for line in self.python(ASK).splitlines() if not line.startswith("MESSAGES"))


def sha256s(raws: list[bytes]) -> Counter[str]:
    return Counter(hashlib.sha256(raw).hexdigest() for raw in raws)


@dataclass
class Result:
    """What a scenario came to."""

    what: str
    lost: int
    doubled: int
    trials: str
    seconds: float

    @classmethod
    def of(cls, what: str, wanted: Counter[str], has: Counter[str], trials: str, started: float) -> Result:
        lost, doubled = (wanted - has).total(), (has - wanted).total()
        return cls(what, lost, doubled, trials, time.monotonic() - started)

    def row(self, database: str) -> Row:
        return Row(
            f"{self.what}, {database}",
            f"{self.lost} lost, {self.doubled} doubled; {self.trials}; {self.seconds:.0f} s",
            "0 lost, 0 doubled",
            good=not self.lost and not self.doubled,
        )


def deliver(account: Mailbox, raws: list[bytes], *, folder: str = "INBOX") -> None:
    for raw in raws:
        account.deliver(raw, folder=folder)


# --- P1 -------------------------------------------------------------------------------------------


def every_step(office: Office, account: Mailbox, *, seed: int, **_: Any) -> Result:
    started = time.monotonic()
    raws = mails(100, seed=seed)
    deliver(account, raws)
    office.add_mailbox(account)
    wanted, worst = sha256s(raws), Counter[str]()
    at, killed, bad = 0, True, 0
    while killed:
        at += 1
        office.python(EMPTY)
        dying = office.start(sys.executable, "-c", DYING.format(at=at))
        try:
            killed = dying.wait() == -signal.SIGKILL
        finally:
            dying.kill()
        account.server.require_alive()
        if killed:
            office.casework("collect-mail")
        if office.has() != wanted:
            bad += 1
            worst = office.has()
    return Result.of(
        "P1: 100 mails, killed at every step", wanted, worst if bad else wanted, f"{at - 1} steps", started
    )


def kill_at_random(
    office: Office, chance: random.Random, *, kills: int, between: Callable[[int], None]
) -> int:
    """Let the collecting command, or the worker, begin and kill it; return how often it was alive by then."""
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER],
        env=office.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert starter.stdin is not None
    assert starter.stdout is not None
    killed, child = 0, None
    try:
        while killed < kills:
            starter.stdin.write("work\n" if killed % 2 else "collect\n")
            starter.stdin.flush()
            child = int(starter.stdout.readline())
            time.sleep(chance.uniform(0.02, LONGEST_LIFE_SECONDS))
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            killed += starter.stdout.readline().strip() == "killed"
            child = None
            between(killed)
        starter.stdin.close()
        starter.wait(timeout=60)
    finally:
        # Also where we are stopped: neither may go on in an office whose folder is being removed.
        if child is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        starter.kill()
        starter.wait()
    return killed


def come_right(office: Office, wanted: Counter[str], server: Dovecot) -> None:
    """Leave it to the worker alone, as where nobody does anything, until nothing has come for long."""
    worker = office.start(str(CASEWORK), "worker")
    try:
        until, had = time.monotonic() + IDLE_SECONDS, -1
        while (has := office.has()) != wanted and time.monotonic() < until:
            server.require_alive()
            if has.total() != had:
                until, had = time.monotonic() + IDLE_SECONDS, has.total()
            if worker.poll() is not None:
                raise RuntimeError(f"The worker ended by itself, with exit status {worker.returncode}.")
            time.sleep(2)
        worker.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):  # in the middle of a long turn: one kill more
            worker.wait(timeout=60)
    finally:
        worker.kill()
        worker.wait()


def random_kills(office: Office, account: Mailbox, *, seed: int, number: int, kills: int) -> Result:
    started = time.monotonic()
    chance = random.Random(seed)
    raws = mails(number, seed=seed)
    office.add_mailbox(account)
    # They arrive while it is collected and killed, so that no kill finds it idle.
    share = max(1, number // kills)
    waiting = list(raws)

    def more(_: int) -> None:
        account.server.require_alive()
        deliver(account, waiting[:share])
        del waiting[:share]

    more(0)
    killed = kill_at_random(office, chance, kills=kills, between=more)
    deliver(account, waiting)
    come_right(office, sha256s(raws), account.server)
    return Result.of(f"P1: {number:,} mails", sha256s(raws), office.has(), f"{killed} SIGKILLs", started)


# --- P2 -------------------------------------------------------------------------------------------


def trouble(office: Office, account: Mailbox, *, seed: int, number: int, kills: int) -> Result:
    """Everything a server can do to us, one after the other and again, while we are killed."""
    started = time.monotonic()
    chance = random.Random(seed + 1)
    raws = mails(number, seed=seed + 1)
    server = account.server
    account.create("Casework")
    folder = "Casework"
    waiting, share = list(raws), max(1, number // max(1, kills))
    happened: Counter[str] = Counter()
    stale: list[IMAPClient] = []
    with CuttingProxy(account.port, lambda: chance.choice([2_000, 40_000, 400_000, 10**9])) as line:
        office.add_mailbox(account, port=line.port, folders=("INBOX", "Casework"))

        def more(count: int) -> None:
            nonlocal folder
            server.require_alive()
            for place in ("INBOX", folder):
                deliver(account, waiting[: share // 2 + 1], folder=place)
                del waiting[: share // 2 + 1]
            match count % 6:
                case 0:
                    account.set_uid_validity(10_000 + count)
                    happened["renumbered"] += 1
                case 1:
                    server.stop()
                    server.start()
                    happened["restarted"] += 1
                case 2:
                    _rebuild(account)
                    happened["rebuilt"] += 1
                case 3:
                    # Only once it has been collected under its name can it be known under another.
                    subprocess.run([CASEWORK, "collect-mail"], env=office.environment, check=False,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
                    account.rename(folder, f"Wähler {count}")
                    folder = f"Wähler {count}"
                    happened["renamed"] += 1
                case 4:
                    stale.extend(_take_every_connection(account))
                    happened["filled up"] += 1
                case _:
                    for each in stale:
                        with contextlib.suppress(IMAPClientError, OSError):
                            each.logout()
                    stale.clear()

        more(0)
        killed = kill_at_random(office, chance, kills=kills, between=more)
        deliver(account, waiting)
        for each in stale:
            with contextlib.suppress(IMAPClientError, OSError):
                each.logout()
        wanted = sha256s(raws)
        come_right(office, wanted, server)
        trials = f"{killed} SIGKILLs, line cut {line.cuts} times, " + ", ".join(
            f"{what} {times}" for what, times in sorted(happened.items())
        )
        return Result.of(f"P2: {number:,} mails, server in trouble", wanted, office.has(), trials, started)


def _rebuild(account: Mailbox) -> None:
    """What restoring a mailbox from a copy does: the same messages, all numbers new."""
    for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache"):
        (account.server.folder / "mail" / account.user / name).unlink(missing_ok=True)


def _take_every_connection(account: Mailbox) -> Iterator[IMAPClient]:
    """Sign in until the server refuses."""
    for _ in range(20):
        try:
            client = IMAPClient(account.host, port=account.port, ssl=False, timeout=10)
            client.login(account.user, account.password)
        except (IMAPClientError, OSError):
            return
        yield client


SCENARIOS: dict[str, Callable[..., Result]] = {"steps": every_step, "kills": random_kills, "server": trouble}


def _stopped(*_: object) -> None:
    raise SystemExit("Stopped before the end; nothing is said about loss.")


def main() -> int:
    # An exception, so that every process and server begun here is ended on the way out.
    signal.signal(signal.SIGTERM, _stopped)
    parser = argparse.ArgumentParser(
        description="Kill the collecting process; nothing may be lost or doubled."
    )
    parser.add_argument("--only", default=",".join(SCENARIOS), help="which of steps, kills, server")
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    given = parser.parse_args()
    rows = []
    for database in given.database or ["sqlite", "postgresql"]:
        for name in given.only.split(","):
            with contextlib.ExitStack() as resources:
                environment = {}
                if database == "postgresql":
                    environment = resources.enter_context(PostgreSQL()).environment()
                server = resources.enter_context(Dovecot(connections=6))
                home = resources.enter_context(short_folder("kills"))
                office = Office(home / "office", environment)
                result = SCENARIOS[name](
                    office, server.add_mailbox(), seed=given.seed, number=given.mails, kills=given.kills
                )
                rows.append(result.row(database))
                print(rows[-1].what, rows[-1].measured, flush=True)
    report(rows)
    return 0 if all(row.good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
