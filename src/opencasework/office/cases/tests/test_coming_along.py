"""A merge is taken back: what came meanwhile and is of the one case alone goes with it."""

from __future__ import annotations

from datetime import date

import pytest

from opencasework.office.audit.verifying import verify
from opencasework.office.authority import clock
from opencasework.office.authority.models import Demand
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases import moving
from opencasework.office.cases.actions import add_reference
from opencasework.office.cases.models import CasePerson, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.cases.tests.two_people import bos_case, dis_case
from opencasework.office.constituents.models import ActingFor
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters.tests.factories import EnquiryFactory, LetterFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def bos(ana):
    return bos_case(ana)


@pytest.fixture
def dis(ana):
    return dis_case(ana)


@pytest.fixture
def bo(bos):
    return bos.constituent


@pytest.fixture
def di(dis):
    return dis.constituent


@pytest.fixture
def merge(bos, dis, bo, di, ana):
    return moving.merge(case=bos, into=dis, by=ana, same=())


def is_on(case, row):
    row.refresh_from_db()
    return row.case == case


def test_an_authority_given_meanwhile_goes_with_who_gave_it(bos, dis, bo, di, merge, ana, client):
    theirs, hers = AuthorityFactory(case=dis, person=bo), AuthorityFactory(case=dis, person=di)

    client.force_login(ana)
    client.post(f"/cases/{dis.pk}/moves/{merge.pk}/undo/")

    assert is_on(bos, theirs)
    assert is_on(dis, hers)
    assert "Bo Vale" not in client.get(f"/cases/{dis.pk}/authorities/").content.decode()
    assert "None yet" not in client.get(f"/cases/{bos.pk}/authorities/").content.decode()


def test_a_letter_to_one_of_them_and_a_number_of_theirs_go_along(bos, dis, bo, merge, ana):
    letter = LetterFactory(case=dis, template="LT-ACK", text="")
    type(letter).objects.update(to_person=bo)
    number = add_reference(case=dis, kind="NINO", value="QQ 12 34 56 C", by=ana)
    type(number).objects.update(person=bo)

    moving.unmerge(move=merge, by=ana)

    assert is_on(bos, letter)
    assert is_on(bos, number)


def test_what_is_about_the_problem_of_one_goes_with_it_and_with_what_hangs_on_it(bos, dis, merge, ana):
    about_damp = EnquiryFactory(case=dis, to_body=body("DWP"))
    type(about_damp).objects.update(issue=dis.issues.get(category__code="HOU-DAMP"))
    chaser = LetterFactory(case=dis)
    type(chaser).objects.filter(pk=chaser.pk).update(about_enquiry=about_damp)
    other = EnquiryFactory(case=dis, to_body=body("HMRC"))

    moving.unmerge(move=merge, by=ana)

    assert is_on(bos, about_damp)
    assert is_on(bos, about_damp.letter)
    assert is_on(bos, chaser)
    assert is_on(dis, other)


def test_what_was_asked_by_telephone_has_no_letter_and_goes_with_its_problem(
    bos, dis, bo, merge, ana, client
):
    damp = dis.issues.get(category__code="HOU-DAMP")
    by_phone = EnquiryFactory(case=dis, to_body=body("DWP"))
    type(by_phone).objects.update(letter=None, means="phone", issue=damp)
    letter = LetterFactory(case=dis, template="LT-ACK", text="")
    type(letter).objects.filter(pk=letter.pk).update(to_person=bo)

    client.force_login(ana)
    client.post(f"/cases/{dis.pk}/moves/{merge.pk}/undo/")

    assert is_on(bos, by_phone)
    assert is_on(bos, letter)


def test_a_letter_about_an_enquiry_of_the_one_case_goes_after_it(bos, dis, bo, di, ana):
    enquiry = EnquiryFactory(case=bos, to_body=body("DWP"))
    merge = moving.merge(case=bos, into=dis, by=ana, same=())
    chaser = LetterFactory(case=dis)
    type(chaser).objects.filter(pk=chaser.pk).update(about_enquiry=enquiry)

    moving.unmerge(move=merge, by=ana)

    assert is_on(bos, enquiry)
    assert is_on(bos, chaser)


def test_what_is_of_both_or_was_there_before_stays(bos, dis, bo, di, ana):
    before = AuthorityFactory(case=dis, person=bo)  # given when Bo was on Di's case for a while
    merge = moving.merge(case=bos, into=dis, by=ana, same=())
    about_both = AuthorityFactory(case=dis, person=bo, about=di)

    moving.unmerge(move=merge, by=ana)

    assert is_on(dis, before)
    assert is_on(dis, about_both)


def test_what_names_somebody_on_both_cases_stays(bos, dis, bo, ana):
    CasePerson.objects.create(case=dis, person=bo)
    merge = moving.merge(case=bos, into=dis, by=ana, same=())
    given = AuthorityFactory(case=dis, person=bo)

    moving.unmerge(move=merge, by=ana)

    assert is_on(dis, given)


def test_the_line_that_says_so_is_shown_on_the_case_that_is_back(bos, dis, bo, merge, ana):
    number = add_reference(case=dis, kind="NINO", value="QQ 12 34 56 C", by=ana)
    type(number).objects.update(person=bo)

    moving.unmerge(move=merge, by=ana)

    lines = moving.lines_of(bos).filter(kind=Event.Kind.REFERENCE_ADDED)
    assert [line.detail["reference"] for line in lines] == [number.pk]
    assert verify().is_sound


def test_merged_again_and_taken_back_again_all_is_where_it_was(bos, dis, bo, merge, ana):
    given = AuthorityFactory(case=dis, person=bo)
    moving.unmerge(move=merge, by=ana)

    again = moving.merge(case=bos, into=dis, by=ana, same=())
    assert is_on(dis, given)
    moving.unmerge(move=again, by=ana)

    assert is_on(bos, given)


def test_a_letter_to_one_of_them_stays_with_them_whatever_problem_stands_in_it(
    bos, dis, bo, di, merge, ana, client
):
    to_di = LetterFactory(case=dis, template="LT-UPDATE", text="Dear Di")
    type(to_di).objects.update(to_person=di, issue=dis.issues.get(category__code="HOU-DAMP"))

    client.force_login(ana)
    client.post(f"/cases/{dis.pk}/moves/{merge.pk}/undo/")

    assert is_on(dis, to_di)
    assert "Dear Di" not in client.get(f"/cases/{bos.pk}/").content.decode()


def test_what_somebody_is_typing_into_a_letter_goes_with_it(bos, dis, bo, merge, ana, client):
    letter = LetterFactory(case=dis, template="LT-UPDATE", text="Dear Bo", by=ana)
    type(letter).objects.update(to_person=bo)
    client.force_login(ana)
    typed = {"version": letter.version, "subject": letter.subject, "text": "Dear Bo, the roof is mended."}
    kept = client.post(f"/cases/{dis.pk}/drafts/letter-{letter.pk}/", typed)
    assert kept.status_code == 200, kept.content

    client.post(f"/cases/{dis.pk}/moves/{merge.pk}/undo/")

    assert is_on(bos, letter)
    assert "the roof is mended" in client.get(f"/letters/{letter.pk}/?edit=1").content.decode()


def test_the_clock_of_a_body_that_only_one_has_to_do_with_goes_with_it(ana, client):
    OfficeFactory()
    asylum = CaseFactory(by=ana, category=CategoryFactory(code="IMM-ASY"))
    asylum.issues.update(body=body("UKVI-ASY"))
    damp = CaseFactory(by=ana, category=CategoryFactory(code="HOU-DAMP"))
    merge = moving.merge(case=asylum, into=damp, by=ana, same=())
    client.force_login(ana)
    client.post(
        f"/cases/{damp.pk}/authorities/demands/",
        {"body": body("UKVI").pk, "asked_on": "today"},
    )
    demand = Demand.objects.get()

    client.post(f"/cases/{damp.pk}/moves/{merge.pk}/undo/")

    assert is_on(asylum, demand)


@pytest.fixture
def two_clocks(ana):
    """Two asylum cases whose signed authority was asked for on the Monday, and on the Friday of that week."""
    OfficeFactory()
    cases = [CaseFactory(by=ana, category=CategoryFactory(code="IMM-ASY")) for _ in range(2)]
    for case, day in zip(cases, (date(2026, 11, 23), date(2026, 11, 27)), strict=True):
        clock.start(case, body("UKVI"), on=day, cause="asked", by=ana)
    return cases


def days_of(*cases) -> list[date]:
    return [case.authority_demands.get().due_on for case in cases]


def test_of_two_clocks_of_one_body_the_earlier_counts_and_each_has_its_own_again(ana, two_clocks):
    monday, friday = two_clocks

    merge = moving.merge(case=monday, into=friday, by=ana, same=())
    together = days_of(friday)
    moving.unmerge(move=merge, by=ana)

    assert together == [date(2026, 11, 30)]
    assert days_of(monday, friday) == [date(2026, 11, 30), date(2026, 12, 4)]


def test_a_clock_that_was_changed_meanwhile_stays_as_it_was_said(ana, two_clocks):
    monday, friday = two_clocks
    merge = moving.merge(case=monday, into=friday, by=ana, same=())
    clock.extend(friday.authority_demands.get(), to=date(2026, 12, 11), by=ana)

    moving.unmerge(move=merge, by=ana)

    assert days_of(friday) == [date(2026, 12, 11)]


def test_who_acts_for_one_of_them_goes_along(bos, dis, bo, merge, ana):
    acting = ActingFor.objects.create(person=bo, by=PersonFactory(full_name="Advi Sor"), kind="solicitor")
    link = CasePerson.objects.create(case=dis, person=acting.by, role="adviser", acting=acting)

    moving.unmerge(move=merge, by=ana)

    assert [each.person for each in bos.case_people.filter(role="adviser")] == [acting.by]
    assert not dis.case_people.filter(person=link.person).exists()
    moving.merge(case=bos, into=dis, by=ana, same=())
    assert dis.case_people.filter(person=link.person).exists()
