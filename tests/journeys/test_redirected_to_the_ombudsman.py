"""Case B of an office's five: damp, a landlord's two stages, and the ombudsman, day by day."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from opencasework.office.authority.tests.factories import A_PAGE
from opencasework.office.bodies.models import Body
from opencasework.office.bodies.tests.factories import BodyContactFactory, body
from opencasework.office.cases.models import Event, FollowUp
from opencasework.office.cases.told import told
from opencasework.office.chasing.actions import draft_due_chasers, next_chase_on
from opencasework.office.inbox.models import Message
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.referrals.models import Complaint, Outward, Partner
from opencasework.office.routes.models import KeyDate
from opencasework.office.staff.tests.factories import StaffFactory

from .desk import words_due

pytestmark = pytest.mark.django_db
OWEN = "Owen Hughes <owen.hughes@post.example>"


def test_redirected_to_the_ombudsman(desk_on, smtp):
    OfficeFactory(postcode_prefixes="WX3, WX4")
    desk = desk_on(StaffFactory())

    # Friday 6 February, surgery: photographs, a letter about asthma, and a stage that was not answered.
    friday = desk.at(2026, 2, 6, 16)
    desk.post("body-new", name="Fenwick Homes", kind="housing", nation="en")
    homes = Body.objects.get(name="Fenwick Homes")
    BodyContactFactory(body=homes, email="complaints@fenwick.example")
    desk.post(
        "entry-new", "visit", from_name="Owen Hughes", where="Fenwick library",
        text="Damp in the bedroom, with photographs, and a letter from the clinic about his asthma.",
    )  # fmt: skip
    case = desk.open_case(
        Message.objects.get(), title="Damp in the bedroom", category="HOU-DAMP", body=homes.code,
        urgency="URG-2", sensitivity="SEN-2", email="owen.hughes@post.example",
        address_lines="2 Quarry Lane\nWexcombe", postcode="WX4 7QP",
    )  # fmt: skip
    assert (case.channel, case.urgency, case.sensitivity) == ("surgery", "URG-2", "SEN-2")
    assert told(case, today=friday).heard.how == "surgery"
    desk.post(
        "authority-new", case.pk, person=case.constituent.pk, basis="signed", given_on="today",
        covers_any_body="on", scan=SimpleUploadedFile("signed.pdf", A_PAGE, "application/pdf"),
    )  # fmt: skip
    issue = case.issues.get().pk
    desk.post(
        "complaint-stage-new", case.pk, issue=issue, body=homes.code, name="Stage 1", sent_on="12 jan 2026",
        sent_by="person",
    )  # fmt: skip
    desk.post("route-date-new", case.pk, kind="acknowledged", day="16 jan 2026", known_from="Their letter")
    assert "30 January 2026" in desk.read("case-route", case.pk)  # ten working days, and no answer

    # Monday 9 February: the landlord is written to; the council is told with his consent.
    monday = desk.at(2026, 2, 9, 10)
    letter = desk.write(
        case, "LT-LANDLORD", body=homes, complaint_stage="stage 1, which you acknowledged on 16 January",
        what_happened="Your ten working days ended on 30 January.", what_is_asked="answer the complaint",
        stage_one_date="12 January 2026",
    )  # fmt: skip
    assert "by 2 March 2026" in letter.text
    desk.send(letter)
    enquiry = Enquiry.objects.get()
    assert (enquiry.sent_on, enquiry.due_on) == (monday, date(2026, 3, 2))
    assert "this office's rule" in enquiry.due_rule  # fifteen working days, for the landlord has no aim
    desk.post("body-new", name="Wexcombe environmental health", kind="local_body", nation="en")
    council = Body.objects.get(name="Wexcombe environmental health")
    desk.post("partner-new", body=council.pk, kind="council", takes="Damp", how="phone", answer_days=10)
    desk.post(
        "outward-new", case.pk, partner=Partner.objects.get().pk, how="phone", consent="signed",
        shared="The address, and that there is damp.",
    )  # fmt: skip
    assert Outward.objects.get().transfer.answer_by == date(2026, 2, 23)
    desk.post("outward-answer", Outward.objects.get().pk, answer="accepted", on="today")

    # Tuesday 10 February: the landlord opens stage 2.
    desk.at(2026, 2, 10, 10)
    desk.post("enquiry-replies", enquiry.pk, kind="holding", received_on="today", note="They open stage 2.")
    desk.post("complaint-stage-new", case.pk, issue=issue, body=homes.code, name="Stage 2", sent_on="today")
    assert Enquiry.objects.get().due_on == date(2026, 3, 2)  # a holding reply is no answer

    # Monday 16 February: stage 2 is acknowledged. The code gives them until 16 March, and they say so too.
    desk.at(2026, 2, 16, 10)
    desk.post("route-date-new", case.pk, kind="escalated", day="today", known_from="Their letter")
    assert "16 March 2026" in desk.read("case-route", case.pk)
    desk.post(
        "enquiry-replies", enquiry.pk, kind="acknowledgement", received_on="today", promised_on="16 mar 2026"
    )
    day = desk.at(2026, 3, 3, 9)
    assert draft_due_chasers(day) == 0  # nobody is chased before the day after what they promised
    assert next_chase_on(Enquiry.objects.get()) == date(2026, 3, 17)

    # Thursday 5 March: a surveyor was there, and he is told what was promised.
    day = desk.at(2026, 3, 5, 15)
    assert told(case, today=day).due_on == date(2026, 3, 6)  # twenty working days after his visit
    desk.post(
        "case-calls", case.pk, other_side="Owen Hughes", text="A surveyor came; a repair in April, they say."
    )
    case.refresh_from_db()
    assert told(case, today=day).due_on == date(2026, 4, 2)

    # Friday 13 March: the final response, a day before its last. The ombudsman's clock starts.
    day = desk.at(2026, 3, 13, 11)
    desk.post(
        "enquiry-replies", enquiry.pk, kind="final_response", received_on="today",
        note="Part upheld, £150 offered, no date for works.",
    )  # fmt: skip
    enquiry.refresh_from_db()
    case.refresh_from_db()
    assert enquiry.answered_on == day
    assert (case.next_action, case.next_action_on) == ("Tell Owen Hughes what Fenwick Homes said", day)
    assert "Until Saturday 13 March 2027" in desk.read("case-ombudsman", case.pk)
    stage = case.complaint_stages.get(name="Stage 2")
    desk.post("complaint-stage", case.pk, stage.pk, on="today", answer="partly", is_final="on")
    assert {each.day for each in case.key_dates.filter(kind=KeyDate.Kind.FINAL)} == {day}  # reply and stage
    card = desk.read("case-ombudsman", case.pk)
    assert "Housing Ombudsman Service" in card
    assert "Until Saturday 13 March 2027" in card  # twelve months, counted by the office

    # Tuesday 17 March: he is told in plain words where to go, until when, and what the member cannot do. The
    # table calls it LT-OMB, which is a letter to an ombudsman; here he applies himself (variation below).
    day = desk.at(2026, 3, 17, 10)
    assert draft_due_chasers(day) == 0
    assert words_due(day) == 0
    desk.post(
        "enquiry-forwarding", enquiry.pk, summary="They uphold a part, offer £150 and give no date.",
        what_next="The Housing Ombudsman is free and needs their letter. We cannot order works.", quotes="on",
    )  # fmt: skip
    explained = case.letters.drafts().get()
    assert "We cannot order works." in explained.text
    desk.send(explained)
    case.refresh_from_db()
    assert told(case, today=day).due_on == date(2026, 4, 16)

    # Thursday 19 March: he applies, and sends the number.
    day = desk.at(2026, 3, 19, 10)
    number = desk.mail(OWEN, "I have applied. My case number is 202600123.")
    desk.post("message-filing", number.pk, case=case.pk)
    desk.post(
        "complaint-new", case.pk, issue=issue, scheme="HOS", court="none",
        what_happened="Damp since the winter, and no date for works.", injustice="His asthma is worse.",
    )  # fmt: skip
    complaint = Complaint.objects.get()
    assert complaint.by_when == date(2027, 3, 13)
    assert "12 months from: final response dated" in complaint.by_rule
    desk.post("complaint-submission", complaint.pk, on="today", reference="202600123")
    complaint.refresh_from_db()
    assert (complaint.state, complaint.submitted_on, complaint.although) == ("submitted", day, "")

    # Friday 20 March: the case closes as redirected; the complaint stays on the list of what is out.
    day = desk.at(2026, 3, 20, 12)
    desk.post(
        "case-closure", case.pk, outcome="referred", letter="on", again_on="12 wk",
        again_what="Ask whether the ombudsman decided",
    )  # fmt: skip
    assert FollowUp.objects.get().on == date(2026, 6, 12)
    desk.send(case.letters.drafts().get(kind="closing"))
    case.refresh_from_db()
    assert (timezone.localdate(case.closed_at), case.issues.get().outcome) == (day, "referred")
    assert not Letter.objects.drafts().exists()

    # Friday 12 June: works are booked, the decision is awaited. Taken up once, noted, and closed again.
    desk.at(2026, 6, 5, 10)
    assert "Ask whether the ombudsman decided" not in desk.read("today")
    day = desk.at(2026, 6, 12, 10)
    assert "Ask whether the ombudsman decided: Damp in the bedroom" in desk.read("today")
    assert case.reference in desk.client.get("/referrals/").content.decode()
    desk.post(
        "case-reopening", case.pk, reason="We asked how it went", next_action="Ask for the decision",
        on="today",
    )  # fmt: skip
    desk.post("case-calls", case.pk, other_side="Owen Hughes", text="Works are booked; no decision yet.")
    desk.post("case-closure", case.pk, outcome="referred")
    case.refresh_from_db()
    assert (case.is_open, timezone.localdate(case.closed_at)) == (False, day)
    assert case.events.filter(kind=Event.Kind.REOPENED).count() == 1
    assert not FollowUp.objects.open().exists()
    assert Complaint.objects.open().get().reference == "202600123"
    assert words_due(date(2026, 6, 15)) == 0  # he heard it on the telephone
    to = [each.recipients[0] for each in smtp.wait_for(3)]
    assert to == ["complaints@fenwick.example", "owen.hughes@post.example", "owen.hughes@post.example"]


def test_variation_for_a_department_of_the_uk(desk_on, smtp):
    OfficeFactory(postcode_prefixes="WX3, WX4")
    BodyContactFactory(body=body("PHSO"), email="complaints@phso.example")
    desk, amira = desk_on(StaffFactory()), StaffFactory(member=True)

    # Friday 6 February: his passport has not come; he signs, and the department's first stage is open.
    desk.at(2026, 2, 6, 16)
    case = desk.open_case(
        desk.mail(OWEN, "My passport has not come. I knew on 2 February."), title="Passport late",
        category="IMM-PASS", body="HMPO", address_lines="2 Quarry Lane", postcode="WX4 7QP",
    )  # fmt: skip
    desk.post(
        "authority-new", case.pk, person=case.constituent.pk, basis="signed", given_on="today",
        covers_any_body="on", scan=SimpleUploadedFile("signed.pdf", A_PAGE, "application/pdf"),
    )  # fmt: skip
    issue = case.issues.get().pk
    desk.post("route-date-new", case.pk, kind="known", day="2 feb 2026", known_from="His email")
    desk.post("complaint-stage-new", case.pk, issue=issue, body="HMPO", name="Stage 2", sent_on="today")

    # Friday 13 March: their final response. The Parliamentary Ombudsman counts from the day he knew of it to
    # that on which he came to the member: no last day is left to keep.
    desk.at(2026, 3, 13, 11)
    stage = case.complaint_stages.get()
    desk.post("complaint-stage", case.pk, stage.pk, on="today", answer="not", is_final="on")
    desk.post(
        "complaint-new", case.pk, issue=issue, scheme="PHSO-GOV", court="none",
        what_happened="No passport for months.", injustice="He lost a journey.",
    )  # fmt: skip
    complaint = Complaint.objects.get()
    assert complaint.by_when is None
    card = desk.client.get(complaint.get_absolute_url()).content.decode()
    assert "2 February 2027" in card

    # Tuesday 17 March: LT-OMB with the form leaves under the member's own signature, and not without it.
    day = desk.at(2026, 3, 17, 10)
    desk.post("complaint-letter", complaint.pk)
    complaint.refresh_from_db()
    letter = complaint.letter
    assert (letter.template.code, letter.to_body) == ("LT-OMB", body("PHSO"))
    assert "final response: 13 March 2026" in letter.text
    unsigned = desk.client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version}, follow=True)
    assert "Only the member signs a complaint to the Parliamentary Ombudsman" in unsigned.content.decode()
    desk.at(2026, 3, 17, 11, staff=amira)
    letter.refresh_from_db()
    desk.client.post(f"/letters/{letter.pk}/approval/", {"version": letter.version})
    desk.at(2026, 3, 17, 12)
    desk.send(letter)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.submitted_on) == ("submitted", day)
    assert [each.recipients for each in smtp.wait_for(1)] == [["complaints@phso.example"]]
