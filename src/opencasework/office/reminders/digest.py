"""What the day holds, by email in the morning: counts and references, and nothing about anybody."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from opencasework.office.kit import dates
from opencasework.office.kit.working_days import is_working_day
from opencasework.office.places.models import Office
from opencasework.office.reminders.models import Digest, DigestWish, forget_old_digests
from opencasework.office.reminders.things import called_outside
from opencasework.office.staff.counting import counted
from opencasework.office.staff.models import StaffMember
from opencasework.office.today import agenda
from opencasework.office.today.row import Day, Whose

FROM_HOUR, UNTIL_HOUR = 7, 12  # of the office's clock; later in the day it is no morning digest any more
MOST_LINES = 15  # of a section
# What stands in My day as a name or a title stands here as a kind of thing.
WORDS = {
    "planned": "next step",
    "late_replies": "answer is late",
    "chasers": "chaser to send",
    "transfers": "ask whether it was taken",
    "consents": "consent that has ended",
    "failed": "mail that did not go",
    "replies": "reply to read",
    "demands": "signed authority to send",
    "returned": "signed form to file",
    "asked_again": "new link to sign wanted",
    "signatures": "signature or withdrawal to look at",
    "to_read": "draft to read",
    "drafts": "draft to send",
    "words": "somebody to be told",
    "questions": "answer expected",
    "follow_ups": "closed case to look at again",
    "complaints": "complaint to an ombudsman",
    "limits": "time limit to keep",
    "climbed": "ombudsman to consider",
    "to_tell": "partner to be told",
    "to_ask": "whether a partner may be told",
    "mentions": "a colleague asks you",
    "opinions": "your second opinion is wanted",
    "opined": "a second opinion was given",
    "uncovered": "authority that has ended",
}
ENDING = ("complaints", "limits")  # kinds whose last day is said, which need not be today
CLOSING = (
    "Sign in to see what each is. You get this on the mornings of working days because you asked for it; "
    "switch it off under Settings, Reminders."
)


def send_due(now: datetime) -> int:
    """Send every digest of this morning that has not gone; how many went.

    Each is claimed before it is sent, so that of several workers one sends it, and never twice: a worker that
    dies in between leaves one unsent, which My day makes good. One that is refused is tried again; it keeps
    no other back, and its trouble is raised when all were tried.
    """
    local = timezone.localtime(now)
    if not FROM_HOUR <= local.hour < UNTIL_HOUR or not is_working_day(local.date(), Office.nation_here()):
        return 0
    day, sent, troubles = local.date(), 0, list[Exception]()
    done = Digest.objects.filter(day=day).values("staff")
    wishes = DigestWish.objects.filter(staff__is_active=True).exclude(staff__email="").exclude(staff__in=done)
    for wish in wishes.select_related("staff"):
        with transaction.atomic():
            digest, is_mine = Digest.objects.get_or_create(staff=wish.staff, day=day)
        if not is_mine:
            continue
        try:
            subject, text = written(wish.staff, day)
            EmailMessage(subject, text, to=[wish.staff.email]).send()
        except Exception as trouble:  # a bad address is refused in many ways
            digest.delete()
            troubles.append(trouble)
            continue
        Digest.objects.filter(pk=digest.pk).update(sent_at=timezone.now())
        sent += 1
    forget_old_digests(before=day)
    if troubles:
        raise troubles[0]
    return sent


def written(staff: StaffMember, today: date) -> tuple[str, str]:
    """Subject and words of the digest of this day."""
    day = Day(today)
    counts = counted(_mine, staff, day)
    late, now = agenda.total(counts, Whose.MINE, "late"), agenda.total(counts, Whose.MINE, "today")
    parts = [f"{dates.say(today)}. {agenda.needs(late + now, late)}"]
    for section in agenda.sections(staff, Whose.MINE, day, counts, everything=False):
        if section.key in ("late", "today"):
            lines = [f"- {_line(row)}" for row in section.rows[:MOST_LINES]]
            if (more := section.total - len(lines)) > 0:
                lines.append(f"- and {more} more")
            parts.append("\n".join([f"{section.title}: {section.total}", *lines]))
    things = f"{late + now} thing{'' if late + now == 1 else 's'}"
    subject = f"Your day: {things}, {late} past {'its' if late == 1 else 'their'} date" if late else (
        f"Your day: {things}"
    )  # fmt: skip
    return subject, "\n\n".join([*parts, CLOSING]) + "\n"


def _mine(staff: StaffMember, day: Day) -> dict[str, QuerySet[Any]]:
    return agenda.sets(staff, Whose.MINE, day)


def _line(row: agenda.Row) -> str:
    when = "today" if row.date == "Today" else row.date
    if row.kind in ENDING:
        when = row.note if row.date == "Today" else f"{when}, {row.note}"
    return f"{called_outside(row.todo.case)}: {WORDS[row.kind]}, {when}"
