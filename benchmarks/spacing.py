"""What it costs to find a number in running text in any spacing, beside the words of the same question.

    .venv/bin/python -m benchmarks.spacing [--messages 50000] [--database postgresql]

The messages are made of invented letters about many things, with their numbers, dates, sums and lists, some
2,000 characters each. Every question is asked of the whole search as the palette asks it, by somebody who may
see the messages; numbers that stand there, each typed in another spacing, and numbers that do not. By the
clock, since PostgreSQL works in another process: say with what load.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator

import psutil

from benchmarks.report import Row, report
from tests.services.environment import DUMMY_SECRETS
from tests.services.postgresql import PostgreSQL

P95_MS = 100
SEED = 20261127
STEP = 2_000
IN_PALETTE = 5


def texts(count: int) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Invented mails, and the numbers that stand in each."""
    from opencasework.office.inbox.samples import WORDS
    from opencasework.office.kit.tests.numbers_in_letters import AROUND, NOTHING, PHRASES, number_of

    chance, kinds = random.Random(SEED), sorted(PHRASES)
    letters = [letter[1] for letter in WORDS["letters"]]
    for _ in range(count):
        some = [(kind, number_of(kind, chance)) for kind in chance.sample(kinds, 2)]
        said = [chance.choice(PHRASES[kind][0]).format(number) for kind, number in some]
        steps = [f"{n}. {chance.choice(NOTHING)}" for n in range(1, chance.randint(2, 12))]
        body = "\n".join(
            [chance.choice(letters), *said, *steps, chance.choice(letters), *chance.sample(NOTHING, 8)]
        )
        yield chance.choice(AROUND).format(body), some


def fill(count: int) -> list[tuple[str, str]]:
    """Write so many messages; return the numbers in every fiftieth."""
    from django.utils import timezone

    from opencasework.office.inbox.models import Message

    now, batch, known = timezone.now(), [], []
    for n, (text, numbers) in enumerate(texts(count)):
        batch.append(Message(subject="A question", text=text, decision="filed_away", received_at=now))
        known += numbers if n % 50 == 0 else []
        if len(batch) == STEP or n == count - 1:
            Message.objects.bulk_create(batch)
            batch = []
    return known


def respaced(number: str, chance: random.Random) -> str:
    letters = re.sub(r"[\W_]", "", number)
    size = chance.choice([2, 3, 4, len(letters)])
    return " ".join(letters[at : at + size] for at in range(0, len(letters), size))


def processor_ms() -> float:
    """What this process has used so far, and the server's process that works for it."""
    from django.db import connection

    spent = time.process_time()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            server = psutil.Process(cursor.fetchone()[0]).cpu_times()
        spent += server.user + server.system
    return spent * 1000


def main(messages: int, asked: int) -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from opencasework.office.search import finding
    from opencasework.office.search.question import Question
    from opencasework.office.staff.models import Role, StaffMember

    staff = StaffMember.objects.create(username="bench", role=Role.OFFICE_MANAGER)
    known = fill(messages)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    chance = random.Random(SEED)
    there = [respaced(number, chance) for _, number in chance.sample(known, asked)]
    strangers = ["".join(chance.choice("0123456789") if c.isdigit() else c for c in typed) for typed in there]
    words = [chance.choice(["damp ceil", "tribunal", "1. the", "council tax", "14/09/2026"]) for _ in there]
    rows = []
    finding.find(Question.of("warm up 123456"), staff, limit=IN_PALETTE)
    for name, questions in (
        ("words", words),
        ("numbers that stand there", there),
        ("numbers made up", strangers),
    ):
        times, found, began = [], 0, processor_ms()
        for typed in questions:
            started = time.perf_counter()
            found += bool(finding.find(Question.of(typed), staff, limit=IN_PALETTE))
            times.append((time.perf_counter() - started) * 1000)
        processor = (processor_ms() - began) / len(questions)
        p95 = statistics.quantiles(times, n=20)[-1]
        said = f"median {statistics.median(times):.0f} ms, 95 of 100 {p95:.0f} ms, processor {processor:.0f}"
        rows.append(Row(f"{name}, {found} of {asked} found", said, f"≤ {P95_MS} ms", p95 <= P95_MS))
    report(rows)
    return int(not all(row.good for row in rows))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=str(__doc__).split("\n", 1)[0])
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--asked", type=int, default=100)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    wanted = parser.parse_args()
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ |= {
            **DUMMY_SECRETS,
            "CASEWORK_DEBUG": "no",  # or Django writes every query down
            "CASEWORK_HOME": home,
            "DJANGO_SETTINGS_MODULE": "opencasework.office.config.settings",
        }
        if wanted.database == "postgresql":
            os.environ |= stack.enter_context(PostgreSQL()).environment()
        sys.exit(main(wanted.messages, wanted.asked))
