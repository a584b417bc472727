"""A complaint made ready for another ombudsman than the one we know for it says so, and asks why."""

from __future__ import annotations

from html import unescape

import pytest

from opencasework.office.referrals.tests.complaining import begin, case_about, post

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
