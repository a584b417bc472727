"""A mailbox that fails is tried again by itself, later each time, and everybody is told."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from imapclient import IMAPClient

from opencasework.office.config.health import checks
from opencasework.office.inbox import listening, watching
from opencasework.office.inbox.collecting import collect
from opencasework.office.inbox.faring import wait_after, waits
from opencasework.office.inbox.models import Mailbox, Message

from .factories import MailboxFactory, MessageFactory

pytestmark = pytest.mark.django_db
RAW = b"From: Nia Pryce <nia@post.example>\r\nSubject: Damp\r\n\r\nMould in both bedrooms.\r\n"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def minutes(failures, *, refused):
    return wait_after(failures, refused=refused) / timedelta(minutes=1)


def test_each_failure_waits_longer_up_to_a_quarter_of_an_hour():
    waits = [minutes(failures, refused=False) for failures in (1, 2, 3, 4, 5, 6, 10_000)]

    assert all(
        0.75 * most <= wait <= most for wait, most in zip(waits, [0.5, 1, 2, 4, 8, 15, 15], strict=True)
    )


def test_a_refused_sign_in_waits_much_longer_so_that_nobody_is_locked_out():
    waits = [minutes(failures, refused=True) for failures in (1, 2, 10_000)]

    assert all(0.75 * most <= wait <= most for wait, most in zip(waits, [15, 30, 360], strict=True))


def test_a_server_that_allows_no_more_connections_is_tried_again_soon(strict_mailbox, home):
    strict_mailbox.deliver(RAW)
    box = MailboxFactory(account=strict_mailbox)
    stale = [IMAPClient(strict_mailbox.host, port=strict_mailbox.port, ssl=False) for _ in range(3)]
    for each in stale:
        each.login(strict_mailbox.user, strict_mailbox.password)

    full = collect(box)
    was_refused, wait = box.refused, box.next_try_at - timezone.now()
    for each in stale:
        each.logout()
    after = collect(box)

    assert "allows no further connection" in full.error
    assert not was_refused
    assert wait < timedelta(minutes=1)
    assert (after.error, after.counts.new, box.failures, box.next_try_at) == ("", 1, 0, None)


def test_a_refused_password_is_not_tried_again_by_the_command_until_its_time(mailbox, home, capsys):
    MailboxFactory(account=mailbox, password="guess")
    for _ in range(3):
        with pytest.raises(SystemExit):
            call_command("collect_mail")

    box = Mailbox.objects.get()
    assert (box.failures, box.refused, waits(box)) == (1, True, True)
    assert capsys.readouterr().err.count("refuses the user name or password") == 3


def test_failures_count_from_the_first_and_end_with_a_success(mailbox, home):
    box = MailboxFactory(account=mailbox, folders=["Gone"])
    with time_machine.travel(MONDAY, tick=False):
        collect(box)
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        collect(box)

    assert (box.failures, box.failing_since) == (2, MONDAY)

    box.folders = ["INBOX"]
    collect(box)

    assert (box.failures, box.failing_since, box.last_error) == (0, None, "")


def test_a_clock_that_was_ahead_for_a_while_keeps_no_mailbox_waiting_and_hides_no_silence(mailbox, home):
    box, other = MailboxFactory(account=mailbox, folders=["Gone"]), MailboxFactory(account=mailbox)
    with time_machine.travel(MONDAY + timedelta(days=30), tick=False):
        collect(box)
        collect(other)

    with time_machine.travel(MONDAY, tick=False):
        assert not waits(box)
        assert listening.reconciling_is_due(other)
        assert any("Nobody has looked into it." in each for each in told())


@pytest.mark.parametrize(
    ("field", "new"),
    [
        ("security", Mailbox.Security.SSL),
        ("tenant", "other.example"),
        ("client_id", "another"),
        ("refresh_token_encrypted", "a new consent"),
        ("folders", ["INBOX", "Wähler"]),
    ],
)
def test_a_late_failure_says_nothing_about_a_mailbox_changed_meanwhile(home, field, new):
    box = MailboxFactory(folders=["Wähler"])
    Mailbox.objects.filter(pk=box.pk).update(**{field: new})

    collect(box)  # as it was

    assert Mailbox.objects.get().failures == 0
    collect(Mailbox.objects.get())
    assert Mailbox.objects.get().failures == 1


def told():
    return [str(trouble) for trouble in watching.troubles(nation="en")]


def test_a_mailbox_nobody_has_looked_into_is_told_of_after_half_an_hour():
    MailboxFactory(last_succeeded_at=MONDAY, last_received_at=MONDAY)

    with time_machine.travel(MONDAY + timedelta(minutes=29), tick=False):
        assert told() == []
    with time_machine.travel(MONDAY + timedelta(minutes=31), tick=False):
        [sentence] = told()

    assert sentence.startswith("Since 09:00 today: Nobody has looked into it.")


def test_a_mailbox_just_added_is_given_time_and_then_told_of():
    MailboxFactory(added_at=MONDAY)

    with time_machine.travel(MONDAY + timedelta(minutes=5), tick=False):
        assert told() == []
    with time_machine.travel(MONDAY + timedelta(minutes=15), tick=False):
        assert "It has never been collected." in told()[0]


@pytest.mark.parametrize(
    ("received", "now", "quiet"),
    [
        ("2026-11-20 16:00", "2026-11-23 09:00", False),  # a weekend is no silence
        ("2026-11-20 16:00", "2026-11-24 23:00", False),  # Monday, and Tuesday not over
        ("2026-11-20 16:00", "2026-11-25 08:00", True),  # Monday and Tuesday, whole
        ("2026-12-24 12:00", "2026-12-30 08:00", False),  # Christmas, Boxing Day made up, and a weekend
        ("2026-12-24 12:00", "2026-12-31 08:00", True),
    ],
)
def test_two_whole_working_days_without_mail_are_told_of(received, now, quiet):
    at, then = (timezone.make_aware(datetime.fromisoformat(each)) for each in (now, received))
    MailboxFactory(last_succeeded_at=at, last_received_at=then, added_at=then)

    with time_machine.travel(at, tick=False):
        sentences = told()

    assert bool(sentences) is quiet
    assert all("nothing has arrived for 2 whole working days" in each for each in sentences)


def test_an_office_may_switch_that_off():
    MailboxFactory(last_succeeded_at=MONDAY, last_received_at=MONDAY - timedelta(days=90), quiet_days=0)

    with time_machine.travel(MONDAY, tick=False):
        assert told() == []


def test_the_longest_silence_of_the_last_months_is_known():
    box = MailboxFactory()
    assert watching.longest_silence(box) is None

    for day in (1, 2, 3, 4, 5, 8, 9, 10, 11, 16, 17):  # 12 and 15 June 2026 were working days
        MessageFactory(mailbox=box, received_at=datetime(2026, 6, day, 12, tzinfo=UTC))
    with time_machine.travel(datetime(2026, 7, 1, tzinfo=UTC), tick=False):
        assert watching.longest_silence(box) == 2


def test_the_doctor_names_the_mailbox_and_what_to_do(mailbox, home):
    collect(MailboxFactory(account=mailbox, address="casework@member.example", password="guess"))

    [found] = [check for check in checks() if check.name == "Mailbox casework@member.example"]

    assert not found.ok
    assert (
        "refuses the user name or password for casework@member.example. Enter them again." in found.sentence
    )


def test_a_well_mailbox_says_when_it_last_received_and_was_looked_into(mailbox, home):
    mailbox.deliver(RAW)
    collect(MailboxFactory(account=mailbox))

    [found] = [check for check in checks() if check.name.startswith("Mailbox ")]

    assert found.ok
    assert "Last looked into" in found.sentence
    assert Message.objects.count() == 1
