"""What this office sends to a body or an ombudsman in a complaint passes the gate of authority."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from opencasework.office.authority.models import SentWithout
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import body
from opencasework.office.staff.permissions import MAY, May

from .complaining import begin, case_about, lines, post

pytestmark = pytest.mark.django_db
WHY = "The bailiffs come tomorrow; form to follow"


@pytest.fixture
def case(client, ana):
    return case_about("HOU-DAMP", "HA", ana)


def stage(client, case, **more) -> str:
    given = {"body": "HA", "name": "Stage 1", "sent_on": "today", "issue": case.issues.get().pk}
    return unescape(post(client, "complaint-stage-new", case.pk, **given | more))


def review(client) -> str:
    return unescape(client.get("/authority/review/").content.decode())


def without_leave(ana, monkeypatch):
    monkeypatch.setitem(MAY, ana.role, MAY[ana.role] - {May.SEND_WITHOUT_AUTHORITY})


# --- a stage with the body ------------------------------------------------------------------------------


def test_a_stage_that_the_office_sent_asks_why_it_went_without_authority(client, case):
    said = stage(client, case)

    assert f"No authority covers {body('HA')}." in said
    assert "Say why this office sent it all the same" in said
    assert not case.complaint_stages.exists()

    stage(client, case, no_authority_reason=WHY)

    line = case.events.get(detail__stage=case.complaint_stages.get().pk)
    assert line.text.endswith(f"\nSent without authority to act: {WHY}")
    assert SentWithout.objects.get().reason == WHY
    assert WHY in review(client)
    assert f"#entry-{line.pk}" in review(client)
    assert line.text.partition("\n")[0] in unescape(client.get(f"/cases/{case.pk}/?all=1").content.decode())


def test_what_the_person_sent_themselves_needs_none_and_the_timeline_says_who_sent_it(client, case):
    stage(client, case, sent_by="person", no_authority_reason="Typed for nothing")

    assert "by the person themselves; nothing went from this office" in lines(case)[-1]
    assert "Typed for nothing" not in lines(case)[-1]
    assert not SentWithout.objects.exists()


def test_with_authority_then_and_now_nothing_is_asked(client, case):
    AuthorityFactory(case=case, given_on=timezone.localdate() - timedelta(days=1))
    before = (timezone.localdate() - timedelta(days=3)).isoformat()

    stage(client, case)
    assert "today one does" in stage(client, case, name="Stage 0", sent_on=before)

    assert [each.name for each in case.complaint_stages.all()] == ["Stage 1"]
    assert not SentWithout.objects.exists()


def test_who_may_not_go_without_authority_is_told_so(client, case, ana, monkeypatch):
    without_leave(ana, monkeypatch)

    page = client.get(f"/cases/{case.pk}/complaint-stages/new/").content.decode()

    assert "no_authority_reason" not in page
    assert f"No authority covers {body('HA')}." in stage(client, case, no_authority_reason=WHY)
    assert not case.complaint_stages.exists()


# --- a complaint to an ombudsman ------------------------------------------------------------------------


@pytest.fixture
def complaint(client, case):
    return begin(client, case, "HOS")


def gone(client, complaint, **more) -> str:
    return unescape(post(client, "complaint-submission", complaint.pk, on="today", **more))


def test_a_complaint_that_went_without_authority_stands_in_the_review(client, complaint):
    gone(client, complaint, although=WHY)

    found = SentWithout.objects.get()
    assert (found.body, found.reason) == (complaint.body, WHY)
    assert "Sent without authority to act." in lines(complaint.case)[-1]
    assert WHY in review(client)


def test_one_that_the_person_sent_themselves_does_not(client, complaint):
    gone(client, complaint, sent_by="person", although="The landlord will not answer.")

    complaint.refresh_from_db()
    assert complaint.state == "submitted"
    assert "by the person themselves; nothing went from this office" in lines(complaint.case)[-1]
    assert not SentWithout.objects.exists()


def test_nor_one_that_went_with_authority_although_something_else_is_missing(client, complaint):
    AuthorityFactory(case=complaint.case)

    gone(client, complaint, although="The landlord will not answer.")

    complaint.refresh_from_db()
    assert complaint.state == "submitted"
    assert not SentWithout.objects.exists()


def test_who_may_not_go_without_authority_does_not_record_that_it_has_gone(
    client, complaint, ana, monkeypatch
):
    without_leave(ana, monkeypatch)

    said = gone(client, complaint, although=WHY)

    complaint.refresh_from_db()
    assert "A colleague who may go without authority can record that it has gone." in said
    assert complaint.state == "preparing"
