"""P5: the automatic acknowledgement answers a person once in seven days, and no machine ever."""

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone

from opencasework.office.bodies.tests.factories import BodyContactFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox import acknowledging, answering, processing
from opencasework.office.inbox.keeping import Found, keep
from opencasework.office.inbox.models import Acknowledged, Answer, Arrival, Mailbox, MailboxCursor
from opencasework.office.letters import courier
from opencasework.office.places.models import Office
from opencasework.office.places.tests.factories import OfficeFactory

from . import bounces
from .factories import MailboxFactory
from .receiving import PROVIDER, ReaderInThisProcess, mail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
NIA = "nia@post.example"


@pytest.fixture
def office(monkeypatch):
    monkeypatch.setattr(processing, "Reader", ReaderInThisProcess)
    MailboxFactory(authserv_id=PROVIDER, address="office@member.example")
    return OfficeFactory(acknowledges_mail=True, email="office@member.example")


def arrive(*raws, at=None):
    """Let these arrive now."""
    box = Mailbox.objects.get()
    cursor, _ = MailboxCursor.objects.get_or_create(mailbox=box, folder="INBOX", uid_validity=1)
    first = Arrival.objects.count() + 1
    at = at or timezone.now()
    keep(
        [Found(raw=raw, size=len(raw), uid=uid, received_at=at) for uid, raw in enumerate(raws, start=first)],
        cursor=cursor,
    )
    processing.process_raw()


def leaving():
    """What is handed to the mail server: sender, recipient, content."""
    sent = []

    def hand_over(*, sender, recipient, content, before_the_end):
        before_the_end()
        sent.append((sender, recipient, content.decode()))
        return "250 Ok"

    with mock.patch.object(courier, "hand_over", hand_over):
        answering.send_ready()
    return sent


def test_it_is_off_until_the_office_wants_it(home):
    assert not Office._meta.get_field("acknowledges_mail").default


def test_nothing_is_answered_while_it_is_off(office):
    Office.objects.update(acknowledges_mail=False)

    arrive(mail(NIA, confirmed=True))

    assert not Answer.objects.exists()


def test_a_person_is_answered_from_nobody_and_without_a_word_of_theirs(office):
    raw = mail(
        f'"Buy now" <{NIA}>', confirmed=True, subject="Buy cheap pills", Message_ID="<buy.pills@post.example>"
    )

    arrive(raw)

    [(sender, recipient, content)] = leaving()
    assert sender == ""
    assert recipient == NIA
    assert "Auto-Submitted: auto-replied" in content
    assert f"Subject: {acknowledging.SUBJECT}" in content
    assert not re.search("(?i)buy|pills|looked into it", content)
    assert Answer.objects.get().state == Answer.State.SENT


def test_one_in_seven_days(office):
    arrive(*(mail(NIA, confirmed=True, subject=f"Again {number}") for number in range(5)))
    arrive(mail(NIA.replace("@", "+tag@"), confirmed=True))
    assert Answer.objects.count() == 1

    Acknowledged.objects.update(last_at=timezone.now() - timedelta(days=7, minutes=1))
    arrive(mail(NIA, confirmed=True, subject="A week later"))

    assert Answer.objects.count() == 2


@pytest.mark.parametrize(
    "raw",
    [
        mail(NIA),
        mail(NIA, confirmed=True, Auto_Submitted="auto-generated"),
        mail(NIA, confirmed=True, List_Id="<canal.lists.example>"),
        mail(NIA, confirmed=True, Precedence="bulk"),
        mail(NIA, confirmed=True, X_Auto_Response_Suppress="All", Return_Path="<>"),
        mail("no-reply@post.example", confirmed=True),
        mail("donotreply@post.example", confirmed=True),
        mail("MAILER-DAEMON@post.example", confirmed=True),
        mail("canal-request@post.example", confirmed=True),
        mail("office@member.example", confirmed=True),
        mail("office+0123@member.example", confirmed=True),
        mail("council@landlord.example", confirmed=True),
        mail("careful@post.example", confirmed=True),
        bounces.postfix("<a@b.example>", NIA),
        bounces.exim("<a@b.example>", NIA),
    ],
)
def test_robots_lists_bounces_bodies_and_people_at_risk_are_not_answered(raw, office):
    BodyContactFactory(email="Council@landlord.example")
    PersonFactory(email__address="careful@post.example", safe_contact="He reads her mail. Ring at work.")

    arrive(raw)

    assert not Answer.objects.exists()


def test_an_old_mailbox_brought_in_is_not_answered(office):
    arrive(mail(NIA, confirmed=True), at=timezone.now() - timedelta(days=3))

    assert not Answer.objects.exists()


def test_a_hundred_a_day_and_no_more(office, monkeypatch):
    monkeypatch.setattr(acknowledging, "MOST_A_DAY", 3)

    arrive(*(mail(f"nia{number}@post.example", confirmed=True) for number in range(5)))

    assert Answer.objects.count() == 3


def test_two_offices_that_answer_each_other_stop_at_once(office):
    peer = "office@other.example"
    writes = [mail(peer, confirmed=True, subject=f"Please tell everybody {number}") for number in range(20)]
    arrive(*writes)
    [(_, _, ours)] = leaving()
    # The other office's acknowledgement is ours, from them; a bad forwarder loses what says so.
    theirs = ours.replace("office@member.example", peer).replace("\r\n", "\n")
    confirmed = f"Authentication-Results: {PROVIDER}; dmarc=pass header.from=other.example\n"
    for number in range(20):
        again = re.sub(r"(?m)^Message-ID:.*", f"Message-ID: <{number}@other.example>", theirs)
        stripped = re.sub(r"(?m)^(?:Auto-Submitted|Precedence|X-Auto-Response-Suppress):.*\n", "", again)
        arrive((confirmed + again).encode(), (confirmed + stripped).encode())

    assert leaving() == []
    assert Answer.objects.count() == 1


def test_an_answer_the_server_may_have_is_not_sent_twice(office):
    arrive(mail(NIA, confirmed=True))
    Answer.objects.update(state=Answer.State.SENDING, lease_until=timezone.now() - timedelta(minutes=1))

    assert leaving() == []
    assert Answer.objects.get().state == Answer.State.UNCERTAIN


def test_whom_we_answered_is_forgotten_after_seven_days(office):
    arrive(mail(NIA, confirmed=True))

    assert acknowledging.forget_old() == 0
    assert acknowledging.forget_old(timezone.now() + timedelta(days=8)) == 1


def test_an_address_longer_than_mail_allows_is_answered_by_nobody(office):
    arrive(mail(f"nia@{'.'.join(['x' * 60] * 5)}.example", confirmed=True))

    assert not Answer.objects.exists()
