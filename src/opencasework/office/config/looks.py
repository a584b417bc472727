"""Which addresses show whose case, for those who write down who looked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from opencasework.office.audit.looking import (
    searches_by,
    sensitive_if,
    shows_case,
    shows_others,
    writes_itself,
)
from opencasework.office.authority.models import Ask, Authority, Demand, ReturnedForm
from opencasework.office.cases import beside
from opencasework.office.cases.models import Case
from opencasework.office.constituents.models import Person
from opencasework.office.inbox.models import Attachment, Message
from opencasework.office.inbox.models.messages import is_from_a_secret
from opencasework.office.letters.models import Enquiry, Letter, OutgoingMail, Reply
from opencasework.office.referrals.models import Complaint, Inward, Outward
from opencasework.office.staff.models import StaffMember
from opencasework.office.telling.models import Word
from opencasework.office.volumes.models import NamedCase, ScheduleLine

PEOPLE_OF: dict[str, Callable[[int], Q]] = {
    "people/<int:pk>/": lambda pk: Q(pk=pk),
    "households/<int:pk>/": lambda pk: Q(in_households__household=pk),
}


def _by(rows: type[models.Model], case: str) -> Any:
    """Finds the case of a row by its number; `case` is the way from the row to it."""

    def find(pk: int) -> int | None:
        found: int | None = rows._default_manager.filter(pk=pk).values_list(case, flat=True).first()
        return found

    return find


def _of_message(pk: int) -> int | None:
    """One that waits belongs to the case it seems to be about, or that its sender is a secret of."""
    found = Message.objects.filter(pk=pk).values_list(
        Coalesce("case_id", "proposed_case_id"), "from_address"
    ).first()  # fmt: skip
    if found is None:
        return None
    case, sender = found
    if case is None and Message.objects.filter(is_from_a_secret(), pk=pk).exists():
        theirs = Case.objects.restricted().filter(case_people__person__emails__address=sender)
        case = theirs.order_by("pk").values_list("pk", flat=True).first()
    return case if case is None else int(case)


def _of_attachment(pk: int) -> int | None:
    message = Attachment.objects.filter(pk=pk).values_list("message", flat=True).first()
    return None if message is None else _of_message(int(message))


def _named_in(rows: type[ScheduleLine] | type[NamedCase]) -> Any:
    """Finds the cases that a letter puts beside its own, or ever put: for whoever reads the whole of it."""

    def find(pk: int, viewer: StaffMember) -> QuerySet[Any, int]:
        whole = Letter.objects.visible_to(viewer).filter(pk=pk)
        seen = Case.objects.visible_to(viewer)
        return rows._default_manager.filter(letter__in=whole, case__in=seen).values_list("case_id", flat=True)

    return find


def _each_watched_of(people: Callable[[int], Q]) -> Any:
    """Finds all their sensitive cases that the viewer may know of: one page names every case of somebody."""

    def find(pk: int, viewer: StaffMember) -> QuerySet[Case, int]:
        ids = Person.objects.filter(people(pk)).values("pk")
        theirs = Case.objects.visible_to(viewer).watched().filter(case_people__person__in=ids)
        return theirs.values_list("pk", flat=True)

    return find


def _standing_for(pk: int) -> int:
    """The case that the page of this one shows: what it was merged into, where it was."""
    case = beside.seen(pk)
    return case.survivor.pk if case is not None and case.merged_into_id else pk


def _is_watched(pk: int) -> bool:
    case = beside.seen(pk)
    return case is not None and case.is_watched


def declare() -> None:
    """Say it for the whole office, once, when it starts."""
    sensitive_if(_is_watched)
    for prefix in ("cases/<int:pk>/", "today/cases/<int:pk>/"):
        shows_case(prefix, _standing_for)
    shows_case("letters/<int:pk>/", _by(Letter, "case_id"))
    shows_others("letters/<int:pk>/", _named_in(ScheduleLine))
    shows_others("letters/<int:pk>/history/", _named_in(NamedCase))
    shows_case("mails/<int:pk>/", _by(OutgoingMail, "letter__case_id"))
    shows_case("enquiries/<int:pk>/", _by(Enquiry, "case_id"))
    shows_case("words/<int:pk>/", _by(Word, "case_id"))
    shows_case("complaints/<int:pk>/", _by(Complaint, "case_id"))
    shows_case("referrals-out/<int:pk>/", _by(Outward, "transfer__case_id"))
    shows_case("referrals-in/<int:pk>/", _by(Inward, "case_id"))
    shows_case("replies/<int:pk>/", _by(Reply, "enquiry__case_id"))
    shows_case("authorities/<int:pk>/", _by(Authority, "case_id"))
    shows_case("authority-asks/<int:pk>/", _by(Ask, "case_id"))
    shows_case("authority-demands/<int:pk>/", _by(Demand, "case_id"))
    shows_case("returned-forms/<int:pk>/", _by(ReturnedForm, "ask__case_id"))
    shows_case("inbox/messages/<int:pk>/", _of_message)
    shows_case("inbox/attachments/<int:pk>/", _of_attachment)
    # Who they are, where they live and what their cases are called: of somebody on a sensitive case.
    for prefix, people in PEOPLE_OF.items():
        shows_case(prefix, lambda _pk: None)
        shows_others(prefix, _each_watched_of(people))
    shows_others(
        "people/<int:pk>/same-as/<int:other_pk>/", _each_watched_of(lambda pk: Q(pk=pk)), named="other_pk"
    )
    writes_itself("case-reference")
    searches_by("callers", "from_name")
