"""A call that came in says who rang; that of a body passes the gate of authority, also later."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.utils import timezone

from opencasework.office.authority.models import Authority, SentWithout
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases import asking, moving, told
from opencasework.office.cases.models import Case, Event, Question
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.inbox import body_forms, body_rang
from opencasework.office.inbox.models import Message
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
WHY = "He has no food; the form follows"
ASKS = "No authority covers Universal Credit. Say why you spoke about them all the same"


@pytest.fixture
def ana(client):
    OfficeFactory()
    ana = StaffFactory(first_name="Ana", last_name="Rees")
    client.force_login(ana)
    return ana


@pytest.fixture
def case(ana):
    return CaseFactory(by=ana, person__full_name="Ada Marrowby", title="Rent not paid", body=body("DWP-UC"))


def rings(client, **more):
    """Universal Credit rings, and it is written down."""
    given = {"rang": "body", "body": "DWP-UC", "caller": "Ms Penrose", "text": "They pay her rent on Friday."}
    return client.post("/inbox/new/call/", given | more)


def waiting(client, **more) -> Message:
    """Such a call, written down with no case."""
    rings(client, **more)
    return Message.objects.latest("pk")


def words(answer) -> str:
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(text).split())


def review(client) -> str:
    return words(client.get("/authority/review/"))


def lines(case) -> list[Event]:
    return list(case.events.filter(kind=Event.Kind.CALL))


def is_in_the_inbox(message) -> bool:
    return not Message.objects.get(pk=message.pk).decision


# --- the call of a constituent --------------------------------------------------------------------------


def test_the_call_of_a_constituent_wants_no_word_more_than_ever(client, ana):
    answer = client.post("/inbox/new/call/", {"from_name": "Mr Osei", "text": "He flies on Friday."})

    message = Message.objects.get()
    assert answer["Location"] == f"/inbox/messages/{message.pk}/"
    assert not {"body", "for_them", "told_because", "nothing_said"} & set(message.details)
    assert (
        client.post(f"/inbox/messages/{message.pk}/decision/", {"decision": "filed_away"}).status_code == 302
    )
    assert not is_in_the_inbox(message)


def test_somebody_who_rang_for_them_is_named_beside_whose_call_it_is(client, ana, case):
    given = {"rang": "for_them", "caller": "her daughter Nia", "person": case.constituent.pk, "text": "Damp."}
    client.post("/inbox/new/call/", given)

    message = Message.objects.get()
    assert message.person == case.constituent
    assert "Rang for them her daughter Nia" in words(client.get(f"/inbox/messages/{message.pk}/"))
    client.post(f"/inbox/messages/{message.pk}/filing/", {"case": case.pk})
    assert not is_in_the_inbox(message)
    assert not SentWithout.objects.exists()


# --- with its case at once ------------------------------------------------------------------------------


def test_a_body_that_rang_about_a_case_without_authority_asks_why_and_loses_nothing(client, case):
    answer = rings(client, case=case.pk, from_name="Ada Marrowby", minutes="4")

    page = words(answer)
    assert answer.status_code == 422
    assert ASKS in page
    assert "They pay her rent on Friday." in page
    assert f"{case.reference} Rent not paid" in page
    assert f'name="case" value="{case.pk}"' in answer.content.decode()
    assert not Message.objects.exists()


def test_with_a_reason_it_is_on_the_case_and_in_the_weekly_review(client, ana, case):
    answer = rings(client, case=case.pk, no_authority_reason=WHY)

    message, [line], kept = Message.objects.get(), lines(case), SentWithout.objects.get()
    assert answer["Location"] == case.get_absolute_url()
    assert (message.case, message.person, message.from_name) == (case, None, "Ms Penrose, Universal Credit")
    assert line.text == (
        f"Universal Credit rang: Ms Penrose, Universal Credit\nSaid without authority to act: {WHY}"
    )
    assert (kept.call, kept.body, kept.by, kept.reason) == (line.pk, body("DWP-UC"), ana, WHY)
    assert f"{WHY}." in review(client)
    assert f"Said without authority to act: {WHY}" in words(client.get(f"/cases/{case.pk}/"))


def test_where_nothing_was_said_of_the_person_nothing_is_reported(client, case):
    rings(client, case=case.pk, nothing_said="on")

    assert lines(case)[0].text.endswith("Nothing about the person was said.")
    assert not SentWithout.objects.exists()


def test_with_authority_on_file_it_asks_for_nothing(client, case):
    AuthorityFactory(case=case)

    assert rings(client, case=case.pk).status_code == 302
    assert Message.objects.get().case == case
    assert not lines(case)
    assert not SentWithout.objects.exists()


def test_spaces_are_no_reason(client, case):
    assert rings(client, case=case.pk, no_authority_reason=" \n ").status_code == 422


def test_it_is_said_which_body_rang(client, case):
    answer = rings(client, case=case.pk, body="", no_authority_reason=WHY)

    assert answer.status_code == 422
    assert "Say which body it was." in words(answer)


def test_an_authority_withdrawn_in_that_moment_asks_why_and_keeps_no_half_of_it(client, case, monkeypatch):
    AuthorityFactory(case=case)
    put = body_forms.file_on_case

    def withdrawn_first(*given, **more):
        Authority.objects.update(withdrawn_on=timezone.localdate())
        return put(*given, **more)

    monkeypatch.setattr(body_forms, "file_on_case", withdrawn_first)
    answer = rings(client, case=case.pk)

    assert answer.status_code == 422
    assert ASKS in words(answer)
    assert not Message.objects.exists()


def test_a_case_that_one_may_not_know_takes_no_call(client, case):
    Case.objects.filter(pk=case.pk).update(need_to_know=True, owner=None)
    client.force_login(StaffFactory(first_name="Bo"))

    assert rings(client, case=case.pk, no_authority_reason=WHY).status_code == 404
    assert not Message.objects.exists()


def test_by_what_a_body_said_on_the_telephone_the_person_has_not_heard_from_us(client, case):
    before = told.told(Case.objects.get(pk=case.pk), today=timezone.localdate())

    rings(client, case=case.pk, no_authority_reason=WHY, from_name="Ada Marrowby", caller="DWP, Ada Marrowby")

    assert told.told(Case.objects.get(pk=case.pk), today=timezone.localdate()) == before


def test_put_back_into_the_inbox_the_review_says_that_it_was_taken_back(client, ana, case):
    page = words(client.get(rings(client, case=case.pk, no_authority_reason=WHY)["Location"]))
    message = Message.objects.get()

    client.post(f"/inbox/messages/{message.pk}/undo/")

    assert f"is on {case.reference}" in page
    assert is_in_the_inbox(message)
    assert f"Taken back by {ana}" in review(client)


# --- found by typing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["marrowby", "reference", "rent not"])
def test_the_case_is_found_by_name_reference_or_title(typed, client, case):
    typed = case.reference if typed == "reference" else typed

    found = client.post("/search/callers/", {"from_name": typed, "rang": "body"}).content.decode()

    assert f'data-case="{case.pk}"' in found
    assert "Ada Marrowby" in found


def test_a_case_that_one_may_not_know_is_not_found(client, case):
    Case.objects.filter(pk=case.pk).update(need_to_know=True, owner=None)
    client.force_login(StaffFactory(first_name="Bo"))

    found = client.post("/search/callers/", {"from_name": "marrowby", "rang": "body"}).content.decode()
    without_scripts = words(rings(client, from_name="marrowby", find="1"))

    assert "data-case" not in found
    assert "Rent not paid" not in without_scripts


def test_without_scripts_the_case_is_found_with_a_button(client, case):
    page = rings(client, from_name="marrowby", find="1").content.decode()

    assert f'name="case" value="{case.pk}"' in page
    assert "They pay her rent on Friday." in page
    assert not Message.objects.exists()


# --- filed later ------------------------------------------------------------------------------------------


def test_with_no_case_it_waits_in_the_inbox_and_says_what_filing_asks(client, case):
    message = waiting(client, from_name="Ada Marrowby")

    page = words(client.get(f"/inbox/messages/{message.pk}/"))
    assert "Whose authority counts cannot be told before it is on a case." in page
    assert "Of a body Universal Credit" in page
    assert "About Ada Marrowby" in page
    assert f"Add to {case.reference}" in page  # found by the name it was about


def test_it_may_have_been_about_nobody(client, ana):
    message = waiting(client, from_name="")

    assert message.from_name == "Ms Penrose, Universal Credit"


def test_put_on_a_case_it_asks_why_then(client, ana, case):
    message = waiting(client)
    address = f"/inbox/messages/{message.pk}/filing/"

    asked = client.post(address, {"case": case.pk})
    empty = client.post(address, {"case": case.pk, "asked": "yes"})
    still_there = is_in_the_inbox(message)
    done = client.post(address, {"case": case.pk, "asked": "yes", "no_authority_reason": WHY})

    assert asked.status_code == 422
    assert "No authority covers Universal Credit." in words(asked)
    assert "Say why you spoke about them all the same" not in words(asked)
    assert ASKS in words(empty)
    assert still_there
    assert done.status_code == 302
    assert (SentWithout.objects.get().reason, SentWithout.objects.get().by) == (WHY, ana)
    assert Message.objects.get().case == case


def test_as_a_reply_to_an_enquiry_it_passes_the_gate_too(client, ana, case):
    enquiry = EnquiryFactory(case=case, to_body=body("DWP-UC"), authority=False)
    message = waiting(client)
    given = {"case": case.pk, "enquiry": enquiry.pk}

    asked = client.post(f"/inbox/messages/{message.pk}/filing/", given)
    client.post(f"/inbox/messages/{message.pk}/filing/", given | {"asked": "yes", "nothing_said": "on"})

    assert f'name="enquiry" value="{enquiry.pk}"' in asked.content.decode()
    assert Message.objects.get().enquiry == enquiry
    assert lines(case)[0].text.endswith("Nothing about the person was said.")


def test_a_reason_given_when_it_was_written_down_is_not_asked_for_again(client, ana, case):
    message = waiting(client, no_authority_reason=WHY)
    client.force_login(StaffFactory(first_name="Bo"))

    client.post(f"/inbox/messages/{message.pk}/filing/", {"case": case.pk})

    kept = SentWithout.objects.get()
    assert (kept.reason, kept.by, kept.at) == (WHY, ana, message.received_at)


def test_a_case_opened_for_it_asks_why(client, ana, case):
    message = waiting(client, from_name="Tom Vale")
    address = f"/inbox/messages/{message.pk}/case/"
    given = {
        "full_name": "Tom Vale", "title": "Rent", "category": case.main_category.code, "owner": ana.pk,
        "channel": "phone", "transferability": "TRF-0", "next_action": "Ring him", "next_action_on": "5 wd",
    }  # fmt: skip

    offered = client.get(address).content.decode()
    refused = client.post(address, given)
    opened = client.post(address, given | {"no_authority_reason": WHY})

    assert 'value="Tom Vale"' in offered
    assert refused.status_code == 422
    assert "No authority covers Universal Credit: the case is new. Say why" in words(refused)
    assert opened.status_code == 302
    assert SentWithout.objects.get().case == Case.objects.latest("pk")
    assert Message.objects.get().person is None
    opened_case = Case.objects.latest("pk")
    heard = told.told(opened_case, today=timezone.localdate())
    assert heard is not None
    assert heard.is_first  # it was not him who rang


def test_a_case_opened_for_a_message_of_anybody_else_asks_for_nothing(client, ana):
    client.post("/inbox/new/call/", {"from_name": "Mr Osei", "text": "He flies on Friday."})

    page = client.get(f"/inbox/messages/{Message.objects.get().pk}/case/").content.decode()

    assert "no_authority_reason" not in page


def test_split_over_two_cases_each_without_authority_is_reported(client, ana, case):
    other = CaseFactory(by=ana, person=case.constituent, title="Council tax")
    message = waiting(client, from_name="Ada Marrowby")
    given = {
        "person": case.constituent.pk, "part0-case": case.pk, "part1-case": other.pk,
        "part0-text": "The rent.", "part1-text": "The tax.",
    }  # fmt: skip
    address = f"/inbox/messages/{message.pk}/splitting/"

    refused = client.post(address, given)
    client.post(address, given | {"no_authority_reason": WHY})

    assert refused.status_code == 422
    assert ASKS in words(refused)
    assert sorted(each.case_id for each in SentWithout.objects.all()) == [case.pk, other.pk]


def test_of_many_put_on_a_case_at_once_the_call_of_a_body_is_left_with_the_reason(client, ana, case):
    client.post("/inbox/new/call/", {"from_name": "Mr Osei", "text": "He flies on Friday."})
    plain, message = Message.objects.get(), waiting(client)
    given = {"act": "case", "message": [plain.pk, message.pk], "reference": case.reference}

    page = words(client.post("/inbox/selection/", given, follow=True))

    assert "was left as it is. No authority covers Universal Credit. It is of a body" in page
    assert is_in_the_inbox(message)
    assert not is_in_the_inbox(plain)


# --- on no case -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", ["filed_away", "campaign"])
def test_it_is_not_filed_away_before_it_is_said_that_nothing_about_a_person_was_said(decision, client, ana):
    message = waiting(client)
    address, given = f"/inbox/messages/{message.pk}/decision/", {"decision": decision, "note": "For us all"}

    asked = client.post(address, given)
    refused = client.post(address, given | {"asked": "yes"})
    still_there = is_in_the_inbox(message)
    done = client.post(address, given | {"asked": "yes", "nothing_said": "on"})

    assert "Was something about a person said?" in words(asked)
    assert "Tick that nothing about a person was said, or put it on the case" in words(refused)
    assert still_there
    assert done.status_code == 302
    message.refresh_from_db()
    assert (message.decision, message.decision_note) == (decision, "For us all")
    assert "Said about a person Nothing" in words(client.get(f"/inbox/messages/{message.pk}/"))


def test_nor_given_to_another_member(client, ana):
    message = waiting(client)
    given = {"note": "Ms Ashdown", "act": "none"}

    asked = client.post(f"/inbox/messages/{message.pk}/other-member/", given)

    assert "Was something about a person said?" in words(asked)
    assert is_in_the_inbox(message)
    client.post(f"/inbox/messages/{message.pk}/other-member/", given | {"asked": "yes", "nothing_said": "on"})
    assert not is_in_the_inbox(message)


def test_nor_with_many_others_at_once(client, ana):
    message = waiting(client)

    page = words(client.post("/inbox/selection/", {"act": "filed_away", "message": message.pk}, follow=True))

    assert "It is of a body: say of it alone" in page
    assert is_in_the_inbox(message)


def test_where_nothing_was_said_when_it_was_written_down_it_is_as_quick_as_any(client, ana, case):
    first, second = waiting(client, nothing_said="on"), waiting(client, nothing_said="on", text="Again.")

    client.post(f"/inbox/messages/{first.pk}/decision/", {"decision": "filed_away"})
    client.post(f"/inbox/messages/{second.pk}/filing/", {"case": case.pk})

    assert not is_in_the_inbox(first)
    assert not is_in_the_inbox(second)
    assert not SentWithout.objects.exists()


def test_a_body_that_rang_answers_nothing_that_the_person_was_asked(client, ana, case):
    asking.ask(case=case, to=Question.To.CONSTITUENT, text="When?", due_on=timezone.localdate(), by=ana)
    mail = case.constituent.emails.first() or case.constituent.emails.create(address="ada@post.example")

    rings(client, case=case.pk, from_address=mail.address, nothing_said="on")

    assert Message.objects.get().person is None
    assert case.questions.get().ended_at is None


def test_what_was_reported_on_a_case_that_became_part_of_another_goes_when_the_call_is_taken_off(
    client, ana, case
):
    rings(client, case=case.pk, no_authority_reason=WHY)
    larger = CaseFactory(by=ana, title="Everything")
    moving.merge(case=case, into=larger, by=ana)
    message = Message.objects.get()

    body_rang.take_back(message, message.case, by=ana)

    assert message.case == larger
    assert SentWithout.objects.get().taken_back_at is not None


# --- who came, and who wrote on a network ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "did", "more"), [("visit", "came", {}), ("social", "wrote", {"network": "X"})]
)
def test_a_visit_and_a_message_of_a_body_pass_the_gate_like_its_call(client, ana, case, kind, did, more):
    given = {"rang": "body", "body": "DWP-UC", "caller": "Ms Penrose", "text": "They pay on Friday.", **more}
    before = told.told(case, today=timezone.localdate())

    shut = client.post(f"/inbox/new/{kind}/", given | {"case": case.pk})
    assert shut.status_code == 422
    assert ASKS in words(shut)
    assert not Message.objects.exists()

    client.post(f"/inbox/new/{kind}/", given | {"case": case.pk, "no_authority_reason": WHY})
    message, kept = Message.objects.get(), SentWithout.objects.get()
    line = case.events.get(kind=Event.Kind.NOTE)
    assert (message.case, message.person, message.from_name) == (case, None, "Ms Penrose, Universal Credit")
    assert line.text.startswith(f"Universal Credit {did}: Ms Penrose, Universal Credit\nSaid without")
    assert (kept.call, kept.reason) == (line.pk, WHY)
    assert f"{WHY}." in review(client)
    assert told.told(Case.objects.get(pk=case.pk), today=timezone.localdate()) == before


@pytest.mark.parametrize(("kind", "more"), [("visit", {}), ("social", {"network": "X"})])
def test_with_no_case_yet_it_waits_for_a_word_and_is_taken_back_whole(client, ana, case, kind, more):
    given = {"rang": "body", "body": "DWP-UC", "text": "They pay on Friday.", **more}
    client.post(f"/inbox/new/{kind}/", given)
    message = Message.objects.get()

    away = client.post(f"/inbox/messages/{message.pk}/decision/", {"decision": "filed_away"})
    assert "Was something about a person said?" in words(away)
    filing = f"/inbox/messages/{message.pk}/filing/"
    assert "Why were they told?" in words(client.post(filing, {"case": case.pk}))
    assert is_in_the_inbox(message)

    client.post(filing, {"case": case.pk, "asked": "yes", "no_authority_reason": WHY})
    assert SentWithout.objects.filter(case=case).exists()
    client.post(f"/inbox/messages/{message.pk}/undo/")
    assert f"Taken back by {ana}" in review(client)


@pytest.mark.parametrize(("kind", "more"), [("visit", {}), ("social", {"network": "X"})])
def test_a_person_who_came_or_wrote_is_asked_for_nothing_of_it(client, ana, case, kind, more):
    client.post(f"/inbox/new/{kind}/", {"from_name": "Mr Osei", "text": "He flies on Friday.", **more})

    message = Message.objects.get()
    assert not {"body", "told_because", "nothing_said"} & set(message.details)
    client.post(f"/inbox/messages/{message.pk}/filing/", {"case": case.pk})
    assert not is_in_the_inbox(message)
