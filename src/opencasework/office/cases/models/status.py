"""Where a case stands: derived from what is open on it, never set by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import models

from opencasework.office.cases.models.questions import Question
from opencasework.office.kit import around
from opencasework.office.kit.once import once
from opencasework.office.kit.questions import rows_of

if TYPE_CHECKING:
    from opencasework.office.cases.models.case import Case


class Status(models.TextChoices):
    WITH_US = "with_us", "With us"
    CONSTITUENT = "constituent", "Waiting for the constituent"
    BODY = "body", "Waiting for a body"
    MEMBER = "member", "Waiting for the member"
    CLOSED = "closed", "Closed"


WAITING = (Status.CONSTITUENT, Status.BODY, Status.MEMBER)


# A folder above says here what of its own waits for the constituent or the member: rows with a key `case`.
# They ask the database nothing until they are read, and go by no time but `kit.questions.moment`.
AWAITED: list[tuple[Status, Callable[[], models.QuerySet[Any, Any]]]] = []


def _awaited() -> models.QuerySet[Any, Any]:
    """The cases for which something of a folder above waits, and for whom: few, so they are listed."""
    first, *further = [
        rows().order_by().annotate(waits=models.Value(status.value)).values("case", "waits")
        for status, rows in AWAITED
    ]
    listed: models.QuerySet[Any, Any] = first.union(*further)
    return listed


def _awaited_of(case: Case) -> set[str]:
    """For whom something of a folder above waits on this case; asked once while a page is made."""

    def ask() -> dict[int, set[str]]:
        found: dict[int, set[str]] = {}
        for row in rows_of(_awaited) if AWAITED else []:
            found.setdefault(row["case"], set()).add(row["waits"])
        return found

    return once("what folders above wait for", ask).get(case.pk, set())


def status_of(case: Case) -> Status:
    """Where this case stands now. `as_annotation` says the same in the database; a test holds them together.

    Something that came and nobody has read is ours to deal with, whatever else is awaited. Of several waits
    the one nearest to us is named: the member's word, then the constituent's, then the body's.
    """
    if case.closed_at is not None:
        return Status.CLOSED
    owing = [enquiry for enquiry in around.of(case, "enquiries") if enquiry.answered_on is None]
    if any(not reply.kind for enquiry in owing for reply in around.of(enquiry, "replies")):
        return Status.WITH_US
    asked = {question.to for question in around.of(case, "questions") if question.ended_at is None}
    awaited = _awaited_of(case)
    for to, status in _OF_A_QUESTION.items():
        if to in asked or status in awaited:
            return status
    return Status.BODY if owing else Status.WITH_US


_OF_A_QUESTION = {Question.To.MEMBER: Status.MEMBER, Question.To.CONSTITUENT: Status.CONSTITUENT}


def as_annotation(cases: type[Case]) -> models.Case:
    """`status_of` as an expression over rows of `cases`.

    By lists of what is open, which are short and made once: asked case by case, four thousand open cases
    take a hundred times as long.
    """
    # `enquiries` and `replies` are other ends of keys in the letters folder, which this one may not import.
    enquiries: Any = cases._meta.get_field("enquiries").related_model
    replies: Any = enquiries._meta.get_field("replies").related_model
    owing = enquiries._base_manager.filter(answered_on=None).order_by()
    unread = replies._base_manager.filter(kind="", enquiry__answered_on=None).order_by()
    questions = Question.objects.filter(ended_at=None).order_by()
    return models.Case(
        models.When(closed_at__isnull=False, then=models.Value(Status.CLOSED.value)),
        models.When(pk__in=unread.values("enquiry__case"), then=models.Value(Status.WITH_US.value)),
        *(
            models.When(pk__in=rows, then=models.Value(status.value))
            for to, status in _OF_A_QUESTION.items()
            for rows in [
                questions.filter(to=to).values("case"),
                *(more().order_by().values("case") for whom, more in AWAITED if whom == status),
            ]
        ),
        models.When(pk__in=owing.values("case"), then=models.Value(Status.BODY.value)),
        default=models.Value(Status.WITH_US.value),
        output_field=models.CharField(),
    )
