"""Calls that wait in the invented office: some cases of one body, to be raised in one call."""

from __future__ import annotations

from datetime import date

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case
from opencasework.office.cases.ringing import line_of
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.reminders.models import DigestWish
from opencasework.office.staff.models import StaffMember

MOST = 6
# What is planned, by turns; the first two are due at once.
ABOUT = ("where is the answer?", "was our letter read?", "what is still missing?", "who decides, and when?")


def plan_calls(staff: dict[str, StaffMember], today: date) -> None:
    """Of cases reached at one telephone the next step is a call to it; two colleagues want the digest."""
    cases = Case.objects.filter(need_to_know=False).standing().open().order_by("pk")
    together: dict[tuple[object, int], list[tuple[Case, Body]]] = {}
    for case in cases.prefetch_related("issues__body__parent__parent", "issues__body__contacts"):
        body = next((issue.body for issue in case.issues.all() if issue.body and issue.is_open), None)
        waits = case.next_action_on is not None and case.next_action_on > today
        if body is not None and case.owner is not None and waits and body.hotlines():
            together.setdefault((line_of(body), case.owner.pk), []).append((case, body))
    largest = max(together.values(), key=len, default=[])
    for place, (case, body) in enumerate(largest[:MOST]):
        assert case.owner is not None  # only such were gathered
        on = working_days_after(today, place // 2)
        case.plan(next_action=f"Ring {body}: {ABOUT[place % len(ABOUT)]}", on=on, by=case.owner)
    DigestWish.objects.bulk_create(DigestWish(staff=staff[name]) for name in ("priya", "tom"))
