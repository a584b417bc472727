"""Case D of an office's five: somebody whom another member represents, day by day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone

from opencasework.office.authority.models import Authority
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case
from opencasework.office.constituents.models import Person
from opencasework.office.inbox.models import Answer, Message, blobs
from opencasework.office.inbox.tests.receiving import mail, receive
from opencasework.office.inbox.tests.test_acknowledging import leaving
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.referrals.models import Outward, Partner
from opencasework.office.staff.tests.factories import StaffFactory

from .desk import Desk, worker_does

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
ERASING = "Erasing what is not ours to keep"
MRS_BELL = mail("Mrs Ida Bell <ida.bell@post.example>", Message_ID="<bell1@post.example>").replace(
    b"We have looked into it.",
    b"My hospital appointment was moved twice. I live at 4 Mill Lane, ZZ1 2AB.",
)


@pytest.fixture
def rules(places, desk_on):
    """The office keeps what is for another member for three months; its rule is in days, so 92 of them."""
    OfficeFactory(postcode_prefixes="WX3, WX4")
    desk = desk_on(StaffFactory(office_manager=True))
    desk.at(2026, 3, 5, 9)
    desk.post("mail-rules", other_member_days="92", postcode_prefixes="WX3, WX4", hold_seconds="60")


@pytest.mark.usefixtures("rules")
def test_not_our_constituent(client, at):
    client.force_login(StaffFactory())

    # Thursday 5 March, 11:20: she writes, and the message is held without a case.
    at(2026, 3, 5, 11, 20)
    message = receive(MRS_BELL)
    shown = client.get(f"/inbox/messages/{message.pk}/").content.decode()
    assert "ZZ1 2AB is in Aldershot, represented by Jo Ashdown." in shown
    assert not Case.objects.exists()

    # 11:35: the reply names the member who represents her, the same day.
    at(2026, 3, 5, 11, 35)
    reply = f"/inbox/messages/{message.pk}/other-member/"
    words = client.get(reply).context["form"].initial
    client.post(reply, {name: words[name] for name in ("note", "subject", "text")} | {"act": "send"})
    Answer.objects.update(send_after=timezone.now())
    [(_sender, recipient, content)] = leaving()
    assert recipient == "ida.bell@post.example"
    assert "Jo Ashdown, the member for Aldershot" in content
    assert "not" in content.split("passed")[0].rpartition(".")[2]  # her message was not passed on
    message.refresh_from_db()
    assert message.erase_on == date(2026, 6, 5)
    assert "Erased on 5 June 2026" in client.get(f"/inbox/messages/{message.pk}/").content.decode()
    assert not Case.objects.exists()

    # Three months later nothing of hers is here, neither words nor bytes nor her name.
    at(2026, 6, 4, 3)
    assert worker_does(ERASING) == 0
    at(2026, 6, 5, 3)
    assert worker_does(ERASING) == 1
    assert not Message.objects.exists()
    assert not Person.objects.filter(full_name__contains="Bell").exists()
    assert not blobs().exists(message.sha256)


@pytest.mark.usefixtures("rules")
def test_not_our_constituent_who_asks_us_to_pass_it_on(desk_on: Callable[..., Desk], smtp):
    desk = desk_on(StaffFactory())

    # Thursday 5 March: she is told who represents her, and that nothing was passed on.
    desk.at(2026, 3, 5, 11, 35)
    message = receive(MRS_BELL)
    form = desk.client.get(f"/inbox/messages/{message.pk}/other-member/").context["form"]
    words = {name: form.initial[name] for name in ("note", "subject", "text")}
    assert "Jo Ashdown, the member for Aldershot" in words["text"]
    desk.post("message-other-member", message.pk, act="send", **words)

    # Friday 6 March: she asks us to forward it. Her consent is kept, and her message goes to that office.
    friday = desk.at(2026, 3, 6, 10)
    asks = "Please send my message on to Jo Ashdown. I live at 4 Mill Lane, ZZ1 2AB."
    case = desk.open_case(
        desk.mail("Mrs Ida Bell <ida.bell@post.example>", asks, subject="RE: Who can help you"),
        title="Hospital appointment moved twice", category="HEA-WAIT", transferability="TRF-3",
        address_lines="4 Mill Lane", postcode="ZZ1 2AB",
    )  # fmt: skip
    assert (case.opened_at.date(), case.transferability) == (friday, "TRF-3")
    desk.post("body-new", name="Jo Ashdown MP", kind="rep_mp", nation="en")
    office = Body.objects.get(name="Jo Ashdown MP")
    desk.post("body-contact-new", office.pk, kind="correspondence", email="office@ashdown.example")
    desk.post(
        "partner-new", body=office.pk, kind="representative", takes="Her constituents", how="email",
        answer_days=10,
    )  # fmt: skip
    desk.post(
        "outward-new", case.pk, partner=Partner.objects.get().pk, how="email", consent="verbal",
        shared="Her hospital appointment was moved twice.", why_verbal="In her email of 6 March",
        consent_words=asks,
    )  # fmt: skip
    referral = Outward.objects.get()
    assert (referral.transfer.consent_on, referral.transfer.answer_by) == (friday, date(2026, 3, 20))
    consent = Authority.objects.get()
    assert (consent.statement, consent.covered) == (asks, ["Jo Ashdown MP"])
    desk.post("outward-letter", referral.pk)
    desk.send(case.letters.drafts().get())
    [mail] = [each for each in smtp.received if each.recipients == ["office@ashdown.example"]]
    assert b"moved twice" in mail.raw
    assert not case.enquiries.exists()  # a referral starts no clock of an enquiry

    # They take it, and the case closes as referred.
    desk.at(2026, 3, 10, 10)
    desk.post("outward-answer", referral.pk, answer="accepted", on="today")
    desk.post("case-closure", case.pk, outcome="referred")
    case.refresh_from_db()
    assert not case.is_open

    # What was for another member still goes after three months; what she asked of us stays on its case.
    desk.at(2026, 6, 5, 3)
    assert worker_does(ERASING) == 1
    assert not blobs().exists(message.sha256)
    assert Message.objects.get().case == case
    assert case.constituent.full_name.endswith("Ida Bell")


@pytest.mark.usefixtures("rules")
def test_not_our_constituent_but_the_matter_is_in_our_seat(desk_on: Callable[..., Desk]):
    desk = desk_on(StaffFactory())

    # Thursday 5 March: she lives in the next seat, and the hospital of which she complains is in ours.
    desk.at(2026, 3, 5, 14)
    asks = "The ward of Wexcombe hospital where my father is dying turned me away. I live at ZZ1 2AB."
    case = desk.open_case(
        desk.mail("Mrs Ida Bell <ida.bell@post.example>", asks),
        title="Turned away from the ward", category="HEA-WAIT", transferability="TRF-4",
        address_lines="4 Mill Lane", postcode="ZZ1 2AB",
    )  # fmt: skip

    # Both offices work on it: hers agrees on Friday, and the case says who leads and that it stays with us.
    desk.post(
        "authority-new", case.pk, person=case.constituent.pk, basis="verbal", given_on="today",
        covers_any_body="on", statement="Both offices may work on it, and ask whom they need.",
        verbal_reason="Her father is dying",
    )  # fmt: skip
    desk.post("case-transfer-new", case.pk, to_name="Jo Ashdown MP", level="TRF-4", consent="verbal")
    shared = case.transfers.get()
    assert (shared.consent_on, shared.answer_by) == (date(2026, 3, 5), date(2026, 3, 19))
    friday = desk.at(2026, 3, 6, 10)
    desk.post("case-transfer", case.pk, shared.pk, answer="accepted", on="today")
    desk.post(
        "case-notes", case.pk, text="We lead, because the hospital is here; Jo Ashdown's office is told."
    )
    shared.refresh_from_db()
    case.refresh_from_db()
    assert (shared.answer, shared.answered_on) == ("accepted", friday)
    assert case.is_open
    page = desk.read("case", case.pk)
    assert "Jo Ashdown MP" in page
    assert "We lead, because the hospital is here" in page
