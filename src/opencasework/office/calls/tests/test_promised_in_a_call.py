"""What a body promises on the telephone holds chasers, and who was rung today is not rung again."""

from __future__ import annotations

from datetime import date

import pytest

from opencasework.office.authority.models import Authority, SentWithout
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import BodyContactFactory, body
from opencasework.office.calls.lists import calls_to_make
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing.actions import draft_due_chasers
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.tests.factories import EnquiryFactory, LetterFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
TODAY, TOMORROW, AFTER = date(2026, 11, 26), date(2026, 11, 27), date(2026, 12, 11)


@pytest.fixture(autouse=True)
def thursday(time_machine):
    time_machine.move_to("2026-11-26T10:00:00+00:00", tick=False)


@pytest.fixture
def late(client) -> Enquiry:
    """Put to Universal Credit on 1 September, and not answered."""
    found = EnquiryFactory(to_body=body("DWP-UC"), sent_on=date(2026, 9, 1))
    AuthorityFactory(case=found.case, given_on=date(2026, 1, 1))
    BodyContactFactory(body=found.body, phone="01632 960310")
    client.force_login(found.case.owner)
    return found


def ring(client, enquiry: Enquiry, **more):
    said = {"other_side": "Mr Shah", "body": enquiry.body.pk, "text": "It is with the decision maker."}
    return client.post(f"/cases/{enquiry.case.pk}/calls/", said | more)


def listed(enquiry: Enquiry, on: date) -> int:
    return len(calls_to_make(enquiry.case.owner, mine=True, on=on))


def test_what_they_promise_in_a_call_holds_the_chaser_and_the_call_list_until_that_day(client, late):
    assert ring(client, late, promised_on="10 Dec 2026").status_code == 302

    reply = late.replies.get()
    assert (reply.kind, reply.promised_on, reply.received_on) == ("holding", date(2026, 12, 10), TODAY)
    call = late.case.events.get(kind=Event.Kind.CALL)
    assert "They promise an answer by 10 December 2026." in call.text
    assert (draft_due_chasers(TOMORROW), draft_due_chasers(AFTER)) == (0, 1)
    assert (listed(late, TOMORROW), listed(late, AFTER)) == (0, 1)


def test_who_was_rung_today_about_a_case_is_not_rung_again_today(client, late):
    assert listed(late, TODAY) == 1

    ring(client, late)

    assert (listed(late, TODAY), listed(late, TOMORROW)) == (0, 1)
    line = late.case.events.get(kind=Event.Kind.CALL)
    late.case.record(Event.Kind.UNDELIVERED, by=late.case.owner, call=line.pk, text="Taken back")
    assert listed(late, TODAY) == 1


def test_a_telephone_enquiry_of_weeks_ago_written_down_today_is_no_call_of_today(client, late):
    asked = {
        "body": late.body.code, "means": "phone", "to_whom": "Jo", "question": "When will it be paid?",
        "asked_on": "1 oct 2026",
    }  # fmt: skip

    assert client.post(f"/cases/{late.case.pk}/enquiries/new/", asked).status_code == 302

    assert late.case.enquiries.count() == 2
    assert listed(late, TODAY) == 1


@pytest.mark.parametrize(
    ("owing", "rung", "is_listed"),
    [("DWP-UC", "DWP", False), ("DWP", "DWP-UC", False), ("DWP-UC", "DWP-DIS", True)],
)
def test_who_was_rung_at_the_whole_or_at_a_part_of_it_is_not_rung_again_today(
    client, late, owing, rung, is_listed
):
    Enquiry.objects.filter(pk=late.pk).update(body=body(owing))
    BodyContactFactory(body=body(owing), phone="01632 960311")

    ring(client, late, body="another", another_body=rung, about=late.pk)

    assert (listed(late, TODAY), listed(late, TOMORROW)) == (int(is_listed), 1)


def test_who_was_rung_and_not_reached_is_to_be_rung_again_today(client, late):
    ring(client, late, nobody_reached="on")

    assert listed(late, TODAY) == 1


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"promised_on": "10 Dec 2026"}, "Nobody was reached, so nobody promised a day."),
        ({"confirms": "on"}, "Nobody was reached, so there is nothing to confirm."),
    ],
)
def test_whom_nobody_reached_promises_and_confirms_nothing(client, late, more, says):
    refused = ring(client, late, nobody_reached="on", **more)

    assert refused.status_code == 422
    assert says in refused.content.decode()
    assert not late.case.events.filter(kind=Event.Kind.CALL).exists()


def test_who_was_not_reached_was_told_nothing_and_no_authority_is_asked_for(client, late):
    Authority.objects.all().delete()
    assert ring(client, late).status_code == 422

    assert ring(client, late, nobody_reached="on").status_code == 302

    assert "Nothing about the person was said." in late.case.events.get(kind=Event.Kind.CALL).text
    assert not SentWithout.objects.exists()


def test_a_person_promises_none(client, late):
    refused = ring(client, late, body="else", promised_on="10 Dec 2026")

    assert refused.status_code == 422
    assert "Say which body promised it" in refused.content.decode()


# --- which enquiry it is about ----------------------------------------------------------------------------


def promised(*enquiries: Enquiry) -> list[date | None]:
    return [Enquiry.objects.get(pk=one.pk).promised_on for one in enquiries]


def test_the_one_that_the_body_itself_owes_is_taken_and_the_message_names_it(client, late):
    above = EnquiryFactory(case=late.case, to_body=late.body.parent, sent_on=date(2026, 8, 3))

    page = client.get(ring(client, late, promised_on="10 Dec 2026").url).content.decode()

    assert promised(late, above) == [date(2026, 12, 10), None]
    assert "The promise is kept with the enquiry to Universal Credit of 1 September 2026." in page


def test_of_two_enquiries_to_one_body_the_form_asks_which_they_promise_to_answer(client, late):
    other = EnquiryFactory(case=late.case, to_body=late.body, sent_on=date(2026, 10, 1))

    asked = ring(client, late, promised_on="10 Dec 2026")

    page = asked.content.decode()
    assert asked.status_code == 422
    assert "Say which answer they promise" in page
    assert f'<option value="{late.pk}">Universal Credit, asked on 1 September 2026' in page
    assert f'<option value="{other.pk}">Universal Credit, asked on 1 October 2026' in page
    assert promised(late, other) == [None, None]

    said = ring(client, late, promised_on="10 Dec 2026", about=other.pk)

    assert promised(late, other) == [None, date(2026, 12, 10)]
    assert "the enquiry to Universal Credit of 1 October 2026." in client.get(said.url).content.decode()


def test_a_promise_is_of_one_answer_and_not_of_all(client, late):
    EnquiryFactory(case=late.case, to_body=late.body, sent_on=date(2026, 10, 1))

    refused = ring(client, late, promised_on="10 Dec 2026", about="all")

    assert refused.status_code == 422
    assert "Say which answer they promise, or that it is none of these." in refused.content.decode()
    assert promised(late) == [None]


def test_one_call_about_several_cases_in_which_nobody_was_reached_asks_nothing(client, late):
    EnquiryFactory(case=late.case, to_body=late.body, sent_on=date(2026, 10, 1))
    given = {"other_side": "MP line", "whose": "mine", "case": [late.case.pk], "nobody_reached": "on"}

    said = client.post(f"/calls/{late.body.pk}/", given | {f"case-{late.case.pk}-text": "Engaged."})

    assert said.status_code == 302
    assert late.case.events.get(kind=Event.Kind.CALL).detail["about"] == []


def test_what_a_part_of_the_body_that_was_rung_owes_is_asked_about_too(client, late):
    above = late.body.parent
    said = {"body": "another", "another_body": above.code, "promised_on": "10 Dec 2026"}

    assert "Say which answer they promise" in ring(client, late, **said).content.decode()
    assert promised(late) == [None]

    kept = ring(client, late, **said, about="none")
    assert promised(late) == [None]
    assert "The note alone keeps the promise." in client.get(kept.url).content.decode()
    ring(client, late, **said, about=late.pk, text="They rang again.")
    assert promised(late) == [date(2026, 12, 10)]


def test_where_the_body_owes_nothing_the_note_alone_keeps_the_promise(client, late):
    Enquiry.objects.filter(pk=late.pk).update(answered_on=date(2026, 10, 1))

    page = client.get(ring(client, late, promised_on="10 Dec 2026").url).content.decode()

    assert promised(late) == [None]
    assert "The note alone keeps the promise." in page


def test_the_enquiry_of_another_case_is_no_answer(client, late):
    EnquiryFactory(case=late.case, to_body=late.body, sent_on=date(2026, 10, 1))
    elsewhere = EnquiryFactory(to_body=late.body, sent_on=date(2026, 10, 1))

    assert ring(client, late, promised_on="10 Dec 2026", about=elsewhere.pk).status_code == 422
    assert promised(elsewhere) == [None]


def test_one_call_about_several_cases_asks_and_names_it_for_each(client, late):
    two = EnquiryFactory(case=late.case, to_body=late.body, sent_on=date(2026, 10, 1))
    single = EnquiryFactory(case=CaseFactory(by=late.case.owner), to_body=late.body, sent_on=date(2026, 9, 2))
    AuthorityFactory(case=single.case, given_on=date(2026, 1, 1))
    given: dict[str, object] = {"other_side": "Mr Shah", "whose": "mine", "case": []}
    for one in (late, single):
        given["case"].append(one.case.pk)
        given[f"case-{one.case.pk}-text"] = "It is with the decision maker."
        given[f"case-{one.case.pk}-promised_on"] = "10 Dec 2026"

    asked = client.post(f"/calls/{late.body.pk}/", given)
    assert asked.status_code == 422
    assert f'name="case-{late.case.pk}-about"' in asked.content.decode()
    assert f'name="case-{single.case.pk}-about"' not in asked.content.decode()
    assert promised(late, two, single) == [None, None, None]

    said = client.post(f"/calls/{late.body.pk}/", given | {f"case-{late.case.pk}-about": two.pk}, follow=True)
    assert promised(late, two, single) == [None, date(2026, 12, 10), date(2026, 12, 10)]
    assert f"{late.case.reference} (Universal Credit, 1 October 2026)" in said.content.decode()
    assert f"{single.case.reference} (Universal Credit, 2 September 2026)" in said.content.decode()


# --- a call that was not as noted -------------------------------------------------------------------------


def take_back(client, enquiry: Enquiry) -> str:
    line = enquiry.case.events.filter(kind=Event.Kind.CALL).latest("pk")
    undo = f"/cases/{enquiry.case.pk}/lines/{line.pk}/undo/"
    return client.post(undo, follow=True).content.decode()


def test_what_a_call_promised_goes_with_the_call(client, late):
    ring(client, late, promised_on="3 Dec 2026")
    ring(client, late, promised_on="10 Dec 2026", text="They rang again, and need another week.")

    page = take_back(client, late)

    assert promised(late) == [date(2026, 12, 3)]
    assert "the call counts no more. Nor does their promise to answer by 10 December 2026." in page
    lines = late.case.events.filter(kind=Event.Kind.UNDELIVERED).values_list("text", flat=True)
    assert "Universal Credit promises no answer by 10 December 2026." in lines.get()

    first = late.case.events.filter(kind=Event.Kind.CALL).earliest("pk")
    client.post(f"/cases/{late.case.pk}/lines/{first.pk}/undo/")
    assert promised(late) == [None]
    assert (draft_due_chasers(TOMORROW), listed(late, TODAY)) == (1, 1)


def test_the_plan_to_see_whether_they_have_replied_goes_with_a_promise_and_comes_back_with_the_call(
    client, late
):
    case, waits = late.case, f"See whether {late.body} has replied"
    case.plan(next_action=waits, on=late.due_on, by=case.owner)

    ring(client, late, promised_on="10 Dec 2026")
    case.refresh_from_db()
    promised_day = case.next_action_on
    take_back(client, late)

    case.refresh_from_db()
    assert promised_day == date(2026, 12, 10)
    assert (case.next_action, case.next_action_on) == (waits, late.due_on)


def test_a_promise_that_somebody_has_read_otherwise_stands(client, late):
    ring(client, late, promised_on="10 Dec 2026")
    client.post(f"/replies/{late.replies.get().pk}/kind/", {"kind": "partial"})

    page = take_back(client, late)

    assert promised(late) == [date(2026, 12, 10)]
    assert "What they promised stands: it was said since to be part of an answer" in page


@pytest.mark.parametrize("state", [Letter.State.SENDING, Letter.State.SENT])
def test_a_promise_that_a_letter_left_with_stands(client, late, state):
    ring(client, late, promised_on="10 Dec 2026")
    letter = LetterFactory(case=late.case, to_body=late.body, about_enquiry=late)
    Letter.objects.filter(pk=letter.pk).update(state=state)

    page = take_back(client, late)

    assert promised(late) == [date(2026, 12, 10)]
    assert "What they promised stands: a letter about the enquiry left since" in page
    assert listed(late, TODAY) == 0  # until that day


def test_a_promise_goes_with_the_call_where_a_letter_about_it_is_a_draft_still(client, late):
    ring(client, late, promised_on="10 Dec 2026")
    LetterFactory(case=late.case, to_body=late.body, about_enquiry=late)

    page = take_back(client, late)

    assert promised(late) == [None]
    assert "Nor does their promise to answer by 10 December 2026." in page
    assert "A draft about the enquiry may name it: read that before it goes." in page
