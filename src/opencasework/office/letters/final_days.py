"""The day of a body's final response, by when its reply came: time limits of the person run from it.

A day too late would tell them that they have time which they have not. So it is recorded from the body that
the problem is about, and never over an earlier day, or over one that somebody has written down.
"""

from __future__ import annotations

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Issue
from opencasework.office.kit.dates import say
from opencasework.office.letters.models import Enquiry, Reply
from opencasework.office.routes.actions import dates_of, record_date, take_back_date
from opencasework.office.routes.models import KeyDate
from opencasework.office.staff.models import StaffMember

BY_WHEN_IT_CAME = ", by when it came"  # how the day of a reply is known


def keep(enquiry: Enquiry, reply: Reply, *, was: str, by: StaffMember | None) -> None:
    """A reply that is a final response now starts the limits; one that is none after all does not, and they
    run from the earliest that is one.
    """
    final = Reply.Kind.FINAL_RESPONSE
    if final not in (was, reply.kind) or was == reply.kind:
        return
    if reply.kind == final:
        _record(enquiry, reply, by=by)
        return
    dates = KeyDate.objects.filter(case=enquiry.case, kind=KeyDate.Kind.FINAL)
    said_to_be_wrong = set(dates.exclude(taken_back_at=None).values_list("day", "known_from"))
    for known in dates.standing().filter(day=reply.received_on, known_from=_known_from(enquiry)):
        take_back_date(known, by=by)
    others = Reply.objects.filter(enquiry__case=enquiry.case, kind=final).select_related(
        "enquiry__case", "enquiry__body"
    )
    for other in others.order_by("received_on", "pk"):
        if (other.received_on, _known_from(other.enquiry)) not in said_to_be_wrong:
            _record(other.enquiry, other, by=by)


def _record(enquiry: Enquiry, reply: Reply, *, by: StaffMember | None) -> None:
    for issue in _about(enquiry):
        if _counts(enquiry, issue, reply):
            record_date(
                case=enquiry.case, issue=issue, kind=KeyDate.Kind.FINAL, day=reply.received_on,
                known_from=_known_from(enquiry), by=by,
            )  # fmt: skip


def not_counted(reply: Reply) -> str:
    """Why no limit runs from the day of this final response, and what to do; empty where one may."""
    if reply.kind != Reply.Kind.FINAL_RESPONSE:
        return ""
    enquiry = reply.enquiry
    about = _about(enquiry)
    if not about:
        return (
            f"{enquiry.body} is not whom a problem of this case is about, so no time limit runs from its "
            "final response. If it is the last word on one, record that date."
        )
    days = [known.day for issue in about if (known := _known(enquiry, issue))]
    if days and reply.received_on not in days:
        return (
            f"Limits still run from {say(min(days))}, the day of a final response that was recorded before. "
            "If this is the one that counts, record its date."
        )
    return ""


def _about(enquiry: Enquiry) -> list[Issue | None]:
    """The problems that its body has the last word on; none in particular where it has it on all."""
    if enquiry.issue is not None:
        return [enquiry.issue] if _is_its(enquiry.body, enquiry.issue) else []
    own = [each for each in enquiry.case.issues.all() if each.duplicate_of_id is None]
    found: list[Issue | None] = [each for each in own if _is_its(enquiry.body, each)]
    return [None] if len(found) == len(own) else found


def _is_its(body: Body, issue: Issue) -> bool:
    """Whether the problem is the body's, a part of it has it, or it is a part of whose problem it is."""
    return issue.body is None or body.is_of_one_line_with(issue.body)


def _known(enquiry: Enquiry, issue: Issue | None) -> KeyDate | None:
    return dates_of(enquiry.case, issue).get(KeyDate.Kind.FINAL)


def _counts(enquiry: Enquiry, issue: Issue | None, reply: Reply) -> bool:
    known = _known(enquiry, issue)
    if known is None:
        return True
    return known.known_from.endswith(BY_WHEN_IT_CAME) and reply.received_on < known.day


def _known_from(enquiry: Enquiry) -> str:
    return f"reply of {enquiry.body}"[: 120 - len(BY_WHEN_IT_CAME)] + BY_WHEN_IT_CAME
