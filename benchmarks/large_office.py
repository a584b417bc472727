"""Fills an office with years of work: closed cases and open ones, their letters and messages.

    .venv/bin/python -m benchmarks.large_office --home /tmp/large [--cases 100000] [--messages 1000000]

Of a hundred cases four are open, shared by twelve caseworkers; for most of them a body was asked, and of
those one in ten has not answered in time. Some are sensitive, a few for those named alone. Of ten messages
nine are on a case, one was filed away; 150 wait in the inbox. A home that was filled is left as it is, so
that `benchmarks.case_page --home` can be run on it many times; delete the folder to fill it anew.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.intake_filling import STEP, copy_messages
from tests.services.environment import DUMMY_SECRETS

SAMPLES = 450  # mails that are read as they come; all other messages are copies of them
WAITING = 150  # of those, in the inbox
HOURS = 70_000  # over which cases and messages are spread: eight years
CASEWORKERS = 12  # who have the open cases; twenty have had the closed ones
FILLED = "filled.json"  # in a home that was filled: with how much
TEXT = "Please would you tell my constituent when the payment that was due in June will be made. " * 6


def environment(home: Path) -> dict[str, str]:
    """The variables of an office in this folder, for this process and those it starts."""
    return {
        **DUMMY_SECRETS,
        "CASEWORK_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "opencasework.office.config.settings",
    }


def fill(home: Path, *, cases: int, messages: int) -> None:
    """Make the office of this process, unless its home holds one that was filled with as much."""
    filled, wanted = home / FILLED, {"cases": cases, "messages": messages}
    if filled.exists():
        if (there := json.loads(filled.read_text())) != wanted:
            raise SystemExit(f"{home} holds an office of {there}. Name another folder, or delete it.")
        return
    import django

    django.setup()
    from django.core.management import call_command

    from opencasework.office.config import statistics

    call_command("migrate", verbosity=0)
    people = People.begin()
    _take_in_samples(home)
    first_person = add_people(count := cases * 4 // 5)
    first_case = add_cases(cases, people, first_person, count)
    # In the order of cases: who wrote is on the case.
    whose = "(({}) %% {}) %% {}".format("m.id * 7919 + n * 104729", cases, count)
    own = {
        "case_id": f"CASE WHEN m.id %% 10 > 0 THEN {first_case} + (m.id * 7919 + n * 104729) %% {cases} END",
        "decision": "CASE WHEN m.id %% 10 > 0 THEN 'case' ELSE 'filed_away' END",
        "person_id": f"{first_person} + {whose}",
        "from_address": f"'person' || ({whose}) || '@post.example'",
        "received_at": _hours_before_now("(m.id * 6151 + n * 7907) %% {}"),
        "decided_at": _hours_before_now("(m.id * 6151 + n * 7907) %% {} - 2"),
        "decided_by_id": f"{people.caseworkers[0].pk} + (m.id + n) %% {CASEWORKERS}",
    }
    copy_messages(messages, first_case=first_case, cases=cases, own=own)
    decide_all_but_some(people.caseworkers[0])
    statistics.look()  # as the worker of an office does
    filled.write_text(json.dumps(wanted))


def _hours_before_now(hours: str) -> str:
    from django.db import connection

    hours = f"({hours.format(HOURS)} + 3)"
    if connection.vendor == "postgresql":
        return f"now() - {hours} * interval '1 hour'"
    return f"datetime('now', '-' || {hours} || ' hours')"


@dataclass(frozen=True)
class People:
    """Who works in the office, and whom it writes to."""

    caseworkers: list[Any]
    former: list[Any]
    bodies: list[Any]
    contacts: dict[Any, Any]
    categories: list[Any]

    @classmethod
    def begin(cls) -> People:
        """Make the office itself, its staff, and the addresses of forty bodies."""
        from opencasework.office.bodies.models import Body, BodyContact
        from opencasework.office.places.models import Office
        from opencasework.office.staff.models import StaffMember
        from opencasework.office.tags.models import Category

        Office.objects.create(
            pk=1, member_name="Alex Example", area_name="Wexcombe", area_code="E14001063", nation="en",
            email="casework@holloway.example",
        )  # fmt: skip
        names = ["owner", *(f"caseworker{number}" for number in range(1, CASEWORKERS))]
        caseworkers = [StaffMember.objects.create(username=name, role="caseworker") for name in names]
        former = [StaffMember.objects.create(username=f"former{n}", role="caseworker", is_active=False)
                  for n in range(8)]  # fmt: skip
        StaffMember.objects.create(username="manager", role="office_manager")
        StaffMember.objects.create(username="member", role="member")
        StaffMember.objects.create(username="volunteer", role="volunteer")
        bodies = list(Body.objects.exclude(kind="council").order_by("pk")[:40])
        contacts = BodyContact.objects.bulk_create(
            BodyContact(
                body=body, kind="correspondence", email=f"team@{body.pk}.example", name="Members’ team"
            )
            for body in bodies
        )
        categories = list(Category.objects.filter(parent__isnull=False).order_by("pk")[:160])
        return cls(
            caseworkers,
            former,
            bodies,
            {body.pk: each for body, each in zip(bodies, contacts, strict=True)},
            categories,
        )


def _take_in_samples(home: Path) -> None:
    from django.core.management import call_command

    from benchmarks.post import mails

    with tempfile.TemporaryDirectory(dir=home) as folder:
        for number, raw in enumerate(mails(SAMPLES, seed=2)):
            Path(folder, f"{number}.eml").write_bytes(raw)
        call_command("ingest", folder, verbosity=0)


def decide_all_but_some(by: Any) -> None:
    """File the samples away, but for those that wait in the inbox."""
    from django.utils import timezone

    from opencasework.office.inbox.models import Message

    waiting = Message.objects.untriaged().order_by("-received_at").values_list("pk", flat=True)
    now = timezone.now()
    for number, pk in enumerate(waiting):
        if number < WAITING:
            Message.objects.filter(pk=pk).update(received_at=now - timedelta(minutes=23 * number))
        else:
            Message.objects.filter(pk=pk).update(decision="filed_away", decided_at=now, decided_by=by)


def add_people(count: int) -> int:
    """So many people with a postal and a mail address; returns the number of the first."""
    from django.db import transaction

    from opencasework.office.constituents.models import Person, PersonAddress, PersonEmail, PersonPhone
    from opencasework.office.inbox.samples import WORDS

    first_names, last_names, streets = WORDS["first_names"], WORDS["last_names"], WORDS["streets"]
    first = 0
    for numbers in steps(count):
        with transaction.atomic():
            made = Person.objects.bulk_create(
                Person(
                    full_name=f"{first_names[n % len(first_names)]} {last_names[n // 7 % len(last_names)]}"
                )
                for n in numbers
            )
            pairs = list(zip(numbers, made, strict=True))
            PersonEmail.objects.bulk_create(
                PersonEmail(person=each, address=f"person{n}@post.example") for n, each in pairs
            )
            PersonAddress.objects.bulk_create(
                PersonAddress(
                    person=each,
                    lines=f"{n % 180} {streets[n % len(streets)]}",
                    postcode=f"WX{n % 9} {n % 7}QL",
                )
                for n, each in pairs
            )
            PersonPhone.objects.bulk_create(
                PersonPhone(person=each, number=f"01632 {n:06}", compact=f"01632{n:06}")
                for n, each in pairs
                if n % 2
            )
        first = first or made[0].pk
    return first


def add_cases(count: int, people: People, first_person: int, persons: int) -> int:
    """So many cases with everything done about them; returns the number of the first."""
    from django.db import transaction

    from opencasework.office.cases.models import Case, CasePerson, ReferenceNumber

    first = 0
    for numbers in steps(count):
        with transaction.atomic():
            cases = Case.objects.bulk_create(_case(n, people) for n in numbers)
            CasePerson.objects.bulk_create(
                CasePerson(case=case, person_id=first_person + n % persons)
                for n, case in zip(numbers, cases, strict=True)
            )
            ReferenceNumber.objects.bulk_create(
                ReferenceNumber(case=case, kind="NINO", value=number, compact=number, look_alike=number)
                for case in cases
                for number in [f"QQ{case.pk % 1_000_000:06}C"]
                if case.pk % 3 == 0
            )
            _write_to_bodies(cases, people)
            _say_what_was_done(cases)
        first = first or cases[0].pk
    return first


def _case(n: int, people: People) -> Any:
    from django.utils import timezone

    from opencasework.office.cases.models import Case
    from opencasework.office.inbox.samples import WORDS

    now, is_open = timezone.now(), n % 25 == 0
    opened = now - timedelta(hours=(n * 31) % 2_900 if is_open else 400 + (n * 7) % (HOURS - 400))
    everyone = [*people.caseworkers, *people.former]
    level = {1: "SEN-2", 2: "SEN-2", 3: "SEN-3"}.get(n % 40, "SEN-1")
    return Case(
        reference=f"OC-{opened.year}-{n:06}",
        title=WORDS["letters"][n % len(WORDS["letters"])][0],
        owner=people.caseworkers[n // 25 % CASEWORKERS] if is_open else everyone[n % len(everyone)],
        opened_at=opened,
        closed_at=None if is_open else min(opened + timedelta(hours=300 + n % 4_000), now),
        next_action=NEXT[n // 25 % len(NEXT)] if is_open else "",
        next_action_on=now.date() + timedelta(days=n // 25 % 40 - 4) if is_open else None,
        sensitivity=level,
        need_to_know=n % 300 == 0,
    )


NEXT = (
    "Write to the council",
    "Reply expected from them",
    "Call them",
    "Close the case",
    "Look at the papers",
)


def _write_to_bodies(cases: list[Any], people: People) -> None:
    """An issue for each case, a letter about four in five, its enquiry, and what the body answered."""
    from django.utils import timezone

    from opencasework.office.cases.models import Issue
    from opencasework.office.letters.models import Enquiry, Letter, Reply

    bodies, categories = cycle(people.bodies), cycle(people.categories)
    issues = Issue.objects.bulk_create(
        Issue(
            case=case,
            category=next(categories),
            body=next(bodies),
            outcome="explained" if case.closed_at else "",
            ended_at=case.closed_at,
        )
        for case in cases
    )
    asked = [issue for issue in issues if issue.pk // 25 % 5]
    letters = Letter.objects.bulk_create(
        Letter(
            case=issue.case, issue=issue, kind="enquiry", state="sent", to_body=issue.body, text=TEXT,
            to_contact=people.contacts[issue.body_id], to_email=people.contacts[issue.body_id].email,
            subject=issue.case.title, drafted_by=issue.case.owner, sent_by=issue.case.owner,
            drafted_at=issue.case.opened_at, sent_at=issue.case.opened_at + timedelta(hours=2),
        )
        for issue in asked
    )  # fmt: skip
    enquiries = Enquiry.objects.bulk_create(_enquiry(letter) for letter in letters)
    Reply.objects.bulk_create(
        Reply(
            enquiry=each,
            received_on=each.answered_on or timezone.localdate(),
            kind="substantive" if each.answered_on else "",
        )
        for each in enquiries
        if each.answered_on or each.pk % 150 == 1
    )
    Letter.objects.bulk_create(
        Letter(
            case=issue.case, issue=issue, kind="enquiry", state="draft", to_body=issue.body, text=TEXT,
            subject=issue.case.title, drafted_by=issue.case.owner,
        )
        for issue in issues
        if issue.case.is_open and issue.case.pk % 90 == 1
    )  # fmt: skip


def _enquiry(letter: Any) -> Any:
    """Of one in ten open cases the answer is late; of closed ones it came after a while."""
    from opencasework.office.letters.models import Enquiry

    case, sent = letter.case, letter.sent_at.date()
    due = sent + timedelta(days=28)
    if case.is_open:
        today = date.today()
        late, number = case.pk // 25 % 10 == 7, case.pk // 25  # one in 25 is open
        sent = min(sent, today - timedelta(days=3))
        due = today + timedelta(days=-1 - number % 20 if late else 1 + number % 25)
        sent = min(sent, due - timedelta(days=10))
    return Enquiry(
        case=case, issue=letter.issue, body=letter.to_body, letter=letter, contact=letter.to_contact,
        sent_on=sent, due_on=due, due_rule="20",
        answered_on=None if case.is_open else sent + timedelta(days=10 + case.pk % 60),
    )  # fmt: skip


def _say_what_was_done(cases: list[Any]) -> None:
    """Some six lines on the timeline of each case."""
    from django.utils import timezone

    from opencasework.office.cases.models import Event

    now, lines = timezone.now(), []
    for case in cases:
        told = [("opened", 0, ""), ("note", 1, "Rang them."), ("letter_out", 2, case.title)]
        told += [("planned", 3, "Reply expected from them"), ("note", 30, "They have written to us again.")]
        lines += [
            Event(case=case, kind=kind, at=min(case.opened_at + timedelta(hours=hours), now), by=case.owner,
                  text=text)
            for kind, hours, text in told
        ]  # fmt: skip
        if case.closed_at:
            lines.append(Event(case=case, kind="closed", at=case.closed_at, by=case.owner))
    Event.objects.bulk_create(lines, batch_size=STEP)


def steps(count: int) -> Iterator[range]:
    for start in range(0, count, STEP):
        yield range(start, min(start + STEP, count))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--home", type=Path, required=True)
    asked.add_argument("--cases", type=int, default=100_000)
    asked.add_argument("--messages", type=int, default=1_000_000)
    wanted = asked.parse_args()
    wanted.home.mkdir(parents=True, exist_ok=True)
    os.environ |= environment(wanted.home)
    fill(wanted.home, cases=wanted.cases, messages=wanted.messages)


if __name__ == "__main__":
    main()
