"""The list of late replies, and the button that drafts a chaser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from opencasework.office.chasing.actions import NothingToChase, draft_chaser, with_ladder
from opencasework.office.chasing.addressing import nobody_above
from opencasework.office.chasing.ladder import Next, is_climbed, kept, next_step, was_thrown_away
from opencasework.office.chasing.models import Chaser
from opencasework.office.chasing.offering import OFFERS
from opencasework.office.chasing.rung_meanwhile import send_all_the_same
from opencasework.office.chasing.waited import ask_anew
from opencasework.office.letters.actions import Check
from opencasework.office.letters.filling import TemplateProblem
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.views import found_letter, posted_from_the_letter
from opencasework.office.staff.permissions import May, StaffRequest, may, staff_who_may

ROWS = 25  # of a section, until more are asked for
MOST_ROWS = 500  # of a section, when they are
SOON_DAYS = 7  # calendar days ahead that the page shows


@dataclass(frozen=True)
class Waiting:
    """An enquiry nobody has answered, as the page shows it on one day."""

    enquiry: Enquiry
    days_late: int
    last: Chaser | None
    next: Next | None
    thrown_away: bool  # the latest draft; no other comes unasked
    climbed: bool  # every step of the ladder has been taken
    note: Check | None  # that the next step goes to nobody above

    @property
    def draft(self) -> Letter | None:
        """The chaser that waits to be read and sent."""
        letter = self.last.letter if self.last else None
        return letter if letter is not None and letter.is_draft else None

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
        if self.last.letter is None:
            return f"{self.last.ordinal.lower()}: for a person to consider"
        sent_on = self.last.letter.sent_on
        return f"{self.last.ordinal.lower()} sent {sent_on:%-d %b}" if sent_on else "chaser on its way"


@dataclass(frozen=True)
class Rows:
    """The first of some rows, and how many there are."""

    shown: list[Waiting]
    count: int

    @classmethod
    def of(cls, rows: QuerySet[Enquiry], most: int, *, on: date) -> Rows:
        shown = [waiting(enquiry, on=on) for enquiry in rows[:most]]
        # Only where there are more: it asks for each of them who may see it.
        return cls(shown, rows.count() if len(shown) == most else len(shown))

    @property
    def hidden(self) -> int:
        return self.count - len(self.shown)


def waiting(enquiry: Enquiry, *, on: date) -> Waiting:
    """How an enquiry stands on a day. Its chasers and their letters should be prefetched."""
    taken = kept(enquiry)
    return Waiting(
        enquiry=enquiry,
        days_late=enquiry.days_late(on=on),
        last=taken[-1] if taken else None,
        next=next_step(enquiry),
        thrown_away=was_thrown_away(enquiry),
        climbed=is_climbed(enquiry),
        note=nobody_above(enquiry),
    )


def held_back(request: StaffRequest) -> QuerySet[Letter]:
    """Chasers that were drafted, or waited to leave, when the body's answer came: they do not go."""
    about = Enquiry.objects.filter(pk=OuterRef("about_enquiry"))
    overtaken = Exists(about.exclude(answered_on=None)) | Exists(about.unread())
    # Not `state__in`: SQLite has an index of each.
    stays = Q(state=Letter.State.DRAFT) | Q(state=Letter.State.SENDING)
    waiting = Letter.objects.visible_to(request.user).filter(overtaken, stays, to_body__isnull=False)
    return waiting.select_related("case", "about_enquiry__body").order_by("drafted_at", "pk")


@require_safe
def chasers(request: StaffRequest) -> HttpResponse:
    """Replies that are late, worst first, and those due soon."""
    today = timezone.localdate()
    unanswered = (
        with_ladder(Enquiry.objects.visible_to(request.user).unanswered())
        .select_related("case__owner")
        .order_by("due_on", "pk")
    )
    held = held_back(request)
    mine = request.GET.get("whose") == "mine"
    if mine:
        unanswered = unanswered.filter(case__owner=request.user)
        held = held.filter(case__owner=request.user)
    silent = unanswered.unread(yes=False)
    late, promised = unanswered.to_remind(on=today), unanswered.promised(on=today)
    stopped = silent.exclude(paused_on=None)
    silent = silent.filter(paused_on=None)
    soon = silent.filter(due_on__gte=today, due_on__lte=today + timedelta(days=SOON_DAYS))
    most = MOST_ROWS if "all" in request.GET else ROWS
    may_write = may(request.user, May.WRITE_CASES)
    asked = OFFERS if may_write and not mine else []
    context = {
        "offers": [offer for ask in asked for offer in ask(request.user, today)],
        "held": held,
        **{
            name: Rows.of(rows, most, on=today)
            for name, rows in (
                ("replied", unanswered.unread()),
                ("late", late),
                ("promised", promised),
                ("soon", soon),
                ("stopped", stopped),
            )
        },
        "later": silent.filter(due_on__gt=today + timedelta(days=SOON_DAYS)),
        "mine": mine,
        "everybodys": not mine,
        "soon_days": SOON_DAYS,
        "may_write": may_write,
        "may_chase": may(request.user, May.CHASE),
        "sees_shared_only": not may(request.user, May.SEE_ALL_CASES),
        "rail": "chasers",
    }
    return render(request, "chasing/list.html", context)


@require_POST
@staff_who_may(May.CHASE)
def chase(request: StaffRequest, pk: int) -> HttpResponse:
    """Draft the next chaser, or find the one that waits, and open it to be read and sent."""
    enquiry = get_object_or_404(Enquiry.objects.visible_to(request.user).select_related("case"), pk=pk)
    try:
        chaser = draft_chaser(enquiry=enquiry, by=request.user)
    except (NothingToChase, TemplateProblem) as problem:
        messages.error(request, str(problem))
        return redirect(enquiry.case)
    if chaser.letter is None:
        messages.success(request, f"{chaser.ordinal}: for a person to consider. It is on the timeline.")
        return redirect(enquiry)
    return redirect(chaser.letter)


@posted_from_the_letter
@staff_who_may(May.CHASE)
def chaser_day(request: StaffRequest, pk: int) -> HttpResponse:
    """A chaser that waited past the day it asks for asks for a later one; its writer reads it again."""
    letter = found_letter(request, pk)
    if day := ask_anew(letter, on=timezone.localdate(), by=request.user):
        last = letter.versions.last()
        undo = f"undo:{reverse('letter-bringing-back', args=[pk, last.number - 1])}" if last else ""
        messages.success(request, f"It asks for an answer by {day} now. Read it again.", extra_tags=undo)
    else:
        messages.error(request, "It asks for no day that has passed any more.")
    return redirect(letter)


@posted_from_the_letter
@staff_who_may(May.CHASE)
def chaser_call(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """Somebody has read the call that was made while a chaser waited: it may go all the same."""
    letter = found_letter(request, pk)
    if send_all_the_same(letter, call=number, on=timezone.localdate(), by=request.user):
        messages.success(request, "The call does not hold it any more. Send it when you have read it.")
    else:
        messages.error(request, "That call does not hold it, or there was another one since. Look again.")
    return redirect(letter)
