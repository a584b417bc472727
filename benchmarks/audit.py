"""The ledger at full length (P14): a thousand alterations, five writers who must not fork it, and its price.

    .venv/bin/python -m benchmarks.audit [--only alterations,writers,speed] [--database sqlite|postgresql]
                                         [--alterations N] [--events N] [--lines N] [--seed N]

- alterations: by raw SQL, each in a transaction that is taken back after the check; all must be found.
- writers: five processes write 2,000 events each, at once; the chain must be whole and without a fork.
- speed: how long the check of 100,000 events takes, and what sealing adds to a batch of fifty lines.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

from benchmarks.report import Row, report
from tests.services.local import short_folder
from tests.services.postgresql import PostgreSQL

WRITERS = 5
VERIFY_SECONDS = 10.0  # promised for 100,000 events
BATCH = 50

# Runs in processes of their own, each with the office of the environment.
START = """\
from opencasework.office.config.start import use_home
use_home(None)
"""
WRITE = (
    START
    + """\
import sys
from opencasework.office.cases.models import Case
from opencasework.office.staff.models import StaffMember
case, by = Case.objects.get(pk=int(sys.argv[1])), StaffMember.objects.get(pk=1)
for number in range(int(sys.argv[2])):
    case.record("note", by=by, text=f"Writer {sys.argv[1]}, event {number}")
"""
)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--only", default="alterations,writers,speed")
    arguments.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    arguments.add_argument("--alterations", type=int, default=1_000)
    arguments.add_argument("--events", type=int, default=2_000, help="of each writer")
    arguments.add_argument("--lines", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=14)
    given = arguments.parse_args()
    with _office(given.database):
        _make_office()
        rows: list[Row] = []
        wanted = given.only.split(",")
        if "alterations" in wanted:
            rows.append(alterations(given.alterations, given.seed))
        if "writers" in wanted:
            rows.append(writers(given.events))
        if "speed" in wanted:
            rows += speed(given.lines)
    report(rows)
    sys.exit(0 if all(row.good for row in rows) else 1)


@contextlib.contextmanager
def _office(database: str) -> Iterator[None]:
    """An empty office in a folder of its own, and this process its own."""
    with contextlib.ExitStack() as resources:
        home = resources.enter_context(short_folder("audit"))
        os.environ["CASEWORK_HOME"] = str(home)
        if database == "postgresql":
            os.environ.update(resources.enter_context(PostgreSQL(durable=True)).environment())
        from opencasework.office.config.start import use_home

        use_home(Path(home), new=True)
        from opencasework.office.config.setup import migrate

        migrate()
        yield
        from django.db import connections

        connections.close_all()


def _make_office() -> None:
    from opencasework.office.audit.tests.test_ledger import an_office_at_work
    from opencasework.office.cases.tests.factories import CaseFactory
    from opencasework.office.places.tests.factories import OfficeFactory

    OfficeFactory()  # type: ignore[no-untyped-call]
    an_office_at_work()
    CaseFactory()


def alterations(wanted: int, seed: int) -> Row:
    """Every one is found, the cut of everything by its anchor."""
    from django.db import transaction

    from opencasework.office.audit import anchoring
    from opencasework.office.audit.tests.tampering import Tamperer, arm, disarm

    anchor, tamperer, missed = anchoring.take(), Tamperer(random.Random(seed)), []
    disarm()
    for _ in range(wanted):
        with transaction.atomic():
            done, needs_anchor = tamperer.alter()
            if anchoring.verify_against([anchor] if needs_anchor else []).is_sound:
                missed.append(done)
            transaction.set_rollback(True)
    arm()
    for each in missed:
        print(f"not found: {each}")
    return Row("alterations found", f"{wanted - len(missed)} of {wanted}", f"{wanted}", good=not missed)


def writers(events: int) -> Row:
    """Five processes at once; then the chain is whole."""
    from opencasework.office.audit.models import Line
    from opencasework.office.audit.verifying import verify
    from opencasework.office.cases.models import Case

    before, started = Line.objects.count(), time.perf_counter()
    cases = list(Case.objects.values_list("pk", flat=True))[:WRITERS]
    running = [
        subprocess.Popen([sys.executable, "-c", WRITE, str(pk), str(events)], env=os.environ.copy())
        for pk in cases
    ]
    ended = [each.wait() for each in running]
    seconds = time.perf_counter() - started
    verdict = verify()
    added = Line.objects.count() - before
    whole = verdict.is_sound and added == WRITERS * events and not any(ended)
    measured = f"{added:,} lines in {seconds:.0f} s ({added / seconds:.0f} a second), {verdict.sentence}"
    return Row("five writers at once", measured, f"{WRITERS * events:,} lines, no fork", good=whole)


def speed(lines: int) -> list[Row]:
    """The check of a large ledger, and the price of sealing a batch as intake writes it."""
    from django.utils import timezone

    from opencasework.office.audit import ledger
    from opencasework.office.audit.models import Line
    from opencasework.office.audit.verifying import verify
    from opencasework.office.cases.models import Case, Event

    case = Case.objects.first()

    def write(count: int) -> None:
        Event.objects.bulk_create(
            Event(case=case, kind="note", at=timezone.now(), text=f"Note {number} " * 20)
            for number in range(count)
        )

    def batches() -> float:
        return _median(lambda: write(BATCH), times=200)

    sealed = batches()
    with mock.patch.object(ledger, "add"):
        unsealed = batches()
    Event._base_manager.exclude(pk__in=Line.objects.filter(source="event").values("source_id"))._raw_delete(
        "default"
    )
    while Line.objects.count() < lines:
        write(5_000)
    started = time.perf_counter()
    verdict = verify()
    seconds = time.perf_counter() - started
    return [
        Row(
            f"a batch of {BATCH} lines, sealed",
            f"{sealed * 1000:.1f} ms, without sealing {unsealed * 1000:.1f} ms",
            "told, not promised", good=True,
        ),
        Row(
            f"checking {verdict.lines:,} lines", f"{seconds:.1f} s", f"at most {VERIFY_SECONDS:.0f} s",
            good=verdict.is_sound and seconds <= VERIFY_SECONDS,
        ),
    ]  # fmt: skip


def _median(act: Callable[[], None], *, times: int) -> float:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return sorted(taken)[times // 2]


if __name__ == "__main__":
    main()
