"""Parts that meet on a merged or split case: each knows of the others."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from opencasework.office.audit.models import Trace
from opencasework.office.cases import access, glass, moving, team
from opencasework.office.cases.models import Case, CasePerson, Event, Issue, Move, Opening
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import ActingFor, PersonName
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client):
    OfficeFactory()
    ana = StaffFactory(first_name="Ana", role=Role.SENIOR_CASEWORKER)
    client.force_login(ana)
    return ana


def test_an_emergency_opening_is_for_one_case_and_a_merge_opens_no_other(ana):
    kofi = StaffFactory(first_name="Kofi")
    one, other = (CaseFactory(by=ana, owner=ana, need_to_know=True) for _ in range(2))
    glass.open_restricted(reference=one.reference, reason="Her neighbour rang.", by=kofi)
    assert Case.objects.visible_to(kofi).filter(pk=one.pk).exists()

    moving.merge(case=one, into=other, by=ana)

    assert not Case.objects.visible_to(kofi).filter(pk=other.pk).exists()
    assert Opening.objects.get().case_id == one.pk


def test_who_had_a_merged_case_sees_nothing_of_it_once_they_may_not_see_the_one_that_stands_for_it(
    ana, client
):
    kofi, priya = StaffFactory(first_name="Kofi"), StaffFactory(first_name="Priya")
    one, other = CaseFactory(by=ana, owner=kofi, title="Damp giraffe"), CaseFactory(by=ana, owner=kofi)
    one.record(Event.Kind.NOTE, by=ana, text="She hides from her husband in giraffe street.")
    moving.merge(case=one, into=other, by=ana)
    other.assign(to=priya, by=ana)
    access.restrict(other, by=priya)
    client.force_login(kofi)

    for words in ("giraffe", one.reference):
        found = client.get(reverse("search"), {"q": words}).content.decode()
        assert "Damp giraffe" not in found
        assert "hides from her husband" not in found

    assert not Case.objects.visible_to(kofi).filter(pk=one.pk).exists()


def test_who_had_a_merged_case_has_it_again_when_the_merge_is_taken_back(ana):
    kofi, priya = StaffFactory(first_name="Kofi"), StaffFactory(first_name="Priya")
    one, other = CaseFactory(by=ana, owner=kofi, need_to_know=True), CaseFactory(by=ana, owner=priya)
    move = moving.merge(case=one, into=other, by=ana)

    moving.unmerge(move=move, by=ana)

    assert Case.objects.visible_to(kofi).filter(pk=one.pk).exists()


def test_a_merge_says_before_and_after_who_sees_a_case_that_they_did_not(ana, client):
    kofi, vic = StaffFactory(first_name="Kofi"), StaffFactory(first_name="Vic", role=Role.VOLUNTEER)
    StaffFactory(first_name="Tom")
    open_one, hidden = CaseFactory(by=ana, owner=kofi), CaseFactory(by=ana, owner=ana, need_to_know=True)
    team.add_helper(case=open_one, staff=vic, by=ana)

    shown = client.get(f"/cases/{open_one.pk}/merging/", {"other": hidden.reference}).content.decode()
    merged = client.post(f"/cases/{open_one.pk}/merging/", {"other": hidden.reference}, follow=True)
    taken_back = client.post(f"/cases/{open_one.pk}/moves/{Move.objects.get().pk}/undo/", follow=True)

    for page in (shown, merged.content.decode()):
        assert f"{hidden.reference}: seen now by Kofi Colleague" in page
        assert "Vic Colleague" in page
        assert f"{open_one.reference}: no longer seen by Tom Colleague" in page
    assert f"{hidden.reference}: no longer seen by Kofi Colleague" in taken_back.content.decode()


def test_the_reference_of_a_merged_case_opens_the_one_it_is_part_of(ana):
    kofi = StaffFactory(first_name="Kofi")
    one, other = (CaseFactory(by=ana, owner=ana, need_to_know=True) for _ in range(2))
    moving.merge(case=one, into=other, by=ana)

    opened = glass.open_restricted(reference=one.reference, reason="Her neighbour rang.", by=kofi)

    assert opened == other
    assert Case.objects.visible_to(kofi).filter(pk=other.pk).exists()


def test_a_case_is_found_by_a_former_name(ana):
    case = CaseFactory(by=ana)
    PersonName.objects.create(person=case.constituent, name="Nia Glanrhyd", kind=PersonName.Kind.FORMER)

    assert list(Case.objects.with_words("glanrhyd")) == [case]


def test_a_split_keeps_who_acts_for_whom_and_why_it_is_urgent(ana):
    case = CaseFactory(by=ana, tag_reason="Child at risk")
    other_problem = Issue.objects.create(case=case, category=CategoryFactory())
    adviser = PersonFactory()
    acting = ActingFor.objects.create(person=case.constituent, by=adviser, kind=ActingFor.As.SOLICITOR)
    CasePerson.objects.create(case=case, person=adviser, role=CasePerson.Role.ADVISER, acting=acting)

    new = moving.split(
        case=case,
        title="The other problem",
        issues=[other_problem.pk],
        people=[link.pk for link in case.case_people.all()],
        rows={},
        lines=[],
        next_action="Ring her",
        next_action_on=timezone.localdate(),
        by=ana,
    )

    assert new.tag_reason == "Child at risk"
    assert new.case_people.get(person=adviser).acting == acting


def test_an_old_tab_of_a_merged_case_writes_on_the_one_it_is_part_of(ana, client):
    one, other = CaseFactory(by=ana), CaseFactory(by=ana)
    moving.merge(case=one, into=other, by=ana)

    for name in ("authority-new", "letter-new", "case-enquiries", "case-who-sees"):
        page = client.get(reverse(name, args=[one.pk]))
        assert page.context["case"] == other, name


def test_who_has_looked_counts_looks_at_what_became_part_of_the_case(ana, client):
    one, other = (CaseFactory(by=ana, owner=ana, sensitivity="SEN-3") for _ in range(2))
    kofi = StaffFactory(first_name="Kofi", role=Role.SENIOR_CASEWORKER)
    client.force_login(kofi)
    client.get(one.get_absolute_url())
    assert Trace.objects.of_case(one.pk).looks().exists()
    moving.merge(case=one, into=other, by=ana)
    client.force_login(ana)

    page = client.get(reverse("case-looks", args=[other.pk]))

    assert "Kofi" in page.content.decode()
