"""Who signs for somebody and how to reach them safely does not change without a line on their cases."""

from __future__ import annotations

from datetime import date

import pytest

from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Person
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(home, client):
    OfficeFactory()
    staff = StaffFactory(first_name="Tom", last_name="Ellery")
    client.force_login(staff)
    person = PersonFactory(
        full_name="Mira Rao", safe_contact="Ring her sister", date_of_birth=date(1981, 5, 3)
    )
    return CaseFactory(by=staff, person=person)


def lines(case):
    return list(
        case.events.filter(kind=Event.Kind.RECORD_CHANGED)
        .order_by("pk")
        .values_list("text", "by__first_name")
    )


def edit(client, person, **changes):
    shown = client.get(f"/people/{person.pk}/edit/").context["form"]
    given = {
        name: "" if shown[name].value() in (None, False) else shown[name].value() for name in shown.fields
    }
    return client.post(f"/people/{person.pk}/edit/", {k: v for k, v in (given | changes).items() if v != ""})


def test_a_date_of_birth_and_the_only_safe_way_are_said_and_not_the_words(client, case):
    assert edit(client, case.constituent, date_of_birth="4 June 1983", safe_contact="").status_code == 302

    [(text, by)] = lines(case)
    assert text == (
        "Mira Rao: date of birth, before 3 May 1981, now 4 June 1983; "
        "the only safe way to reach them: taken off."
    )
    assert by == "Tom"
    assert "Record of a person changed" in client.get(f"/cases/{case.pk}/").content.decode()


def test_what_did_not_change_and_closed_cases_have_no_line(client, case):
    closed = CaseFactory(by=case.owner, person=case.constituent, outcome="explained")

    edit(client, case.constituent, access_needs="Large print")
    edit(client, case.constituent, contact_limit="Mondays only")

    assert [text for text, _ in lines(case)] == ["Mira Rao: the limit on contact: added."]
    assert not lines(closed)


def test_an_attorney_with_proof_comes_and_goes_with_a_line_each(client, case):
    person = case.constituent
    client.post(
        f"/people/{person.pk}/acting/new/",
        {"full_name": "Bob Husband", "kind": "attorney", "proof": "lpa_money", "proof_seen_on": "3 May 2026"},
    )
    [acting] = person.acted_for_by.all()
    client.post(f"/people/{person.pk}/acting/{acting.pk}/", {"kind": "carer"})
    client.post(f"/people/{person.pk}/acting/{acting.pk}/", {"remove": "yes"})

    with_proof = "Attorney, with Lasting power of attorney, money, seen 3 May 2026"
    assert [text for text, _ in lines(case)] == [
        f"Bob Husband acts for Mira Rao: {with_proof}.",
        f"Bob Husband acts for Mira Rao: Carer, no proof seen. Before: {with_proof}.",
        "Bob Husband no longer stands as acting for Mira Rao. Before: Carer, no proof seen.",
    ]


@pytest.mark.parametrize("how", [{"need_to_know": True}, {"sensitivity": "SEN-3"}])
def test_who_is_known_from_a_restricted_case_alone_is_not_named_on_another(client, case, how):
    hidden = CaseFactory(by=case.owner, person__full_name="Nadia Quill", **how)
    client.post(f"/people/{case.constituent.pk}/acting/new/", {"by": hidden.constituent.pk, "kind": "friend"})

    [(text, _)] = lines(case)
    assert text.startswith("Somebody acts for Mira Rao: Friend")


def test_who_acts_for_them_is_said_when_they_are_put_on_the_case(client, case):
    client.post(
        f"/cases/{case.pk}/people/new/",
        {"full_name": "Bob Husband", "role": "adviser", "acts_as": "attorney", "proof": "poa"},
    )

    [(text, _)] = lines(case)
    assert text.startswith("Bob Husband acts for Mira Rao: Attorney, with Other power of attorney, seen ")


def test_an_address_moved_put_right_and_taken_off_is_said_without_where_it_is(client, case):
    person = case.constituent
    person.addresses.all().delete()
    address = person.addresses.create(lines="3 Harbour Row", postcode="WX4 7QP")
    client.post(
        f"/people/{person.pk}/addresses/{address.pk}/", {"lines": "4 Harbour Row", "postcode": "WX4 7QP"}
    )
    client.post(f"/people/{person.pk}/addresses/{address.pk}/", {"remove": "yes"})
    client.post(f"/people/{person.pk}/move/", {"lines": "9 New Street", "postcode": "WX2 3BB"})

    said = [text for text, _ in lines(case)]
    assert said == [
        "Mira Rao: an address was changed. Their page has it.",
        "Mira Rao: an address was taken off. Their page has it.",
        "Mira Rao: lives at another address now. Their page has it.",
    ]
    assert str(Person.objects.get(pk=person.pk).address) == "9 New Street, WX2 3BB"


def test_a_name_that_changed_is_said_and_the_former_one_still_finds_them(client, case):
    edit(client, case.constituent, full_name="Mira Rao-Jones")

    assert [text for text, _ in lines(case)] == ["Mira Rao-Jones: name, before Mira Rao, now Mira Rao-Jones."]
    assert Person.objects.get(other_names__name="Mira Rao", other_names__kind="former") == case.constituent

    edit(client, Person.objects.get(pk=case.constituent.pk), full_name="Mira Rao")  # it was a slip

    assert list(case.constituent.other_names.values_list("name", flat=True)) == ["Mira Rao-Jones"]


@pytest.mark.parametrize(
    ("what", "first", "then", "called"),
    [
        ("emails", {"address": "a@post.example"}, {"address": "b@post.example"}, "an email address"),
        ("phones", {"number": "020 7946 0001"}, {"number": "020 7946 0002"}, "a telephone number"),
        ("names", {"name": "Mimi", "kind": "known_as"}, {"name": "Mim", "kind": "known_as"},
         "one of their other names"),
    ],
)  # fmt: skip
def test_how_they_are_reached_and_called_is_said_without_the_words(client, case, what, first, then, called):
    person = case.constituent
    rows = getattr(person, {"names": "other_names"}.get(what, what))
    rows.all().delete()
    standing = {} if what == "names" else {"standing": "in_use"}

    client.post(f"/people/{person.pk}/{what}/new/", first | standing)
    [row] = rows.all()
    client.post(f"/people/{person.pk}/{what}/{row.pk}/", first | standing)  # nothing is another
    client.post(f"/people/{person.pk}/{what}/{row.pk}/", then | standing)
    client.post(f"/people/{person.pk}/{what}/{row.pk}/", {"remove": "yes"})

    assert [text for text, _ in lines(case)] == [
        f"Mira Rao: {called} was {how}. Their page has it." for how in ("added", "changed", "taken off")
    ]


@pytest.mark.parametrize("said", ["3 May", "3/5", "fri"])
def test_a_date_of_birth_without_a_year_is_asked_for_again(client, case, said):
    page = edit(client, case.constituent, date_of_birth=said)

    assert page.status_code == 422
    assert "Give the year as well, like 3 May 1981." in page.content.decode()
    assert Person.objects.get(pk=case.constituent.pk).date_of_birth == date(1981, 5, 3)


@pytest.mark.parametrize("said", ["3 May 1983", "3/5/1983", "1983-05-03", "May 3 1983", "Tuesday 3 May 1983"])
def test_a_date_of_birth_with_its_year_is_taken(client, case, said):
    edit(client, case.constituent, date_of_birth=said)

    assert Person.objects.get(pk=case.constituent.pk).date_of_birth == date(1983, 5, 3)


@pytest.mark.parametrize("name", ["\u200b", "\u3164", "\u2800 \u115f"])
def test_a_name_of_which_nothing_can_be_seen_is_refused(client, case, name):
    edited = edit(client, case.constituent, full_name=name)
    new = client.post("/people/new/", {"full_name": name, "language": "en", "preferred_channel": "email"})

    assert (edited.status_code, new.status_code) == (422, 422)
    assert Person.objects.get().full_name == "Mira Rao"
