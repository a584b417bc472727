"""What taking in mail asks of the database does not grow with the mail, nor with what is there already."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.inbox.ingesting import ingest
from opencasework.office.inbox.keeping import Found, keep
from opencasework.office.inbox.models import Attachment, Message
from opencasework.office.inbox.processing import process_raw

from .factories import MessageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


def post(number, *, first):
    """Letters that answer what is here, letters that something here answers, and letters that do neither."""
    for each in range(first, first + number):
        case = CaseFactory()
        sender = case.constituent.email
        MessageFactory(message_id=f"<question{each}@post.example>", case=case, decision="case")
        MessageFactory(in_reply_to=f"<late{each}@post.example>")
        yield mail(f"<answer{each}@post.example>", sender, answers=f"<question{each}@post.example>")
        yield mail(f"<late{each}@post.example>", sender)
        yield mail(f"<{each:032x}@post.example>", sender, answers=f"<{each:032x}.before@post.example>")


def mail(message_id, sender, *, answers=""):
    answer = f"In-Reply-To: {answers}\r\n" if answers else ""
    return f"From: {sender}\r\nSubject: Damp\r\nMessage-ID: {message_id}\r\n{answer}\r\nHelp\r\n".encode()


def from_files(raws, folder):
    folder.mkdir()
    for number, raw in enumerate(raws):
        (folder / f"{number}.eml").write_bytes(raw)
    with CaptureQueriesContext(connection) as queries:
        ingest([folder])
    return len(queries)


def from_a_mailbox(raws, _folder):
    with CaptureQueriesContext(connection) as queries:
        keep([Found(raw=raw, size=len(raw)) for raw in raws])
        process_raw()
    return len(queries)


@pytest.mark.parametrize("take_in", [from_files, from_a_mailbox])
def test_a_batch_takes_as_many_queries_as_a_few_mails(tmp_path, take_in):
    few = take_in(list(post(2, first=0)), tmp_path / "few")
    many = take_in(list(post(7, first=100)), tmp_path / "many")

    assert many == few
    assert Message.objects.filter(proposal="thread").count() == 9
    assert Message.objects.filter(in_reply_to__startswith="<late", thread__isnull=False).count() == 9


@pytest.mark.parametrize("wait", ["preview_due_at", "virus_due_at"])
def test_what_waits_is_found_by_its_index_however_many_files_there_are(wait):
    waiting = Attachment.objects.filter(**{f"{wait}__lte": timezone.now()}).order_by(f"-{wait}")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # of an empty table it would otherwise read all
            cursor.execute("SET LOCAL enable_seqscan = off")

    plan = waiting[:50].explain()

    assert f"inbox_{wait.removesuffix('_at')}" in plan
