"""Case A of an office's five: a payment that is missing, put right by telephone, day by day."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.bodies.models import Body
from opencasework.office.bodies.tests.factories import BodyContactFactory, body
from opencasework.office.cases.models import Event
from opencasework.office.cases.told import told
from opencasework.office.chasing.actions import draft_due_chasers
from opencasework.office.inbox.models import Message
from opencasework.office.letters.models import Enquiry, Letter, Reply
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.referrals.models import Outward, Partner
from opencasework.office.staff.tests.factories import StaffFactory

from .desk import words_due

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 1, 12)


VERIFYING = "The payment is blocked because the housing costs are not verified."


def test_fixed_by_telephone(desk_on, smtp):
    OfficeFactory(postcode_prefixes="WX3, WX4")
    credit = body("DWP-UC")
    BodyContactFactory(body=credit, kind="hotline", name="MP line", phone="01632 960310")
    manager = StaffFactory(office_manager=True)
    desk = desk_on(StaffFactory())

    # The office keeps a case for two years after it is closed, and has heard the same three times this month.
    desk.at(2026, 1, 7, 9, staff=manager)
    desk.post("letterhead", colour="indigo", keep_years="2")
    for _ in range(3):
        enquiry = EnquiryFactory(to_body=credit, sent_on=date(2026, 1, 6))
        desk.post("enquiry-replies", enquiry.pk, kind="substantive", received_on="today", note=VERIFYING)
        desk.post(
            "case-calls", enquiry.case.pk, other_side=enquiry.case.constituent.full_name, text="Told of it."
        )
        desk.post("case-closure", enquiry.case.pk, outcome="put-right")

    # Monday 12 January, 09:40: she rings, and it is a case at once, for today.
    desk.at(2026, 1, 12, 9, 40)
    desk.post(
        "entry-new", "call", from_name="Asha Rao", number="07700 900841", follow_up="yes",
        from_address="asha.rao@post.example",
        text="No Universal Credit on 9 January, and no food in the house for two children.",
    )  # fmt: skip
    case = desk.open_case(
        Message.objects.get(), title="Universal Credit not paid", category="BEN-UC", body="DWP-UC",
        urgency="URG-3", transferability="TRF-0", address_lines="7 Quarry Lane\nWexcombe", postcode="WX4 7QP",
    )  # fmt: skip
    assert (case.channel, case.urgency, case.transferability) == ("phone", "URG-3", "TRF-0")
    assert case.sensitivity == "SEN-2"  # as usual for what it is about
    assert case.next_action_on == MONDAY
    heard = told(case, today=MONDAY)
    assert (heard.heard.how, heard.due_on) == ("phone", date(2026, 2, 9))
    assert words_due(MONDAY) == 0  # who rang was spoken to

    # 09:50: her number, her word that we may ask, and a voucher with her consent.
    desk.at(2026, 1, 12, 9, 50)
    desk.post("case-reference-new", case.pk, kind="NINO", value="QQ123456C")
    desk.post(
        "authority-new", case.pk, person=case.constituent.pk, basis="verbal", given_on="today",
        bodies=[body("DWP").pk], statement="Please ask them where my money is.", heard_at_time="09:50",
        verbal_reason="No food in the house; nothing can be signed today", call_number="07700 900841",
    )  # fmt: skip
    assert gate.is_open(case, credit, on=MONDAY)
    desk.post("body-new", name="Wexcombe Food Bank", kind="advice", nation="en")
    pantry = Body.objects.get(name="Wexcombe Food Bank")
    desk.post(
        "partner-new", body=pantry.pk, kind="charity", takes="Food for three days", how="phone",
        answer_days=1,
    )  # fmt: skip
    desk.post(
        "outward-new", case.pk, partner=Partner.objects.get().pk, how="phone", consent="verbal",
        shared="Her name, and that there are two children.", why_verbal="On the telephone",
        consent_words="Yes, tell the food bank my name.",
    )  # fmt: skip
    voucher = Outward.objects.get()
    assert (voucher.transfer.consent_on, voucher.transfer.answer_by) == (MONDAY, date(2026, 1, 13))
    desk.post("outward-answer", voucher.pk, answer="accepted", on="today")

    # 10:15: the line for members says what blocks the payment. 10:40: an advance today.
    desk.at(2026, 1, 12, 10, 15)
    desk.post(
        "enquiry-new", case.pk, body="DWP-UC", means="phone", to_whom="MP line", asked_on="today",
        question="What blocks the payment of 9 January?",
    )  # fmt: skip
    asked = Enquiry.objects.get(case=case)
    assert (asked.means, asked.sent_on, asked.due_on) == ("phone", MONDAY, date(2026, 2, 9))
    assert "within 20 working days" in asked.due_rule
    desk.post("enquiry-replies", asked.pk, kind="partial", received_on="today", note=VERIFYING)
    asked.refresh_from_db()
    assert not asked.is_answered
    desk.at(2026, 1, 12, 10, 40)
    desk.post(
        "enquiry-replies", asked.pk, kind="substantive", received_on="today",
        note="An advance today; they verify from the landlord's letter.",
    )  # fmt: skip
    asked.refresh_from_db()
    assert asked.answered_on == MONDAY

    # 11:00: she is told, and sends the letter of her landlord.
    desk.at(2026, 1, 12, 11)
    desk.post(
        "case-calls", case.pk, other_side="Asha Rao", text="Told her of the advance. She sends the letter.",
        next_action="See whether she is paid", on="wed",
    )  # fmt: skip
    case.refresh_from_db()
    assert case.next_action_on == date(2026, 1, 14)
    letter = desk.mail("Asha Rao <asha.rao@post.example>", "Here is the letter.", pdf="landlord.pdf")
    beside = desk.client.get(f"/inbox/messages/{letter.pk}/").content.decode()
    assert case.reference in beside  # her open case is offered, and a person decides
    desk.post("message-filing", letter.pk, case=case.pk)
    letter.refresh_from_db()
    assert letter.case == case
    assert letter.attachments.get().filename == "landlord.pdf"

    # Wednesday 14 January: the payment is there, and she says thank you.
    desk.at(2026, 1, 14, 9)
    assert case.title in desk.client.get("/").content.decode()  # what is due today is on My day
    thanks = desk.mail("Asha Rao <asha.rao@post.example>", "The money came this morning. Thank you!")
    desk.post("message-filing", thanks.pk, case=case.pk)
    desk.post("outward-result", voucher.pk, result="helped", on="today")
    assert case.events.filter(kind=Event.Kind.MESSAGE_IN).count() == 3  # her call, her letter, her thanks

    # The office notes that it is the fourth of its kind this month, for the weekly review.
    desk.post("case-notes", case.pk, text="Housing verification again: the fourth this month.")
    pattern = " ".join(desk.read("body-stock", credit.pk).split())
    assert VERIFYING in pattern
    assert "4 replies say nearly the same since 7 Jan 2026" in pattern

    # Wednesday 21 January: the case closes as put right, and she is told how to come back.
    closed = desk.at(2026, 1, 21, 14)
    desk.post(
        "case-closure", case.pk, outcome="put-right", changed="Your payment of 9 January came.", letter="on"
    )
    last = case.letters.get(kind="closing")
    assert f"write or ring and quote {case.reference}" in last.text
    assert "Your payment of 9 January came." in last.text
    assert "We keep your papers until 21 January 2028." in last.text
    desk.send(last)
    case.refresh_from_db()
    assert (timezone.localdate(case.closed_at), case.issues.get().outcome) == (closed, "put-right")
    assert last.sent_on == closed
    assert [each.recipients for each in smtp.wait_for(1)] == [["asha.rao@post.example"]]

    # Nothing more is owed: no chaser on the day an answer would have been late, no word to her.
    day = desk.at(2026, 2, 10, 9)
    assert draft_due_chasers(day) == 0
    assert words_due(day) == 0
    assert not Letter.objects.drafts().filter(case=case).exists()
    assert Reply.objects.filter(enquiry__case=case).count() == 2

    # Friday 21 January 2028: two years after closing, her papers come up for review.
    desk.at(2027, 12, 21, 9, staff=manager)
    assert f"{case.reference}</span> {case.title}" not in desk.read("papers-due")
    desk.at(2028, 1, 21, 9, staff=manager)
    assert f"{case.reference}</span> {case.title}" in desk.read("papers-due")
    assert "Closed 21 January 2026; papers kept until 21 January 2028." in desk.read("papers-due")
