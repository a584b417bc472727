"""Opening a restricted case in an emergency, and telling those whose case it is."""

from __future__ import annotations

from datetime import timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from opencasework.office.audit.models import Trace
from opencasework.office.cases.models import Case, Event, Opening, OpeningNotice
from opencasework.office.cases.models.openings import OPEN_FOR
from opencasework.office.staff.models import Role, StaffMember

MOST_TRIES = 5  # of one colleague in an hour, right or wrong: references can be counted through
HOUR = timedelta(hours=1)
NOT_FOUND = "No restricted case has this reference. Write it exactly as it was given to you."
TOO_MANY = (
    "You have tried this several times within an hour. Wait an hour, or ask the member or your office "
    "manager who can help with the case."
)
SUBJECT = "A restricted case was opened in an emergency"
LETTER = (
    "{who} opened a restricted case at {when:%H:%M on %A %-d %B %Y}, under the rule for emergencies, "
    "for 24 hours.\n\n"
    "Which case it is, and the reason, stand on your day when you sign in. If you cannot think why, ask "
    "them, and tell the member.\n"
)


class TooManyTries(Exception):
    """Somebody has asked for several cases lately, right or wrong."""


def open_restricted(*, reference: str, reason: str, by: StaffMember) -> Case | None:
    """Let a colleague see one case for a day, write down why, and tell those whose case it is.

    None where there is no such case; that is written down too. One they see anyway is given back, and nothing
    is recorded. Raises TooManyTries.
    """
    reference = reference.strip().upper()
    with transaction.atomic():
        # Locked: of many tries at once each counts the others.
        by = StaffMember.objects.select_for_update().get(pk=by.pk)
        if _tries(by) >= MOST_TRIES:
            raise TooManyTries(TOO_MANY)
        case = Case.objects.filter(reference=reference).first()
        if case is None:
            Trace.objects.create(kind=Trace.Kind.REFUSED, by=by, detail={"reference": reference[:20]})
            return None
        case = case.survivor
        if not Case.objects.visible_to(by).filter(pk=case.pk).exists():
            _open(case, reason=reason, by=by)
    return case


def _open(case: Case, *, reason: str, by: StaffMember) -> None:
    now = timezone.now()
    opening = Opening.objects.create(case=case, by=by, reason=reason, at=now, until=now + OPEN_FOR)
    case.record(Event.Kind.GLASS, by=by, text=reason, at=now, opening=opening.pk)
    OpeningNotice.objects.bulk_create(
        OpeningNotice(opening=opening, to=person) for person in _to_be_told(case, by)
    )


def _tries(by: StaffMember) -> int:
    since = timezone.now() - HOUR
    wrong = Trace.objects.filter(by=by, kind=Trace.Kind.REFUSED, at__gt=since).count()
    return wrong + Opening.objects.filter(by=by, at__gt=since).count()


def _to_be_told(case: Case, by: StaffMember) -> list[StaffMember]:
    """The caseworker, or else those named; and the member. Where there is nobody, the office managers."""
    here = StaffMember.objects.filter(is_active=True).exclude(pk=by.pk)
    theirs = list(here.filter(pk=case.owner_id or 0)) or list(here.filter(named_cases=case))
    first = dict.fromkeys([*theirs, *here.filter(role=Role.MEMBER)])
    return list(first) or list(here.filter(role=Role.OFFICE_MANAGER))


def mail_notices() -> int:
    """Mail those who have to be told and have an address; returns how many. It names no case and no reason.

    Marked after it is sent: of two mails too many and one too few, too many is the lesser evil. One that
    cannot be sent keeps no other back; its trouble is raised when all were tried.
    """
    sent, troubles = 0, list[Exception]()
    for notice in OpeningNotice.objects.unsent().select_related("opening__by", "to")[:50]:
        at = timezone.localtime(notice.opening.at)
        letter = LETTER.format(who=notice.opening.by, when=at)
        try:
            EmailMessage(SUBJECT, letter, to=[notice.to.email]).send()
        except Exception as trouble:  # a bad address is refused in many ways
            troubles.append(trouble)
            continue
        OpeningNotice.objects.filter(pk=notice.pk).update(mailed_at=timezone.now())
        sent += 1
    if troubles:
        raise troubles[0]
    return sent
