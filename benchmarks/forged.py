"""P6 in full: ten thousand forged references through the real intake, and how many were filed silently.

    .venv/bin/python -m benchmarks.forged [--mails 10000] [--seed 6] [--database sqlite|postgresql]

Twenty kinds in turn, from guessed tokens to the right token in a stranger's hands, each kept, read in the
child process and filed as mail from a server is. Honest replies between them must be filed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.report import Row, report
from tests.services.local import short_folder
from tests.services.postgresql import PostgreSQL

HONEST_EVERY = 500


@contextlib.contextmanager
def an_office(name: str, database: str) -> Iterator[None]:
    """An empty office in a folder of its own, and this process its own."""
    with contextlib.ExitStack() as resources:
        home = resources.enter_context(short_folder(name))
        os.environ["CASEWORK_HOME"] = str(home)
        if database == "postgresql":
            os.environ.update(resources.enter_context(PostgreSQL(durable=True)).environment())
        from opencasework.office.config.start import use_home

        use_home(Path(home), new=True)
        from opencasework.office.config.setup import migrate
        from opencasework.office.places.tests.factories import OfficeFactory

        migrate()
        OfficeFactory(email="office@member.example")  # type: ignore[no-untyped-call]
        yield
        from django.db import connections

        connections.close_all()


def measure(count: int, seed: int) -> list[Row]:
    """Send the forged mails in, and look at what became of them."""
    from opencasework.office.inbox.models import Message
    from opencasework.office.inbox.tests import forging
    from opencasework.office.inbox.tests.receiving import receive_all

    forger = forging.Forger(forging.targets(), seed=seed)
    named = list(forger.mails(count))
    receive_all([raw for _, raw in named])
    filed = forging.filed()
    proposed = Message.objects.exclude(proposal="").count()
    honest = max(1, count // HONEST_EVERY)
    receive_all([forger.genuine() for _ in range(honest)])
    on_cases = Message.objects.exclude(case=None).count()
    kinds = Counter(name for name, _ in named)
    print(f"{len(kinds)} kinds, seed {seed}; {proposed} proposed with a reason, the rest new mail")
    for each in filed[:20]:
        print(f"FILED: {each}")
    return [
        Row(f"forged references filed silently, of {count:,}", str(len(filed)), "0", not filed),
        Row("… read", f"{Message.objects.count() - honest:,}", f"{count:,}", good=True),
        Row(f"honest replies filed, of {honest}", str(on_cases), str(honest), on_cases == honest),
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--mails", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=6)
    arguments.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    given = arguments.parse_args()
    with an_office("forged", given.database):
        rows = measure(given.mails, given.seed)
    report(rows)
    sys.exit(0 if all(row.good for row in rows) else 1)


if __name__ == "__main__":
    main()
