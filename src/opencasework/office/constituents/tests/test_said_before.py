"""What a record said before it was changed or taken off stays with the person, for those who could see it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
import time_machine

from opencasework.office.cases.actions import add_person
from opencasework.office.cases.models import CasePerson, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.merging import merge
from opencasework.office.constituents.models import Person, PersonEmail, PersonPhone, SaidBefore
from opencasework.office.constituents.parting import undo
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

FIRST, SECOND = datetime(2026, 5, 3, 9, tzinfo=UTC), datetime(2026, 6, 4, 9, tzinfo=UTC)


@pytest.fixture
def tom(client):
    OfficeFactory()
    staff = StaffFactory(username="tom", first_name="Tom", last_name="Ellery", office_manager=True)
    client.force_login(staff)
    return staff


@pytest.fixture
def mira(tom):
    return PersonFactory(full_name="Mira Rao", address=None, email=None, phone=None)


def edit(client, person, **changes):
    shown = client.get(f"/people/{person.pk}/edit/").context["form"]
    given = {
        name: "" if shown[name].value() in (None, False) else shown[name].value() for name in shown.fields
    }
    given = {name: value for name, value in (given | changes).items() if value != ""}
    assert client.post(f"/people/{person.pk}/edit/", given).status_code == 302


def before(client, person):
    """What the card says, one line for each thing that stood there; none where there is no card."""
    page = client.get(f"/people/{person.pk}/")
    assert page.status_code == 200
    _, card, rest = page.content.decode().partition('id="said-before"')
    lines = re.findall(r"<li>(.*?)</li>", rest.partition("</section>")[0], re.S) if card else []
    return [" ".join(re.sub(r"<[^>]+>", " ", line).replace(" ,", ",").split()) for line in lines]


def test_an_only_safe_way_that_was_changed_and_taken_off_is_there_from_when_to_when_and_by_whom(client, mira):
    with time_machine.travel(FIRST, tick=False):
        edit(client, mira, safe_contact="Ring her sister")
    with time_machine.travel(SECOND, tick=False):
        edit(client, mira, safe_contact="Text only")
    edit(client, mira, safe_contact="", contact_limit="Mondays only")

    newest = before(client, mira)
    assert len(newest) == 4
    assert newest[2:] == [
        "Only safe way to reach them Ring her sister from 3 May 2026 until 4 June 2026, "
        "changed or taken off by Tom Ellery",
        "Only safe way to reach them Nothing until 3 May 2026, changed or taken off by Tom Ellery",
    ]
    assert any(line.startswith("Only safe way to reach them Text only from 4 June 2026") for line in newest)
    assert any(line.startswith("Limit on contact Nothing until") for line in newest)


@pytest.mark.parametrize(
    ("what", "first", "then", "said"),
    [
        ("emails", {"address": "a@post.example", "note": "her daughter reads it too"},
         {"address": "b@post.example"}, "Email a@post.example her daughter reads it too"),
        ("phones", {"number": "020 7946 0001"}, {"number": "020 7946 0002"}, "Telephone 020 7946 0001"),
        ("names", {"name": "Mimi", "kind": "known_as"}, {"name": "Mim", "kind": "known_as"},
         "Another name Mimi Also known as"),
        ("addresses", {"lines": "3 Harbor Row", "postcode": "WX4 7QP", "since": "3 May 2019"},
         {"lines": "3 Harbour Row", "postcode": "WX4 7QP", "since": "3 May 2019"},
         "Address 3 Harbor Row, WX4 7QP since 3 May 2019"),
    ],
)  # fmt: skip
def test_what_a_slip_said_before_it_was_put_right_and_then_taken_off_is_there(
    client, tom, mira, what, first, then, said
):
    standing = {"standing": "in_use"} if what in ("emails", "phones") else {}
    with time_machine.travel(FIRST, tick=False):
        client.post(f"/people/{mira.pk}/{what}/new/", first | standing)
    [row] = getattr(mira, {"names": "other_names"}.get(what, what)).all()
    address = f"/people/{mira.pk}/{what}/{row.pk}/"

    with time_machine.travel(SECOND, tick=False):
        client.force_login(tom)  # each visit is over when its day is
        client.post(address, first | standing)  # nothing is another
        client.post(address, then | standing)
    client.force_login(tom)
    client.post(address, {"remove": "yes"})

    newest, oldest = before(client, mira)
    assert oldest == f"{said} from 3 May 2026 until 4 June 2026, changed or taken off by Tom Ellery"
    assert "from 4 June 2026 until" in newest


def test_what_is_only_added_beside_a_telephone_is_no_change_of_what_it_said(client, mira):
    phone = PersonPhone.objects.create(person=mira, number="020 7946 0001")

    client.post(
        f"/people/{mira.pk}/phones/{phone.pk}/",
        {"number": phone.number, "note": "after 15:00", "standing": "in_use"},
    )
    assert not before(client, mira)
    client.post(f"/people/{mira.pk}/phones/{phone.pk}/", {"number": phone.number, "standing": "bad"})

    [line] = before(client, mira)
    assert line.startswith("Telephone 020 7946 0001 after 15:00 from")


def test_an_address_that_somebody_moved_from_stands_among_the_addresses_alone(client, mira):
    mira.addresses.create(lines="3 Harbour Row", postcode="WX4 7QP")

    client.post(f"/people/{mira.pk}/move/", {"lines": "9 New Street", "postcode": "WX2 3BB"})

    assert "3 Harbour Row, WX4 7QP" in client.get(f"/people/{mira.pk}/").content.decode()
    assert not before(client, mira)


def test_since_when_a_row_of_earlier_versions_stood_there_is_not_made_up(client, mira):
    row = mira.emails.create(address="old@post.example")
    PersonEmail.objects.update(written_at=None)

    client.post(f"/people/{mira.pk}/emails/{row.pk}/", {"remove": "yes"})

    [line] = before(client, mira)
    assert line.startswith("Email old@post.example until ")


def test_no_timeline_and_no_list_has_the_words(client, tom, mira):
    case = CaseFactory(by=tom, person=mira)
    edit(client, mira, safe_contact="Ring Auntie Vex")
    edit(client, mira, safe_contact="")

    assert SaidBefore.objects.filter(said="Ring Auntie Vex").exists()
    assert not any("Vex" in f"{event.text}{event.detail}" for event in Event.objects.all())
    for address in (f"/cases/{case.pk}/", "/people/?q=Vex", "/search/?q=Mira"):
        assert "Auntie Vex" not in client.get(address).content.decode()


def test_what_stood_there_while_they_were_known_from_a_restricted_case_alone_stays_there(client, tom, mira):
    kofi = StaffFactory(username="kofi")
    hidden = CaseFactory(by=tom, person=mira, need_to_know=True)
    edit(client, mira, safe_contact="The refuge in Mill Lane")
    edit(client, mira, safe_contact="")
    CaseFactory(by=tom, person=mira)
    edit(client, mira, contact_limit="Mondays only")
    edit(client, mira, contact_limit="Fridays only")

    assert any("The refuge in Mill Lane" in line for line in before(client, mira))
    client.force_login(kofi)
    assert [line.partition(" until")[0].partition(" from")[0] for line in before(client, mira)] == [
        "Limit on contact Mondays only",
        "Limit on contact Nothing",
    ]
    hidden.shared_with.add(kofi)
    assert any("The refuge in Mill Lane" in line for line in before(client, mira))


def test_what_a_joining_overwrote_of_either_is_there_and_gone_with_the_undoing(client, tom, mira):
    other = PersonFactory(
        full_name="M. Rao", safe_contact="Text only", contact_limit="Mondays only", email=None, phone=None
    )
    Person.objects.filter(pk=mira.pk).update(safe_contact="Ring her sister", contact_limit="Fridays only")
    mira.emails.create(address="m@post.example", note="at work")
    other.emails.create(address="m@post.example", note="her son reads it too")

    joined = merge(
        survivor=mira, loser=other, by=tom,
        chosen={"safe_contact": "Text only", "contact_limit": "Fridays only"},
    )  # fmt: skip

    lines = before(client, mira)
    assert all(line.endswith("when Tom Ellery joined two records") for line in lines)
    assert sorted(line.partition(" until")[0].partition(" from")[0] for line in lines) == [
        "Email m@post.example her son reads it too",
        "Limit on contact Mondays only",
        "Only safe way to reach them Ring her sister",
    ]

    back = undo(joined, by=tom)

    assert not before(client, mira)
    assert not before(client, back)
    assert Person.objects.get(pk=mira.pk).safe_contact == "Ring her sister"


def test_told_apart_again_each_has_what_their_own_record_said_before(client, tom, mira):
    other = PersonFactory(full_name="M. Rao", address=None, email=None, phone=None)
    edit(client, mira, safe_contact="Ring her sister")
    edit(client, mira, safe_contact="")
    phone = other.phones.create(number="020 7946 0001")
    edit(client, other, contact_limit="Mondays only")
    edit(client, other, contact_limit="")
    own, others = before(client, mira), before(client, other)
    joined = merge(survivor=mira, loser=other, by=tom)
    assert len(before(client, mira)) == 4
    client.post(f"/people/{mira.pk}/phones/{phone.pk}/", {"number": "020 7946 0002", "standing": "in_use"})

    back = undo(joined, by=tom)

    assert before(client, mira) == own
    changed, *rest = before(client, back)
    assert changed.startswith("Telephone 020 7946 0001 from")
    assert rest == others
    assert back.phone == "020 7946 0002"


def test_words_that_the_other_record_brought_go_with_it_also_where_they_were_changed_since(client, tom, mira):
    hers = CaseFactory(by=tom, need_to_know=True, person__safe_contact="The refuge in Mill Lane")
    edit(client, mira, safe_contact="Ring her sister")
    joined = merge(
        survivor=mira, loser=hers.constituent, by=tom, chosen={"safe_contact": "The refuge in Mill Lane"}
    )
    edit(client, mira, safe_contact="Text only")

    back = undo(joined, by=tom)

    assert not any("refuge" in line for line in before(client, mira))
    assert any("Only safe way to reach them Ring her sister" in line for line in before(client, mira))
    assert any("The refuge in Mill Lane" in line for line in before(client, back))


def test_what_the_other_record_said_is_shown_to_who_could_see_it_before_they_were_joined(client, tom, mira):
    hers = CaseFactory(by=tom, need_to_know=True, person__safe_contact="The refuge in Mill Lane")
    CaseFactory(by=tom, person=mira)
    edit(client, mira, safe_contact="Ring her sister")
    merge(survivor=mira, loser=hers.constituent, by=tom, chosen={"safe_contact": "Text only"})

    assert any("The refuge in Mill Lane" in line for line in before(client, mira))
    client.force_login(StaffFactory(username="kofi"))
    lines = before(client, mira)
    assert any("Ring her sister" in line for line in lines)
    assert not any("refuge" in line for line in lines)


def test_who_is_deleted_takes_what_their_record_said_along(client, mira):
    edit(client, mira, safe_contact="Ring her sister")

    mira.delete()

    assert not SaidBefore.objects.exists()


def test_somebody_put_on_a_case_of_others_has_what_their_record_said_shown_to_their_colleagues(
    client, tom, mira
):
    edit(client, mira, safe_contact="Ring her sister")
    add_person(case=CaseFactory(by=tom), person=mira, role=CasePerson.Role.THIRD_PARTY, relation="", by=tom)
    edit(client, mira, safe_contact="", date_of_birth=date(1981, 5, 3))

    client.force_login(StaffFactory(username="kofi"))
    assert any("Ring her sister" in line for line in before(client, mira))
