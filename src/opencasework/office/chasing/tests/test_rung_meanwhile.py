"""A body that was rung while a chaser waits: somebody says first whether that still goes."""

from __future__ import annotations

import re
from datetime import date

import pytest

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.cases.models import Event
from opencasework.office.chasing.actions import draft_due_chasers
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.tests.factories import EnquiryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

DRAFTED, NEXT_DAY = date(2026, 9, 16), date(2026, 9, 17)  # Wednesday and Thursday
HELD = "was rung about this case on 17 September 2026. Read what they said, then send this or discard it."


@pytest.fixture
def case(client, enquiry):
    AuthorityFactory(case=enquiry.case, given_on=date(2026, 1, 1))
    return enquiry.case


@pytest.fixture
def go_to(client, case, on_the_day):
    """Come to a day, signed in as whoever has the case."""

    def go(day):
        on_the_day(day)
        client.force_login(case.owner)

    return go


@pytest.fixture
def chaser(go_to) -> Letter:
    """The first chaser of the enquiry, drafted unasked on the Wednesday; then it is Thursday."""
    go_to(DRAFTED)
    draft_due_chasers(DRAFTED)
    go_to(NEXT_DAY)
    return Letter.objects.get(kind=Letter.Kind.CHASER)


def ring(client, case, whom, **more):
    bodies = {str(each) for each in case.enquiries.values_list("body", flat=True)}
    which = {"body": whom.pk} if str(whom.pk) in bodies else {"body": "another", "another_body": whom.code}
    said = {"other_side": "Mr Shah", "text": "It is with the decision maker."}
    assert client.post(f"/cases/{case.pk}/calls/", said | which | more).status_code == 302


def page(client, chaser) -> str:
    return client.get(f"/letters/{chaser.pk}/").content.decode()


def send(client, chaser) -> int:
    return client.post(f"/letters/{chaser.pk}/sending/", {"version": chaser.version}).status_code


def press(client, chaser) -> str:
    address = re.search(rf'action="(/letters/{chaser.pk}/calls/\d+/)"', page(client, chaser)).group(1)
    return client.post(address, follow=True).content.decode()


def test_a_call_holds_the_chaser_that_waits_until_somebody_says_that_it_goes(client, case, enquiry, chaser):
    ring(client, case, enquiry.body)

    call = case.events.get(kind=Event.Kind.CALL)
    assert f"{enquiry.body} {HELD}" in page(client, chaser)
    assert f'href="{case.get_absolute_url()}#entry-{call.pk}">Read the call' in page(client, chaser)
    assert send(client, chaser) == 422

    assert "The call does not hold it any more." in press(client, chaser)

    assert HELD not in page(client, chaser)
    note = case.events.filter(kind=Event.Kind.NOTE).latest("pk")
    assert "may go, although they were rung on 17 September 2026." in note.text
    assert send(client, chaser) == 302


def test_another_call_holds_it_again(client, case, enquiry, chaser):
    ring(client, case, enquiry.body)
    before = re.search(r"/letters/\d+/calls/\d+/", page(client, chaser))[0]
    ring(client, case, enquiry.body, text="They rang back.")

    late = client.post(before, follow=True).content.decode()

    assert "there was another one since" in late
    assert HELD in late
    assert HELD not in press(client, chaser)


def test_a_call_of_the_last_two_working_days_holds_one_that_is_drafted_after_it(client, case, enquiry, go_to):
    go_to(date(2026, 9, 17))
    ring(client, case, enquiry.body)
    go_to(date(2026, 9, 18))
    draft_due_chasers(date(2026, 9, 18))
    chaser = Letter.objects.get(kind=Letter.Kind.CHASER)
    assert HELD in page(client, chaser)

    go_to(date(2026, 9, 21))  # the Monday after: the second working day
    assert HELD in page(client, chaser)
    go_to(date(2026, 9, 22))
    assert HELD not in page(client, chaser)


@pytest.mark.parametrize("where", ["whole", "part", "elsewhere"])
def test_so_does_a_call_to_what_it_is_a_part_of_or_to_a_part_of_it(client, case, enquiry, chaser, where):
    rung = BodyFactory()
    if where == "whole":
        enquiry.body.parent = rung
        enquiry.body.save()
    elif where == "part":
        rung.parent = enquiry.body
        rung.save()

    ring(client, case, rung, about=enquiry.pk)

    assert (f"{rung} {HELD}" in page(client, chaser)) is (where != "elsewhere")


def other_to(body, case) -> Enquiry:
    """Another enquiry of the case to that body, put later and not due yet."""
    return EnquiryFactory(case=case, to_body=body, sent_on=date(2026, 9, 10))


def test_of_two_enquiries_the_form_asks_which_the_call_was_about_and_holds_that_ones_chaser(
    client, case, enquiry, chaser
):
    other = other_to(enquiry.body, case)
    said = {"other_side": "Mr Shah", "body": enquiry.body.pk, "text": "It is with the decision maker."}

    asked = client.post(f"/cases/{case.pk}/calls/", said)

    assert asked.status_code == 422
    assert "Say which answer the call was about, or that it was none of these." in asked.content.decode()
    assert not case.events.filter(kind=Event.Kind.CALL).exists()
    for about, holds in ((other.pk, False), ("none", False), (enquiry.pk, True)):
        ring(client, case, enquiry.body, about=about)
        assert (HELD in page(client, chaser)) is holds


def test_a_call_about_all_of_them_holds_each(client, case, enquiry, chaser):
    other_to(enquiry.body, case)

    ring(client, case, enquiry.body, about="all")

    assert HELD in page(client, chaser)


def test_a_call_in_which_nobody_was_reached_holds_nothing_and_asks_nothing(client, case, enquiry, chaser):
    other_to(enquiry.body, case)

    ring(client, case, enquiry.body, text="No answer.", nobody_reached="on")

    assert "was rung about this case" not in page(client, chaser)
    assert case.events.get(kind=Event.Kind.CALL).text.startswith("Call to Mr Shah: nobody was reached\n")
    assert send(client, chaser) == 302


def test_a_call_noted_before_it_said_which_enquiry_it_was_about_holds_what_that_body_owes(
    client, case, enquiry, chaser
):
    code = enquiry.body.code
    case.record(Event.Kind.CALL, by=case.owner, text="Call with Mr Shah", noted=True, body=code)

    assert HELD in page(client, chaser)


def test_a_call_that_was_taken_back_or_brought_a_promise_holds_nothing_by_itself(
    client, case, enquiry, chaser, go_to
):
    ring(client, case, enquiry.body)
    call = case.events.get(kind=Event.Kind.CALL)
    client.post(f"/cases/{case.pk}/lines/{call.pk}/undo/")
    assert HELD not in page(client, chaser)

    ring(client, case, enquiry.body, text="By Friday, they say.", promised_on="18 Sep 2026")
    assert HELD not in page(client, chaser)
    assert "promised an answer by 18 September 2026" in page(client, chaser)
    go_to(date(2026, 9, 21))
    assert "was rung about this case" not in page(client, chaser)


def test_the_call_in_which_it_was_asked_holds_nothing(client, case, chaser):
    Enquiry.objects.update(means=Enquiry.Means.PHONE)
    case.record(
        Event.Kind.CALL, by=case.owner, text="Asked", puts_enquiry=True, body=case.enquiries.get().body.code
    )

    assert "was rung about this case" not in page(client, chaser)
