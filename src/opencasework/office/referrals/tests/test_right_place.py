"""Which ombudsman it is: one that cannot be is refused, another than we know for it says so and asks why."""

from __future__ import annotations

from html import unescape

import pytest
from django.urls import reverse

from opencasework.office.bodies.models import Body
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.referrals.tests.complaining import begin, card, case_about, post, stage
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home", "monday")]


def page_of(client, complaint):
    return unescape(client.get(complaint.get_absolute_url()).content.decode())


def test_a_benefit_taken_to_the_ombudsman_of_councils_needs_a_reason(client, ana):
    case = case_about("BEN-UC", "DWP-UC", ana)
    client.force_login(ana)
    complaint = begin(client, case, "LGSCO")

    said = page_of(client, complaint)
    refused = unescape(post(client, "complaint-submission", complaint.pk, on="today", sent_by="person"))

    assert "The right place" in said
    assert "A problem like this goes to the Independent Case Examiner, then the" in said
    complaint.refresh_from_db()
    assert complaint.is_preparing
    assert "right place" in refused
    post(
        client,
        "complaint-submission",
        complaint.pk,
        on="today",
        sent_by="person",
        although="The council pays it.",
    )
    complaint.refresh_from_db()
    assert not complaint.is_preparing


@pytest.mark.parametrize(
    ("category", "whom", "scheme"),
    [("BEN-UC", "DWP-UC", "ICE"), ("HOU-DAMP", "HA", "HOS"), ("LOC-BINS", "LA-PARISH", "LGSCO")],
)
def test_where_it_is_the_one_we_know_or_we_know_none_nothing_is_said(client, ana, category, whom, scheme):
    client.force_login(ana)

    assert "The right place" not in page_of(client, begin(client, case_about(category, whom, ana), scheme))


def test_an_ombudsman_of_the_wrong_nation_is_refused_with_the_right_one_named(client, ana):
    OfficeFactory().__class__.objects.update(nation="sc")
    case = case_about("LOC-BINS", "LA-SC", ana)
    data = {"issue": case.issues.get().pk, "scheme": "LGSCO", "what_happened": "Bins.", "court": "none"}
    response = client.post(reverse("complaint-new", args=[case.pk]), data)
    assert response.status_code == 422
    shown = response.content.decode()
    assert "serves England, and Council (Scotland) is in Scotland." in shown
    assert "Go to the Scottish Public Services Ombudsman." in shown
    assert not case.complaints.exists()


def test_the_examiner_comes_first_and_once_it_has_answered_the_parliamentary_ombudsman_is_next(client, ana):
    case = case_about("BEN-UC", "DWP-UC", ana)
    assert "Independent Case Examiner, then PHSO" in card(client, case)
    response = client.post(
        reverse("complaint-new", args=[case.pk]),
        {"issue": case.issues.get().pk, "scheme": "PHSO-GOV", "what_happened": "Late.", "court": "none"},
    )
    assert "The Independent Case Examiner comes before the PHSO" in response.content.decode()

    stage(client, case, "DWP-UC", answered="1 jul 2026", final=True)
    assert "Until Friday 1 January 2027" in card(client, case)
    stage(client, case, "ICE", name="ICE", sent="6 jul 2026", answered="2 nov 2026", final=True)

    shown = card(client, case)
    assert "Parliamentary and Health Service Ombudsman</h3>" in shown
    assert "The Independent Case Examiner has answered" in shown
    assert "Record: they first knew of it" in shown
    assert "The member’s own signature" in shown


def test_an_office_without_a_seat_in_the_commons_is_told_whose_signature_it_takes(client, ana):
    OfficeFactory().__class__.objects.update(member_kind="msp", nation="sc")
    case = case_about("IMM-PASS", "HMPO", ana)
    data = {"issue": case.issues.get().pk, "scheme": "PHSO-GOV", "what_happened": "Lost.", "court": "none"}
    shown = client.post(reverse("complaint-new", args=[case.pk]), data).content.decode()
    assert "Only a member of the House of Commons can refer this to the PHSO." in shown


@pytest.mark.parametrize(
    ("nation", "category", "name"),
    [
        ("sc", "UTL-WAT", "Scottish Public Services Ombudsman"),
        ("sc", "HEA-WAIT", "Scottish Public Services Ombudsman"),
        ("wa", "TRA-ROAD", "Public Services Ombudsman for Wales"),
        ("ni", "UTL-WAT", "Northern Ireland Public Services Ombudsman"),
        ("uk", "UTL-WAT", "Parliamentary and Health Service Ombudsman"),
    ],
)
def test_a_public_service_the_office_adds_goes_to_the_ombudsman_of_its_nation(
    client, ana, nation, category, name
):
    OfficeFactory().__class__.objects.update(nation="sc" if nation == "uk" else nation)
    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))
    facts = {"name": "Water Probe", "kind": "service", "nation": nation}
    assert client.post(reverse("body-new"), facts).status_code == 302
    case = case_about(category, Body.objects.get(name="Water Probe").code, ana)
    client.force_login(ana)

    assert name in card(client, case)


@pytest.mark.parametrize(
    ("nation", "category", "name"),
    [
        ("en", "SOC-ASSESS", "Local Government and Social Care Ombudsman"),
        ("en", "LOC-BINS", "Local Government and Social Care Ombudsman"),
        ("en", "HEA-WAIT", "Parliamentary and Health Service Ombudsman (NHS)"),
        ("en", "CRI-COMP", "Independent Office for Police Conduct"),
        ("uk", "BEN-UC", "Independent Case Examiner, then PHSO"),
        ("uk", "TAX-SVC", "Adjudicator’s Office, then PHSO"),
        ("gb", "TRA-VEH", "Independent Complaints Assessor for Transport, then PHSO"),
        # The category says nothing, or that it depends on the body: one of the United Kingdom has the PHSO.
        ("uk", "EMP-DISM", "Parliamentary and Health Service Ombudsman"),
        ("en", "CRI-ASB", "Parliamentary and Health Service Ombudsman"),
    ],
)
def test_a_public_service_of_england_or_the_kingdom_goes_by_the_kind_of_problem(
    client, ana, nation, category, name
):
    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))
    facts = {"name": "Wexcombe Service", "kind": "service", "nation": nation}
    assert client.post(reverse("body-new"), facts).status_code == 302
    case = case_about(category, Body.objects.get(name="Wexcombe Service").code, ana)
    client.force_login(ana)

    assert f"{name}</h3>" in unescape(card(client, case))
