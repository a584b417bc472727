"""A private link in other hands shows nobody where a person lives, and serves those alone it is of."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opencasework.office.authority.models import Ask
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.authority.views import ask_state
from opencasework.office.cases.models import Case, CasePerson, Status
from opencasework.office.cases.team import remove_person
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import ActingFor, Person
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

from .signing import Signer, ask_of, link_for

pytestmark = pytest.mark.django_db
BORN = "7 3 1981"
STREET = "Harbour Row"


@pytest.fixture
def case(home):
    OfficeFactory()
    person = PersonFactory(full_name="Nkechi Marrowby", date_of_birth=date(1981, 3, 7))
    return CaseFactory(by=StaffFactory(), person=person)


@pytest.fixture
def ask(case):
    return ask_of(case)


@pytest.fixture
def link(ask):
    return link_for(ask)


@pytest.fixture
def signer(client):
    return Signer()


def test_whoever_comes_with_a_date_of_birth_is_not_told_where_they_live(signer, ask, link):
    signer.opens(link).is_known(BORN)

    assert "Is this right?" in signer.words
    assert STREET not in signer.page.content.decode()

    signer.checks(address="9 Elsewhere Road").ticks(*ask.bodies.all()).signs()
    signer.get("/sign/copy/")

    assert signer.page.status_code == 410
    assert "Download your copy" not in signer.get("/sign/signed/").words


def test_whoever_knows_the_postcode_finds_the_address_and_has_the_copy(signer, ask, link):
    assert STREET in signer.opens(link).is_known().page.content.decode()

    signer.checks().ticks(*ask.bodies.all()).signs()

    assert "Download your copy" in signer.words


@pytest.mark.parametrize("why", ["a safe way", "a sensitive case"])
def test_where_it_could_do_harm_a_date_of_birth_opens_nothing(why, signer, case, link):
    if why == "a safe way":
        type(case.constituent).objects.update(safe_contact="Only by the school.")
    else:
        type(case).objects.update(sensitivity="SEN-3")

    asked = signer.opens(link)
    assert "Your postcode" in asked.words
    assert "date of birth" not in asked.words

    assert "That is not what we have" in asked.is_known(BORN).words
    assert "Is this right?" in asked.is_known().words


def test_without_a_postcode_of_theirs_the_date_of_birth_is_all_there_is(signer, case, link):
    case.constituent.addresses.all().delete()
    type(case).objects.update(sensitivity="SEN-3")

    assert "Is this right?" in signer.opens(link).is_known(BORN).words


def test_who_was_taken_off_the_case_can_neither_read_nor_sign(signer, case, link):
    signer.opens(link).is_known()
    CasePerson.objects.create(case=case, person=PersonFactory(), role="constituent")
    assert case.status == Status.CONSTITUENT
    remove_person(link=case.case_people.get(person=link.ask.person), by=case.owner)

    assert Case.objects.get().status == Status.WITH_US  # nobody waits for what they cannot do
    for page in ("/sign/check/", "/sign/sign/", "/sign/form.pdf", "/sign/copy/"):
        assert "Universal Credit" not in signer.get(page).page.content.decode(errors="replace")
    assert "Universal Credit" not in Signer().opens(link).is_known().words


def test_who_signed_and_was_taken_off_the_case_sees_what_they_signed_no_more(signer, case, ask, link):
    signer.opens(link).is_known().checks().ticks(*ask.bodies.all()).signs()
    CasePerson.objects.create(case=case, person=PersonFactory(), role="constituent")
    remove_person(link=case.case_people.get(person=link.ask.person), by=case.owner)

    assert signer.get("/sign/copy/").page.status_code == 410


@pytest.fixture
def kid(case):
    """A child whose mother is on record, and not on the case."""
    kid = PersonFactory(full_name="Tobi Marrowby", date_of_birth=date(2015, 3, 7))
    CasePerson.objects.create(case=case, person=kid)
    mother = PersonFactory(full_name="Ama Marrowby", date_of_birth=date(1981, 3, 7))
    ActingFor.objects.create(person=kid, by=mother, kind="parent")
    return kid


def asked_of_mother(case, kid):
    return Ask.objects.create(
        case=case, person=ActingFor.objects.get(person=kid).by, about=kid, problem="A visa"
    )


def test_a_parent_who_is_on_record_and_not_on_the_case_can_sign(signer, case, kid):
    link = link_for(asked_of_mother(case, kid))

    assert "The office has withdrawn it" not in signer.opens(link).words


@pytest.mark.parametrize("grown", [True, False])
def test_who_may_not_give_it_any_more_cannot_sign_and_what_they_gave_counts_no_more(
    signer, client, case, kid, grown
):
    ask = asked_of_mother(case, kid)
    link = link_for(ask)
    given = AuthorityFactory(case=case, person=ask.person, about=kid, covers_any_body=True)
    client.force_login(case.owner)
    page = f"/cases/{case.pk}/authorities/"
    before = client.get(page).content.decode()
    if grown:
        Person.objects.filter(pk=kid.pk).update(date_of_birth=date(2001, 3, 7))
    else:
        ActingFor.objects.update(until=date(2026, 1, 1))

    after = client.get(page).content.decode()

    assert "The office has withdrawn it" in signer.opens(link).words
    said = "Counts no more: Ama Marrowby may not give it"
    assert (said in before, said in after) == (False, True)
    assert said in client.get(given.get_absolute_url()).content.decode()
    assert "None in force about" in after


def end_their_own(case):
    """A court has appointed a deputy with power over everything: they alone give authority."""
    deputy = PersonFactory(full_name="Wren Deputy")
    ActingFor.objects.create(
        person=case.constituent, by=deputy, kind="deputy", proof="court", proof_seen_on=date(2026, 5, 3)
    )
    return deputy


def test_nobody_is_waited_for_who_may_not_give_it_any_more(case, link):
    assert Case.objects.get().status == Status.CONSTITUENT

    end_their_own(case)

    assert Case.objects.get().status == Status.WITH_US


def test_whoever_gives_it_for_somebody_else_is_waited_for(case):
    deputy = end_their_own(case)
    link_for(ask_of(case, person=deputy, about=case.constituent))

    assert Case.objects.get().status == Status.CONSTITUENT


def test_no_link_and_no_form_is_made_for_somebody_who_may_not_give_it_any_more(client, case, ask):
    client.force_login(case.owner)
    end_their_own(case)

    made = client.post(f"/authority-asks/{ask.pk}/link/", {"act": "make"})
    printed = client.get(f"/authority-asks/{ask.pk}/form.pdf")

    for page in (made, printed):
        assert page.status_code == 422
        assert "Nkechi Marrowby may not give this any more" in page.content.decode()
    assert not ask.links.exists()
    assert "Make a link to copy" not in client.get(f"/authority-asks/{ask.pk}/").content.decode()


def test_what_was_signed_says_so_after_its_giver_may_give_it_no_more(signer, case, ask, link):
    signer.opens(link).is_known().checks().ticks(*ask.bodies.all()).signs()

    ActingFor.objects.create(person=case.constituent, by=PersonFactory(), kind="executor")

    assert ask_state(Ask.objects.get()) == ("answered", "Signed online")


def test_what_is_asked_no_longer_says_so_after_its_giver_may_give_it_no_more(client, case, ask):
    client.force_login(case.owner)
    Ask.objects.update(closed_at=timezone.now())
    end_their_own(case)

    assert ask_state(Ask.objects.get()) == ("draft", "Asked no longer")
    assert "Asked no longer" in client.get(f"/authority-asks/{ask.pk}/").content.decode()


def test_many_that_are_asked_for_ask_the_database_no_more_than_one(client, case, link):
    client.force_login(case.owner)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/cases/{case.pk}/authorities/").content.decode()
        return page.count("Link is out"), len(queries)

    asked()  # what a first visit sets up
    one, queries = asked()
    for _ in range(3):
        link_for(ask_of(case))

    assert (one, asked()) == (1, (4, queries))


def test_in_the_list_an_ask_about_somebody_who_left_the_case_is_nobodys_to_sign(client, case, kid):
    client.force_login(case.owner)
    asked_of_mother(case, kid)
    page = f"/cases/{case.pk}/authorities/"
    before = client.get(page).content.decode()

    remove_person(link=case.case_people.get(person=kid), by=case.owner)

    after = client.get(page).content.decode()
    assert ("Nobody can sign it" in before, "Nobody can sign it" in after) == (False, True)
