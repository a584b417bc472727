"""Who may give authority for a person: themselves, a parent, an attorney with proof."""

from __future__ import annotations

from datetime import date

import pytest

from opencasework.office.constituents.acting import who_must_give_authority, why_nobody
from opencasework.office.constituents.models import ActingFor
from opencasework.office.constituents.tests.factories import ActingForFactory, PersonFactory

pytestmark = pytest.mark.django_db

As, Proof = ActingFor.As, ActingFor.Proof
TODAY = date(2026, 11, 26)


def givers(person, *, on=TODAY):
    return [(giver.person, giver.because) for giver in who_must_give_authority(person, on=on)]


def test_most_people_give_it_themselves():
    person = PersonFactory()

    assert givers(person) == [(person, "The person themselves.")]


@pytest.mark.parametrize("kind", [As.CARER, As.FRIEND, As.INTERPRETER, As.SOLICITOR, As.RELATIVE])
def test_whoever_only_speaks_for_somebody_does_not_sign_for_them(kind):
    person = PersonFactory()
    ActingForFactory(person=person, kind=kind)

    [(giver, because)] = givers(person)

    assert giver == person
    assert "does not sign for them" in because


def test_a_parent_gives_it_for_a_child_and_the_one_with_proof_stands_first():
    child = PersonFactory(date_of_birth=date(2017, 3, 1))
    unproven = ActingForFactory(person=child, kind=As.PARENT)
    proven = ActingForFactory(
        person=child, kind=As.PARENT, proof=Proof.PARENTAL, proof_seen_on=date(2026, 5, 3)
    )

    assert givers(child) == [
        (proven.by, "Parent or guardian of a child of 9: Parental responsibility, seen 3 May 2026."),
        (
            unproven.by,
            "Parent or guardian of a child of 9. Nobody has seen proof of parental responsibility yet.",
        ),
    ]


def test_on_the_sixteenth_birthday_it_is_the_person_themselves():
    young = PersonFactory(date_of_birth=date(2010, 11, 26))
    parent = ActingForFactory(person=young, kind=As.PARENT).by

    assert [giver for giver, _ in givers(young, on=date(2026, 11, 25))] == [parent]
    assert [giver for giver, _ in givers(young, on=date(2026, 11, 26))] == [young]


def test_for_a_child_with_no_parent_on_record_nobody_is_named_and_it_is_said_what_to_do():
    child = PersonFactory(full_name="Emrys Fairweather", date_of_birth=date(2017, 3, 1))
    ActingForFactory(person=child, kind=As.SOLICITOR)

    assert givers(child) == []
    assert why_nobody(child, on=TODAY) == (
        "Emrys Fairweather is under 16, and no parent or guardian is on record. Add who acts for them."
    )


def test_an_attorney_whose_proof_was_seen_may_give_it_besides_the_person():
    attorney = ActingForFactory(kind=As.ATTORNEY, proof=Proof.LASTING_MONEY, proof_seen_on=date(2026, 5, 3))

    assert givers(attorney.person) == [
        (attorney.person, "The person themselves, where they can decide."),
        (
            attorney.by,
            "Attorney: Lasting power of attorney, money, seen 3 May 2026; for money and property only.",
        ),
    ]


@pytest.mark.parametrize("proof", ["", Proof.SIGNED, Proof.PARENTAL])
def test_proof_nobody_has_seen_or_of_another_kind_counts_for_nothing(proof):
    seen_on = TODAY if proof else None
    acting = ActingForFactory(kind=As.ATTORNEY, proof=proof, proof_seen_on=seen_on)

    [(giver, because)] = givers(acting.person)

    assert giver == acting.person
    assert "until somebody has seen the proof" in because


def test_a_court_appointed_deputy_gives_it_alone():
    deputy = ActingForFactory(kind=As.DEPUTY, proof=Proof.COURT_ORDER, proof_seen_on=TODAY)

    assert [giver for giver, _ in givers(deputy.person)] == [deputy.by]


def test_for_somebody_who_has_died_it_is_the_executor_once_the_grant_was_seen():
    executor = ActingForFactory(kind=As.EXECUTOR)
    assert givers(executor.person) == []
    assert "Add the grant of probate" in why_nobody(executor.person, on=TODAY)

    executor.proof, executor.proof_seen_on = Proof.GRANT, TODAY
    executor.save()

    assert [giver for giver, _ in givers(executor.person)] == [executor.by]


def test_who_no_longer_acts_or_does_not_act_yet_gives_nothing():
    child = PersonFactory(date_of_birth=date(2017, 3, 1))
    ActingForFactory(person=child, kind=As.PARENT, until=TODAY)
    ActingForFactory(person=child, kind=As.PARENT, since=date(2026, 12, 1))

    assert givers(child) == []


def test_with_no_date_of_birth_and_a_parent_on_record_the_reason_says_to_ask():
    person = PersonFactory()
    ActingForFactory(person=person, kind=As.PARENT)

    [(giver, because)] = givers(person)

    assert giver == person
    assert "Ask for their date of birth" in because
