"""The list of late replies, and the button that drafts a chaser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from opencasework.office.chasing.actions import NothingToChase, draft_chaser, next_chase_on, was_thrown_away
from opencasework.office.chasing.models import Chaser
from opencasework.office.letters.filling import TemplateProblem
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.staff.permissions import May, StaffRequest, may, staff_who_may

SOON_DAYS = 7  # calendar days ahead that the page shows


@dataclass(frozen=True)
class Waiting:
    """An enquiry nobody has answered, as the page shows it on one day."""

    enquiry: Enquiry
    days_late: int
    last: Chaser | None
    next_on: date | None
    thrown_away: bool  # the latest draft; no other comes unasked

    @property
    def draft(self) -> Letter | None:
        """The chaser that waits to be read and sent."""
        return self.last.letter if self.last and self.last.letter.is_draft else None

    @property
    def days_left(self) -> int:
        return -self.days_late

    @property
    def words(self) -> str:
        """What the row says under the title about reminders so far."""
        return f"{self._so_far}, a draft was discarded" if self.thrown_away else self._so_far

    @property
    def _so_far(self) -> str:
        if self.last is None:
            return "not chased yet"
        if self.draft:
            return f"{self.last.ordinal.lower()} drafted"
        sent_on = self.last.letter.sent_on
        return f"{self.last.ordinal.lower()} sent {sent_on:%-d %b}" if sent_on else "chaser on its way"


def waiting(enquiry: Enquiry, *, on: date) -> Waiting:
    """How an enquiry stands on a day. Its chasers and their letters should be prefetched."""
    kept = [chaser for chaser in enquiry.chasers.all() if chaser.letter.state != Letter.State.DISCARDED]
    return Waiting(
        enquiry=enquiry,
        days_late=enquiry.days_late(on=on),
        last=kept[-1] if kept else None,
        next_on=next_chase_on(enquiry),
        thrown_away=was_thrown_away(enquiry),
    )


@require_safe
def chasers(request: StaffRequest) -> HttpResponse:
    """Replies that are late, worst first, and those due soon."""
    today = timezone.localdate()
    unanswered = (
        Enquiry.objects.visible_to(request.user)
        .unanswered()
        .select_related("body", "case__owner", "letter")
        .prefetch_related("chasers__letter", "replies")
        .order_by("due_on", "pk")
    )
    mine = request.GET.get("whose") == "mine"
    if mine:
        unanswered = unanswered.filter(case__owner=request.user)
    silent = unanswered.unread(yes=False)
    late = unanswered.overdue(on=today)
    soon = silent.filter(due_on__gte=today, due_on__lte=today + timedelta(days=SOON_DAYS))
    context = {
        "replied": [waiting(enquiry, on=today) for enquiry in unanswered.unread()],
        "late": [waiting(enquiry, on=today) for enquiry in late],
        "soon": [waiting(enquiry, on=today) for enquiry in soon],
        "later": silent.filter(due_on__gt=today + timedelta(days=SOON_DAYS)).count(),
        "mine": mine,
        "everybodys": not mine,
        "soon_days": SOON_DAYS,
        "may_write": may(request.user, May.WRITE_CASES),
        "sees_shared_only": not may(request.user, May.SEE_ALL_CASES),
        "rail": "chasers",
    }
    return render(request, "chasing/list.html", context)


@require_POST
@staff_who_may(May.WRITE_CASES)
def chase(request: StaffRequest, pk: int) -> HttpResponse:
    """Draft the next chaser, or find the one that waits, and open it to be read and sent."""
    enquiry = get_object_or_404(Enquiry.objects.visible_to(request.user).select_related("case"), pk=pk)
    try:
        chaser = draft_chaser(enquiry=enquiry, by=request.user)
    except (NothingToChase, TemplateProblem) as problem:
        messages.error(request, str(problem))
        return redirect(enquiry.case)
    return redirect(chaser.letter)
