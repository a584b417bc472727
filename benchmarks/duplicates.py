"""How long the list of possible duplicates takes to make, and the answer while somebody types.

    .venv/bin/python -m benchmarks.duplicates [PEOPLE]

At 20,000 people. They are those of the made-up office, with every fiftieth written down a second time: the
name the other way round or with a slip, and the telephone. It says how many of those are found.
The database is in this process, so its processor time is what it takes on a machine that does nothing else.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time

from benchmarks.report import Row, report
from tests.services.environment import DUMMY_SECRETS

PROMISED_SECONDS, PROMISED_TYPING_MS = 10, 100
PEOPLE = 20_000
TYPED = 50  # names asked for


def main(count: int) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from opencasework.office.constituents import duplicates
    from opencasework.office.constituents.models import Person
    from opencasework.office.staff.models import Role, StaffMember

    staff = StaffMember.objects.create(username="bench", role=Role.OFFICE_MANAGER)
    twice = fill(count)
    started = time.process_time()
    pairs = duplicates.pairs(Person.objects.visible_to(staff))
    seconds = time.process_time() - started
    found = len(twice & {(pair.one, pair.other) for pair in pairs})
    names = list(Person.objects.order_by("?").values_list("full_name", flat=True)[:TYPED])
    started = time.process_time()
    for name in names:
        duplicates.like_typed(duplicates.typed(name=name), staff=staff)
    typing_ms = (time.process_time() - started) / len(names) * 1000
    slow, dull = seconds > PROMISED_SECONDS, typing_ms > PROMISED_TYPING_MS
    report(
        [
            Row(f"list at {count:,}", f"{seconds:.1f} s", f"≤ {PROMISED_SECONDS} s", good=not slow),
            Row("pairs in it", f"{len(pairs):,}", "", good=True),
            Row("written down twice and found", f"{found:,} of {len(twice):,}", "", good=True),
            Row("while a name is typed", f"{typing_ms:.0f} ms", f"≤ {PROMISED_TYPING_MS} ms", good=not dull),
        ]
    )
    return int(slow or dull)


def fill(count: int) -> set[tuple[int, int]]:
    """Make the people; returns the numbers of those who were written down twice."""
    from opencasework.office.constituents import phones
    from opencasework.office.constituents.models import Person, PersonAddress, PersonEmail, PersonPhone
    from opencasework.office.demo.world import Population

    chance = random.Random(1)
    population = Population(chance)
    invented = [population.somebody() for _ in range(count)]
    people = Person.objects.bulk_create(Person(full_name=each.name) for each in invented)
    again = [(person, each) for person, each in zip(people, invented, strict=True) if person.pk % 50 == 0]
    others = Person.objects.bulk_create(Person(full_name=second(each.name, chance)) for _, each in again)
    everybody = [*zip(people, invented, strict=True), *zip(others, [each for _, each in again], strict=True)]
    numbers = {each.name: f"07{chance.randrange(10**8, 10**9)}" for each in invented}
    PersonPhone.objects.bulk_create(
        PersonPhone(person=person, number=numbers[each.name], compact=phones.compact(numbers[each.name]))
        for person, each in everybody
    )
    PersonAddress.objects.bulk_create(
        PersonAddress(person=person, lines=each.lines, postcode=each.postcode) for person, each in everybody
    )
    PersonEmail.objects.bulk_create(
        PersonEmail(person=person, address=each.email) for person, each in zip(people, invented, strict=True)
    )
    return {(person.pk, other.pk) for (person, _), other in zip(again, others, strict=True)}


def second(name: str, chance: random.Random) -> str:
    """The name as somebody else would write it: the other way round, or with a letter less."""
    if chance.random() < 0.5:
        return " ".join(reversed(name.split()))
    last = name.split()[-1]
    return name.replace(last, last[:2] + last[3:]) if len(last) > 4 else name


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {
            **DUMMY_SECRETS,
            "CASEWORK_HOME": home,
            "DJANGO_SETTINGS_MODULE": "opencasework.office.config.settings",
        }
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE))
