"""The inbox says who it may be and what it may be about, and why."""

from datetime import UTC, date, datetime

import pytest

from opencasework.office.bodies.models import BodyContact
from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.cases.actions import add_reference
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Person
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.actions import take, write_down
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.suggesting import suggestions
from opencasework.office.inbox.suggesting.levels import suggested
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Urgency

from .factories import MessageFactory

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return StaffFactory()


def test_a_known_address_suggests_the_person_and_their_open_cases(ana):
    nia = PersonFactory(full_name="Nia Pryce", email__address="nia@post.example")
    case = CaseFactory(person=nia)
    CaseFactory(person=nia, outcome="explained")
    message = MessageFactory(from_address="nia@post.example")

    found = suggestions(message, ana)

    assert [each.person for each in found.people] == [nia]
    assert found.people[0].reason == "nia@post.example is an address of theirs. The sender is not verified."
    assert [each.case for each in found.cases] == [case]
    assert found.cases[0].reason == "An open case of Nia Pryce."


def test_two_people_with_one_address_are_both_suggested(ana):
    PersonFactory(email__address="family@post.example")
    PersonFactory(email__address="family@post.example")

    assert len(suggestions(MessageFactory(from_address="family@post.example"), ana).people) == 2


def test_a_surname_at_the_postcode_in_the_letter_suggests_the_household(ana):
    mother = PersonFactory(full_name="Ceri Pryce", address__postcode="WX4 7QP")
    PersonFactory(full_name="Ceri Pryce-Jones", address__postcode="WX4 7QP")

    found = suggestions(MessageFactory(text="I live at 3 Quarry Lane, WX4 7QP."), ana)

    assert [(each.person, each.reason) for each in found.people] == [(mother, "The same surname at WX4 7QP.")]


def test_a_reference_in_the_text_suggests_its_case(ana):
    named, numbered = CaseFactory(), CaseFactory()
    add_reference(case=numbered, kind="NINO", value="QQ 12 34 56 C", by=ana)
    message = MessageFactory(text=f"Your reference {named.reference}; my number is QQ123456C.")

    found = suggestions(message, ana)

    assert [each.case for each in found.cases] == [named, numbered]
    assert found.cases[1].reason == "It gives the National Insurance number of this case."


def test_a_hidden_case_is_suggested_to_nobody_else(ana):
    nia = PersonFactory(email__address="nia@post.example")
    hidden = CaseFactory(person=nia, need_to_know=True)
    message = MessageFactory(from_address="nia@post.example", text=f"About {hidden.reference}")

    assert suggestions(message, ana).cases == []
    assert [each.case for each in suggestions(message, hidden.owner).cases] == [hidden]


@pytest.mark.parametrize(("postcode", "in_area"), [("WX4 7QP", True), ("ZZ1 1AA", False)])
def test_a_postcode_says_whether_it_is_our_constituent(ana, postcode, in_area):
    OfficeFactory()

    found = suggestions(MessageFactory(text=f"I live in {postcode}."), ana)

    assert (found.postcode, found.in_area) == (postcode, in_area)


def test_words_of_the_code_list_suggest_a_category(ana):
    found = suggestions(MessageFactory(text="My Universal Credit was stopped.", subject="Help"), ana)

    assert found.categories[0].category.code == "BEN-UC"
    assert "“universal credit”" in found.categories[0].reason


def suggested_in(text, ana, **given):
    message = MessageFactory(subject="A question", text=text, **given)
    return {each.category.code for each in suggestions(message, ana).categories}


@pytest.mark.parametrize(
    ("text", "is_about_it"),
    [
        ("Please send me the form again.", False),
        ("Our SEND transport was refused.", True),
        ("He has special needs, and a SEND tribunal.", True),
    ],
)
def test_an_abbreviation_of_the_code_list_counts_only_in_capitals(ana, text, is_about_it):
    assert ("EDU-SEND" in suggested_in(text, ana)) == is_about_it


def test_what_we_wrote_and_they_quote_suggests_nothing(ana):
    answer = "Thank you, that is all."
    quoted = f"{answer}\n\nOn 3 Nov 2026 the office wrote:\n> Your Universal Credit was stopped."

    assert suggested_in(quoted, ana, reply_text=answer, in_reply_to="<a@member.example>") == set()


def test_suggestions_cost_a_fixed_number_of_queries(ana, django_assert_max_num_queries):
    nia = PersonFactory(email__address="nia@post.example")
    for _ in range(5):
        CaseFactory(person=nia)
    message = MessageFactory(from_address="nia@post.example", text="WX4 7QP, QQ123456C, OC-2026-00001")

    with django_assert_max_num_queries(20):
        suggestions(message, ana)


def test_a_telephone_call_is_written_down_and_waits_in_the_inbox(ana):
    message = write_down(channel="phone", text="Her boiler is broken.", by=ana, from_name="Ms Pryce")

    assert message in Message.objects.untriaged()
    assert str(message) == "Phone from Ms Pryce"


def test_a_message_a_colleague_has_taken_is_theirs(ana):
    message = MessageFactory()

    assert take(message, by=ana)
    assert not take(message, by=ana)  # it is hers already
    assert not take(message, by=StaffFactory())
    assert message.taken_by == ana


@pytest.mark.parametrize("role", Role.values)
def test_whoever_may_be_suggested_is_exactly_who_may_be_seen(role):
    staff = StaffFactory(role=role)
    PersonFactory()  # on no case
    CaseFactory(person=PersonFactory())
    CaseFactory(person=PersonFactory(), need_to_know=True)
    CaseFactory(person=PersonFactory(), need_to_know=True).shared_with.add(staff)
    CaseFactory(person=PersonFactory(), sensitivity="SEN-2")
    CaseFactory(person=PersonFactory(), sensitivity="SEN-3")
    both = PersonFactory()
    CaseFactory(person=both, need_to_know=True)
    CaseFactory(person=both)

    assert set(Person.objects.visible_among_few(staff)) == set(Person.objects.visible_to(staff))


def test_a_person_known_from_a_hidden_case_alone_is_suggested_to_nobody_else(ana):
    nia = PersonFactory(full_name="Nia Pryce", email__address="nia@post.example", address__postcode="WX4 7QP")
    CaseFactory(person=nia, need_to_know=True)
    message = MessageFactory(from_address="nia@post.example", text="Nia Pryce, WX4 7QP")

    assert suggestions(message, ana).people == []


def test_of_two_people_with_one_address_the_one_who_signs_is_first(ana):
    PersonFactory(full_name="Ceri Pryce", email__address="family@post.example")
    nia = PersonFactory(full_name="Nia Pryce", email__address="family@post.example")
    message = MessageFactory(
        from_name="", from_address="family@post.example", text="There is mould.\n\nKind regards,\nNia Pryce\n"
    )

    first, _ = suggestions(message, ana).people

    assert first.person == nia
    assert first.reason.endswith("The same name.")


def test_what_a_body_answers_is_found_by_the_letter_it_speaks_of(ana):
    office = BodyFactory()
    BodyContact.objects.create(body=office, email="replies@body.example")
    sent_on = date(2026, 10, 20)
    EnquiryFactory(to_body=office, case=CaseFactory(title="Bins in Mill Road"), sent_on=sent_on)
    ours = EnquiryFactory(
        to_body=office, case=CaseFactory(title="Boiler broken at Larkmoor"), sent_on=sent_on
    )
    message = MessageFactory(
        from_address="replies@body.example", subject="RE: Boiler broken at Larkmoor", text="Done."
    )

    [first, *_] = suggestions(message, ana).cases

    assert (first.case, first.enquiry) == (ours.case, ours)


def test_what_a_machine_says_is_about_nothing(ana):
    message = MessageFactory(
        subject="Automatic reply: complaint",
        text="Your complaint about your bins was received.",
        auto_reply=True,
    )

    assert suggestions(message, ana).categories == []


def test_an_answer_on_a_case_is_about_what_the_case_is_about(ana):
    case = CaseFactory(by=ana)
    message = MessageFactory(
        subject="Your letter", text="Thank you for your letter about your constituent’s petition.",
        proposed_case=case, proposal=Message.Proposal.THREAD, proposal_reason="It answers a mail on it.",
    )  # fmt: skip

    first, *_ = suggestions(message, ana).categories

    assert first.category == case.main_category
    assert first.reason == f"{case.reference} is about it."


@pytest.mark.parametrize(
    ("text", "level", "reason"),
    [
        ("Last night he put his hands round my neck.", Urgency.EMERGENCY, "hands round my neck"),
        ("My son says he doesn’t want to be here any more.", Urgency.EMERGENCY, "doesn’t want to be here"),
        ("He took an overdose on Sunday.", Urgency.EMERGENCY, "overdose"),
        ("My daughter is self-harming and CAMHS say 18 months.", Urgency.URGENT, "self-harming"),
        ("We have been sleeping in the car for a week.", Urgency.URGENT, "sleeping in the car"),
        ("We fly on Thursday and his passport is not here.", Urgency.URGENT, "Thursday 26 November 2026"),
        ("We must be out by Friday.", Urgency.URGENT, "Friday 27 November 2026"),
    ],
)
def test_what_cannot_wait_is_suggested_as_urgent_with_its_words(ana, text, level, reason):
    message = MessageFactory(subject="Help", text=text, received_at=MONDAY)

    urgency = suggested(message, suggestions(message, ana).category)["urgency"]

    assert urgency.level == level
    assert reason in urgency.reason


@pytest.mark.parametrize(
    "text",
    [
        "I can come to the surgery on Thursday.",
        "We flew on Thursday and his passport was wrong.",
        "The hearing is on 14 January.",
        "We fly on 20 December.",
    ],
)
def test_a_day_by_which_nothing_is_lost_yet_makes_nothing_urgent(ana, text):
    message = MessageFactory(subject="Help", text=text, received_at=MONDAY)

    urgency = suggested(message, None).get("urgency")

    assert urgency is None or urgency.level < Urgency.URGENT
