"""An office's month, end to end, on real mail and in a real browser: the path everything else deepens.

Mail comes in from an IMAP server, becomes a case, a letter goes to a department through an SMTP server, the
reply is late and is chased, comes, the case closes, the month is published, the observatory shows it.
"""

from __future__ import annotations

import email
import email.policy
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from click.testing import CliRunner
from django.core.management import call_command
from playwright.sync_api import Page, expect

from opencasework.observatory.cli import observatory
from opencasework.office.authority.tests.factories import A_PAGE
from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases.models import Case
from opencasework.office.inbox.models import Mailbox, Message
from opencasework.office.inbox.samples import sample_messages
from opencasework.office.letters.models import Enquiry
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.publishing.tests.counted import a_busy_office
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.standard.validate import validate
from tests.services.plugin import LiveOffice
from tests.services.smtp import SmtpSink

LONDON = ZoneInfo("Europe/London")
OUR_SERVER = "mx.office.example"  # whose findings about senders count
DESK = "uc-mp-desk@dwp.example"


class Clock:
    """Moves the office's clock on; nothing sleeps."""

    def __init__(self) -> None:
        self._travel: time_machine.travel | None = None

    def at(self, *moment: int) -> datetime:
        self.stop()
        when = datetime(*moment, tzinfo=LONDON)  # type: ignore[arg-type]
        self._travel = time_machine.travel(when, tick=True)
        self._travel.start()
        return when

    def stop(self) -> None:
        if self._travel is not None:
            self._travel.stop()
            self._travel = None


@pytest.fixture
def clock():
    moved = Clock()
    moved.at(2026, 10, 5, 9)
    yield moved
    moved.stop()


@pytest.fixture
def colleagues(transactional_db, home) -> dict[str, StaffMember]:
    OfficeFactory()
    BodyContact.objects.create(body=Body.objects.get(code="DWP-UC"), name="MP desk", email=DESK)
    return {
        "priya": StaffFactory(username="priya"),
        "tom": StaffFactory(username="tom", office_manager=True),
        "amira": StaffFactory(username="amira", member=True),
    }


def collect(server) -> None:
    Mailbox.objects.update_or_create(
        address="casework@office.example",
        defaults={
            "name": "Casework", "host": server.host, "port": server.port, "security": "none",
            "username": server.user, "authserv_id": OUR_SERVER,
        },
    )  # fmt: skip
    box = Mailbox.objects.get()
    box.set_password(server.password)
    box.save()
    call_command("collect_mail")


def reply_to(sent: bytes, *, text: str, confirmed: bool, name: str) -> bytes:
    """What the department answers to the mail it got."""
    ours = email.message_from_bytes(sent, policy=email.policy.default)
    finding = (
        f"Authentication-Results: {OUR_SERVER}; dmarc=pass header.from=dwp.example\r\n" if confirmed else ""
    )
    return (
        f"{finding}From: DWP MP desk <{DESK}>\r\nTo: {ours['Reply-To']}\r\nSubject: RE: {ours['Subject']}\r\n"
        f"Message-ID: <{name}@dwp.example>\r\nIn-Reply-To: {ours['Message-ID']}\r\n"
        f"Date: Tue, 03 Nov 2026 08:12:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


def choose_category(page: Page, code: str) -> None:
    page.get_by_label("What it is about").select_option(code)


@pytest.mark.timeout(280)
def test_an_offices_month(
    live_office: LiveOffice, mailbox, smtp: SmtpSink, colleagues, clock, settings, tmp_path
):
    settings.OUTBOX_HOLD_SECONDS = 0

    # 1. Sixty messages arrive, each once, however often they are collected.
    raws = sample_messages(1, datetime(2026, 10, 5).date())
    for raw in raws:
        mailbox.deliver(raw)
    collect(mailbox)
    call_command("collect_mail")
    assert Message.objects.count() == len(raws) == 60
    assert {message.raw() for message in Message.objects.all()} == set(raws)

    # 2. One of them becomes a case, from the keyboard.
    live_office.sign_in(colleagues["priya"])
    page = live_office.page()
    message = Message.objects.filter(subject="Universal Credit stopped").first()
    assert message is not None
    page.goto(f"/inbox/messages/{message.pk}/")
    page.keyboard.press("c")
    page.wait_for_url("**/case/**")
    page.get_by_label("Full name").fill("Nia Invented")
    page.get_by_label("Postcode").fill("WX4 7QP")
    page.get_by_label("Title").fill("Universal Credit stopped in hospital")
    choose_category(page, "BEN-UC")
    page.get_by_label("Body").select_option(label="Universal Credit")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: "/case/" not in url)
    case = Case.objects.get()
    message.refresh_from_db()
    assert message.case == case

    # 3. The case: a reference number, authority to act, a note.
    page.goto(f"/cases/{case.pk}/references/new/")
    page.locator("#id_text").fill("Her National Insurance number is QQ 12 34 56 C.")
    expect(page.locator("#numbers-found")).to_contain_text("National Insurance number")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    page.get_by_label("Note", exact=True).fill("Rang her: discharged on Friday, no food in the house.")
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_text("no food in the house")).to_be_visible()

    # 4. A letter to the department is refused without authority, and goes with it.
    _draft_letter(page, case)
    page.get_by_role("button", name="Send with this reason").click()  # and no reason is given
    call_command("send_mail")
    assert not smtp.received
    _sign_authority(page, case)
    _send_draft(page, case)
    clock.at(2026, 10, 5, 12)
    call_command("send_mail")
    assert len(smtp.received) == 1
    enquiry = Enquiry.objects.get()
    assert (enquiry.sent_on, enquiry.due_on) == (datetime(2026, 10, 5).date(), enquiry.due_on)
    assert enquiry.due_on == datetime(2026, 11, 2).date()  # DWP's own aim: 20 working days

    # 5. Nobody answers. The day passes; the chaser is drafted, sent; two replies come.
    clock.at(2026, 11, 3, 9)
    live_office.sign_in(colleagues["priya"])
    page.goto("/")
    expect(page.get_by_text("late").first).to_be_visible()
    call_command("draft_chasers")
    page.goto("/chasers/")
    expect(page.locator("main").get_by_text("Universal Credit").first).to_be_visible()
    page.goto(case.letters.get(kind="chaser").get_absolute_url())
    _send(page)
    clock.at(2026, 11, 3, 10)
    call_command("send_mail")
    assert len(smtp.received) == 2
    mailbox.deliver(reply_to(smtp.received[1].raw, text="It was paid today.", confirmed=True, name="one"))
    mailbox.deliver(reply_to(smtp.received[1].raw, text="Please disregard.", confirmed=False, name="two"))
    call_command("collect_mail")
    filed = Message.objects.get(message_id__contains="one@dwp.example")
    proposed = Message.objects.get(message_id__contains="two@dwp.example")
    assert (filed.case, filed.enquiry) == (case, enquiry)
    assert (proposed.case, proposed.proposed_case) == (None, case)
    page.goto(f"/inbox/messages/{proposed.pk}/")
    page.keyboard.press("a")
    page.wait_for_url(lambda url: str(proposed.pk) not in url)
    proposed.refresh_from_db()
    assert proposed.case == case

    # 6. It is the answer; the case closes, she is told, and everything is found again.
    page.goto(case.get_absolute_url())
    page.get_by_role("button", name="an answer").first.click()
    expect(page.get_by_text("Answered").first).to_be_visible()
    page.goto(f"/cases/{case.pk}/closure/")
    page.get_by_label("Put right", exact=True).check()
    page.get_by_label("Draft the closing letter").uncheck()
    page.get_by_role("button", name="Close case").click()
    expect(page.get_by_text("Closed: Put right").first).to_be_visible()
    page.get_by_role("link", name="Write the closing letter").first.click()
    page.get_by_role("button", name="Keep the draft").click()
    page.wait_for_url("**/letters/*/")
    _send(page)
    clock.at(2026, 11, 3, 11)
    call_command("send_mail")
    assert len(smtp.received) == 3
    for words in ("Invented", case.reference, "QQ123456C", "QQ 12 34 56", "WX4 7QP", "disregard"):
        page.goto(f"/search/?q={words}")
        assert page.locator(
            f"main a[href*='/cases/{case.pk}/'], main a[href*='/people/'], main a[href*='/messages/']"
        ).count()
    page.goto("/figures/")
    page.locator("main a[href*='/figures/cases/']").first.click()
    expect(page.get_by_text(case.reference).first).to_be_visible()

    # 7. October, in which others were helped too, is published by two people, and validates.
    a_busy_office("2026-10")
    _publish(live_office, page, colleagues)
    published = settings.HOME.publications / "published"
    assert validate(published).ok

    # 8. The observatory shows it beside simulated offices.
    clock.stop()
    _observe(published, tmp_path)


def _draft_letter(page: Page, case: Case) -> None:
    body = Body.objects.get(code="DWP-UC")
    page.goto(f"/cases/{case.pk}/letters/new/?body={body.pk}&template=LT-DEPT")
    words = page.locator(".ProseMirror")
    text = re.sub(r"\[[^\]]+\]", "as she told us", words.inner_text())
    # Every gap is filled in by the caseworker: what is missing shows, and nothing leaves with a gap.
    words.press("Control+a")
    page.keyboard.type(re.sub(r"\n+", "\n", text))
    page.get_by_role("button", name="Keep the draft").click()
    page.wait_for_url("**/letters/*/")


def _sign_authority(page: Page, case: Case) -> None:
    page.goto(f"/cases/{case.pk}/authorities/new/")
    page.get_by_label("Scan of the signed form").set_input_files(
        {"name": "signed.pdf", "mimeType": "application/pdf", "buffer": A_PAGE}
    )
    page.get_by_label("Covers any body that can help").check()
    page.get_by_label("Dated").fill("5 oct 2026")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/cases/\d+/$"))


def _send_draft(page: Page, case: Case) -> None:
    page.goto(case.letters.get(kind="enquiry").get_absolute_url())
    _send(page)


def _send(page: Page) -> None:
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("button", name="Take back")).to_be_visible()


def _publish(live_office: LiveOffice, page: Page, colleagues: dict[str, StaffMember]) -> None:
    live_office.sign_in(colleagues["tom"])
    page.goto("/publications/2026-10/")
    page.get_by_role("button", name="Prepare").click()
    expect(page.get_by_text("Prepared by").first).to_be_visible()
    live_office.sign_in(colleagues["amira"])
    page.goto("/publications/2026-10/")
    page.get_by_role("link", name="Sign and publish").click()
    page.get_by_role("button", name="Yes, publish October 2026").first.click()
    expect(page.get_by_text("signed by").first).to_be_visible()


def _observe(published: Path, folder: Path) -> None:
    run = CliRunner().invoke
    nation, site = folder / "nation", folder / "site"
    made = run(
        observatory, ["simulate", "--offices", "4", "--months", "3", "--seed", "1", "--out", str(nation)]
    )
    assert made.exit_code == 0, made.output
    built = run(observatory, ["build", str(nation), str(published), "--out", str(site)])
    assert built.exit_code == 0, built.output
    pages = [page.read_text() for page in site.rglob("*.html")]
    assert any("Wexcombe North" in page for page in pages)
    assert all("Invented figures" in page or "Ffigurau ffug" in page for page in pages)
