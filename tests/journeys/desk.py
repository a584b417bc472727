"""A colleague at the keyboard, day by day: signs in each morning, posts the forms, lets the worker work."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from time_machine import Traveller

from opencasework.office.authority.tests.factories import A_PAGE
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case
from opencasework.office.config.worker import lanes
from opencasework.office.inbox.keeping import Found, keep
from opencasework.office.inbox.models import Arrival, Mailbox, MailboxCursor, Message
from opencasework.office.inbox.processing import process_raw
from opencasework.office.inbox.tests.factories import MailboxFactory
from opencasework.office.inbox.tests.receiving import PROVIDER
from opencasework.office.letters import outbox
from opencasework.office.letters.models import Letter
from opencasework.office.staff.models import StaffMember
from opencasework.office.telling import actions as telling

LONDON = ZoneInfo("Europe/London")


class Desk:
    """The desk of one colleague. Every act is a form of the office's own, posted as the page would."""

    def __init__(self, client: Client, clock: Traveller, staff: StaffMember) -> None:
        self.client, self.clock, self.staff = client, clock, staff

    def at(self, *moment: int, staff: StaffMember | None = None) -> date:
        """Move the clock of the office, and sign in: a session ends overnight."""
        when = datetime(*moment, tzinfo=LONDON)  # type: ignore[arg-type,misc]
        self.clock.move_to(when)
        self.client.force_login(staff or self.staff)
        return when.date()

    def read(self, page: str, *args: Any) -> str:
        """A page, or the panel of one."""
        return self.client.get(reverse(page, args=args), headers={"HX-Request": "true"}).content.decode()

    def post(self, page: str, *args: Any, **given: Any) -> str:
        """Post a form that is to be taken; where it leads."""
        answer = self.client.post(reverse(page, args=args), given)
        form = answer.context.get("form") if answer.context else None
        assert answer.status_code == 302, (page, getattr(form, "errors", answer.content[:2000]))
        return str(answer["Location"])

    # --- what comes in --------------------------------------------------------------------------------

    def mail(self, sender: str, text: str, *, subject: str = "Hello", pdf: str = "") -> Message:
        """A mail arrives now, and is collected and read."""
        now = timezone.now()
        written = EmailMessage()
        written["From"], written["To"], written["Subject"] = sender, "office@member.example", subject
        written["Date"] = now.astimezone(UTC)
        written["Message-ID"] = f"<{Arrival.objects.count()}@post.example>"
        written.set_content(text)
        if pdf:
            written.add_attachment(A_PAGE, maintype="application", subtype="pdf", filename=pdf)
        collect([written.as_bytes()])
        return Message.objects.latest("pk")

    def open_case(self, message: Message, **given: Any) -> Case:
        """Make a case of a message: what the form proposes stands where nothing else is said."""
        form = self.client.get(reverse("message-case", args=[message.pk])).context["form"]
        proposed = {name: form[name].value() or "" for name in form.fields}
        self.post("message-case", message.pk, **{**proposed, **given})
        return Case.objects.latest("pk")

    # --- what goes out --------------------------------------------------------------------------------

    def write(self, case: Case, template: str, *, body: Body | None = None, **facts: str) -> Letter:
        """Draft a letter from the office's wording, with the facts that only whoever writes knows."""
        page = reverse("letter-new", args=[case.pk])
        where = {"template": template} | ({"body": body.pk} if body else {})
        told = {f"fact-{name}": words for name, words in facts.items()}
        form = self.client.post(page, {**where, **told, "filling": "yes"}).context["form"]
        self.post("letter-new", case.pk, **where, **{name: form[name].value() or "" for name in form.fields})
        return case.letters.latest("pk")

    def send(self, letter: Letter) -> None:
        """Send a draft as it was read, and let the worker take it out of the outbox."""
        letter.refresh_from_db()
        self.post("letter-sending", letter.pk, version=letter.version)
        outbox.send_ready(timezone.now() + timedelta(minutes=2))
        letter.refresh_from_db()
        assert letter.state == Letter.State.SENT, letter.mail and letter.mail.answer


def collect(raws: list[bytes]) -> None:
    """These mails arrive now, in one go, and are read."""
    mailbox = Mailbox.objects.first() or MailboxFactory(authserv_id=PROVIDER)
    cursor, _ = MailboxCursor.objects.get_or_create(mailbox=mailbox, folder="INBOX", uid_validity=1)
    first = Arrival.objects.count() + 1
    now = timezone.now()
    found = [Found(raw=raw, size=len(raw), uid=uid, received_at=now) for uid, raw in enumerate(raws, first)]
    keep(found, cursor=cursor)
    process_raw()


def worker_does(name: str) -> Any:
    """One turn of a duty of the worker; what it says it did."""
    [duty] = [duty for lane in lanes() for duty in lane if duty.name == name]
    return duty.act()


def words_due(today: date) -> int:
    """Let the worker see who has heard by now, and draft what is due; how many it drafted."""
    telling.settle()
    return telling.draft_due(today)
