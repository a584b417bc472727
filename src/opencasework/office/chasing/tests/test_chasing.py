"""Chasing what is late: when, in which words, and never twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from opencasework.office.bodies.models import BodyContact
from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing.actions import (
    NothingToChase,
    draft_chaser,
    draft_due_chasers,
    next_chase_on,
    to_chase,
)
from opencasework.office.chasing.models import Chaser
from opencasework.office.letters import actions
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

SENT, DUE = date(2026, 9, 1), date(2026, 9, 15)


@pytest.fixture
def enquiry() -> Enquiry:
    """Sent on 1 September 2026 to a landlord with ten working days, so due on the 15th."""
    return EnquiryFactory(to_body=BodyFactory(reply_target_days=10), sent_on=SENT)


def send(chaser: Chaser, on: date) -> None:
    at = timezone.make_aware(datetime(on.year, on.month, on.day, 10))
    actions.record_departure(chaser.letter, at=at, by=None)


def test_a_reply_is_chased_from_the_day_after_it_was_due(enquiry):
    assert to_chase(on=DUE) == []
    assert to_chase(on=DUE + timedelta(days=1)) == [enquiry]


def test_the_second_chaser_comes_ten_working_days_after_the_first_left(enquiry):
    send(draft_chaser(enquiry=enquiry, by=None, today=date(2026, 9, 16)), on=date(2026, 9, 17))

    again = Enquiry.objects.get()
    assert next_chase_on(again) == date(2026, 10, 1)
    assert to_chase(on=date(2026, 9, 30)) == []
    assert to_chase(on=date(2026, 10, 1)) == [again]
    assert again.due_on == DUE


def test_the_second_reminder_goes_one_level_up_and_the_third_letter_is_an_enquiry_of_its_own(enquiry):
    kinds = {BodyContact.Kind.ESCALATION: "complaints@", BodyContact.Kind.HEAD: "chief@"}
    for kind, name in kinds.items():
        BodyContactFactory(body=enquiry.body, kind=kind, email=f"{name}landlord.example")
    day, letters = date(2026, 9, 16), []
    for _ in range(3):
        chaser = draft_chaser(enquiry=enquiry, by=None, today=day)
        letters.append(chaser.letter)
        send(chaser, on=day)
        day += timedelta(days=14)

    assert [letter.template.code for letter in letters] == ["LT-CH1", "LT-CH2", "LT-ESC"]
    assert [letter.to_email for letter in letters] == [
        enquiry.letter.to_email, "complaints@landlord.example", "chief@landlord.example",
    ]  # fmt: skip
    assert "again on 16 September 2026" in letters[1].text
    assert "- 30 September 2026: I sent a reminder" in letters[2].text
    put_again = Enquiry.objects.get(letter=letters[2])
    assert (put_again.level, put_again.due_on) == ("minister", date(2026, 10, 28))
    assert to_chase(on=date(2026, 10, 28)) == []  # the first waits for whoever stands above
    assert to_chase(on=date(2026, 10, 29)) == [put_again]
    with pytest.raises(NothingToChase, match="The same was put to"):
        draft_chaser(enquiry=enquiry, by=None)


def test_a_chaser_says_when_we_wrote_and_carries_a_copy(enquiry):
    chaser = draft_chaser(enquiry=enquiry, by=None, today=date(2026, 9, 16))

    assert "I wrote on 1 September 2026" in chaser.letter.text
    assert "due by 15 September 2026" in chaser.letter.text
    assert enquiry.letter.text in chaser.letter.text
    assert "missing]" not in chaser.letter.text


def test_an_unsent_chaser_is_used_again(enquiry, client):
    client.force_login(enquiry.letter.drafted_by)

    first = client.post(f"/enquiries/{enquiry.pk}/chase/")
    second = client.post(f"/enquiries/{enquiry.pk}/chase/")

    assert first.headers["Location"] == second.headers["Location"]
    assert Chaser.objects.count() == 1


def test_a_discarded_chaser_gives_its_number_back(enquiry):
    thrown_away = draft_chaser(enquiry=enquiry, by=None)
    actions.discard(thrown_away.letter)

    again = draft_chaser(enquiry=enquiry, by=enquiry.letter.drafted_by)

    assert again.sequence == 1
    assert again.letter.is_draft


def test_a_discarded_chaser_is_drafted_again_only_when_a_person_asks(enquiry, client, time_machine):
    time_machine.move_to(datetime(2026, 9, 16, 9, tzinfo=timezone.get_current_timezone()))
    client.force_login(enquiry.letter.drafted_by)
    call_command("draft_chasers")
    client.post(f"/letters/{Chaser.objects.get().letter_id}/discarding/")

    time_machine.move_to(datetime(2026, 11, 16, 9, tzinfo=timezone.get_current_timezone()))
    client.force_login(enquiry.letter.drafted_by)  # after two months
    for _ in range(3):
        call_command("draft_chasers")
    unasked = Letter.objects.drafts().count()
    page = client.get("/chasers/").content.decode()
    client.post(f"/enquiries/{enquiry.pk}/chase/")

    assert unasked == 0
    assert "not chased yet, a draft was discarded" in page
    assert Letter.objects.drafts().get().template.code == "LT-CH1"


def test_a_discarded_second_chaser_leaves_the_body_its_ten_working_days(enquiry):
    send(draft_chaser(enquiry=enquiry, by=None, today=date(2026, 9, 16)), on=date(2026, 9, 17))
    second = draft_chaser(enquiry=enquiry, by=enquiry.letter.drafted_by, today=date(2026, 9, 18))
    actions.discard(second.letter)

    again = Enquiry.objects.get()
    assert next_chase_on(again) == date(2026, 10, 1)
    assert to_chase(on=date(2026, 9, 18)) == []
    assert to_chase(on=date(2026, 12, 1)) == []


def test_an_answered_enquiry_is_not_chased(enquiry, client):
    actions.receive_reply(enquiry=enquiry, received_on=date(2026, 9, 20), kind="substantive")
    client.force_login(enquiry.letter.drafted_by)

    response = client.post(f"/enquiries/{enquiry.pk}/chase/")

    assert response.status_code == 302
    assert to_chase(on=date(2026, 12, 1)) == []
    with pytest.raises(NothingToChase, match="has answered"):
        draft_chaser(enquiry=enquiry, by=None)


def test_closing_the_case_ends_the_chasing(enquiry):
    enquiry.case.close(outcome="explained", by=enquiry.letter.drafted_by)

    assert to_chase(on=date(2026, 12, 1)) == []


def test_the_worker_drafts_each_chaser_once(enquiry):
    first = draft_due_chasers(date(2026, 9, 16))
    second = draft_due_chasers(date(2026, 9, 16))

    assert (first, second) == (1, 0)
    assert Letter.objects.filter(kind=Letter.Kind.CHASER).count() == 1


def test_the_command_can_say_what_it_would_do(enquiry, capsys):
    call_command("draft_chasers", "--dry-run", "--date", "2026-09-16")
    planned = capsys.readouterr().out
    call_command("draft_chasers", "--date", "2026-09-16")
    done = capsys.readouterr().out

    assert planned.strip().endswith("1 chaser would be drafted.")
    assert done.strip().endswith("1 chaser drafted.")
    assert Chaser.objects.count() == 1


def test_a_sent_chaser_is_on_the_timeline_and_makes_no_new_enquiry(enquiry):
    send(draft_chaser(enquiry=enquiry, by=None, today=date(2026, 9, 16)), on=date(2026, 9, 16))

    event = enquiry.case.events.get(kind=Event.Kind.CHASED)
    assert event.detail["enquiry"] == enquiry.pk
    assert Enquiry.objects.count() == 1


def test_the_page_lists_the_worst_first_and_hides_what_is_hidden(client, enquiry):
    later = EnquiryFactory(to_body=BodyFactory(reply_target_days=10), sent_on=date(2026, 8, 3))
    hidden = EnquiryFactory(sent_on=date(2026, 7, 1), case=CaseFactory(need_to_know=True))
    client.force_login(enquiry.letter.drafted_by)

    page = client.get("/chasers/").content.decode()

    assert page.index(later.case.title) < page.index(enquiry.case.title)
    assert hidden.case.title not in page


def test_of_many_late_replies_the_worst_are_shown_until_more_are_asked_for(
    client, django_assert_max_num_queries
):
    ana = StaffFactory(first_name="Ana")
    case, landlord = CaseFactory(by=ana), BodyFactory(reply_target_days=10)
    for day in range(30):
        EnquiryFactory(case=case, to_body=landlord, sent_on=SENT - timedelta(days=day))
    client.force_login(ana)

    with django_assert_max_num_queries(40):
        page = client.get("/chasers/").content.decode()

    assert "30 replies are late" in page
    assert "Show 5 more" in page
    assert page.count('data-row-key="h"') == 25
    assert "Show 5 more" not in client.get("/chasers/?all=1").content.decode()
