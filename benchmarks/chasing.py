"""How long a worker takes to look through open enquiries and to draft the chasers that are due.

    .venv/bin/python -m benchmarks.chasing                     10,000 enquiries, all of them late
    .venv/bin/python -m benchmarks.chasing --enquiries 2000
    .venv/bin/python -m benchmarks.chasing --database postgresql

Each enquiry stands on a case of its own, with its person, their address and number, its letter and its body.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any

from benchmarks.report import Row, report
from tests.services.environment import DUMMY_SECRETS
from tests.services.postgresql import PostgreSQL

PROMISED_SECONDS, OF = 60, 10_000
STEP = 1_000
BODIES = 40
SENT, TODAY = date(2026, 9, 1), date(2026, 11, 26)


def main(count: int) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from opencasework.office.chasing.actions import draft_each, to_chase
    from opencasework.office.chasing.models import Chaser
    from opencasework.office.letters.models import Letter

    fill(count)
    began, processor = time.perf_counter(), time.process_time()
    due = to_chase(on=TODAY)
    looked = time.perf_counter() - began
    drafted = draft_each(due, today=TODAY)
    taken, alone = time.perf_counter() - began, time.process_time() - processor
    again = to_chase(on=TODAY)
    promised = PROMISED_SECONDS * count / OF
    right = drafted == count == Chaser.objects.count() and not again
    gaps = Letter.objects.filter(kind="chaser", text__contains="missing]").count()
    report(
        [
            Row(f"{count:,} open enquiries evaluated", f"{looked:.1f} s", "", good=True),
            Row(
                f"and their {drafted:,} chasers drafted",
                f"{taken:.0f} s ({alone:.1f} s of the processor)",
                f"≤ {promised:.0f} s",
                good=taken <= promised,
            ),
            Row("drafted twice, or not at all", "0" if right else "some", "0", good=right),
            Row("with a gap in their words", str(gaps), "0", good=not gaps),
        ]
    )
    return int(taken > promised or not right)


def fill(count: int) -> None:
    """Make the enquiries, all sent on one day and due before today."""
    from opencasework.office.bodies.models import Body, BodyContact
    from opencasework.office.places.models import Office
    from opencasework.office.staff.models import StaffMember

    Office.objects.create(
        pk=1, member_name="Alex Example", area_name="Wexcombe", area_code="E14001063", nation="en",
        email="office@member.example",
    )  # fmt: skip
    owner = StaffMember.objects.create(username="owner", role="caseworker")
    bodies = list(Body.objects.exclude(kind="council").order_by("pk")[:BODIES])
    contacts = BodyContact.objects.bulk_create(
        BodyContact(body=body, kind=kind, email=f"{kind}@{body.pk}.example", name="Members’ team")
        for body in bodies
        for kind in ("correspondence", "escalation")
    )
    of_body = {contact.body_id: contact for contact in reversed(contacts)}
    for start in range(0, count, STEP):
        numbers = range(start, min(start + STEP, count))
        put(cases(numbers, owner), [bodies[n % len(bodies)] for n in numbers], of_body)


def cases(numbers: range, owner: Any) -> list[Any]:
    """A case for each number, with its person, their address and a reference; returns their issues."""
    from django.utils import timezone

    from opencasework.office.cases.models import Case, CasePerson, Issue, ReferenceNumber
    from opencasework.office.constituents.models import Person, PersonAddress, PersonEmail
    from opencasework.office.tags.models import Category

    category = Category.objects.get(code="BEN-UC")
    people = Person.objects.bulk_create(Person(full_name=f"Alex Example {n}") for n in numbers)
    PersonEmail.objects.bulk_create(
        PersonEmail(person=person, address=f"p{person.pk}@post.example") for person in people
    )
    PersonAddress.objects.bulk_create(
        PersonAddress(person=person, lines=f"{person.pk} Mill Lane", postcode="ZZ99 3WZ") for person in people
    )
    made = Case.objects.bulk_create(
        Case(
            reference=f"OC-2026-{n:06}", title="Universal Credit stopped", owner=owner,
            next_action="Reply expected from them", next_action_on=TODAY,
            opened_at=timezone.make_aware(datetime.combine(SENT - timedelta(days=2), clock(10))),
        )
        for n in numbers
    )  # fmt: skip
    CasePerson.objects.bulk_create(
        CasePerson(case=case, person=person) for case, person in zip(made, people, strict=True)
    )
    ReferenceNumber.objects.bulk_create(
        ReferenceNumber(case=case, kind="NINO", value=number, compact=number)
        for case in made
        for number in [f"QQ{case.pk % 1000000:06}C"]
    )
    return Issue.objects.bulk_create(Issue(case=case, category=category) for case in made)


def put(issues: list[Any], bodies: list[Any], of_body: dict[int, Any]) -> None:
    """A letter that was sent for each issue, and the enquiry it put."""
    from django.utils import timezone

    from opencasework.office.kit.working_days import working_days_after
    from opencasework.office.letters.models import Enquiry, Letter

    words = "Please would you tell my constituent when the payment that was due in June will be made. " * 12
    sent_at = timezone.make_aware(datetime.combine(SENT, clock(10)))
    letters = Letter.objects.bulk_create(
        Letter(
            case=issue.case, issue=issue, kind="enquiry", state="sent", to_body=body, text=words,
            to_contact=of_body[body.pk], to_email=of_body[body.pk].email, subject="Universal Credit",
            drafted_by=issue.case.owner, sent_by=issue.case.owner, sent_at=sent_at,
        )
        for issue, body in zip(issues, bodies, strict=True)
    )  # fmt: skip
    Enquiry.objects.bulk_create(
        Enquiry(
            case=letter.case, issue=letter.issue, body=body, letter=letter, contact=letter.to_contact,
            sent_on=SENT, due_on=working_days_after(SENT, 20, nation=body.holiday_nation), due_rule="20",
        )
        for letter, body in zip(letters, bodies, strict=True)
    )  # fmt: skip


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--enquiries", type=int, default=OF)
    asked.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    chosen = asked.parse_args()
    with contextlib.ExitStack() as resources:
        home = resources.enter_context(tempfile.TemporaryDirectory(prefix="oc-chasing-"))
        os.environ |= {
            **DUMMY_SECRETS,
            "CASEWORK_HOME": home,
            "DJANGO_SETTINGS_MODULE": "opencasework.office.config.settings",
        }
        if chosen.database == "postgresql":
            os.environ |= resources.enter_context(PostgreSQL(durable=True)).environment()
        ended = main(chosen.enquiries)
    sys.exit(ended)
