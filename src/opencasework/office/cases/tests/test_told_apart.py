"""Two people were one record for a while: what was written down meanwhile is theirs whose case it is on."""

from __future__ import annotations

import pytest
from django.utils import timezone

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.authority.tests.signing import ask_of
from opencasework.office.cases import numbers
from opencasework.office.cases.actions import add_person, add_reference, remove_reference
from opencasework.office.cases.models import CasePerson, Event, Question, ReferenceNumber
from opencasework.office.cases.people_joined import keys_on_cases
from opencasework.office.cases.taking_back import last_line, take_back
from opencasework.office.cases.team import remove_person
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.merging import merge
from opencasework.office.constituents.parting import undo
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
NUMBER = "QQ 12 34 56 C"


@pytest.fixture
def tom(client):
    OfficeFactory()
    tom = StaffFactory(office_manager=True)
    client.force_login(tom)
    return tom


@pytest.fixture
def one(tom):
    return CaseFactory(by=tom, person__full_name="Nkechi Marrowby")


@pytest.fixture
def other(tom):
    return CaseFactory(by=tom, person__full_name="Nkechi Marroby")


@pytest.fixture
def joined(one, other, tom):
    """The merge of the two, the first being who stays."""
    return merge(survivor=one.constituent, loser=other.constituent, by=tom)


def fresh(case):
    return type(case).objects.get(pk=case.pk)


def test_a_number_added_meanwhile_stands_on_no_case_of_the_other(one, other, joined, tom, client):
    add_reference(case=fresh(other), kind="NINO", value=NUMBER, by=tom)

    back = undo(joined, by=tom)

    assert ReferenceNumber.objects.get().person == back
    [line] = numbers.lines(fresh(other), tom)
    assert line.shown in client.get(other.get_absolute_url()).content.decode()
    assert line.shown not in client.get(one.get_absolute_url()).content.decode()


def test_whatever_was_written_down_meanwhile_names_whom_the_case_is_for(one, other, joined, tom):
    case = fresh(other)
    authority = AuthorityFactory(case=case, person=case.constituent)
    friend = AuthorityFactory(case=case, about=case.constituent)
    ask = ask_of(case, by=tom)
    letter = LetterFactory(case=case, template="LT-ACK", by=tom)
    now = timezone.now()
    message = MessageFactory(case=case, decision="case", decided_at=now, person=case.constituent)
    question = Question.objects.create(
        case=case, to="constituent", person=case.constituent, asked_at=now, due_on=now.date()
    )
    theirs = AuthorityFactory(case=fresh(one), person=one.constituent)

    back = undo(joined, by=tom)

    for row in (authority, friend, ask, letter, message, question, theirs):
        row.refresh_from_db()
    named = [authority.person, friend.about, ask.person, letter.to_person, message.person, question.person]
    assert named == [back] * 6
    assert theirs.person == one.constituent
    line = other.events.filter(kind=Event.Kind.PEOPLE_PARTED).get()
    assert line.text.splitlines()[0] == "Nkechi Marroby"
    assert "theirs now: questions (1), authorities (2), asks (1), letters (1), messages (1)." in line.text
    assert one.events.get(kind=Event.Kind.PEOPLE_PARTED).text == "Nkechi Marrowby"


def test_a_number_removed_meanwhile_comes_back_to_whose_it_was(one, other, joined, tom):
    case = fresh(other)
    remove_reference(number=add_reference(case=case, kind="NINO", value=NUMBER, by=tom), by=tom)

    back = undo(joined, by=tom)
    take_back(fresh(other), last_line(fresh(other), Event.Kind.REFERENCE_REMOVED), by=tom)

    assert ReferenceNumber.objects.get().person == back


def test_what_named_the_survivor_before_the_merge_stays_theirs(one, other, tom):
    person = one.constituent
    add_person(case=other, person=person, role=CasePerson.Role.THIRD_PARTY, relation="sister", by=tom)
    add_reference(case=other, kind="NINO", value=NUMBER, person=person, by=tom)
    authority = AuthorityFactory(case=other, person=person)
    remove_person(link=other.case_people.get(person=person), by=tom)

    undo(merge(survivor=person, loser=other.constituent, by=tom), by=tom)

    authority.refresh_from_db()
    assert ReferenceNumber.objects.get().person == authority.person == person


def test_where_both_are_on_the_case_it_stays_as_it_is(one, other, tom):
    person = one.constituent
    add_person(case=other, person=person, role=CasePerson.Role.CONSTITUENT, relation="", by=tom)
    joined = merge(survivor=person, loser=other.constituent, by=tom)
    add_reference(case=fresh(other), kind="NINO", value=NUMBER, by=tom)

    undo(joined, by=tom)

    assert ReferenceNumber.objects.get().person == person
    assert "theirs now" not in other.events.get(kind=Event.Kind.PEOPLE_PARTED).text


def test_every_row_on_a_case_that_names_somebody_tells_since_when_it_is_there():
    undated = {
        key.model._meta.label
        for key in keys_on_cases()
        if key.model is not ReferenceNumber and not hasattr(key.model, "dated_by")
    }

    assert not undated, "say in dated_by which field that is"
