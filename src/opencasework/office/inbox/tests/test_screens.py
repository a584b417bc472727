"""The inbox as its readers see it: what is shown, to whom, and what may never be."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox import viewing
from opencasework.office.inbox.files import plain_name
from opencasework.office.inbox.models import Attachment, MessageQuerySet, blobs
from opencasework.office.staff.tests.factories import StaffFactory

from .factories import MailboxFactory, MessageFactory
from .receiving import receive

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

HTML_MAIL = b"""From: Nia Pryce <nia@post.example>\r
To: office@member.example\r
Subject: Formatted\r
Date: Tue, 3 Nov 2026 09:00:00 +0000\r
MIME-Version: 1.0\r
Content-Type: text/html; charset=utf-8\r
\r
<p onclick="alert(1)">Dear <b>member</b></p><script>alert(2)</script>\r
<img src="https://tracker.example/seen.gif"><a href="https://bank.example.evil.example/pay">your bank</a>\r
"""


ENCRYPTED_MAIL = (
    b"From: nia@mail.example\r\nTo: office@x.example\r\nSubject: Private\r\n"
    b"Content-Type: multipart/encrypted; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
    b"--b\r\nContent-Type: application/octet-stream; name=encrypted.asc\r\n\r\nx\r\n--b--\r\n"
)


def page(client, url, **query):
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


def url(name, message):
    return reverse(name, args=[message.pk])


def attach(message, filename, content=b"<script>alert(1)</script>", **given):
    sha256 = blobs().put(content)
    return Attachment.objects.create(
        message=message,
        position=message.attachments.count(),
        filename=filename,
        content_type="text/html",
        size=len(content),
        sha256=sha256,
        **given,
    )


# --- the list -----------------------------------------------------------------------------------------


def test_the_newest_message_stands_first_and_open(client, ana):
    MessageFactory(subject="Old", received_at=datetime(2026, 11, 1, tzinfo=UTC))
    MessageFactory(subject="New", text="The roof leaks.", received_at=datetime(2026, 11, 2, tzinfo=UTC))

    text = page(client, "/inbox/")

    assert text.index("New</a>") < text.index("Old</a>")
    assert "2 to decide about" in text
    assert "<h2>New</h2>" in text
    assert "<p>The roof leaks.</p>" in text


def test_opening_a_message_counts_it_as_seen(client, ana):
    message = MessageFactory()

    page(client, url("message", message))

    message.refresh_from_db()
    assert message.seen_at is not None


def test_the_list_shows_where_each_message_may_belong_and_who_is_new(client, ana):
    case = CaseFactory()
    MessageFactory(proposal="thread", proposed_case=case, proposal_reason="It answers a mail.")
    MessageFactory(subject="A stranger writes")

    text = page(client, "/inbox/")

    assert f"{case.reference}?" in text
    assert text.count("New person") == 1


def test_an_empty_inbox_says_so_truly(client, ana):
    MessageFactory(decision="filed_away", decided_by=ana, decided_at=timezone.now())

    text = page(client, "/inbox/")

    assert "Inbox is clear" in text
    assert "Nothing waits. 1 message was decided about since" in text


def test_progress_counts_what_people_decided(client, ana):
    MessageFactory()
    for by in (ana, None):
        MessageFactory(decision="filed_away", decided_by=by, decided_at=timezone.now())

    assert "1 of 2 done since" in page(client, "/inbox/")


def test_a_mailbox_that_fails_or_falls_silent_is_shouted_about_to_everybody(client, ana):
    now = timezone.now()
    MailboxFactory(address="a@member.example", last_error="The server refuses the password.")
    MailboxFactory(address="b@member.example", last_succeeded_at=now - timedelta(hours=5))
    MailboxFactory(address="c@member.example", last_succeeded_at=now)
    MailboxFactory(address="d@member.example", enabled=False)

    text = page(client, "/inbox/")

    assert "No mail comes from a@member.example." in text
    assert "The server refuses the password." in text
    assert "No mail comes from b@member.example." in text
    assert "c@member.example" not in text
    assert "d@member.example" not in text


def test_the_list_asks_the_database_as_often_for_fifteen_as_for_three(
    client, ana, django_assert_num_queries, django_assert_max_num_queries
):
    def fill(count):
        for _ in range(count):
            message = MessageFactory(proposal="thread", proposed_case=CaseFactory(), taken_by=StaffFactory())
            attach(message, "a.pdf")

    first = MessageFactory(received_at=datetime(2026, 11, 4, tzinfo=UTC))
    fill(3)
    page(client, url("message", first))
    with django_assert_max_num_queries(53) as asked:
        page(client, url("message", first))
    fill(12)

    with django_assert_num_queries(len(asked)):
        page(client, url("message", first))


def test_who_may_see_what_waits_is_asked_once_for_a_page(client, ana, monkeypatch):
    asked = []
    visible_to = MessageQuerySet.visible_to
    monkeypatch.setattr(
        MessageQuerySet, "visible_to", lambda self, staff: asked.append(1) or visible_to(self, staff)
    )
    for _ in range(3):
        MessageFactory()

    page(client, "/inbox/")

    assert len(asked) <= 4  # what waits, the message that is open, campaigns, and what was decided


def test_a_very_long_inbox_shows_the_same(client, ana, monkeypatch):
    for number in range(3):
        MessageFactory(subject=f"Letter {number}", from_address="nia@post.example")
    short = page(client, "/inbox/")
    monkeypatch.setattr(viewing, "MOST_LISTED", 2)

    long = page(client, "/inbox/")

    assert all(f"Letter {number}" in short and f"Letter {number}" in long for number in range(3))
    assert short.count("Letter") == long.count("Letter")


def test_the_page_of_the_list_is_the_one_with_the_open_message(client, ana):
    oldest = MessageFactory(subject="The oldest", received_at=datetime(2026, 10, 1, tzinfo=UTC))
    for _ in range(50):
        MessageFactory()

    text = page(client, url("message", oldest))

    assert "51 to 51 of 51" in text
    assert "data-current" in text


# --- reading ------------------------------------------------------------------------------------------


def test_a_stranger_s_text_is_escaped_wherever_it_stands(client, ana):
    nasty = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>"
    message = MessageFactory(
        from_name=nasty,
        subject=nasty,
        text=f"{nasty}\n\nWX4 7QP {nasty}",
        to=[{"name": "", "address": nasty}],
    )
    attach(message, nasty[:200])

    for name in ("message", "message-filing", "message-case"):
        text = page(client, url(name, message))
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;alert" in text


def test_the_address_is_shown_beside_any_name_and_nobody_is_vouched_for_by_default(client, ana):
    message = MessageFactory(from_name="Home Office", from_address="crook@free.example")

    text = page(client, url("message", message))

    assert "crook@free.example" in text
    assert "Sender not verified" in text


def test_numbers_and_postcodes_are_underlined_and_nothing_else(client, ana):
    message = MessageFactory(text="I am QQ 12 34 56 C of wx4 7qp, ring 01632 960 417. Straße <b>3</b>.")

    text = page(client, url("message", message))

    marked = re.findall(r'<mark class="recognised">(.*?)</mark>', text)
    assert marked == ["QQ 12 34 56 C", "wx4 7qp", "01632 960 417"]
    assert "Straße &lt;b&gt;3&lt;/b&gt;" in text


def test_days_are_underlined_in_what_is_new_and_not_in_what_is_quoted(client, ana):
    text = "We fly on\nThursday 26 November at ten, and\nI rang on the 3rd.\n\n> Come on 1 December."
    new = text.partition("\n\n>")[0]
    message = MessageFactory(
        in_reply_to="<1@post.example>",
        text=text,
        reply_text=new,
        received_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    )

    shown = page(client, url("message", message))

    marked = re.findall(r'<mark class="recognised">(.*?)</mark>', shown)
    assert marked == ["Thursday 26 November", "3rd"]


def test_what_a_reply_quotes_is_folded_away(client, ana):
    message = MessageFactory(
        in_reply_to="<1@post.example>",
        text="It is worse.\n\n> I forgot the lease.",
        reply_text="It is worse.",
    )

    text = page(client, url("message", message))

    shown, folded = text.split("Show what it quotes")
    assert "It is worse." in shown
    assert "I forgot the lease" not in shown
    assert "I forgot the lease" in folded


def test_a_mail_we_cannot_read_says_why_and_can_be_downloaded(client, ana):
    sha256 = blobs().put(b"From: broken")
    message = MessageFactory(state="unreadable", unreadable_reason="It never ends.", text="", sha256=sha256)

    text = page(client, url("message", message))

    assert "It never ends." in text
    assert url("message-raw", message) in text


def test_an_encrypted_mail_says_so_and_can_be_downloaded(client, ana):
    message = receive(ENCRYPTED_MAIL)

    text = page(client, url("message", message))

    assert "Encrypted with PGP." in text
    assert "We have no key to it." in text
    assert "There is no text in it" not in text
    assert url("message-raw", message) in text


def test_a_signature_is_shown_as_one_nobody_has_checked(client, ana):
    message = receive(ENCRYPTED_MAIL.replace(b"multipart/encrypted", b"multipart/signed; protocol=x-pgp"))

    assert "Signed with PGP, not checked" in page(client, url("message", message))


def test_the_formatted_view_is_a_frame_that_can_do_and_load_nothing(client, ana):
    message = receive(HTML_MAIL)

    text = page(client, url("message-formatted", message))

    frame = re.search(r"<iframe.*?</iframe>", text, re.S).group(0)
    assert re.search(r"\ssandbox\s", frame)
    assert "default-src &#x27;none&#x27;" in frame or "default-src 'none'" in frame
    assert "Dear &lt;b&gt;member&lt;/b&gt;" in frame
    assert "script" not in frame
    assert "onclick" not in frame
    assert "tracker.example" not in frame
    assert not re.search(r"(src|href)=.https://tracker", text)
    assert "bank.example.evil.example" in text
    assert "wanted to load 1 picture" in text


def test_a_mail_too_tangled_to_clean_sends_its_reader_to_the_text(client, ana):
    message = receive(HTML_MAIL + b'<p title="' + b"<img " * 60_000 + b'">')

    text = page(client, url("message-formatted", message))

    assert "There is no formatted view of this mail" in text
    assert "<iframe" not in text


def test_the_secret_of_a_reply_address_is_not_shown(client, ana):
    secret = "0123456789abcdef" * 2
    message = MessageFactory(to=[{"name": "", "address": f"office+{secret}@member.example"}])

    text = page(client, url("message", message))

    assert "office@member.example" in text
    assert secret not in text


# --- downloads ----------------------------------------------------------------------------------------


def test_files_and_raw_mail_are_saved_and_never_shown(client, ana):
    message = receive(HTML_MAIL)
    file = attach(message, 'Ŵyn "x"\r\nSet-Cookie: a=b.html')

    for address in (url("message-raw", message), reverse("message-attachment", args=[file.pk])):
        response = client.get(address)
        assert response.status_code == 200
        assert response["Content-Disposition"].startswith("attachment; filename=")
        assert response["Content-Disposition"].isascii()
        assert response["Content-Type"] == "application/octet-stream"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert "Set-Cookie: a" not in str(response.headers)
    assert client.get(url("message-raw", message)).content == HTML_MAIL


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Decision – copy.pdf", "Decision - copy.pdf"),
        ("../../etc/passwd", "etc-passwd"),
        ("Ŵyn.docx", "Wyn.docx"),
        ("", "file"),
        ("…", "file"),
        ('a";b.exe', "a-b.exe"),
    ],
)
def test_a_file_name_is_plain_on_any_disk(name, plain):
    assert plain_name(name) == plain


def test_a_stored_file_that_is_gone_is_not_found(client, ana):
    file = attach(MessageFactory(), "gone.pdf")
    blobs().delete(file.sha256)

    assert client.get(reverse("message-attachment", args=[file.pk])).status_code == 404


# --- who may ------------------------------------------------------------------------------------------

PAGES = ["message", "message-formatted", "message-raw", "message-filing", "message-case"]
ACTS = ["message-filing", "message-case", "message-decision", "message-taking", "message-undo"]


def test_a_volunteer_has_no_inbox(client):
    client.force_login(StaffFactory(volunteer=True))
    message = MessageFactory()

    assert client.get("/inbox/").status_code == 403
    assert client.get("/inbox/new/").status_code == 403
    assert {client.post(url(act, message)).status_code for act in ACTS} == {403}
    assert client.get(url("message", message)).status_code == 404


def test_a_volunteer_reads_the_messages_of_a_case_of_their_own(client):
    vic = StaffFactory(volunteer=True)
    case = CaseFactory(owner=vic)
    message = MessageFactory(case=case, decision="case", text="The roof leaks.")
    client.force_login(vic)

    assert "The roof leaks." in page(client, url("message", message))
    assert "Put back" not in page(client, url("message", message))


def test_messages_of_a_hidden_case_are_not_found(client, ana):
    hidden = CaseFactory(need_to_know=True)
    message = MessageFactory(case=hidden, decision="case", sha256=blobs().put(b"From: x"))
    file = attach(message, "a.pdf")

    assert {client.get(url(name, message)).status_code for name in PAGES} == {404}
    assert {client.post(url(act, message)).status_code for act in ACTS} == {404}
    assert client.get(reverse("message-attachment", args=[file.pk])).status_code == 404
    assert client.get(reverse("case-messages", args=[hidden.pk])).status_code == 404


def test_a_hidden_case_is_proposed_to_its_members_only(client, ana):
    nia = PersonFactory(email__address="nia@post.example", address__postcode="WX4 7QP")
    hidden = CaseFactory(need_to_know=True, person=nia, title="Something secret")
    message = MessageFactory(
        from_address="stranger@else.example",
        text=f"About {hidden.reference}. I live in WX4 7QP.",
        proposal="stranger",
        proposed_case=hidden,
        proposal_reason=f"It carries the reply address of {hidden.reference}.",
    )

    as_stranger = page(client, url("message", message)) + page(client, url("message-case", message))
    listed = page(client, "/inbox/")
    found = page(client, url("message-filing", message), q="secret")
    client.force_login(hidden.owner)
    as_member = page(client, url("message", message))

    assert "Something secret" not in as_stranger
    assert "It carries" not in as_stranger
    assert reverse("case", args=[hidden.pk]) not in as_stranger
    assert f"{hidden.reference}?" not in listed
    assert "Something secret" not in found
    assert "Something secret" in as_member
    assert f"Add to {hidden.reference}" in as_member
