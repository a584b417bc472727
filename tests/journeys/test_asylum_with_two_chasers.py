"""Case C of an office's five: an asylum case, two chasers and a letter to the minister, day by day."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.authority.models import Authority
from opencasework.office.authority.tests.factories import A_PAGE
from opencasework.office.bodies.tests.factories import BodyContactFactory, body
from opencasework.office.cases.models import Event
from opencasework.office.cases.told import told
from opencasework.office.chasing.actions import draft_due_chasers, next_chase_on
from opencasework.office.constituents.models import ActingFor
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.referrals.models import Outward, Partner
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.telling.models import Word

from .desk import words_due

pytestmark = pytest.mark.django_db
VOLUNTEER = "Beth Moore <beth@church.example>"
ASKS = """Mr Amanuel Tesfay of 9 Chapel Row, WX4 7QP, asks for your help. He had his asylum interview in April
2024 and has waited 21 months. He has diabetes. His address is a.tesfay@post.example."""
QUESTIONS = "1. Where is his claim?\n2. What holds it up?\n3. When will it be decided?"


def standing(case, day):
    case.refresh_from_db()
    return told(case, today=day)


def test_asylum_with_two_chasers(desk_on, smtp):
    OfficeFactory(postcode_prefixes="WX3, WX4")
    BodyContactFactory(body=body("UKVI-ASY"), name="MP enquiry team", email="mpteam@ho.example")
    BodyContactFactory(body=body("UKVI-ASY"), name="Manager", kind="escalation", email="manager@ho.example")
    BodyContactFactory(body=body("HO"), name="The Minister", kind="escalation", email="minister@ho.example")
    BodyContactFactory(body=body("CAB"), email="help@advice.example")
    desk = desk_on(StaffFactory(senior=True))
    amira, manager = StaffFactory(member=True), StaffFactory(office_manager=True)
    desk.at(2026, 1, 2, 9, staff=manager)
    desk.post("letterhead", colour="indigo", keep_years="3")  # by its policy

    # Tuesday 20 January: a volunteer of a church writes for him, and it is his case.
    tuesday = desk.at(2026, 1, 20, 9)
    case = desk.open_case(
        desk.mail(VOLUNTEER, ASKS, subject="Waiting for asylum"),
        full_name="Amanuel Tesfay", email="a.tesfay@post.example", phone="",
        address_lines="9 Chapel Row\nWexcombe", postcode="WX4 7QP", title="Asylum decision, 21 months",
        category="IMM-ASY", body="UKVI-ASY", urgency="URG-2",
    )  # fmt: skip
    desk.post("case-person-new", case.pk, full_name="Beth Moore", role="third_party", relation="volunteer")
    assert (case.channel, case.urgency, case.sensitivity) == ("email", "URG-2", "SEN-2")
    assert standing(case, tuesday).due_on == date(2026, 1, 22)  # acknowledged within two working days
    assert words_due(tuesday) == 1
    desk.send(case.letters.drafts().get())
    assert standing(case, tuesday).due_on == date(2026, 2, 17)

    # Monday 26 January: he signs, with an interpreter; his solicitor and his numbers are noted.
    monday = desk.at(2026, 1, 26, 11)
    assert not gate.is_open(case, body("UKVI-ASY"), on=monday)  # without his word nothing goes there
    desk.post(
        "authority-new", case.pk, person=case.constituent.pk, basis="signed", given_on="today",
        bodies=[body("HO").pk], scan=SimpleUploadedFile("signed.pdf", A_PAGE, "application/pdf"),
    )  # fmt: skip
    for name, relation, acts in (
        ("Ruth Okoro", "solicitor", ""),
        ("Saba Haile", "interpreter", "interpreter"),
    ):
        desk.post("case-person-new", case.pk, full_name=name, role="adviser", relation=relation, acts_as=acts)
    desk.post("case-reference-new", case.pk, kind="HOREF", value="A0000000")
    desk.post("case-reference-new", case.pk, kind="ARC", value="ARC/000000/000")
    signed = Authority.objects.get()
    assert (signed.basis, signed.given_on) == ("signed", monday)
    assert gate.is_open(case, body("UKVI-ASY"), on=monday)  # a department's own service is covered with it
    assert ActingFor.objects.get().kind == "interpreter"

    # Monday 2 February: the letter, and from it the day an answer is due.
    monday = desk.at(2026, 2, 2, 10)
    letter = desk.write(
        case, "LT-DEPT", body=body("UKVI-ASY"), questions=QUESTIONS,
        what_happened="His interview was in April 2024. He has diabetes.",
    )  # fmt: skip
    assert "I would be glad of your reply by 2 March 2026" in letter.text
    assert "A0000000" in letter.text
    desk.send(letter)
    first = Enquiry.objects.get()
    assert (first.sent_on, first.due_on, first.level) == (monday, date(2026, 3, 2), "official")
    assert "within 20 working days" in first.due_rule
    assert case.events.filter(kind=Event.Kind.LETTER_OUT, detail__enquiry=first.pk).exists()
    case.refresh_from_db()
    assert case.next_action == "See whether UKVI asylum operations has replied"
    assert case.next_action_on == first.due_on

    # Tuesday 17 February: twenty working days after his acknowledgement he is told where it stands.
    day = desk.at(2026, 2, 17, 9)
    assert words_due(day) == 1
    update = case.letters.drafts().get()
    assert "They should answer by 2 March 2026" in update.text
    desk.send(update)

    # Monday 2 March: nothing has come; it is due today and late tomorrow.
    day = desk.at(2026, 3, 2, 17)
    assert not Enquiry.objects.overdue(on=day).exists()
    assert draft_due_chasers(day) == 0
    assert next_chase_on(first) == date(2026, 3, 3)

    # Tuesday 3 March: late, and the first chaser.
    day = desk.at(2026, 3, 3, 9)
    assert [each.enquiry for each in desk.client.get("/chasers/").context["late"].shown] == [first]
    assert draft_due_chasers(day) == 1
    chaser = case.letters.drafts().get()
    assert (chaser.template.code, chaser.to_email) == ("LT-CH1", "mpteam@ho.example")
    assert "20 working days" in chaser.text
    desk.send(chaser)

    # Thursday 12 March: a holding reply without a date, so the clock of the ladder runs on.
    desk.at(2026, 3, 12, 9)
    desk.post("enquiry-replies", first.pk, kind="holding", received_on="today", note="Allocated; no date.")
    first = Enquiry.objects.get()
    assert not first.is_answered
    assert next_chase_on(first) == date(2026, 3, 17)

    # Tuesday 17 March: the second chaser, to the manager of the team. He is told, too.
    day = desk.at(2026, 3, 16, 9)
    assert draft_due_chasers(day) == 0
    day = desk.at(2026, 3, 17, 9)
    assert draft_due_chasers(day) == 1
    chaser = case.letters.drafts().get(to_person=None)
    assert (chaser.template.code, chaser.to_email) == ("LT-CH2", "manager@ho.example")
    desk.send(chaser)
    assert standing(case, day).due_on == day
    assert words_due(day) == 1
    update = case.letters.drafts().get()
    assert update.template.code == "LT-HOLD"
    desk.send(update)

    # Tuesday 31 March: still no date. The letter to the minister is due and drafted; he hears the plan.
    day = desk.at(2026, 3, 30, 9)
    assert draft_due_chasers(day) == 0
    day = desk.at(2026, 3, 31, 9)
    assert draft_due_chasers(day) == 1
    minister = case.letters.drafts().get()
    assert (minister.template.code, minister.to_body, minister.kind) == ("LT-ESC", body("HO"), "enquiry")
    assert minister.to_email == "minister@ho.example"
    for sent in ("2 February 2026", "3 March 2026", "17 March 2026"):
        assert sent in minister.text  # the full chain
    plan = desk.write(case, "LT-UPDATE", your_message="Nothing yet. Tomorrow we write to the Minister.")
    desk.send(plan)
    assert standing(case, day).due_on == date(2026, 4, 30)

    # Wednesday 1 April: the member signs, and the second enquiry has a clock of its own over Easter.
    day = desk.at(2026, 4, 1, 10, staff=amira)
    desk.send(minister)
    second = Enquiry.objects.get(letter=minister)
    assert (second.level, second.sent_on, second.due_on) == ("minister", day, date(2026, 5, 1))
    assert draft_due_chasers(date(2026, 4, 30)) == 0  # the first waits for whoever stands above

    # Wednesday 22 April: the minister answers, and that answers what was asked below.
    day = desk.at(2026, 4, 22, 9)
    desk.post(
        "enquiry-replies", second.pk, kind="substantive", received_on="today",
        note="Second interview on 14 May; an apology for the delay.",
    )  # fmt: skip
    assert {each.answered_on for each in Enquiry.objects.all()} == {day}
    told_him = desk.post(
        "enquiry-forwarding", second.pk, summary="There is a second interview on 14 May.",
        what_next="Your solicitor goes with you.", quotes="on",
    )  # fmt: skip
    assert told_him.startswith("/letters/")
    desk.send(case.letters.drafts().get())
    assert standing(case, day).due_on == date(2026, 5, 21)
    assert draft_due_chasers(date(2026, 5, 5)) == 0  # on the first working day after 1 May nothing is late

    # Thursday 14 May: the interview was held, as his solicitor says.
    desk.at(2026, 5, 14, 16)
    desk.post(
        "case-calls", case.pk, other_side="Ruth Okoro", text="The interview was held.",
        next_action="Ask the solicitor for news", on="9 jul 2026",
    )  # fmt: skip

    # Friday 12 June: no news for twenty working days, so somebody rings him.
    day = desk.at(2026, 6, 12, 9)
    assert standing(case, day).due_on == day  # the late May holiday is not counted
    assert words_due(day) == 1
    desk.post("word-told", Word.objects.waiting().get().pk, how="phone", said="No news yet.")
    assert not Letter.objects.drafts().exists()
    assert standing(case, day).due_on == date(2026, 7, 10)

    # Thursday 9 July: leave is granted. What comes next, and an adviser the same day.
    day = desk.at(2026, 7, 9, 10)
    desk.post("partner-new", body=body("CAB").pk, kind="advice", takes="Housing", how="phone", answer_days=5)
    desk.post(
        "outward-new", case.pk, partner=Partner.objects.get().pk, how="phone", consent="verbal",
        shared="That he has leave, and the day his support ends.", why_verbal="On the telephone",
        consent_words="Yes, tell Citizens Advice.",
    )  # fmt: skip
    referral = Outward.objects.get()
    assert (referral.transfer.offered_on, referral.transfer.answer_by) == (day, date(2026, 7, 16))
    desk.post("outward-answer", referral.pk, answer="accepted", on="today")
    next_steps = desk.write(case, "LT-UPDATE", your_message="Ask Citizens Advice about a home and benefits.")
    desk.send(next_steps)
    desk.post("case-next-action", case.pk, next_action="Ask whether he has a home", on="1 oct 2026")

    # October: he has found a home, and the case closes.
    day = desk.at(2026, 10, 1, 10)
    desk.post("outward-result", referral.pk, result="helped", on="today", note="A flat in Fenwick.")
    desk.post("case-closure", case.pk, outcome="put-right", changed="You have leave and a home.", letter="on")
    last = case.letters.drafts().get(kind="closing")
    assert "We keep your papers until 1 October 2029." in last.text
    desk.send(last)
    case.refresh_from_db()
    assert timezone.localdate(case.closed_at) == day
    assert not Letter.objects.drafts().exists()
    to = [each.recipients[0] for each in smtp.wait_for(11)]
    assert [each for each in to if each.endswith("@ho.example")] == [
        "mpteam@ho.example", "mpteam@ho.example", "manager@ho.example", "minister@ho.example",
    ]  # fmt: skip

    # Three years after closing his papers come up for review, as the office's policy sets.
    desk.at(2029, 10, 1, 9, staff=manager)
    assert "Closed 1 October 2026; papers kept until 1 October 2029." in desk.read("papers-due")
