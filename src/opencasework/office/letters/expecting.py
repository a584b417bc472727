"""What is planned while a case waits for a body, and how it moves along with the day of the answer."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.letters.asked import awaited_until
from opencasework.office.letters.models import Enquiry
from opencasework.office.staff.models import StaffMember

# How the next action of a case begins while it waits for a body, where nobody has planned anything else.
EXPECTING = ("See whether ", "Reply expected from ")
CONSIDER = "Consider the ombudsman"  # and how at the end of the ladder
LOOK_AGAIN = 10  # working days after a clock was stopped


def next_after_asking(enquiry: Enquiry) -> str:
    """What is planned once an enquiry has left."""
    return _replied(enquiry.body)


def _replied(body: Body) -> str:
    return f"See whether {body} has replied"[:200]


def _while_it_stands(body: Body) -> str:
    """What is planned while a clock is stopped: no answer is awaited, and nobody should forget it."""
    return f"See whether the clock of {body} can run again"[:200]


def plan_along(enquiry: Enquiry, *, was: date, by: StaffMember | None, of: Body | None = None) -> None:
    """Move the plan to look for an answer, where that was awaited until `was`. A plan somebody made stays.

    `of` is the body that owed the answer till now, where that is another. Call it inside a transaction, after
    the change.
    """
    enquiry = Enquiry.objects.select_related("body").get(pk=enquiry.pk)
    case = Case.objects.select_for_update().get(pk=enquiry.case_id)
    planned = (case.next_action, case.next_action_on)
    owed = of or enquiry.body
    is_ours = case.next_action == _while_it_stands(owed) or planned == (_replied(owed), was)
    if not case.is_open or enquiry.is_answered or not is_ours:
        return
    plan = (next_after_asking(enquiry), awaited_until(enquiry))
    if enquiry.paused_on:
        since = max(enquiry.paused_on, timezone.localdate())
        nation = enquiry.body.holiday_nation
        plan = (_while_it_stands(enquiry.body), working_days_after(since, LOOK_AGAIN, nation=nation))
        if case.next_action == plan[0]:
            return  # it stands already, on a day that somebody may have chosen
    if plan != planned:
        case.plan(next_action=plan[0], on=plan[1], by=by)
