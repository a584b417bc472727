"""One act on many messages: the page says what will happen to which, and the whole is taken back at once."""

from __future__ import annotations

import re

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.inbox import desk_acts
from opencasework.office.inbox.models import Act, Message

from .factories import MessageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
SELECTION = "/inbox/selection/"


def preview(client, act, *messages):
    return client.get(SELECTION, {"act": act, "message": [each.pk for each in messages]})


def ticks(page):
    return re.findall(r'name="message" value="([^"]+)"', page.content.decode())


def confirm(client, page, act, **more):
    return client.post(SELECTION, {"act": act, "message": ticks(page), **more})


def said(response):
    return [str(each) for each in get_messages(response.wsgi_request)]


def undo(client, response):
    [address] = [
        each.extra_tags.removeprefix("undo:")
        for each in get_messages(response.wsgi_request)
        if each.extra_tags
    ]
    client.post(address)


def test_more_than_one_act_takes_are_not_cut_in_silence(client, ana, monkeypatch):
    monkeypatch.setattr(desk_acts, "MOST", 2)
    three = [MessageFactory(subject=f"No {number}") for number in (1, 2, 3)]

    page = preview(client, "filed_away", *three)
    done = confirm(client, page, "filed_away", over=page.context["chosen"].over)

    words = page.content.decode()
    assert "One act takes 2 messages at most." in words
    assert "These are the first. 1 more stays ticked" in words
    assert f'data-ends-selection="{three[0].pk} {three[1].pk}"' in words
    assert Message.objects.filter(decision="filed_away").count() == 2
    assert "1 more is still ticked" in said(done)[-1]


def test_what_the_browser_keeps_back_is_counted_too(client, ana, monkeypatch):
    monkeypatch.setattr(desk_acts, "MOST", 2)
    two = [MessageFactory(), MessageFactory()]

    page = client.get(SELECTION, {"act": "filed_away", "message": [each.pk for each in two], "ticked": 7})

    assert page.context["chosen"].over == 5


def signed_in(staff):
    client = Client()
    client.force_login(staff)
    return client


@pytest.mark.parametrize(
    ("act", "more"),
    [
        ("filed_away", {}),
        ("campaign", {}),
        ("other_member", {}),
        ("assigned", {"to": "kofi"}),
        ("snoozed", {"until": "5 wd"}),
        ("case", {"reference": "case"}),
        ("together", {}),
    ],
)
def test_an_act_on_three_messages_is_previewed_done_and_taken_back_as_a_whole(client, ana, kofi, act, more):
    three = [MessageFactory(subject=f"No {number}", from_address="a@post.example") for number in (1, 2, 3)]
    case = CaseFactory()
    known = {"kofi": kofi.pk, "case": case.reference}
    before = Message.objects.order_by("pk").values("decision", "taken_by", "together", "case", "snooze")
    as_it_was = list(before)

    page = preview(client, act, *three)
    untouched = list(before.all())
    done = confirm(client, page, act, **{name: known.get(value, value) for name, value in more.items()})
    changed = list(before.all())
    undo(client, done)

    assert all(f"No {number}" in page.content.decode() for number in (1, 2, 3))
    assert untouched == as_it_was
    assert changed != as_it_was
    assert list(before.all()) == as_it_was
    assert Act.objects.count() == 1
    assert said(done)[0].startswith("3 messages")


def test_what_was_decided_between_preview_and_act_is_left_out_and_named(client, ana, kofi):
    one, other = MessageFactory(subject="Bins"), MessageFactory(subject="Damp")
    page = preview(client, "filed_away", one, other)
    case = CaseFactory()
    signed_in(kofi).post(f"/inbox/messages/{other.pk}/filing/", {"case": case.pk})

    words = " ".join(said(confirm(client, page, "filed_away")))

    other.refresh_from_db()
    assert other.case == case
    assert "1 message is filed away" in words
    assert "“Damp” was left as it is. Kofi Wren decided about it meanwhile: On a case." in words


def test_what_a_colleague_took_between_preview_and_act_is_left_out_and_named(client, ana, kofi):
    message = MessageFactory(subject="Damp")
    page = preview(client, "filed_away", message)
    signed_in(kofi).post(f"/inbox/messages/{message.pk}/taking/", {"act": "take"})

    shown = confirm(client, page, "filed_away").content.decode()

    message.refresh_from_db()
    assert message.is_untriaged
    assert "Somebody changed it after you looked at this list." in shown


def test_a_preview_never_tells_of_a_message_one_may_not_see(client, ana, kofi):
    hidden = MessageFactory(
        subject="Hidden thing", case=CaseFactory(need_to_know=True, owner=kofi), decision="case"
    )
    seen = MessageFactory(subject="Bins")

    page = preview(client, "filed_away", seen, hidden).content.decode()
    nowhere = client.get(SELECTION, {"act": "filed_away", "message": [seen.pk, 987_654]}).content.decode()

    assert "Hidden thing" not in page
    assert "1 of those ticked is not here any more." in page
    assert "1 of those ticked is not here any more." in nowhere


def test_nothing_is_put_on_a_case_one_may_not_see(client, ana, kofi):
    message = MessageFactory()
    hidden = CaseFactory(need_to_know=True, owner=kofi)

    response = confirm(client, preview(client, "case", message), "case", reference=hidden.reference)

    message.refresh_from_db()
    assert response.status_code == 422
    assert "There is no such case that you can see." in response.content.decode()
    assert message.is_untriaged


def test_messages_of_two_people_are_not_taken_together(client, ana):
    page = preview(client, "together", MessageFactory(), MessageFactory()).content.decode()

    assert "Only messages of one person" in page


def test_without_a_tick_it_says_what_to_do(client, ana):
    response = client.get(SELECTION, {"act": "filed_away"})

    assert response["Location"] == "/inbox/"
    assert "Tick the messages first" in said(response)[0]


@pytest.mark.parametrize("address", ["/inbox/", "message", "/inbox/log/", "selection"])
def test_a_page_asks_as_much_of_the_database_for_many_messages_as_for_few(client, ana, kofi, address):
    def asked():
        pks = list(Message.objects.order_by("pk").values_list("pk", flat=True))
        path = {"message": f"/inbox/messages/{pks[0]}/"}.get(address, address)
        query = {}
        if address == "selection":
            path, query = SELECTION, {"act": "filed_away", "message": pks}
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path, query).status_code == 200
        return len(queries)

    def more(number):
        for _ in range(number):
            one, other = MessageFactory(taken_by=kofi), MessageFactory()
            client.post(f"/inbox/messages/{other.pk}/snoozing/", {"until": "reply"})
            MessageFactory(from_address=other.from_address)
            signed_in(kofi).post(f"/inbox/messages/{one.pk}/presence/")

    more(2)
    asked()  # the first page of a session asks for a little more, as that of a message one opens first
    few = asked()
    more(6)
    asked()

    assert asked() == few
