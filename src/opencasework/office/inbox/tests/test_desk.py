"""The desk by the front door: given away, resting, taken together, taken back, found again in a view."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.inbox.models import Act, InboxView, Message
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Sensitivity, Urgency

from .factories import MessageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def url(name, message):
    return reverse(name, args=[message.pk])


def said(response):
    return [str(each) for each in get_messages(response.wsgi_request)]


def undo(client, response):
    """Press the key that takes back what was just done."""
    address = next(
        each.extra_tags.removeprefix("undo:")
        for each in get_messages(response.wsgi_request)
        if "undo:" in (each.extra_tags or "")
    )
    return client.post(address, follow=True)


def listed(client, address="/inbox/"):
    return [row.message for row in client.get(address).context["rows"]]


def signed_in(staff):
    client = Client()
    client.force_login(staff)
    return client


# --- giving to a colleague ----------------------------------------------------------------------------


def test_a_message_is_given_to_a_colleague_and_the_next_one_opens(client, ana, kofi):
    newer, older = (MessageFactory(received_at=datetime(2026, 11, day, tzinfo=UTC)) for day in (3, 2))

    response = client.post(url("message-assigning", newer), {"to": kofi.pk})

    newer.refresh_from_db()
    assert newer.taken_by == kofi
    assert response["Location"] == url("message", older)
    assert "with Kofi Wren" in said(response)[0]


def test_giving_away_is_taken_back_by_one_key(client, ana, kofi):
    message = MessageFactory(taken_by=ana)

    undo(client, client.post(url("message-assigning", message), {"to": kofi.pk}))

    message.refresh_from_db()
    assert message.taken_by == ana


def test_nobody_is_given_what_they_may_not_know_of(client, ana, kofi):
    hidden = CaseFactory(need_to_know=True, owner=ana)
    message = MessageFactory(
        proposal="thread", proposed_case=hidden, proposal_reason="It answers a mail on it."
    )

    response = client.post(url("message-assigning", message), {"to": kofi.pk})

    message.refresh_from_db()
    assert message.taken_by is None
    assert "Kofi Wren may not see" in said(response)[0]


def test_only_those_who_sort_the_inbox_are_given_messages(client, ana):
    vic = StaffFactory(role=Role.VOLUNTEER)

    assert client.post(url("message-assigning", MessageFactory()), {"to": vic.pk}).status_code == 404


# --- resting ------------------------------------------------------------------------------------------


def test_a_snoozed_message_leaves_the_inbox_and_is_back_on_its_day_with_a_line_why(client, ana):
    with time_machine.travel(MONDAY, tick=False):
        message = MessageFactory()
        client.post(url("message-snoozing", message), {"until": "fri"})
        at_once = listed(client)
        snoozed = listed(client, "/inbox/?show=snoozed")
    with time_machine.travel(MONDAY + timedelta(days=4), tick=False):
        client.force_login(ana)
        on_friday = listed(client)
        page = client.get(url("message", message)).content.decode()

    assert message.snooze.until == date(2026, 11, 27)
    assert (at_once, snoozed, on_friday) == ([], [message], [message])
    assert "Back since Fri 27 Nov" in page
    assert "Ana Lys let it rest on Mon 23 Nov" in page


def test_a_message_that_waits_for_a_reply_is_back_when_its_sender_writes_again(client, ana):
    message = MessageFactory(from_address="nia@post.example")
    client.post(url("message-snoozing", message), {"until": "reply"})
    MessageFactory(from_address="nia@post.example", auto_reply=True)
    before = listed(client)

    MessageFactory(from_address="nia@post.example", received_at=datetime(2026, 1, 1, tzinfo=UTC))

    assert message not in before
    assert message in listed(client)
    assert "Back because they wrote again" in client.get(url("message", message)).content.decode()


def test_a_reply_that_one_may_not_see_wakes_nothing_for_that_one(client, ana, kofi):
    message = MessageFactory(from_address="nia@post.example")
    client.post(url("message-snoozing", message), {"until": "reply"})
    hidden = CaseFactory(need_to_know=True, owner=kofi)
    MessageFactory(from_address="nia@post.example", case=hidden, decision="case")

    assert listed(client) == []
    assert listed(signed_in(kofi)) == [message]


def test_a_snooze_needs_a_day_that_comes(client, ana):
    message = MessageFactory()

    assert client.post(url("message-snoozing", message), {"until": "yesterday"}).status_code == 422
    assert client.post(url("message-snoozing", message), {"until": "today"}).status_code == 422
    assert listed(client) == [message]


def test_a_snooze_is_taken_back_and_ended(client, ana):
    message = MessageFactory()

    undo(client, client.post(url("message-snoozing", message), {"until": "5 wd"}))
    back = listed(client)
    client.post(url("message-snoozing", message), {"until": "5 wd"})
    client.post(url("message-snoozing", message), {"until": "now"})

    assert back == [message]
    assert listed(client) == [message]


def test_a_snooze_that_comes_due_while_the_message_is_read_does_not_stand_in_the_way(client, ana):
    with time_machine.travel(MONDAY, tick=False):
        message = MessageFactory()
        client.post(url("message-snoozing", message), {"until": "tomorrow"})
        client.get(url("message", message))
    with time_machine.travel(MONDAY + timedelta(days=1, seconds=1), tick=False):
        client.force_login(ana)
        client.post(url("message-decision", message), {"decision": "filed_away"})

    message.refresh_from_db()
    assert message.decision == "filed_away"


# --- together -----------------------------------------------------------------------------------------


def two_of_one_person(**more):
    return [
        MessageFactory(
            from_address="nia@post.example", received_at=datetime(2026, 11, day, tzinfo=UTC), **more
        )
        for day in (3, 2)
    ]


def together(client, message, other):
    client.post(url("message-together", message), {"message": other.pk})


def test_two_messages_of_one_person_are_decided_together_and_taken_back_together(client, ana):
    newer, older = two_of_one_person()
    case = CaseFactory()

    together(client, older, newer)
    shown = listed(client)
    response = client.post(url("message-filing", newer), {"case": case.pk})
    on_case = set(Message.objects.filter(case=case))
    undo(client, response)

    assert shown == [newer]
    assert on_case == {newer, older}
    assert Message.objects.untriaged().count() == 2


@pytest.mark.parametrize("decision", ["filed_away", "campaign", "other_member"])
def test_what_is_decided_about_one_is_decided_about_what_goes_with_it(client, ana, decision):
    newer, older = two_of_one_person()
    together(client, newer, older)

    client.post(url("message-decision", newer), {"decision": decision})

    older.refresh_from_db()
    assert older.decision == decision


def test_the_key_that_undoes_taking_together_leads_back_to_the_message_one_had_open(client, ana):
    newer, older = two_of_one_person()

    done = client.post(url("message-together", newer), {"message": older.pk})
    back = undo(client, done)

    assert back.redirect_chain[-1][0] == url("message", newer)


def test_messages_taken_together_are_taken_apart_again(client, ana):
    newer, older = two_of_one_person()
    together(client, newer, older)

    client.post(url("message-together", newer), {"act": "apart"})

    assert listed(client) == [newer, older]


def test_messages_of_two_people_are_never_taken_together(client, ana):
    one, other = MessageFactory(), MessageFactory()

    response = client.post(url("message-together", one), {"message": other.pk})

    other.refresh_from_db()
    assert other.together is None
    assert "Tick the messages" in said(response)[0]


def test_nothing_is_decided_about_a_companion_one_may_not_see(client, ana, kofi):
    newer, older = two_of_one_person()
    together(client, newer, older)
    Message.objects.filter(pk=older.pk).update(sensitivity=Sensitivity.RESTRICTED)

    client.post(url("message-decision", newer), {"decision": "filed_away"})

    older.refresh_from_db()
    assert older.is_untriaged


# --- the list of what was done ------------------------------------------------------------------------


def test_what_was_decided_is_listed_and_taken_back_from_there(client, ana):
    message = MessageFactory(subject="Bin day")
    client.post(url("message-decision", message), {"decision": "filed_away"})
    page = client.get("/inbox/log/").content.decode()
    act = Act.objects.get()

    client.post(reverse("act-undo", args=[act.pk]), {"from": "log"})

    message.refresh_from_db()
    after = client.get("/inbox/log/").content.decode()
    assert "Bin day" in page
    assert "Take back" in page
    assert message.is_untriaged
    assert "Taken back by Ana Lys" in after


def test_what_a_colleague_changed_since_is_not_taken_back(client, ana, kofi):
    message = MessageFactory()
    client.post(url("message-decision", message), {"decision": "filed_away"})
    act = Act.objects.get()
    client.post(url("message-undo", message))
    signed_in(kofi).post(url("message-decision", message), {"decision": "campaign"})

    client.post(reverse("act-undo", args=[act.pk]))

    message.refresh_from_db()
    assert message.decision == "campaign"
    assert message.decided_by == kofi


def test_the_list_tells_nobody_of_a_message_they_may_not_see(client, ana, kofi):
    case = CaseFactory(need_to_know=True, owner=kofi)
    message = MessageFactory(subject="Hidden thing")
    signed_in(kofi).post(url("message-filing", message), {"case": case.pk})

    page = client.get("/inbox/log/?of=all").content.decode()

    assert "Hidden thing" not in page
    assert client.post(reverse("act-undo", args=[Act.objects.get().pk])).status_code == 404


# --- views --------------------------------------------------------------------------------------------


def counts(client):
    return {view.label: view.count for view in client.get("/inbox/").context["views"]}


def test_each_view_says_how_many_messages_it_holds(client, ana, kofi):
    MessageFactory(taken_by=ana)
    MessageFactory(taken_by=kofi, urgency=Urgency.URGENT)
    MessageFactory(channel="web")
    MessageFactory(bulk=True)
    resting = MessageFactory()
    client.post(url("message-snoozing", resting), {"until": "4 weeks"})

    assert counts(client) == {
        "To decide about": 4, "Mine": 1, "Nobody has it": 2, "Urgent": 1, "From bodies": 0, "Web form": 1,
        "Sent to many": 1, "Back from a snooze": 0, "Snoozed": 1,
    }  # fmt: skip


def test_no_count_of_a_view_tells_of_a_message_one_may_not_see(client, ana, kofi):
    hidden = CaseFactory(need_to_know=True, owner=kofi)
    InboxView.objects.create(name="Damp", asked={"q": "damp"}, staff=kofi, is_shared=True)
    before = counts(client)

    MessageFactory(
        subject="Damp", channel="web", bulk=True, proposal="thread", proposed_case=hidden,
        urgency=Urgency.URGENT, taken_by=kofi,
    )  # fmt: skip

    assert counts(client) == before
    assert counts(signed_in(kofi))["Damp"] == 1


def test_views_that_others_share_push_none_of_ones_own_off_the_list(client, ana, kofi):
    for number in range(40):
        InboxView.objects.create(name=f"A{number}", asked={"q": "damp"}, staff=kofi, is_shared=True)
    InboxView.objects.create(name="Mould", asked={"q": "mould"}, staff=ana)

    shown = client.get("/inbox/").content.decode()

    assert "Mould" in shown


def test_going_through_a_view_stays_in_it(client, ana, kofi):
    mine = [MessageFactory(taken_by=ana, received_at=datetime(2026, 11, day, tzinfo=UTC)) for day in (9, 5)]
    MessageFactory(received_at=datetime(2026, 11, 7, tzinfo=UTC))

    client.get("/inbox/?show=mine")
    first = client.post(url("message-decision", mine[0]), {"decision": "filed_away"})
    last = client.post(url("message-decision", mine[1]), {"decision": "filed_away"})

    assert first["Location"] == url("message", mine[1])
    assert last["Location"] == "/inbox/?show=mine"


def test_a_filter_is_kept_under_a_name_for_oneself_or_for_all(client, ana, kofi):
    MessageFactory(subject="Damp and mould")
    MessageFactory(subject="Bins")
    client.get("/inbox/?q=damp")
    client.post("/inbox/views/", {"name": "Damp"})
    own = counts(client)["Damp"]
    of_kofi = counts(signed_in(kofi))

    client.get("/inbox/?q=damp")
    client.post("/inbox/views/", {"name": "Damp", "shared": "on", "replace": "on"})

    assert own == 1
    assert "Damp" not in of_kofi
    assert counts(signed_in(kofi))["Damp"] == 1


def test_a_view_is_replaced_by_one_of_its_name_only_where_somebody_says_so(client, ana):
    MessageFactory(subject="Damp and mould")
    client.get("/inbox/?q=mould")
    client.post("/inbox/views/", {"name": "Damp"})
    client.get("/inbox/?q=damp")

    refused = client.post("/inbox/views/", {"name": "damp", "shared": "on"})
    page = client.get(refused["Location"]).content.decode()
    kept = InboxView.objects.get().asked

    assert "You have a view “Damp” already." in page
    assert 'value="damp"' in page
    assert "It replaces mine of that name" in page
    assert kept == {"q": "mould"}


def test_who_reads_a_message_is_said_with_the_page_itself(client, ana, kofi):
    message = MessageFactory(subject="Bins")
    signed_in(kofi).get(url("message", message))

    page = client.get(url("message", message)).content.decode()

    assert "Kofi Wren is reading this" in page


def test_a_snooze_until_today_or_before_gets_one_sentence_that_says_what_to_give(client, ana):
    message = MessageFactory()

    for day in ("today", "yesterday"):
        page = client.post(url("message-snoozing", message), {"until": day})
        assert page.context["form"].errors["until"] == [
            "It rests until a day after today. Give one, like “tomorrow” or “fri”."
        ]


def test_after_an_act_one_begins_at_the_row_that_is_open_now(client, ana):
    for subject in ("Bins", "Damp"):
        MessageFactory(subject=subject)
    client.post("/inbox/views/", {"name": "A name, and nothing asked"})

    after, later = (client.get("/inbox/").content.decode() for _ in range(2))

    assert 'aria-current="true" autofocus' in after
    assert 'aria-current="true" autofocus' not in later


def test_a_view_is_taken_away_by_whoever_made_it(client, ana, kofi):
    view = InboxView.objects.create(name="Damp", asked={"q": "damp"}, staff=ana, is_shared=True)
    removal = reverse("inbox-view-removal", args=[view.pk])

    refused = signed_in(kofi).post(removal)
    client.post(removal)

    assert refused.status_code == 404
    assert not InboxView.objects.exists()


def test_an_empty_view_still_shows_the_way_out(client, ana):
    MessageFactory()

    page = client.get("/inbox/?show=urgent").content.decode()

    assert "No message waits in this view." in page
    assert "Show all" in page


# --- who is there -------------------------------------------------------------------------------------


def test_one_sees_who_reads_and_who_replies(client, ana, kofi):
    message = MessageFactory()
    other = signed_in(kofi)

    other.post(url("message-presence", message))
    reading = client.post(url("message-presence", message)).content.decode()
    other.post(url("message-presence", message) + "?doing=replying")
    replying = client.post(url("message-presence", message)).content.decode()
    row = client.get("/inbox/").content.decode()

    assert "Kofi Wren is reading this" in reading
    assert "Kofi Wren is writing a reply" in replying
    assert "Kofi Wren is writing a reply" in row


def test_presence_fades_and_is_told_to_nobody_who_may_not_see_the_message(client, ana, kofi):
    message = MessageFactory()
    hidden = MessageFactory(case=CaseFactory(need_to_know=True, owner=kofi), decision="case")
    with time_machine.travel(timezone.now() - timedelta(seconds=50), tick=False):
        signed_in(kofi).post(url("message-presence", message))

    assert "Kofi" not in client.post(url("message-presence", message)).content.decode()
    assert client.post(url("message-presence", hidden)).status_code == 404
