"""The office's filed messages teach the suggestions, in the background, and no restricted case does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.filing import file_on_case
from opencasework.office.inbox.learning import training
from opencasework.office.inbox.models import Lesson, Message, MessagePart, SuggestionSettings
from opencasework.office.inbox.suggesting import suggestions, teaching
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Category

from .factories import MessageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def ana():
    return StaffFactory()


@pytest.fixture
def in_this_process(monkeypatch):
    """Learns without a child: what is learned is the same, and starting one takes seconds."""

    class Done:
        returncode = 0

        def __init__(self, packed):
            self.stdout = packed

    def run(command, *, input, **options):
        import json

        return Done(training.learn(json.loads(input)))

    monkeypatch.setattr(teaching.subprocess, "run", run)


def filed(text, code="LOC-BINS", *, by, number=0, message=None, **case):
    person = PersonFactory()
    case = CaseFactory(person=person, category=Category.objects.get(code=code), **case)
    arrived = MessageFactory(
        subject="About it", text=text, from_address=f"p{number}@post.example", **(message or {})
    )
    file_on_case(arrived, case=case, by=by, person=person)
    return case


def learn():
    teaching.ask()
    assert teaching.learn_when_due()


def words():
    from opencasework.office.inbox.suggesting import lessons

    return set(lessons.in_force().places)


def test_what_is_filed_again_and_again_is_suggested_next_time(ana, in_this_process):
    for number in range(4):
        filed("The gnarlwick is overflowing", "LOC-BINS", by=ana, number=number)
    learn()

    [first, *_] = suggestions(MessageFactory(subject="Hello", text="Our gnarlwick again"), ana).categories

    assert first.category.code == "LOC-BINS"
    assert first.reason == "Like others filed here: “gnarlwick”."


@pytest.mark.parametrize(
    "secret", [{"need_to_know": True}, {"sensitivity": "SEN-4"}, {"sensitivity": "SEN-3"}]
)
def test_a_restricted_case_teaches_nothing(ana, in_this_process, secret):
    for number in range(3):
        filed("The gnarlwick is overflowing", by=ana, number=number, **secret)
        filed("The bins are overflowing", by=ana, number=number + 10)
    learn()

    assert "gnarlwick" not in words()
    found = suggestions(MessageFactory(subject="Hello", text="Our gnarlwick again"), ana)
    assert not any("gnarlwick" in each.reason for each in found.categories)


def test_a_message_tagged_as_about_crime_teaches_nothing(ana, in_this_process):
    for number in range(3):
        filed("The gnarlwick is overflowing here", by=ana, number=number, message={"sensitivity": "SEN-3"})
        filed("The bins are overflowing", by=ana, number=number + 10)
    learn()

    assert "gnarlwick" not in words()


def test_what_becomes_restricted_is_forgotten_at_the_next_turn(ana, in_this_process):
    cases = [filed("The gnarlwick is overflowing", by=ana, number=number) for number in range(3)]
    filed("The bins are overflowing", by=ana, number=9)
    learn()
    assert "gnarlwick" in words()

    Case.objects.filter(pk__in=[case.pk for case in cases]).update(need_to_know=True)
    teaching.learn_when_due()

    assert "gnarlwick" not in words()


def test_words_of_special_categories_are_not_named_to_a_volunteer_desk(ana, in_this_process):
    OfficeFactory()
    helper = StaffFactory(role=Role.ADMINISTRATOR)
    for number in range(3):
        filed("The gnarlwick is overflowing", "BEN-PIP", by=ana, number=number, sensitivity="SEN-2")
    learn()
    message = MessageFactory(subject="Hello", text="Our gnarlwick again")

    def reasons(staff):
        return " ".join(each.reason for each in suggestions(message, staff).categories)

    assert "gnarlwick" in reasons(ana)
    assert "gnarlwick" not in reasons(helper)


def test_it_learns_by_itself_once_enough_is_filed_and_again_when_more_is(ana, in_this_process, monkeypatch):
    monkeypatch.setattr(teaching, "ENOUGH", 3)
    monkeypatch.setattr(teaching, "FEWEST_NEW", 2)
    for number in range(2):
        filed("The bins are overflowing", by=ana, number=number)
    before = teaching.learn_when_due()
    filed("The bins are overflowing", by=ana, number=3)
    first = teaching.learn_when_due()
    again = teaching.learn_when_due()
    for number in range(4, 7):
        filed("The bins are overflowing", by=ana, number=number)
    more = teaching.learn_when_due()

    assert (before, first, again, more) == (False, True, False, True)
    assert Lesson.objects.get().messages == 6


def test_of_two_workers_one_learns_and_a_dead_ones_lesson_is_taken_up(ana, in_this_process):
    filed("The bins are overflowing", by=ana)
    now = timezone.now()
    teaching.ask()
    mine = teaching._claim(now)

    assert mine is not None
    assert teaching._claim(now) is None
    assert teaching._claim(now + teaching.LEASE + timedelta(seconds=1)) == mine


def test_what_a_body_answers_teaches_nothing(ana, in_this_process):
    case = filed("The bins are overflowing", by=ana)
    machine = MessageFactory(text="We aim to answer in ten days, gnarlwick", auto_reply=True)
    file_on_case(machine, case=case, by=ana)

    examples, _ = teaching.gather()

    assert len(examples) == 1


def test_switched_off_nothing_is_suggested_or_learned_but_the_address_is_looked_up(ana, in_this_process):
    nia = PersonFactory(full_name="Nia Pryce", email__address="nia@post.example")
    case = CaseFactory(person=nia)
    SuggestionSettings.objects.create(pk=1, is_on=False)
    teaching.ask()
    message = MessageFactory(
        from_address="nia@post.example", text=f"My landlord wants me out by 3 March. {case.reference}"
    )

    found = suggestions(message, ana)

    assert not teaching.learn_when_due()
    assert (found.categories, found.owner, found.days) == ([], None, [])
    assert [each.person for each in found.people] == [nia]
    assert found.cases[0].reason == f"It names {case.reference}."


def test_a_manager_switches_suggestions_off_and_what_was_learned_is_forgotten(client, in_this_process):
    OfficeFactory()
    manager = StaffFactory(role=Role.OFFICE_MANAGER)
    filed("The bins are overflowing", by=manager)
    learn()
    client.force_login(manager)

    page = client.get("/settings/suggestions/")
    client.post("/settings/suggestions/", {"act": "off"})

    assert "1 message on a case" in page.content.decode()
    assert not SuggestionSettings.here().is_on
    assert not Lesson.objects.exists()


def test_a_caseworker_does_not_switch_them_off(client):
    client.force_login(StaffFactory())

    assert client.post("/settings/suggestions/", {"act": "off"}).status_code == 403


def test_the_child_learns_what_this_process_would(ana):
    for number in range(2):
        filed("The gnarlwick is overflowing", by=ana, number=number)
    learn()

    assert "gnarlwick" in words()
    assert Message.objects.count() == 2


def test_a_child_that_fails_leaves_the_words_of_the_code_list(ana, monkeypatch):
    monkeypatch.setattr(teaching, "COMMAND", ["false"])
    filed("The bins are overflowing", by=ana)
    teaching.ask()

    assert not teaching.learn_when_due()
    assert Lesson.objects.get().problem
    assert (
        suggestions(MessageFactory(subject="Help", text="I was evicted"), ana).categories[0].category.code
        == "HOU-EVICT"
    )


def test_who_usually_takes_an_issue_is_suggested_with_how_often(ana):
    tom = StaffFactory(first_name="Tom", last_name="Rees")
    for number in range(3):
        filed("The bins are overflowing", by=ana, number=number, owner=tom)

    found = suggestions(MessageFactory(subject="Bins", text="Bin collection was missed"), ana)

    assert found.owner.owner == tom
    assert found.owner.reason == "Usually takes Bins, recycling and street cleaning: 3 of the last 3."


def test_a_restricted_case_makes_nobody_usual(ana):
    tom = StaffFactory()
    for number in range(4):
        filed("The bins are overflowing", by=tom, number=number, owner=tom, need_to_know=True)

    assert suggestions(MessageFactory(subject="Bins", text="Bin collection was missed"), ana).owner is None


def test_days_and_numbers_in_the_text_are_pointed_at(ana):
    message = MessageFactory(
        subject="Help",
        text="The hearing is on 12 November at ten. My number is QQ123456C. It began on 1/2/2026.",
    )

    found = suggestions(message, ana)

    assert [f"{day.on:%d.%m.%Y}" for day in found.days] == ["12.11.2026", "01.02.2026"]
    assert found.days[0].reason == "“…Help. The hearing is on 12 November at ten. My number is…”"
    assert [number.value for number in found.numbers]


def test_a_message_that_is_partly_about_a_restricted_case_teaches_nothing(ana):
    case = filed("The bins stand there for weeks and he strangled me again.", by=ana)
    secret = CaseFactory(need_to_know=True)
    message = case.messages.get()
    for each in (case, secret):
        MessagePart.objects.create(message=message, case=each, by=ana)

    examples, used = teaching.gather()

    assert (examples, used) == ([], set())
