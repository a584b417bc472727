"""A file that took too long to read is read once more by the worker, a few times, and then left."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.config import worker
from opencasework.office.inbox import texts
from opencasework.office.inbox.models import Attachment, FileText, Message, blobs
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
SAYS = {"text": "My NHS number: 999 000 0018", "problem": ""}
SLOW = {"text": "", "problem": texts.TOO_MUCH}
ONCE_MORE = "It is read once more, by itself."


@pytest.fixture
def case(client):
    ana = StaffFactory(first_name="Ana")
    client.force_login(ana)
    case = CaseFactory(by=ana)
    received = Message.objects.create(case=case, decision="case", subject="Letter")
    Attachment.objects.create(
        message=received, position=0, filename="award.docx", size=4, sha256=blobs().put(b"PK\x03\x04 award")
    )
    return case


@pytest.fixture
def reading(monkeypatch):
    """What the reader makes of a Word file, one answer after another; the last for all that follow."""
    answers = [SLOW]
    readings = []

    def words(_reader, content):
        readings.append(content)
        return answers.pop(0) if len(answers) > 1 else answers[0]

    monkeypatch.setattr(texts.Reader, "words", words)
    return readings, answers


def found(client, case):
    return client.get(f"/cases/{case.pk}/references/found/").content.decode()


def turn(hours):
    """The worker reads again, so many hours from now."""
    [duty] = [each for lane in worker.lanes() for each in lane if each.name == "Reading files once more"]
    with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
        return duty.act()


def test_what_took_too_long_is_read_when_there_is_more_time(client, case, reading):
    _, answers = reading
    answers[:] = [SLOW, SAYS]

    before = found(client, case)
    turn(hours=0.5)
    still = found(client, case)
    turn(hours=1.1)

    for page in (before, still):
        assert "Reading it took too long or too much memory." in page
        assert ONCE_MORE in page
    assert "99 •• •• •• 8" in found(client, case)
    assert ONCE_MORE not in found(client, case)


def test_it_is_read_four_times_and_then_left(client, case, reading):
    readings, _ = reading
    found(client, case)

    for days in range(1, 20):
        turn(hours=24 * days)

    assert len(readings) == 4
    assert FileText.objects.get().again_at is None
    page = found(client, case)
    assert "Reading it took too long or too much memory." in page
    assert ONCE_MORE not in page


def test_who_dies_over_a_file_has_had_a_try(client, case, reading, monkeypatch):
    found(client, case)

    def dies(_reader, _content):
        raise MemoryError

    monkeypatch.setattr(texts.Reader, "words", dies)
    for days in (1, 4, 8):
        with pytest.raises(MemoryError):
            turn(hours=24 * days)

    assert turn(hours=24 * 30) == 0
    assert FileText.objects.get().tries == 4


def test_a_file_that_was_erased_meanwhile_is_not_read_and_stays_erased(client, case, reading):
    readings, _ = reading
    found(client, case)
    Message.objects.all().delete()

    turn(hours=2)

    assert len(readings) == 1
    assert FileText.objects.get().text == ""


def test_a_damaged_file_is_not_read_again(client, case, reading):
    readings, answers = reading
    answers[:] = [{"text": "", "problem": "It is damaged, or no Word file that can be read."}]
    found(client, case)

    turn(hours=100)

    assert len(readings) == 1
    assert ONCE_MORE not in found(client, case)
