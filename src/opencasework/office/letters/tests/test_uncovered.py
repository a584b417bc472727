"""An authority that ends while an answer is waited for is said on the case, and to whoever has it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from opencasework.office.authority.models import Authority
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import ActingFor, Person
from opencasework.office.constituents.tests.factories import ActingForFactory
from opencasework.office.letters.models import Letter
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

ON_CASE = "The authority for what we asked Department for Work and Pensions on"
ON_MY_DAY = "Authority for Department for Work and Pensions has ended, ask for it anew"


@pytest.fixture
def ana(client):
    OfficeFactory()
    ana = StaffFactory()
    client.force_login(ana)
    return ana


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def case(ana):
    return CaseFactory(by=ana, person__full_name="Ada Marrowby")


@pytest.fixture
def given(case, today):
    """Authority for the DWP, and an enquiry put to it since."""
    authority = AuthorityFactory(case=case, covers=[body("DWP")], given_on=today - timedelta(days=40))
    asked(case, body("DWP"), today)
    return authority


def asked(case, whom, today):
    """An enquiry that was put ten days ago; without the authority that the factory adds to it."""
    kept = list(Authority.objects.values_list("pk", flat=True))
    EnquiryFactory(case=case, to_body=whom, sent_on=today - timedelta(days=10))
    Authority.objects.exclude(pk__in=kept).delete()


def is_said(client, case):
    """Whether the case and My day say so; both or neither."""
    on_case = ON_CASE in client.get(f"/cases/{case.pk}/").content.decode()
    assert on_case == (ON_MY_DAY in client.get("/").content.decode())
    return on_case


def ends(authority, how, today):
    yesterday = today - timedelta(days=1)
    if how == "expired":
        Authority.objects.filter(pk=authority.pk).update(expires_on=yesterday)
    elif how == "withdrawn":
        Authority.objects.filter(pk=authority.pk).update(withdrawn_on=yesterday, withdrawn_reason="Said so")
    else:
        ActingForFactory(person=authority.person, kind=ActingFor.As.EXECUTOR)


def test_nothing_is_said_while_it_holds(client, case, given):
    assert not is_said(client, case)


@pytest.mark.parametrize("how", ["expired", "withdrawn", "with their death"])
def test_an_authority_that_ends_is_said_on_the_case_and_on_my_day(how, client, case, given, today):
    ends(given, how, today)

    assert is_said(client, case)


def test_the_case_says_what_to_do(client, case, given, today):
    ends(given, "expired", today)

    page = client.get(f"/cases/{case.pk}/").content.decode()

    assert "The authority of Ada Marrowby for Department for Work and Pensions ended on" in page
    assert f'?renews={given.pk}"' in page


def test_what_was_given_for_them_ends_when_its_giver_acts_for_them_no_more(client, case, today):
    since = today - timedelta(days=100)
    acting = ActingForFactory(
        person=case.constituent, kind=ActingFor.As.ATTORNEY, proof="poa", proof_seen_on=since, since=since
    )
    AuthorityFactory(
        case=case, person=acting.by, about=case.constituent, covers=[body("DWP")],
        given_on=today - timedelta(days=40),
    )  # fmt: skip
    asked(case, body("DWP"), today)
    assert not is_said(client, case)

    ActingFor.objects.update(until=today - timedelta(days=1))

    assert is_said(client, case)


def test_their_own_ends_when_a_court_appoints_a_deputy_who_decides_everything(client, case, given, today):
    ActingForFactory(person=case.constituent, kind=ActingFor.As.DEPUTY, proof="court", proof_seen_on=today)

    assert is_said(client, case)


def test_what_a_parent_gave_ends_when_they_are_on_record_as_a_carer_only(client, case, today):
    Person.objects.filter(pk=case.constituent.pk).update(date_of_birth=today - timedelta(days=9 * 365))
    parent = ActingForFactory(person=case.constituent, kind=ActingFor.As.PARENT)
    AuthorityFactory(
        case=case, person=parent.by, about=case.constituent, covers=[body("DWP")],
        given_on=today - timedelta(days=40),
    )  # fmt: skip
    asked(case, body("DWP"), today)
    assert not is_said(client, case)

    ActingFor.objects.update(kind=ActingFor.As.CARER)

    assert is_said(client, case)


def test_one_given_by_a_carer_stands_in_its_place_for_nobody(client, case, given, today):
    ends(given, "expired", today)
    carer = ActingForFactory(person=case.constituent).by
    AuthorityFactory(case=case, person=carer, about=case.constituent, covers=[body("DWP")])

    assert is_said(client, case)


def test_one_given_anew_ends_the_warning(client, case, given, today):
    ends(given, "expired", today)
    AuthorityFactory(case=case, covers=[body("DWP")])

    assert not is_said(client, case)


def test_one_given_anew_for_others_does_not(client, case, given, today):
    ends(given, "expired", today)
    AuthorityFactory(case=case, covers=[body("HMRC")])

    assert is_said(client, case)


@pytest.mark.parametrize("when", ["has an answer", "is of a closed case", "nothing covered", "is leaving"])
def test_it_is_of_no_matter_where_nothing_is_waited_for_or_nothing_covered_it(
    when, client, case, given, today
):
    ends(given, "expired", today)
    if when == "has an answer":
        case.enquiries.update(answered_on=today)
    elif when == "is of a closed case":
        type(case).objects.filter(pk=case.pk).update(closed_at=timezone.now())
    elif when == "is leaving":
        Letter.objects.update(state=Letter.State.SENDING)
    else:
        Authority.objects.update(expires_on=today - timedelta(days=20))

    assert not is_said(client, case)


def test_the_authority_for_a_department_covers_its_services(client, case, today):
    service = type(body("DWP")).objects.create(name="A service of it", kind="service", parent=body("DWP"))
    AuthorityFactory(
        case=case, covers=[body("DWP")], given_on=today - timedelta(days=40),
        expires_on=today - timedelta(days=1),
    )  # fmt: skip
    asked(case, service, today)

    assert "Authority for A service of it has ended" in client.get("/").content.decode()


def test_my_day_says_nothing_of_a_case_one_may_not_know_of(client, case, given, today):
    ends(given, "expired", today)
    type(case).objects.filter(pk=case.pk).update(need_to_know=True, owner=StaffFactory())

    assert ON_MY_DAY not in client.get("/?whose=team").content.decode()
