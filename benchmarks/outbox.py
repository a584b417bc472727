"""Kill test P4: mail out is never lost and never sent twice by us, whatever the server does and whoever dies.

    .venv/bin/python -m benchmarks.outbox [--mails N] [--seed N] [--database sqlite|postgresql]

A real office in a folder of its own, with 2,000 letters and answers to a campaign in its outbox, and a mail
server that says 421, 450 and 550, hangs, resets the connection before and after the end of the mail, and
takes a mail and dies. Four senders work at once, and each kills itself at a step: the first at its first,
the next at its second, and so on through the steps of three mails, again and again, while the clock of the
office is moved on past leases and back-off, until nothing is left to do by itself.

Then every mail is compared with what the server delivered under its Message-ID. Missing: said to have left,
or gone from the office, and not delivered. Doubled: delivered more than once without a person having asked
for it. What nobody can know must be listed for a person. At the end that person decides as they would, by
looking whether it came, and the comparison is made again.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.kills import Office
from benchmarks.report import Row, report
from tests.services.hostile_smtp import HostileSmtp, Way, by_chance
from tests.services.local import short_folder
from tests.services.postgresql import PostgreSQL

LIFE = 27  # steps after which a sender is dead at the latest: three mails that leave
ROUNDS = 60
KILLING_ROUNDS = 12  # by then every mail has been tried at most steps; the last rounds finish in peace
SHARES = {
    Way.CLOSING_421: 8, Way.BUSY_450: 10, Way.LATER_421: 5, Way.REFUSE_550: 2, Way.HANG: 1,
    Way.HANG_AT_THE_END: 1, Way.RESET_IN_DATA: 4, Way.RESET_AT_THE_END: 3, Way.ACCEPT_AND_DIE: 4,
}  # fmt: skip
# One process that has the office loaded and does what it is told, a line of JSON for a line of JSON.
DRIVER = """\
import json, os, sys
from datetime import timedelta
from itertools import count
from opencasework.office.config.start import use_home
use_home(None)
from django.conf import settings
from django.db import connections
from django.utils import timezone
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.kit import steps
from opencasework.office.constituents.models import PersonEmail
from opencasework.office.letters import deciding, outbox, tokens
from opencasework.office.letters.models import Letter, OutgoingMail
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.kit.tests.dying import die_at

settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 1
State = OutgoingMail.State
AT_ONCE = 4  # senders

def fill(mails, **_):
    # Letters to constituents; every fourth mail is about no case, as the answers to a campaign are.
    first = LetterFactory(case=CaseFactory(), template="LT-ACK")
    cases = [first.case] + [CaseFactory() for _ in range(mails // 100)]
    now, letters, made = timezone.now(), [], []
    for number in range(mails):
        case = cases[number % len(cases)]
        if number % 4 == 3:
            continue
        address = f"n{number}@post.example"
        PersonEmail.objects.create(person=case.constituent, address=address)
        letters.append(Letter(
            case=case, template=first.template, kind=first.kind, state="sending", to_person=case.constituent,
            to_email=address, subject="Your letter", text="Thank you. We have it.", drafted_by=case.owner,
        ))
    Letter.objects.bulk_create(letters)
    for number, letter in enumerate(Letter.objects.filter(state="sending").select_related("case__owner")):
        token = tokens.make(letter.case_id, letter.to_email)
        made.append(OutgoingMail(
            letter=letter, to=letter.to_email, reply_to=f"office+{token}@member.example",
            subject="Your letter",
            text=letter.text, letter_version=letter.version, message_id=f"<{token}.{number}@member.example>",
            send_after=now, queued_by=letter.case.owner,
        ))
    made += [OutgoingMail(
        to=f"campaigner{number}@post.example", reply_to="office@member.example", subject="Re: amendment 14",
        text="Thank you for writing.", message_id=f"<{number}.campaign@member.example>", send_after=now,
        queued_by=first.case.owner,
    ) for number in range(3, mails, 4)]
    OutgoingMail.objects.bulk_create(made)
    return OutgoingMail.objects.count()

def round(days, first_step, steps_of_life, killing, port, **_):
    now = timezone.now() + timedelta(days=days)
    settings.EMAIL_PORT = port
    outbox.send_ready(now, at_most=0)  # takes up what the dead left
    due = OutgoingMail.objects.ready(at=now).count()
    if not killing:
        for _ in range(due // 200 + 1):
            outbox.send_ready(now)
        return {"due": due, "killed": 0}
    connections.close_all()
    killed, alive = 0, 0
    lives = due * 9 * 2 // steps_of_life + 1
    for number in range(lives):
        if alive == AT_ONCE:
            killed += os.WIFSIGNALED(os.wait()[1])
            alive -= 1
        alive += 1
        if os.fork() == 0:
            die_at((first_step + number) % steps_of_life + 1)
            try:
                outbox.send_ready(now, at_most=1000)
            finally:
                os._exit(0)
    while alive:
        killed += os.WIFSIGNALED(os.wait()[1])
        alive -= 1
    return {"due": due, "killed": killed}

def left(**_):
    return OutgoingMail.objects.filter(state__in=["queued", "retry", "sending"]).count()

def states(**_):
    listed = set(OutgoingMail.objects.needing_a_person().values_list("message_id", flat=True))
    rows = OutgoingMail.objects.values_list("message_id", "state", "letter__state")
    return [[mid, state, letter, mid in listed] for mid, state, letter in rows]

def decide(delivered, **_):
    by = None
    for mail in OutgoingMail.objects.filter(state=State.UNCERTAIN).select_related("letter"):
        by = by or mail.queued_by
        deciding.mark_sent(mail, by=by) if mail.message_id in delivered else outbox.send_again(mail)
    return OutgoingMail.objects.filter(state="queued").count()

out = sys.stdout
sys.stdout = sys.stderr
for line in sys.stdin:
    asked = json.loads(line)
    out.write(json.dumps(globals()[asked["do"]](**asked)) + "\\n")
    out.flush()
"""


class Driver:
    """The office, doing what it is told."""

    def __init__(self, office: Office) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", DRIVER],
            env=office.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, do: str, **given: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": do, **given}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


def compared(states: list[list[Any]], delivered: Counter[str], number: int) -> dict[str, int]:
    """What the office says of each mail beside what was delivered."""
    missing = number - len(states)
    doubled = unlisted = 0
    for message_id, state, letter, is_listed in states:
        times = delivered[message_id]
        doubled += max(times - 1, 0)
        missing += state == "sent" and times == 0
        missing += state not in {"sent", "failed", "uncertain"}  # nobody would look at it any more
        unlisted += state in {"failed", "uncertain"} and not is_listed
        unlisted += state == "failed" and times > 0  # said to have been refused, and it came
        missing += (letter == "sent") != (state == "sent") if letter is not None else 0
    return {
        "missing": missing,
        "doubled": doubled,
        "unlisted": unlisted,
        "uncertain": sum(state == "uncertain" for _, state, *_ in states),
        "refused": sum(state == "failed" for _, state, *_ in states),
    }


def measure(home: Path, database: dict[str, str], *, mails: int, seed: int, name: str) -> list[Row]:
    started = time.monotonic()
    with HostileSmtp(by_chance(seed, SHARES)) as server:
        driver = Driver(Office(home, database))
        try:
            number = driver.ask("fill", mails=mails)
            killed = tries = 0
            for turn in range(ROUNDS):
                done = driver.ask(
                    "round", days=turn * 2 + 1, first_step=turn, steps_of_life=LIFE,
                    killing=turn < KILLING_ROUNDS, port=server.port,
                )  # fmt: skip
                killed, tries = killed + done["killed"], tries + done["due"]
                print(f"round {turn}: {done}", file=sys.stderr, flush=True)
                if turn >= KILLING_ROUNDS and not driver.ask("left"):
                    break
            first = compared(driver.ask("states"), server.delivered, number)
            server.choose = lambda _recipient, _attempt: Way.ACCEPT
            driver.ask("decide", delivered=list(server.delivered))
            driver.ask(
                "round",
                days=ROUNDS * 2 + 1,
                first_step=0,
                steps_of_life=LIFE,
                killing=False,
                port=server.port,
            )
            last = compared(driver.ask("states"), server.delivered, number)
        finally:
            driver.end()
    seconds = time.monotonic() - started
    killing = f"{killed:,} SIGKILLs, each at another of {LIFE} steps, of 4 senders at once"
    trials = f"{number:,} mails, {tries:,} tries, {killing}, {seconds:.0f} s"
    good = not any(first[each] for each in ("missing", "doubled", "unlisted"))
    clean = not any(last[each] for each in ("missing", "doubled", "unlisted", "uncertain"))
    print({way.name: count for way, count in server.ways.items()}, file=sys.stderr)
    return [
        Row(
            f"P4: mail out, hostile server, {name}",
            f"{first['missing']} missing, {first['doubled']} doubled by us, {first['uncertain']} uncertain "
            f"and {first['refused']} refused, {first['unlisted']} of them not listed; {trials}",
            "0 missing, 0 doubled, every uncertain one listed",
            good=good,
        ),
        Row(
            f"P4: once a person has decided, {name}",
            f"{last['missing']} missing, {last['doubled']} doubled, {last['uncertain']} uncertain left",
            "0 missing, 0 doubled",
            good=clean,
        ),
    ]


@contextlib.contextmanager
def database_of(name: str) -> Iterator[dict[str, str]]:
    if name == "sqlite":
        yield {}
        return
    with PostgreSQL(durable=True) as server:
        yield server.environment()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mails", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    chosen = parser.parse_args()
    rows: list[Row] = []
    for name in chosen.database or ["sqlite", "postgresql"]:
        with database_of(name) as database, short_folder("outbox") as home:
            rows += measure(Path(home) / "office", database, mails=chosen.mails, seed=chosen.seed, name=name)
    report(rows)
    if not all(row.good for row in rows):
        sys.exit(1)


if __name__ == "__main__":
    main()
