"""Who lives with whom, and who acts for whom."""

from __future__ import annotations

from datetime import date

import pytest

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import ActingFor, Household, HouseholdMember, Person
from opencasework.office.constituents.tests.factories import ActingForFactory, PersonFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


def test_the_office_says_who_lives_together_and_each_page_shows_it(ana, client):
    one, other = (PersonFactory(address__lines="3 Quarry Lane") for _ in range(2))

    client.post(f"/people/{one.pk}/households/new/", {"name": "Quarry Lane 3", "people": [other.pk]})

    household = Household.objects.get()
    for person, with_whom in ((one, other), (other, one)):
        page = client.get(f"/people/{person.pk}/").content.decode()
        assert "Quarry Lane 3" in page
        assert with_whom.full_name in page
    assert client.get(household.get_absolute_url()).status_code == 200


def test_whoever_leaves_a_household_is_kept_as_having_lived_there(ana, client):
    household = Household.objects.create(name="Quarry Lane 3")
    member = HouseholdMember.objects.create(household=household, person=PersonFactory())

    client.post(f"/households/{household.pk}/members/{member.pk}/left/")
    client.post(f"/households/{household.pk}/members/", {"person": member.person.pk})

    assert [each.until is None for each in household.members.all()] == [False, True]
    assert "Who lived there" in client.get(f"/households/{household.pk}/").content.decode()


def at_home(*people, name="Quarry Lane 3"):
    """A household of these people."""
    home = Household.objects.create(name=name)
    for person in people:
        HouseholdMember.objects.create(household=home, person=person)
    return home


MOVED = {"lines": "9 New Street", "postcode": "WX2 3BB", "since": "1 Nov 2026"}


def living_in(home):
    return {each.person for each in home.members.filter(until=None)}


def test_whoever_moves_out_alone_is_asked_about_the_household_and_leaves_it(ana, client):
    one, other = (PersonFactory(address__lines="3 Quarry Lane") for _ in range(2))
    home = at_home(one, other)

    asked = client.post(f"/people/{one.pk}/move/", MOVED)
    client.post(f"/people/{one.pk}/move/", MOVED | {"household": "leaves"})

    assert asked.status_code == 422
    assert "Say whether they leave the household or all of it moves." in asked.content.decode()
    assert living_in(home) == {other}
    assert home.members.get(person=one).until == date(2026, 11, 1)
    assert Person.objects.get(pk=other.pk).address.lines == "3 Quarry Lane"


def test_whoever_leaves_with_them_leaves_the_household_too(ana, client):
    one, child, other = (PersonFactory(address__lines="3 Quarry Lane") for _ in range(3))
    home = at_home(one, child, other)

    client.post(f"/people/{one.pk}/move/", MOVED | {"household": "leaves", "along": [child.pk]})

    assert living_in(home) == {other}


def test_a_household_that_moves_stays_one_and_all_of_it_has_the_new_address(ana, client):
    one, other = (PersonFactory(address__lines="3 Quarry Lane") for _ in range(2))
    home = at_home(one, other)

    client.post(f"/people/{one.pk}/move/", MOVED | {"household": "all"})

    assert living_in(home) == {one, other}
    assert {Person.objects.get(pk=each.pk).address.lines for each in (one, other)} == {"9 New Street"}


def test_nobody_is_asked_about_a_household_of_which_all_are_ticked(ana, client):
    one, other = (PersonFactory(address__lines="3 Quarry Lane") for _ in range(2))
    home = at_home(one, other)

    response = client.post(f"/people/{one.pk}/move/", MOVED | {"along": [other.pk]})

    assert response.status_code == 302
    assert living_in(home) == {one, other}


def test_somebody_who_is_away_stays_in_the_household(ana, client):
    one, other = (PersonFactory(address__lines="3 Quarry Lane") for _ in range(2))
    home = at_home(one, other)

    client.post(f"/people/{one.pk}/move/", MOVED | {"household": "stays"})

    assert living_in(home) == {one, other}


def test_a_household_that_moves_takes_nobody_along_of_whom_one_may_not_know(ana, client):
    hidden = CaseFactory(owner=StaffFactory(), need_to_know=True).constituent
    one, other = PersonFactory(address__lines="3 Quarry Lane"), PersonFactory()
    home = at_home(one, other, hidden)
    lived_at = hidden.address

    page = client.get(f"/people/{one.pk}/move/").content.decode()
    client.post(f"/people/{one.pk}/move/", MOVED | {"household": "all"})

    assert "Quarry Lane 3" not in page  # the name may be about each who lives there
    assert Person.objects.get(pk=hidden.pk).address == lived_at
    assert Person.objects.get(pk=other.pk).address.lines == "9 New Street"
    assert living_in(home) == {one, other, hidden}


def test_a_household_never_reveals_a_person_with_only_hidden_cases(ana, client):
    known = PersonFactory(full_name="Mair Oakes")
    hidden = CaseFactory(owner=StaffFactory(), need_to_know=True).constituent
    household = Household.objects.create(name=f"Oakes and {hidden.full_name}", note="She has left him")
    for person in (known, hidden):
        HouseholdMember.objects.create(household=household, person=person)

    pages = [
        client.get(url).content.decode()
        for url in (f"/people/{known.pk}/", f"/households/{household.pk}/", f"/people/{known.pk}/move/")
    ]

    for page in pages:
        assert hidden.full_name not in page
        assert f"/people/{hidden.pk}/" not in page
        assert f'value="{hidden.pk}"' not in page
        assert household.note not in page
    assert client.get(f"/households/{household.pk}/edit/").status_code == 404
    assert client.post(f"/households/{household.pk}/members/", {"person": hidden.pk}).status_code == 404


def test_a_household_of_hidden_people_only_is_not_found(ana, client):
    hidden = CaseFactory(owner=StaffFactory(), need_to_know=True).constituent
    household = Household.objects.create(name="Quarry Lane 3")
    HouseholdMember.objects.create(household=household, person=hidden)

    assert client.get(f"/households/{household.pk}/").status_code == 404
    assert client.post(f"/households/{household.pk}/edit/", {"name": "X"}).status_code == 404


def test_somebody_who_acts_for_a_person_is_written_down_with_the_proof(ana, client):
    person, daughter = PersonFactory(), PersonFactory(full_name="Gwenda Tanner")

    client.post(
        f"/people/{person.pk}/acting/new/?person={daughter.pk}",
        {"by": daughter.pk, "kind": "attorney", "proof": "lpa_money", "proof_seen_on": "3 May 2026"},
    )

    page = client.get(f"/people/{person.pk}/").content.decode()
    for words in ("Gwenda Tanner", "Attorney", "Lasting power of attorney, money", "seen 3 May 2026"):
        assert words in page
    assert person.full_name in client.get(f"/people/{daughter.pk}/").content.decode()


def test_nobody_acts_for_themselves(ana, client):
    person = PersonFactory()

    response = client.post(f"/people/{person.pk}/acting/new/", {"by": person.pk, "kind": "carer"})

    assert response.status_code == 422
    assert "Nobody acts for themselves" in response.content.decode()
    assert not ActingFor.objects.exists()


def test_when_it_is_over_it_is_kept_with_its_end(ana, client):
    acting = ActingForFactory()

    client.post(f"/people/{acting.person.pk}/acting/{acting.pk}/", {"kind": "carer", "until": "yesterday"})

    acting.refresh_from_db()
    assert acting.until is not None
    assert f"until {acting.until.day} " in client.get(f"/people/{acting.person.pk}/").content.decode()


def test_a_helper_with_only_hidden_cases_is_not_shown(ana, client):
    hidden = CaseFactory(owner=StaffFactory(), need_to_know=True).constituent
    acting = ActingForFactory(by=hidden, kind="attorney", proof="lpa_money", proof_seen_on="2026-05-03")

    page = client.get(f"/people/{acting.person.pk}/").content.decode()

    assert hidden.full_name not in page


def test_why_somebody_gives_authority_names_no_attorney_with_only_hidden_cases(ana, client):
    hidden = CaseFactory(owner=StaffFactory(), need_to_know=True).constituent
    acting = ActingForFactory(by=hidden, kind="attorney")
    ActingForFactory(person=acting.person, kind="carer")

    page = client.get(f"/people/{acting.person.pk}/").content.decode()

    assert "the proof that whoever acts for them may" in page
    assert hidden.full_name not in page
    assert client.get(f"/people/{acting.person.pk}/acting/{acting.pk}/").status_code == 404


def test_on_a_case_an_adviser_acts_for_its_constituent_and_it_stands_on_their_record(ana, client):
    case = CaseFactory(by=ana)

    client.post(
        f"/cases/{case.pk}/people/new/",
        {
            "full_name": "Gwenda Tanner",
            "role": "adviser",
            "relation": "daughter",
            "acts_as": "attorney",
            "proof": "poa",
        },
    )

    acting = ActingFor.objects.get()
    assert (acting.person, acting.by.full_name) == (case.constituent, "Gwenda Tanner")
    assert case.case_people.get(person=acting.by).acting == acting
    assert "Other power of attorney" in client.get(f"/cases/{case.pk}/").content.decode()


def test_a_child_without_a_parent_on_record_is_pointed_out(ana, client):
    child = PersonFactory(full_name="Emrys Oakes", date_of_birth="2019-03-01")

    assert "no parent or guardian is on record" in client.get(f"/people/{child.pk}/").content.decode()


def test_the_same_email_twice_on_one_person_is_answered_with_a_sentence(ana, client):
    person = PersonFactory(email__address="home@post.example")

    response = client.post(
        f"/people/{person.pk}/emails/new/", {"address": "HOME@post.example", "standing": "in_use"}
    )

    assert response.status_code == 422
    assert "This address is there already" in response.content.decode()
    assert Person.objects.with_email("home@post.example").get() == person
