"""Where a case stands: from what is open on it, said alike by the page and by the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opencasework.office.authority.tests.signing import ask_of, link_for
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases import asking
from opencasework.office.cases.models import Case, CasePerson, Event, Question, Status
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.filing import file_on_case
from opencasework.office.inbox.models import Message
from opencasework.office.letters.models import LetterReview, Reply
from opencasework.office.letters.tests.factories import EnquiryFactory, LetterFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


def ask(case, ana, to=Question.To.CONSTITUENT):
    return asking.ask(case=case, to=to, text="Which day?", due_on=timezone.localdate(), by=ana)


def test_a_new_case_is_with_us(ana):
    assert CaseFactory(by=ana).status == Status.WITH_US


def test_a_case_waits_for_the_body_that_owes_an_answer(ana):
    case = CaseFactory(by=ana)
    EnquiryFactory(case=case, to_body=body("DWP"))

    assert case.status == Status.BODY


def test_a_reply_nobody_has_read_brings_the_case_back_to_us(ana):
    case = CaseFactory(by=ana)
    enquiry = EnquiryFactory(case=case, to_body=body("DWP"))
    Reply.objects.create(enquiry=enquiry, received_on=timezone.localdate())

    assert case.status == Status.WITH_US


def test_asking_the_constituent_makes_the_case_wait_for_them(ana, client):
    case = CaseFactory(by=ana)
    asked = {"to": "constituent", "text": "Which day did the letter come?", "on": "5 wd"}

    page = client.post(f"/cases/{case.pk}/questions/new/", asked, follow=True).content.decode()

    assert "Waiting for the constituent" in page
    assert "Which day did the letter come?" in page
    assert Case.objects.get().status == Status.CONSTITUENT


def test_their_answer_brings_it_back_and_can_be_taken_back(ana, client):
    case = CaseFactory(by=ana)
    question = ask(case, ana)

    client.post(f"/cases/{case.pk}/questions/{question.pk}/", {"answer": "On the third."})
    assert case.status == Status.WITH_US
    client.post(f"/cases/{case.pk}/questions/{question.pk}/waiting/")

    assert Case.objects.get().status == Status.CONSTITUENT
    assert "On the third." in client.get(f"/cases/{case.pk}/").content.decode()


@pytest.mark.parametrize(("role", "ends"), [("constituent", True), ("adviser", True), ("third_party", False)])
def test_a_message_of_theirs_that_is_filed_ends_the_wait(role, ends, ana):
    case, writer = CaseFactory(by=ana), PersonFactory()
    CasePerson.objects.create(case=case, person=writer, role=role)
    ask(case, ana)
    message = Message.objects.create(received_at=timezone.now(), subject="The third", person=writer)

    file_on_case(message, case=case, by=ana)

    assert (Case.objects.get().status == Status.WITH_US) == ends


def test_of_two_who_write_what_they_answered_at_once_both_are_kept(ana, client):
    case = CaseFactory(by=ana)
    question = ask(case, ana)
    for answer in ("On the third.", "On the third.", "On the third, and again on the ninth."):
        address = f"/cases/{case.pk}/questions/{question.pk}/"
        response = client.post(address, {"answer": answer}, follow=True)

    said = [line.text for line in case.events.filter(kind=Event.Kind.HEARD).order_by("pk")]
    assert [text.partition("\n")[2] for text in said] == [
        "On the third.", "On the third, and again on the ninth.",
    ]  # fmt: skip
    assert "What you wrote stands on the timeline, too." in response.content.decode()


def test_what_was_no_answer_after_all_is_waited_for_again(ana, client):
    case = CaseFactory(by=ana)
    question = ask(case, ana)
    asking.heard(question=question, by=None)
    assert "It was no answer" in client.get(f"/cases/{case.pk}/").content.decode()

    client.post(f"/cases/{case.pk}/questions/{question.pk}/waiting/")

    assert Case.objects.get().status == Status.CONSTITUENT


def test_a_question_without_a_day_to_come_is_asked_for(ana, client):
    case = CaseFactory(by=ana)

    response = client.post(
        f"/cases/{case.pk}/questions/new/", {"to": "member", "text": "Sign it?", "on": "yesterday"}
    )

    assert response.status_code == 422
    assert "That day has passed." in response.content.decode()
    assert not case.questions.exists()


def test_a_question_that_is_due_stands_on_my_day(ana, client):
    case = CaseFactory(
        by=ana, title="Damp in the bedroom", next_action_on=timezone.localdate() + timedelta(90)
    )
    ask(case, ana)

    assert "Which day? Damp in the bedroom" in client.get("/").content.decode()


def test_what_the_member_was_asked_stands_on_the_members_day(ana, client):
    case = CaseFactory(by=ana, title="Letter to sign")
    ask(case, ana, Question.To.MEMBER)
    client.force_login(StaffFactory(member=True))

    assert "Has the member answered? Which day? Letter to sign" in client.get("/").content.decode()


def test_the_list_is_narrowed_by_where_cases_stand_and_counts_them(ana, client):
    waiting, other = CaseFactory(by=ana, title="Waits"), CaseFactory(by=ana, title="Ours")
    ask(waiting, ana)

    page = client.get("/cases/?show=mine&status=constituent").content.decode()

    assert "Waits" in page
    assert other.title not in page
    assert "Waiting for the constituent (1)" in page
    assert "With us (1)" in page


def test_a_link_to_sign_that_is_out_makes_the_case_wait_for_the_constituent(ana, client):
    case = CaseFactory(by=ana)
    link = link_for(ask_of(case))

    assert case.status == Status.CONSTITUENT
    page = client.get("/cases/?show=mine&status=constituent").content.decode()
    assert "Waiting for the constituent (1)" in page
    assert case.title in page
    assert "Waiting for the constituent" in client.get(f"/cases/{case.pk}/").content.decode()
    with time_machine.travel(link.expires_at + timedelta(minutes=2)):
        assert Case.objects.get().status == Status.WITH_US
        assert not Case.objects.waiting().exists()


def test_a_statement_of_which_no_link_is_out_waits_for_nobody(ana):
    case = CaseFactory(by=ana)
    ask_of(case)
    other = link_for(ask_of(case))
    other.ask.end_links(at=timezone.now())

    assert case.status == Status.WITH_US


def test_a_letter_with_the_member_for_signature_makes_the_case_wait_for_the_member(ana, client):
    amira = StaffFactory(first_name="Amira", member=True)
    case = CaseFactory(by=ana)
    letter = LetterFactory(case=case, to_body=body("DWP"))
    link_for(ask_of(case))

    client.post(f"/letters/{letter.pk}/passing/", {"to": amira.pk, "note": ""})

    assert case.status == Status.MEMBER  # nearer to us than the constituent
    page = client.get("/cases/?show=mine&status=member").content.decode()
    assert "Waiting for the member (1)" in page
    assert case.title in page
    assert "Waiting for the member" in client.get(f"/cases/{case.pk}/").content.decode()


def test_a_list_asks_once_whatever_waits_of_how_many_cases(ana, client):
    for _ in range(3):
        link_for(ask_of(CaseFactory(by=ana)))
    client.get("/cases/?show=mine")
    with CaptureQueriesContext(connection) as few:
        client.get("/cases/?show=mine")
    for _ in range(9):
        link_for(ask_of(CaseFactory(by=ana)))

    with CaptureQueriesContext(connection) as many:
        client.get("/cases/?show=mine")

    assert len(many) == len(few)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    questions=st.lists(st.tuples(st.sampled_from(Question.To), st.booleans()), max_size=3),
    enquiries=st.lists(
        st.tuples(st.booleans(), st.lists(st.sampled_from(["", "holding", "substantive"]), max_size=2)),
        max_size=2,
    ),
    link=st.booleans(),
    letter=st.booleans(),
    closed=st.booleans(),
)
def test_the_page_and_the_database_say_the_same_of_any_case(ana, questions, enquiries, link, letter, closed):
    case = CaseFactory(by=ana)
    for to, ended in questions:
        question = ask(case, ana, to)
        if ended:
            asking.heard(question=question, by=ana)
    for answered, replies in enquiries:
        enquiry = EnquiryFactory(case=case, to_body=body("DWP"))
        for kind in replies:
            Reply.objects.create(enquiry=enquiry, kind=kind, received_on=timezone.localdate())
        if answered:
            enquiry.answered_on = timezone.localdate()
            enquiry.save()
    if link:
        link_for(ask_of(case))
    if letter:
        with_her = {"for_signature": True, "waits_for": ana}
        LetterReview.objects.create(letter=LetterFactory(case=case, to_body=body("DWP")), **with_her)
    if closed:
        case.close(outcome="advised", by=ana)

    case = Case.objects.get(pk=case.pk)

    assert list(Case.objects.filter(pk=case.pk).by_status()) == [
        {"status_now": case.status.value, "number": 1}
    ]
    assert Case.objects.at(case.status).filter(pk=case.pk).exists()
    assert Case.objects.waiting().filter(pk=case.pk).exists() == (
        case.status not in {Status.WITH_US, Status.CLOSED}
    )
