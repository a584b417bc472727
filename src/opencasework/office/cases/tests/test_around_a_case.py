"""Cases linked to each other, the people on a case, and the colleagues who help with it."""

from __future__ import annotations

import pytest

from opencasework.office.cases import team
from opencasework.office.cases.models import Case, CasePerson, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


def test_two_cases_are_linked_and_both_show_it_to_whoever_may_know(ana, client):
    one, other = CaseFactory(by=ana, title="Roof"), CaseFactory(by=ana, title="Next door")

    client.post(f"/cases/{one.pk}/links/new/", {"other": other.reference, "kind": "problem"})

    assert "Next door" in client.get(f"/cases/{one.pk}/").content.decode()
    shown = client.get(f"/cases/{other.pk}/").content.decode()
    assert "Roof" in shown
    assert "Linked to another case" in shown
    Case.objects.filter(pk=one.pk).update(need_to_know=True, owner=None)
    page = client.get(f"/cases/{other.pk}/").content.decode()
    assert "Roof" not in page
    assert one.reference not in page
    assert "Linked to another case" not in page
    shown = client.get(f"/cases/{other.pk}/").context["page"].paginator.count
    assert shown == other.events.count() - 1  # “Show all” does not count it either


def test_a_link_is_made_once_and_taken_away_from_both(ana, client):
    one, other = CaseFactory(by=ana), CaseFactory(by=ana)
    for asked, far in ((one, other), (other, one)):
        client.post(f"/cases/{asked.pk}/links/new/", {"other": far.reference, "kind": "household"})
    link = one.links_made.get()
    assert not other.links_made.exists()

    client.post(f"/cases/{other.pk}/links/{link.pk}/removal/")

    assert not one.links_made.exists()
    assert Event.Kind.UNLINKED in one.events.values_list("kind", flat=True)


def test_somebody_elses_role_is_changed_and_they_are_taken_off(ana, client):
    case, sol = CaseFactory(by=ana), PersonFactory(full_name="Sol Quarrywright")
    link = CasePerson.objects.create(case=case, person=sol, role="third_party")

    client.post(f"/cases/{case.pk}/people/{link.pk}/", {"role": "constituent", "relation": "tenant"})
    link.refresh_from_db()
    assert link.role == "constituent"
    client.post(f"/cases/{case.pk}/people/{link.pk}/removal/")

    assert not case.case_people.filter(person=sol).exists()
    assert "Taken off: Sol Quarrywright" in client.get(f"/cases/{case.pk}/").content.decode()


def test_a_second_constituent_is_shown_and_the_first_may_leave(ana, client):
    case, sol = CaseFactory(by=ana), PersonFactory(full_name="Sol Quarrywright")
    first = case.case_people.get()
    client.post(f"/cases/{case.pk}/people/new/", {"person": sol.pk, "role": "constituent"})
    assert "Sol Quarrywright" in client.get(f"/cases/{case.pk}/").content.decode()

    client.post(f"/cases/{case.pk}/people/{first.pk}/removal/")

    assert Case.objects.get().constituent == sol


def test_the_last_constituent_stays_on_the_case(ana, client):
    case = CaseFactory(by=ana)
    link = case.case_people.get()

    page = client.post(f"/cases/{case.pk}/people/{link.pk}/removal/", follow=True).content.decode()
    refused = client.post(f"/cases/{case.pk}/people/{link.pk}/", {"role": "third_party"})

    assert "a case is for somebody" in page
    assert refused.status_code == 422
    assert case.constituent == link.person


def test_a_colleague_who_helps_sees_the_case_while_they_help(ana, client):
    case, kofi = CaseFactory(by=ana, need_to_know=True, title="Quiet"), StaffFactory()
    client.post(f"/cases/{case.pk}/helpers/new/", {"staff": kofi.pk})
    client.force_login(kofi)
    assert "Quiet" in client.get("/cases/?show=helping").content.decode()

    team.remove_helper(helper=case.helpers.get(), by=ana)

    assert client.get(f"/cases/{case.pk}/").status_code == 404


def test_a_case_is_handed_over_with_a_word(ana, client):
    case, kofi = CaseFactory(by=ana), StaffFactory(first_name="Kofi", last_name="Wren")

    client.post(f"/cases/{case.pk}/owner/", {"owner": kofi.pk, "note": "She is deaf: write, do not ring."})

    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "Handed over to Kofi Wren: She is deaf" in page
