"""A problem that was written down twice is one: what is recorded of either is of both."""

from __future__ import annotations

from django.db.models import QuerySet

from opencasework.office.cases.ledger import one_problem
from opencasework.office.cases.models import Case, Issue
from opencasework.office.kit.once import once
from opencasework.office.referrals.models import Complaint


def problems_of(case: Case) -> list[Issue]:
    """All problems of the case, those that are the same as another too; asked once a page."""
    return once(f"problems of case {case.pk}", lambda: list(case.issues.order_by("pk")))


def same_problem(case: Case, issue: Issue) -> set[int]:
    """The numbers of the problem and of those that are the same, on this case."""
    return one_problem(issue, problems_of(case))


def under_way(scheme: str, case: Case, issue: Issue | None) -> QuerySet[Complaint]:
    """Complaints to the scheme of this code about the problem, or the same one, that have not ended."""
    ours = Complaint.objects.open().filter(case=case, scheme_code=scheme)
    return ours.filter(issue=None) if issue is None else ours.filter(issue__in=same_problem(case, issue))
