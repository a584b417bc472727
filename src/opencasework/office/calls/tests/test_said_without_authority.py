"""What is said to a body on the telephone about a person without authority: why, and the weekly review."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.utils import timezone

from opencasework.office.authority.models import Authority, SentWithout
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory, body
from opencasework.office.calls import actions
from opencasework.office.cases import told
from opencasework.office.cases.models import Case, CasePerson, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Person
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters.models import Letter
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.permissions import MAY, May
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
WHY = "No food in the house; form to follow"
ASKS = "Say why you spoke about them all the same"


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


@pytest.fixture
def case(ana):
    return CaseFactory(
        by=ana, body=body("DWP-UC"), next_action="Ring DWP again", next_action_on=timezone.localdate()
    )


def noted(client, case, **more):
    given = {"body": body("DWP-UC").pk, "other_side": "Ms Penrose", "text": "They pay on Friday."}
    return client.post(f"/cases/{case.pk}/calls/", given | more)


def shown(answer) -> str:
    return unescape(answer.content.decode())


def review(client) -> str:
    return unescape(client.get("/authority/review/").content.decode())


def calls(case) -> list[Event]:
    return list(case.events.filter(kind=Event.Kind.CALL))


def is_marked(page, code) -> bool:
    """Whether the choice of this body makes the page ask why."""
    return bool(re.search(rf'<option value="{body(code).pk}"[^>]* data-lacks', page))


# --- on one case ----------------------------------------------------------------------------------------


def test_a_call_to_a_body_without_authority_asks_why_and_loses_nothing(client, case):
    answer = noted(client, case, minutes="12", next_action="See that it is paid", on="fri", confirms="on")

    page = shown(answer)
    assert answer.status_code == 422
    assert f"No authority covers Universal Credit. {ASKS}" in page
    for typed in ("They pay on Friday.", 'value="Ms Penrose"', 'value="12"', 'value="See that it is paid"'):
        assert typed in page
    assert is_marked(page, "DWP-UC")
    assert not calls(case)
    assert not SentWithout.objects.exists()


def test_with_a_reason_it_is_kept_and_stands_in_the_weekly_review(client, ana, case):
    answer = noted(client, case, no_authority_reason=WHY)

    [call] = calls(case)
    kept = SentWithout.objects.get()
    assert answer.status_code == 302
    assert call.text.endswith(f"They pay on Friday.\nSaid without authority to act: {WHY}")
    assert call.detail["without_authority"] is True
    assert (kept.call, kept.body, kept.by, kept.reason) == (call.pk, body("DWP-UC"), ana, WHY)
    assert f"{WHY}." in review(client)
    assert f"/cases/{case.pk}/?all=1#entry-{call.pk}" in review(client)


def test_where_nothing_was_said_of_the_person_nothing_is_reported(client, case):
    noted(client, case, nothing_said="on")

    [call] = calls(case)
    assert call.text.endswith("Nothing about the person was said.")
    assert not SentWithout.objects.exists()


def test_a_reason_counts_although_the_tick_is_there_too(client, case):
    noted(client, case, nothing_said="on", no_authority_reason=WHY)

    assert SentWithout.objects.get().reason == WHY


def test_on_a_case_without_a_constituent_it_asks_as_a_letter_does(client, case):
    case.case_people.all().delete()

    page = client.get(f"/cases/{case.pk}/?write=call").content.decode()
    answer = noted(client, case)
    noted(client, case, no_authority_reason=WHY)

    assert is_marked(page, "DWP-UC")
    assert "No authority on file" in page
    assert answer.status_code == 422
    assert ASKS in shown(answer)
    assert SentWithout.objects.get().reason == WHY


def test_spaces_are_no_reason(client, case):
    assert noted(client, case, no_authority_reason="  \n ").status_code == 422


def test_a_call_to_the_person_asks_for_nothing(client, case):
    answer = noted(client, case, body="", other_side=str(case.constituent))

    assert answer.status_code == 302
    assert not SentWithout.objects.exists()


def test_with_authority_on_file_it_is_as_quick_as_ever(client, case):
    AuthorityFactory(case=case)

    page = client.get(f"/cases/{case.pk}/?write=call").content.decode()
    answer = noted(client, case, no_authority_reason="Typed for nothing")

    assert not is_marked(page, "DWP-UC")
    assert answer.status_code == 302
    assert not SentWithout.objects.exists()
    assert "Typed for nothing" not in calls(case)[0].text


def test_of_two_bodies_the_one_that_is_covered_asks_for_nothing(client, case):
    case.issues.create(category=case.issues.get().category, body=body("HMRC"))
    AuthorityFactory(case=case, covers=[body("HMRC")])

    page = client.get(f"/cases/{case.pk}/?write=call").content.decode()

    assert is_marked(page, "DWP-UC")
    assert not is_marked(page, "HMRC")
    assert noted(client, case, body=body("HMRC").pk).status_code == 302
    assert noted(client, case).status_code == 422


def test_of_a_couple_it_names_whose_authority_is_missing(client, case):
    tom = PersonFactory(full_name="Tom Marrowby")
    case.case_people.create(person=tom, role=CasePerson.Role.CONSTITUENT)
    AuthorityFactory(case=case)

    assert "No authority about Tom Marrowby covers Universal Credit." in shown(noted(client, case))


def test_sent_twice_it_is_reported_once(client, case):
    for _ in range(2):
        noted(client, case, no_authority_reason=WHY)

    assert len(calls(case)) == 1
    assert SentWithout.objects.count() == 1


def test_the_same_said_to_two_bodies_is_reported_of_both(client, case):
    case.issues.create(category=case.issues.get().category, body=body("HMRC"))

    for code in ("DWP-UC", "HMRC"):
        noted(client, case, body=body(code).pk, no_authority_reason=WHY)

    told_to = SentWithout.objects.values_list("body__code", flat=True)
    assert sorted(told_to) == ["DWP-UC", "HMRC"]


def test_every_body_of_the_case_may_have_been_rung(client, case):
    category = case.issues.get().category
    bodies = BodyFactory.create_batch(5)
    for each in bodies:
        case.issues.create(category=category, body=each)

    assert noted(client, case, body=bodies[-1].pk).status_code == 422
    assert noted(client, case, body=bodies[-1].pk, no_authority_reason=WHY).status_code == 302
    assert SentWithout.objects.get().body == bodies[-1]


def test_a_body_that_the_case_is_not_about_passes_the_gate_too(client, case):
    other = {"body": "another", "another_body": "HMRC"}

    refused = noted(client, case, **other)

    assert refused.status_code == 422
    assert "No authority covers HM Revenue and Customs." in shown(refused)
    assert ASKS in shown(refused)
    assert not calls(case)
    assert noted(client, case, **other, no_authority_reason=WHY).status_code == 302
    assert SentWithout.objects.get().body == body("HMRC")
    assert calls(case)[0].detail["body"] == "HMRC"
    assert "HM Revenue and Customs" in review(client)


def test_another_body_that_is_covered_asks_for_nothing(client, case):
    AuthorityFactory(case=case, covers=[body("HMRC")])

    assert noted(client, case, body="another", another_body="HMRC").status_code == 302
    assert not SentWithout.objects.exists()


def test_another_body_is_named(client, case):
    answer = noted(client, case, body="another", no_authority_reason=WHY)

    assert answer.status_code == 422
    assert "Say which body it was." in shown(answer)


@pytest.mark.parametrize("bodies", ["with", "without"])
def test_a_call_with_somebody_unknown_says_whether_it_was_a_body(client, case, bodies):
    if bodies == "without":
        case.issues.update(body=None)

    refused = noted(client, case, body="")

    assert refused.status_code == 422
    assert "“Ms Penrose” is nobody of this case. Say which body it was" in shown(refused)
    assert "They pay on Friday." in shown(refused)
    assert noted(client, case, body="else").status_code == 302
    assert "body" not in calls(case)[0].detail


def test_a_body_that_is_called_by_the_name_of_the_person_too_is_no_call_with_them(client, case):
    Person.objects.update(full_name="Ada Marrowby")

    assert noted(client, case, body="", other_side="DWP about Ada Marrowby").status_code == 422
    noted(client, case, other_side="DWP about Ada Marrowby", nothing_said="on")

    assert "person" not in calls(case)[0].detail


@pytest.mark.parametrize("with_whom", ["Ada Marrowby", "Mrs Marrowby", "ada", "Her", "the constituent"])
def test_a_call_with_somebody_of_the_case_is_known_by_a_part_of_their_name(client, case, with_whom):
    Person.objects.update(full_name="Ada Marrowby")

    assert noted(client, case, body="", other_side=with_whom).status_code == 302


def test_an_authority_withdrawn_in_that_moment_asks_why(client, case, monkeypatch):
    AuthorityFactory(case=case)
    keep = actions.keep_call

    def withdrawn_first(**given):
        Authority.objects.update(withdrawn_on=timezone.localdate())
        return keep(**given)

    monkeypatch.setattr("opencasework.office.calls.views.keep_call", withdrawn_first)
    answer = noted(client, case)

    assert answer.status_code == 422
    assert ASKS in shown(answer)
    assert "They pay on Friday." in shown(answer)
    assert 'name="no_authority_reason"' in shown(answer)
    assert not calls(case)


def test_who_may_not_send_without_authority_says_all_the_same_what_was_said(client, ana, case, monkeypatch):
    monkeypatch.setitem(MAY, ana.role, MAY[ana.role] - {May.SEND_WITHOUT_AUTHORITY})

    noted(client, case, no_authority_reason=WHY)

    assert SentWithout.objects.get().by == ana


def test_the_letter_that_confirms_it_waits_for_authority_of_its_own(client, case):
    noted(client, case, no_authority_reason=WHY, confirms="on")
    letter = Letter.objects.get(case=case)

    answer = client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})

    assert answer.status_code == 422
    assert "No authority covers Universal Credit" in shown(answer)


# --- taking it back -------------------------------------------------------------------------------------


def test_a_call_is_taken_back_from_its_line_and_the_review_says_so(client, ana, case):
    done = client.post(
        f"/cases/{case.pk}/calls/",
        {"body": body("DWP-UC").pk, "other_side": "Bo", "text": "Hm.", "no_authority_reason": WHY},
        follow=True,
    )
    [call] = calls(case)
    undo = f"/cases/{case.pk}/lines/{call.pk}/undo/"

    page = shown(client.post(undo, follow=True))
    again = shown(client.post(undo, follow=True))

    assert f'action="{undo}"' in shown(done)
    assert "Taken back: the call counts no more." in page
    assert "Taken back: call with Bo was not as noted." in page
    assert "It cannot be taken back any more" in again
    assert f"Taken back by {ana}" in review(client)
    assert SentWithout.objects.get().taken_back_by == ana


def test_each_call_of_the_day_can_be_taken_back_and_none_after_it(client, case):
    for text in ("One.", "Two."):
        noted(client, case, text=text, nothing_said="on")
    second, first = calls(case)
    case_page = f"/cases/{case.pk}/"

    page = client.get(case_page).content.decode()
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        client.force_login(case.owner)
        later = client.get(case_page).content.decode()

    for call in (first, second):
        assert f"/lines/{call.pk}/undo/" in page
        assert f"/lines/{call.pk}/undo/" not in later


def test_noted_again_after_it_was_taken_back_it_counts_again(client, case):
    noted(client, case, no_authority_reason=WHY)
    client.post(f"/cases/{case.pk}/lines/{calls(case)[0].pk}/undo/")

    noted(client, case, no_authority_reason=WHY)

    assert len(calls(case)) == 2
    assert SentWithout.objects.filter(taken_back_at=None).count() == 1


def test_a_call_with_the_person_that_was_none_is_no_word_to_them(client, case):
    noted(client, case, body="", other_side=str(case.constituent))
    heard = told.told(Case.objects.get(pk=case.pk), today=timezone.localdate()).heard

    client.post(f"/cases/{case.pk}/lines/{calls(case)[0].pk}/undo/")

    after = told.told(Case.objects.get(pk=case.pk), today=timezone.localdate()).heard
    assert heard is not None
    assert heard.how == "phone"
    assert after is None or after.how != "phone"


def test_nobody_takes_back_a_call_of_a_case_they_may_not_know(client, case):
    noted(client, case, no_authority_reason=WHY)
    [call] = calls(case)
    Case.objects.filter(pk=case.pk).update(need_to_know=True, owner=None)
    client.force_login(StaffFactory())

    answer = client.post(f"/cases/{case.pk}/lines/{call.pk}/undo/")

    assert answer.status_code == 404
    assert SentWithout.objects.get().taken_back_at is None


# --- one call about several cases -------------------------------------------------------------------------


@pytest.fixture
def three(ana):
    """Three cases for one call; an authority covers the second."""
    OfficeFactory()
    BodyContactFactory(body=body("DWP"), kind="hotline", phone="01632 960310")
    given = {"body": body("DWP-UC"), "next_action": "Ring DWP again", "next_action_on": timezone.localdate()}
    cases = [CaseFactory(by=ana, **given) for _ in range(3)]
    AuthorityFactory(case=cases[1])
    return cases


def sheet(client, cases, **more):
    given = {"case": [case.pk for case in cases], "other_side": "Ms Penrose"}
    texts = {f"case-{case.pk}-text": f"Paid, {case.pk}." for case in cases[:2]}
    return client.post(f"/calls/{body('DWP').pk}/", given | texts | more)


def test_of_several_cases_each_without_authority_says_why(client, three):
    first, second, _ = three

    refused = sheet(client, three)
    kept = sheet(client, three, **{f"case-{first.pk}-no_authority_reason": WHY})

    page = shown(refused)
    assert refused.status_code == 422
    assert page.count(ASKS) >= 1
    assert f"Paid, {first.pk}." in page
    assert f"Paid, {second.pk}." in page
    assert f'name="case-{second.pk}-no_authority_reason"' not in page
    assert kept.status_code == 302
    assert [each.case for each in SentWithout.objects.all()] == [first]
    assert [len(calls(case)) for case in three] == [1, 1, 0]


def test_of_several_cases_nothing_is_kept_where_one_authority_goes_in_that_moment(client, three, monkeypatch):
    first, second, _ = three
    keep = actions.keep_call

    def withdrawn_first(**given):
        Authority.objects.update(withdrawn_on=timezone.localdate())
        return keep(**given)

    monkeypatch.setattr("opencasework.office.calls.views.keep_call", withdrawn_first)
    answer = sheet(client, three, **{f"case-{first.pk}-no_authority_reason": WHY})

    assert answer.status_code == 422
    assert f'name="case-{second.pk}-no_authority_reason"' in shown(answer)
    assert not Event.objects.filter(kind=Event.Kind.CALL).exists()
    assert not SentWithout.objects.exists()
