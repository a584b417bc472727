"""Fills the office of CASEWORK_HOME with the years before: cases with their people, every mail many times.

    python -m benchmarks.intake_filling --cases 100000 --messages 200000

The mails that are there already are copied, each with an identity of its own; the search index is kept up by
the database as it always is. Every second one is on a case, every third belongs to a thread.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date, timedelta

STEP = 5_000
# Columns that a copy may not share, as SQL over the mail copied (`m`) and the number of the copy (`n`).
OWN = {
    "sha256": "substr(m.sha256, 1, 56) || {hexadecimal}",
    "fingerprint": "substr(m.fingerprint, 1, 56) || {hexadecimal}",
    "same_mark": "substr(m.same_mark, 1, 56) || {hexadecimal}",
    "message_id": "'<' || {hexadecimal} || '.' || substr(m.message_id, 2)",
    "in_reply_to": "CASE WHEN m.in_reply_to = '' THEN '' "
    "ELSE '<' || {hexadecimal} || '.' || substr(m.in_reply_to, 2) END",
    "case_id": "CASE WHEN m.id %% 2 = 0 THEN {first_case} + (m.id * 7919 + n * 104729) %% {cases} END",
    "decision": "CASE WHEN m.id %% 2 = 0 THEN 'case' ELSE 'filed_away' END",
    "thread_id": "CASE WHEN m.id %% 3 = 0 THEN m.id END",
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Fill an office for a benchmark.")
    parser.add_argument("--cases", type=int, required=True)
    parser.add_argument("--messages", type=int, required=True)
    wanted = parser.parse_args()

    from opencasework.office.config.start import use_home

    use_home(None)
    first_case = add_cases(wanted.cases)
    copy_messages(wanted.messages, first_case=first_case, cases=wanted.cases)


def add_cases(count: int) -> int:
    """Open so many cases, one person each; return the number of the first."""
    from django.db import transaction
    from django.utils import timezone

    from opencasework.office.cases.models import Case, CasePerson
    from opencasework.office.constituents.models import Person, PersonEmail
    from opencasework.office.inbox.samples import WORDS

    first_names, last_names, letters = WORDS["first_names"], WORDS["last_names"], WORDS["letters"]
    now, first = timezone.now(), 0
    for start in range(0, count, STEP):
        numbers = range(start, min(start + STEP, count))
        with transaction.atomic():
            people = Person.objects.bulk_create(
                Person(full_name=f"{first_names[n % len(first_names)]} {last_names[n % len(last_names)]} {n}")
                for n in numbers
            )
            PersonEmail.objects.bulk_create(
                PersonEmail(person=person, address=f"person{n}@post.example")
                for n, person in zip(numbers, people, strict=True)
            )
            cases = Case.objects.bulk_create(
                Case(
                    reference=f"OC-2019-{n:06}",
                    title=letters[n % len(letters)][0],
                    opened_at=now - timedelta(hours=n % 60_000),
                    closed_at=now - timedelta(minutes=n) if n % 20 else None,
                    next_action="" if n % 20 else "Write to the council",
                    next_action_on=None if n % 20 else date.today(),
                )
                for n in numbers
            )
            CasePerson.objects.bulk_create(
                CasePerson(case=case, person=person) for case, person in zip(cases, people, strict=True)
            )
        first = first or cases[0].pk
    return first


def copy_messages(count: int, *, first_case: int, cases: int, own: Mapping[str, str] | None = None) -> None:
    """Copy the mails that are there until there are so many more; `own` as `OWN`, for other columns too."""
    from django.db import connection, transaction

    from opencasework.office.inbox.models import Message

    table = Message._meta.db_table
    fields = [field for field in Message._meta.concrete_fields if not field.primary_key]
    columns = [field.column or field.name for field in fields]
    on_postgresql = connection.vendor == "postgresql"
    words = {
        "hexadecimal": "lpad(to_hex(n), 8, '0')" if on_postgresql else "printf('%%08x', n)",
        "first_case": first_case,
        "cases": cases,
    }
    rules = {**OWN, **(own or {})}
    values = ", ".join(rules.get(column, f'm."{column}"').format(**words) for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    there = Message.objects.count()
    newest = Message.objects.order_by("pk").last()
    assert newest is not None
    for copy in range(1, count // there + 1):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" AS m, '
                f"(SELECT {copy} AS n) AS copies WHERE m.id <= %s",
                [newest.pk],
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main()
