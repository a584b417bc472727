"""The page of somebody whose records were joined says what came from which, to who could take it back."""

from __future__ import annotations

import re
from datetime import date

import pytest

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.merging import merge
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def tom(client):
    OfficeFactory()
    staff = StaffFactory(username="tom", office_manager=True)
    client.force_login(staff)
    return staff


def came(client, person):
    """What the card of joined records says came from the other: its heading, then a line each."""
    page = client.get(f"/people/{person.pk}/").content.decode().partition("Joined records")[2]
    folded = page.partition("</section>")[0].partition("<details")[2]
    lines = re.findall(r"<summary>.*?</summary>|<li>.*?</li>", folded, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", line).replace("&#x27;", "'").split()) for line in lines]


def test_what_came_from_the_other_record_is_said_with_what_stood_here(client, tom):
    mira = PersonFactory(
        full_name="Mira Rao", contact_limit="Fridays only", access_needs="Large print", address=None,
        email=None, phone=None,
    )  # fmt: skip
    other = PersonFactory(
        full_name="M. Rao", contact_limit="Mondays only", date_of_birth=date(1981, 5, 3), language="cy",
        address=None, email__address="m@post.example", phone__number="020 7946 0001",
    )  # fmt: skip

    merge(survivor=mira, loser=other, by=tom, chosen={"contact_limit": "Mondays only", "language": "cy"})

    assert came(client, mira) == [
        "What came from the record of M. Rao",
        "Date of birth: 3 May 1981",
        "Language: Welsh (Cymraeg) here before: English",
        "Limit on contact: Mondays only here before: Fridays only",
        "Email: m@post.example",
        "Telephone: 020 7946 0001",
    ]


@pytest.mark.parametrize("which", ["survivor", "loser"])
def test_who_may_not_know_of_a_case_of_either_record_is_told_no_word_of_it(client, tom, which):
    hers = CaseFactory(by=tom, need_to_know=True, person__contact_limit="Only at the refuge").constituent
    open_to_all = CaseFactory(by=tom, person__contact_limit="Mondays only").constituent
    survivor, loser = (hers, open_to_all) if which == "survivor" else (open_to_all, hers)
    merge(survivor=survivor, loser=loser, by=tom, chosen={"contact_limit": loser.contact_limit})

    client.force_login(StaffFactory(office_manager=True))
    assert "Joined by" in client.get(f"/people/{survivor.pk}/").content.decode()
    assert not came(client, survivor)
    client.force_login(tom)
    assert came(client, survivor)


def test_who_may_not_join_records_sees_that_they_were_joined_as_before(client, tom):
    mira, other = PersonFactory(contact_limit=""), PersonFactory(contact_limit="Mondays only")
    merge(survivor=mira, loser=other, by=tom)

    client.force_login(StaffFactory())

    assert "Joined by" in client.get(f"/people/{mira.pk}/").content.decode()
    assert not came(client, mira)
