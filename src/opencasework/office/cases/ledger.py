"""Acts on one issue of the ledger: what happened to each of the problems."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction

from opencasework.office.bodies.models import Body
from opencasework.office.cases.actions import change_category
from opencasework.office.cases.models import Event, Issue
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import Category


@transaction.atomic
def change_issue(*, issue: Issue, category: Category, body: Body | None, by: StaffMember) -> None:
    """Say better what an issue is about, or which body it concerns. What it was stays on the timeline."""
    before = issue.body
    change_category(issue=issue, category=category, by=by)
    if issue.body_id == (body.pk if body else None):
        return
    issue.body = body
    issue.save(update_fields=["body"])
    issue.case.record(
        Event.Kind.ISSUE_CHANGED,
        by=by,
        text=f"{issue.category.label}: {body or 'no body'} instead of {before or 'none'}",
        issue=issue.pk,
        body=body.code if body else "",
        before=before.code if before else "",
    )


@transaction.atomic
def end_issue(*, issue: Issue, outcome: str, by: StaffMember, amount: object = None) -> bool:
    """End one issue and leave the case open. False where it had ended already, or is no issue of its own."""
    open_still = Issue.objects.select_for_update().open().filter(pk=issue.pk).first()
    if open_still is None or not issue.case.is_open:
        return False
    open_still.end(outcome=outcome, by=by, amount=amount)
    return True


@transaction.atomic
def reopen_issue(*, issue: Issue, by: StaffMember, mistaken: int | None = None) -> bool:
    """Take one issue up again, ended or held for a duplicate. False where it is open already.

    `mistaken` is the line by which it ended where that was a mistake: figures count it no more, and the
    pounds that an ending before it had recovered are there again.
    """
    found = Issue.objects.select_for_update().get(pk=issue.pk)
    if found.is_open or not found.case.is_open:
        return False
    if found.duplicate_of_id:
        count_once(issue=found, original=None, by=by)
        return True
    said = f"{found.category.label}; it had ended: {found.ending}"
    found.outcome, found.amount, found.ended_at = "", pounds_before(mistaken), None
    found.save(update_fields=["outcome", "amount", "ended_at"])
    uncounts = {} if mistaken is None else {"uncounts": [mistaken]}
    found.case.record(Event.Kind.ISSUE_REOPENED, by=by, text=said, issue=found.pk, **uncounts)
    return True


def pounds_before(line: int | None) -> Decimal | None:
    """What had been recovered of an issue before the line of a timeline by which it ended."""
    ended = Event.objects.filter(pk=line or 0, detail__has_key="pounds_before").first()
    return Decimal(ended.detail["pounds_before"]) if ended else None


@transaction.atomic
def count_once(*, issue: Issue, original: Issue | None, by: StaffMember) -> list[int]:
    """Say that an open issue is the same problem as another, or with None that it is not after all.

    Figures count a problem that was written down twice once: the line that took it on counts no more, until
    this is taken back. Returns the number of that line, as a list.
    """
    issue.duplicate_of = original
    issue.save(update_fields=["duplicate_of"])
    lines = [line.pk] if (line := line_that_added(issue)) else []
    counting = {"uncounts": lines} if original else {"counts": lines}
    issue.case.record(
        Event.Kind.ISSUE_DUPLICATE if original else Event.Kind.ISSUE_REOPENED,
        by=by,
        text=f"{issue.category.label}, counted once" if original else f"{issue.category.label}, of its own",
        issue=issue.pk,
        **counting,
    )
    return lines


def line_that_added(issue: Issue) -> Event | None:
    """The line of a timeline by which the issue counts as taken on."""
    added = Event.objects.filter(kind=Event.Kind.ISSUE_ADDED)
    naming = added.filter(detail__issue=issue.pk).order_by("pk")
    # Most stand on its own case; a merge or a split may have left the line behind.
    named = naming.filter(case=issue.case_id).first() or naming.first()
    if named:
        return named
    # Lines from before 0.4 do not name their issue.
    old = added.filter(case=issue.case_id, detail__category=issue.category.code).order_by("pk")
    return next((line for line in old if "issue" not in line.detail), None)


def one_problem(issue: Issue, among: Iterable[Issue]) -> set[int]:
    """The numbers of the issue and of all that are the same problem, whichever of them stands for it.

    `among` are the issues of its case. What is recorded of any of them is of the one problem.
    """
    same_as = [(each.pk, each.duplicate_of_id) for each in among if each.duplicate_of_id is not None]
    found: set[int] = set()
    more = {issue.pk}
    while more - found:
        found |= more
        more = {pk for pair in same_as if found & set(pair) for pk in pair if pk is not None}
    return found


def stands_for(issue: Issue) -> Issue:
    """The issue under which the problem is open or has ended: itself, unless it is the same as another."""
    found, seen = issue, {issue.pk}
    while found.duplicate_of is not None and found.duplicate_of_id not in seen:
        found = found.duplicate_of
        seen.add(found.pk)
    return found
