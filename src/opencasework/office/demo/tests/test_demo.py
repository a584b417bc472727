"""The fictional office: living, invented from end to end, and with the five journeys as they are told."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from opencasework.office.campaigns.models import Campaign
from opencasework.office.cases.models import Case, Event
from opencasework.office.constituents.models import PersonAddress, PersonEmail
from opencasework.office.demo.build import build
from opencasework.office.inbox.models import Message
from opencasework.office.letters.models import Enquiry, Letter, Reply
from opencasework.office.publishing.models import Publication
from opencasework.office.referrals.models import Complaint, Inward, Outward

TOLD_ON = datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture
def demo(db, home):
    with time_machine.travel(TOLD_ON, tick=True):
        build(cases=40, seed=1)
        yield


def the_case(title: str) -> Case:
    return Case.objects.get(title=title)


def days_of(case: Case, kind: str) -> list[date]:
    return sorted(event.at.date() for event in case.events.filter(kind=kind))


@pytest.mark.timeout(240)
def test_the_demonstration_is_a_living_office_with_five_journeys(demo):
    # Living: mail to read, work that is late, a publication to sign, a year behind it.
    assert Message.objects.untriaged().count() >= 50
    assert Campaign.objects.get(state="proposed").gathered.count() >= 10  # this morning's, one row
    assert Publication.objects.filter(state="draft").values_list("month", flat=True).get() == "2026-10"
    assert Publication.objects.filter(state="published").count() >= 9  # the months with a case
    assert Case.objects.filter(kind=Case.Kind.CASEWORK).count() == 40
    assert Case.objects.open().filter(next_action="").count() == 0

    # A: fixed by telephone.
    by_phone = the_case("Universal Credit payment missing")
    assert (by_phone.opened_at.date(), by_phone.closed_at.date()) == (date(2026, 1, 12), date(2026, 1, 21))
    assert by_phone.outcomes == ["Put right"]
    assert by_phone.references.get().value == "QQ 12 34 56 C"

    # A letter to a minister goes to a department.
    to_ministers = Letter.objects.filter(template__to_minister=True).select_related("to_body")
    assert {letter.to_body and letter.to_body.kind for letter in to_ministers} == {"department"}

    # B: sent to the ombudsman, and taken up once more.
    damp = the_case("Damp in a housing association flat")
    assert damp.is_open
    assert damp.outcomes == ["Referred"]
    assert days_of(damp, Event.Kind.REOPENED) == [date(2026, 6, 12)]
    assert set(damp.enquiries.get().replies.values_list("kind", flat=True)) == {
        Reply.Kind.HOLDING,
        Reply.Kind.FINAL_RESPONSE,
    }

    # C: an asylum case with two chasers and a minister, its dates computed as they are told.
    asylum = the_case("Waiting 21 months after an asylum interview")
    officials, minister = asylum.enquiries.order_by("sent_on")
    assert officials.due_on == date(2026, 3, 2)
    assert days_of(asylum, Event.Kind.CHASED) == [date(2026, 3, 3), date(2026, 3, 17)]
    assert (minister.level, minister.due_on) == (Enquiry.Level.MINISTER, date(2026, 5, 1))
    assert asylum.closed_at.date() == date(2026, 10, 15)

    # D: not our constituent. E: a campaign, with three cases found inside it.
    bell, please = Message.objects.filter(from_address="m.bell@post.example").order_by("received_at")
    assert {bell.decision, please.decision} == {Message.Decision.OTHER_MEMBER}
    assert (bell.case, please.case) == (None, None)
    assert Message.objects.get(direction="out", person=bell.person).sent_at.date() == date(2026, 3, 5)
    assert "with her consent" in please.decision_note
    assert Message.objects.filter(decision=Message.Decision.CAMPAIGN).count() == 40
    gathered = Campaign.objects.get(state="closed").gathered
    assert gathered.count() == 40
    # Whom nobody vouches for is on record for nobody; everybody else is.
    vouched_for = gathered.filter(message__sender_check=Message.SenderCheck.ALIGNED)
    assert not vouched_for.filter(message__person=None).exists()
    assert gathered.exclude(message__person=None).count() == vouched_for.count() == 36
    assert (
        Message.objects.filter(direction="out", subject="Re: Amendment 14: please vote for it").count() == 40
    )
    assert (
        Message.objects.filter(direction="out", text__contains="in the next seat").count() == 3 + 1
    )  # and Mrs Bell
    assert Event.objects.filter(text__startswith="Found inside a campaign mail").count() == 3

    # Two ombudsmen, one of them with the member for signature; three partners, each at another point.
    states = Complaint.objects.order_by("scheme_code").values_list("scheme_code", "state")
    assert list(states) == [("HOS", "investigating"), ("PHSO-GOV", "preparing")]
    waiting = Complaint.objects.get(scheme_code="PHSO-GOV")
    assert waiting.letter.review.for_signature
    # One story: whose papers were lost is whom the complaint, the letter and its only problem are about.
    assert waiting.case.title == "Passport application lost twice"
    assert [issue.category.code for issue in waiting.case.issues.all()] == ["IMM-PASS"]
    assert "damp" not in waiting.letter.text.lower()
    stands = Outward.objects.values_list("partner__body__code", "transfer__answer", "result")
    assert set(stands) == {
        ("CAB", "accepted", ""),
        ("SHELTER", "", ""),
        ("FOODBANK", "accepted", "helped"),
    }
    assert Inward.objects.get().reference == "CA-10517"

    # Invented: nobody's address, nobody's postcode.
    assert not PersonEmail.objects.exclude(address__endswith=".example").exists()
    assert not PersonAddress.objects.exclude(postcode__startswith="WX").exists()
