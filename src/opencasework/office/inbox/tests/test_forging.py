"""P6: no forged reference puts a word onto a case unseen. In full: `python -m benchmarks.forged`."""

import pytest

from opencasework.office.inbox import processing
from opencasework.office.inbox.models import Message

from . import forging
from .receiving import ReaderInThisProcess, receive, receive_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def forger(monkeypatch):
    monkeypatch.setattr(processing, "Reader", ReaderInThisProcess)
    return forging.Forger(forging.targets(), seed=6)


def test_two_hundred_forged_references_file_nothing(forger):
    forged = [raw for _, raw in forger.mails(200)]

    receive_all(forged)

    assert Message.objects.count() == 200
    assert forging.filed() == []


def test_an_honest_reply_between_them_is_filed(forger):
    receive_all([raw for _, raw in forger.mails(20)] + [forger.genuine()])

    assert Message.objects.exclude(case=None).count() == 1


def test_a_token_of_an_erased_case_is_a_new_mail_without_a_hint(forger):
    message = receive(forger.with_the_token_of_an_erased_case(forger.targets.open[0]))

    assert message.proposal == ""
    assert message.proposed_case is None
    assert message in Message.objects.untriaged()
