"""The same message to two of the office's addresses is one message with two recipients."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencasework.office.inbox.keeping import Found, fingerprint, keep, known_fingerprints, same_mark
from opencasework.office.inbox.models import Arrival, Copy, MailboxCursor, Message, blobs
from opencasework.office.inbox.processing import process_raw
from opencasework.office.letters import tokens
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.staff.tests.factories import StaffFactory

from .factories import MailboxFactory
from .receiving import mail

HELLO = mail(
    "Nia <nia@post.example>",
    to="casework@member.example, office@member.example",
    Message_ID="<one@post.example>",
)


def at(box, *raws):
    """Let these arrive at a mailbox."""
    cursor, _ = MailboxCursor.objects.get_or_create(mailbox=box, folder="INBOX", uid_validity=1)
    first = Arrival.objects.filter(mailbox=box).count() + 1
    when = datetime(2026, 11, 3, 10, tzinfo=UTC)
    found = [
        Found(raw=raw, size=len(raw), uid=uid, received_at=when) for uid, raw in enumerate(raws, start=first)
    ]
    return keep(found, cursor=cursor)


def travelled(raw, *, by, to):
    """As a server delivers it to one of its mailboxes."""
    return (
        f"Return-Path: <nia@post.example>\r\nDelivered-To: {to}\r\nReceived: from a by {by}; Tue\r\n".encode()
        + raw
    )


@pytest.fixture
def boxes(home):
    return [
        MailboxFactory(address="casework@member.example"),
        MailboxFactory(address="office@member.example"),
    ]


@pytest.mark.django_db
def test_the_same_mail_at_two_addresses_is_one_message_that_shows_both(boxes, client):
    first, second = (travelled(HELLO, by=box.address[:4], to=box.address) for box in boxes)

    at(boxes[0], first)
    process_raw()
    came_to = at(boxes[1], second)
    process_raw()

    message = Message.objects.get()
    assert message.came_to == ["casework@member.example", "office@member.example"]
    assert came_to.known == 1
    assert Arrival.objects.count() == 2
    assert blobs().read(Copy.objects.get().sha256) == second
    client.force_login(StaffFactory())
    page = client.get(f"/inbox/messages/{message.pk}/").content.decode()
    assert "casework@member.example" in page
    assert "Came to" in page


@pytest.mark.django_db
def test_collecting_a_copy_again_changes_nothing(boxes):
    first, second = (travelled(HELLO, by=box.address[:4], to=box.address) for box in boxes)
    at(boxes[0], first)

    for _ in range(2):
        at(boxes[1], second)

    assert Message.objects.count() == 1
    assert Copy.objects.count() == 1
    assert known_fingerprints([fingerprint(first), fingerprint(second)]) == {
        fingerprint(first),
        fingerprint(second),
    }


@pytest.mark.django_db
def test_two_copies_in_one_batch_are_one_message(boxes):
    counts = at(
        boxes[0],
        travelled(HELLO, by="one", to="a@member.example"),
        travelled(HELLO, by="two", to="b@member.example"),
    )

    assert (counts.new, counts.known) == (1, 1)
    assert Message.objects.count() == 1
    assert Copy.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other",
    [
        HELLO.replace(b"looked into it", b"looked at it"),
        HELLO.replace(b"Subject: Hello", b"Subject: Hello again"),
        HELLO.replace(b"nia@post.example>", b"nia@other.example>"),
        HELLO.replace(b"<one@post.example>", b"<two@post.example>"),
        HELLO.replace(b"Message-ID: <one@post.example>\r\n", b""),
    ],
)
def test_what_differs_in_what_was_written_is_another_message(other, boxes):
    at(boxes[0], HELLO)

    at(boxes[1], other)

    assert Message.objects.count() == 2


@pytest.mark.django_db
def test_a_copy_to_the_address_of_a_case_is_read_for_itself(boxes):
    enquiry = EnquiryFactory()
    token = tokens.issue(enquiry.case, "nia@post.example", enquiry=enquiry)

    at(boxes[0], travelled(HELLO, by="one", to="office@member.example"))
    at(boxes[1], travelled(HELLO, by="two", to=f"office+{token.token}@member.example"))

    assert Message.objects.count() == 2


TRACES = st.lists(
    st.sampled_from(
        [
            "Received",
            "Delivered-To",
            "Return-Path",
            "X-Spam-Score",
            "Authentication-Results",
            "DKIM-Signature",
        ]
    ),
    max_size=6,
)


@given(TRACES, TRACES, st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40))
def test_no_trace_of_the_way_changes_the_mark(one, other, words):
    def with_traces(names):
        return "".join(f"{name}: {words}\r\n\tfolded {words}\r\n" for name in names).encode() + HELLO

    assert same_mark(with_traces(one)) == same_mark(with_traces(other)) == same_mark(HELLO)


@given(st.binary(max_size=200))
def test_any_bytes_have_a_mark_or_none(raw):
    assert same_mark(raw) is None or len(same_mark(raw)) == 64
