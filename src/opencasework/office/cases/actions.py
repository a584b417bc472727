"""Acts that make or change several nouns of a case at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, CaseNumber, CasePerson, Event, Issue, ReferenceNumber
from opencasework.office.constituents.models import Person
from opencasework.office.kit import references
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import POLICY, Category, Sensitivity, Transferability, Urgency

FIRST_ACTION_DAYS = 5  # working days in which a routine case gets its first action (domain/tags, URG-1)


def next_reference(year: int) -> str:
    """The next case reference of a year, such as OC-2026-00041. Call inside a transaction."""
    CaseNumber.objects.get_or_create(year=year)
    # The update locks the row, so that two cases opened at once get two numbers.
    CaseNumber.objects.filter(year=year).update(last=models.F("last") + 1)
    return f"OC-{year}-{CaseNumber.objects.get(year=year).last:05d}"


@transaction.atomic
def open_case(
    *,
    person: Person,
    category: Category,
    title: str,
    by: StaffMember | None,
    owner: StaffMember | None = None,
    body: Body | None = None,
    channel: str = "email",
    urgency: str = "",
    sensitivity: str = "",
    transferability: str = Transferability.KEEP,
    tag_reason: str = "",
    next_action: str = "",
    next_action_on: date | None = None,
    need_to_know: bool = False,
    at: Any = None,
) -> Case:
    """Open a case for a person about one issue, with its four tags and its next action.

    Where the caller leaves them empty, urgency and sensitivity are the category's own, and the next
    action is to decide the first step within five working days (the same day where it is urgent).
    """
    at = at or timezone.now()
    urgency = urgency or category.default_urgency
    today = timezone.localdate(at)
    urgent = urgency in {Urgency.URGENT, Urgency.EMERGENCY}
    case = Case.objects.create(
        reference=next_reference(today.year),
        title=title[:200],
        kind=Case.Kind.POLICY if category.kind == POLICY else Case.Kind.CASEWORK,
        channel=channel,
        owner=owner,
        urgency=urgency,
        sensitivity=sensitivity or category.default_sensitivity,
        transferability=transferability,
        tag_reason=tag_reason,
        need_to_know=need_to_know or sensitivity == Sensitivity.RESTRICTED,
        next_action=next_action or "Decide the first step",
        next_action_on=next_action_on or (today if urgent else working_days_after(today, FIRST_ACTION_DAYS)),
        opened_at=at,
    )
    CasePerson.objects.create(case=case, person=person)
    case.record(Event.Kind.OPENED, by=by, at=at, kind=case.kind, channel=channel)
    add_issue(case=case, category=category, body=body, by=by, at=at)
    return case


@transaction.atomic
def add_issue(
    *, case: Case, category: Category, by: StaffMember | None, body: Body | None = None, at: Any = None
) -> Issue:
    """Record one more topic against the case; every one counts in the figures."""
    issue = Issue.objects.create(case=case, category=category, body=body)
    case.record(
        Event.Kind.ISSUE_ADDED,
        by=by,
        at=at,
        text=category.label,
        category=category.code,
        body=body.code if body else "",
        kind=case.kind,
        channel=case.channel,
    )
    return issue


@transaction.atomic
def set_tags(
    *, case: Case, urgency: str, sensitivity: str, transferability: str, tag_reason: str, by: StaffMember
) -> None:
    """Change the three levels. Restricting a case makes it need-to-know for those who work on it."""
    before = (case.urgency, case.sensitivity, case.transferability, case.tag_reason)
    if before == (urgency, sensitivity, transferability, tag_reason):
        return
    restricted = sensitivity == Sensitivity.RESTRICTED
    Case.objects.filter(pk=case.pk).update(
        urgency=urgency,
        sensitivity=sensitivity,
        transferability=transferability,
        tag_reason=tag_reason,
        need_to_know=restricted or case.need_to_know,
    )
    if restricted:
        case.shared_with.add(by)
    case.record(
        Event.Kind.TAGGED,
        by=by,
        urgency=urgency,
        sensitivity=sensitivity,
        transferability=transferability,
    )
    case.refresh_from_db()


@transaction.atomic
def add_reference(*, case: Case, kind: str, value: str, by: StaffMember | None) -> ReferenceNumber:
    """Keep a reference number on the case. One that is already there is returned as it stands."""
    compact = references.kinds()[kind].compact(value)
    number, is_new = ReferenceNumber.objects.get_or_create(
        case=case, kind=kind, compact=compact, defaults={"value": value.strip()}
    )
    if is_new:
        case.record(Event.Kind.REFERENCE_ADDED, by=by, text=number.kind_name, reference=number.pk)
    return number
