"""Enquiries whose answers are late, and the chasers that the ladder drafts for them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.chasing.actions import draft_due_chasers
from opencasework.office.letters import outbox
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.tests.factories import EnquiryFactory

LONDON = timezone.get_default_timezone()
SENT, FIRST = date(2026, 9, 1), date(2026, 9, 16)  # with ten working days, the first chaser is due that day
SAME = (
    "The payments of my constituent {name} stopped in June without a letter, and the journal has not been "
    "answered since. Please pay the arrears, say who decided it and on what grounds, and tell me when it is "
    "put right."
)
MATTERS = (
    "The roof of the house leaks into the bedroom of a child with asthma. When will a surveyor come, and why "
    "was the appointment of May missed?",
    "A passport was applied for in March and paid for. Where is it now, and will it be there before the "
    "wedding of her sister in Lahore?",
    "His pension was cut after he moved from Leeds to Cardiff. Please say by which rule, and pay back what "
    "was taken since Easter.",
    "The school bus does not stop in the village any more and two pupils walk along the main road in the "
    "dark. Who decided that?",
    "She was overpaid by a clerk's mistake and asked to repay it all within a month. Please write the debt "
    "off or take it in small parts.",
    "The tribunal allowed the appeal in January and nothing has been done about it since. When will the "
    "award be put into effect?",
    "Nobody reads out the letters that he gets although he is blind and has asked for large print for a "
    "year. When will that be mended?",
    "The lift has been broken for nine weeks and a tenant in a wheelchair cannot leave the fourth floor. On "
    "which day will it run?",
)


def moved_to(time_machine, client, day: date, *, by) -> None:
    """Nine in the morning of a day, and this colleague signed in."""
    time_machine.move_to(datetime(day.year, day.month, day.day, 9, tzinfo=LONDON))
    client.force_login(by)


def asked(
    body: Body, number: int = 1, *, words: str = SAME, on: date = SENT, **given: object
) -> list[Enquiry]:
    """So many enquiries of that day, all in these words but for the name."""
    return [
        EnquiryFactory(to_body=body, text=words.format(name=f"Alex Example{each}"), sent_on=on, **given)
        for each in range(number)
    ]


def drafted(day: date = FIRST) -> list[Letter]:
    """The chasers that the ladder drafts on a day, in the order of their enquiries."""
    draft_due_chasers(day)
    return list(Letter.objects.drafts().filter(kind=Letter.Kind.CHASER).order_by("about_enquiry_id"))


def send(client, letter: Letter):
    return client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})


def leave(client, letter: Letter) -> None:
    """It is sent at the desk, and leaves when its hold is over."""
    sent = send(client, letter)
    assert sent.status_code == 302, sent.content.decode().partition("checks")[2][:3000]
    letter.refresh_from_db()
    outbox.send_ready(letter.mail.send_after + timedelta(seconds=1))
    letter.refresh_from_db()
    assert letter.state == Letter.State.SENT


def read(client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    return page.content.decode()
