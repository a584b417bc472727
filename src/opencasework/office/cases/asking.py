"""Questions to the constituent and the member: asked on a day, ended by their answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from opencasework.office.cases.models import Case, CasePerson, Event, Question
from opencasework.office.constituents.models import Person
from opencasework.office.kit.alone import lock
from opencasework.office.staff.models import StaffMember


@transaction.atomic
def ask(
    *, case: Case, to: str, text: str, due_on: date, by: StaffMember, person: Person | None = None
) -> Question:
    """Somebody was asked something; from now on the case waits for them."""
    to_constituent = to == Question.To.CONSTITUENT
    question = Question.objects.create(
        case=case,
        to=to,
        person=(person or case.constituent) if to_constituent else None,
        text=text.strip(),
        asked_at=timezone.now(),
        asked_by=by,
        due_on=due_on,
    )
    case.record(
        Event.Kind.ASKED,
        by=by,
        text=f"{question.asked_of}\n{question.text}",
        question=question.pk,
        to=to,
        due_on=due_on.isoformat(),
        **_of(question),
    )
    return question


@transaction.atomic
def heard(
    *, question: Question, by: StaffMember | None, answer: str = "", at: datetime | None = None
) -> bool:
    """They have answered. False where somebody has said so already."""
    still_open = Question.objects.filter(pk=question.pk, ended_at=None)
    if not still_open.update(ended_at=at or timezone.now(), ended_by=by):
        return False
    text = "\n".join(filter(None, [question.asked_of, answer.strip()]))
    question.case.record(Event.Kind.HEARD, by=by, text=text, question=question.pk)
    return True


@transaction.atomic
def heard_beside(*, question: Question, by: StaffMember, answer: str) -> bool:
    """Keep what somebody wrote while a colleague said that this is answered. False where it stands there."""
    lock(Question.objects.filter(pk=question.pk))  # sent twice at once
    text = f"{question.asked_of}\n{answer.strip()}"
    lines = question.case.events.filter(kind=Event.Kind.HEARD, detail__question=question.pk)
    if not answer.strip() or text in lines.values_list("text", flat=True):
        return False
    question.case.record(Event.Kind.HEARD, by=by, text=text, question=question.pk)
    return True


@transaction.atomic
def still_waiting(*, question: Question, by: StaffMember) -> bool:
    """What came was no answer: wait on. False where the question is open anyway."""
    ended = Question.objects.exclude(ended_at=None).filter(pk=question.pk)
    if not ended.update(ended_at=None, ended_by=None):
        return False
    question.case.record(
        Event.Kind.ASKED,
        by=by,
        text=f"{question.asked_of}, still\n{question.text}",
        question=question.pk,
        to=question.to,
        **_of(question),
    )
    return True


def _of(question: Question) -> dict[str, int]:
    """Whom of the people on the case we asked, for its line."""
    return {"person": question.person_id} if question.person_id else {}


def heard_from(case: Case, person: Person | None, *, at: Any) -> list[int]:
    """A message of this person was filed on the case: it ends what the constituent was asked.

    Somebody who acts for the constituent answers for them; a third party does not. Call it inside the
    transaction that files the message. Returns the numbers of the questions it ended.
    """
    if person is None:
        return []
    speaks = case.case_people.filter(person=person).exclude(role=CasePerson.Role.THIRD_PARTY)
    waiting = list(case.questions.filter(to=Question.To.CONSTITUENT, ended_at=None, asked_at__lte=at))
    if not waiting or not speaks.exists():
        return []
    return [each.pk for each in waiting if heard(question=each, by=None, at=timezone.now())]
