"""The Enquiries card of a case, and recording what bodies send back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from opencasework.office.cases import covering
from opencasework.office.cases.models import Case
from opencasework.office.cases.taking_back import planned_for
from opencasework.office.cases.views import visible_case
from opencasework.office.kit import undoing
from opencasework.office.kit.alone import lock
from opencasework.office.letters import actions, final_days
from opencasework.office.letters.asked import promise_of
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.forms import ReplyForm
from opencasework.office.letters.models import Enquiry, Letter, OutgoingMail, Reply
from opencasework.office.staff.permissions import May, StaffRequest, may, staff_who_may

FOLLOWED = ("follow_ups__enquiry__body", "follow_ups__enquiry__case")  # what `Shown` asks of an enquiry
UNDO_OF = "letters.reply"
# What folders above have to say beside enquiries that are late, by the number of the enquiry.
MORE_TO_SAY: list[Callable[[Sequence[Enquiry]], Mapping[int, actions.Check]]] = []


@require_safe
def case_enquiries(request: StaffRequest, pk: int) -> HttpResponse:
    """The enquiries of a case with their clocks: a card of the case's page, or a page of its own."""
    case = visible_case(request, pk)
    enquiries = case.enquiries.select_related("body", "letter").prefetch_related("replies", *FOLLOWED)
    shown = [Shown(enquiry) for enquiry in enquiries]
    if late := [each.enquiry for each in shown if each.is_late]:
        notes = {number: note for say in MORE_TO_SAY for number, note in say(late).items()}
        for each in shown:
            each.note = notes.get(each.enquiry.pk)
    context = {
        "case": case,
        "cover": covering.of(case, request.user),
        "enquiries": shown,
        "drafts": case.letters.drafts().select_related("to_body", "to_person"),
        "troubled": OutgoingMail.objects.visible_to(request.user)
        .needing_a_person()
        .filter(letter__case=case)
        .select_related("letter__to_body", "letter__to_person"),
        "may_write": may(request.user, May.WRITE_CASES),
        "may_chase": may(request.user, May.CHASE),
        "may_send": may(request.user, May.SEND_LETTERS),
        "rail": "cases",
    }
    return render(request, "letters/_enquiries.html" if request.htmx else "letters/enquiries.html", context)


class Shown:
    """An enquiry as the card shows it, on today's date."""

    def __init__(self, enquiry: Enquiry) -> None:
        today = timezone.localdate()
        self.enquiry = enquiry
        self.note: actions.Check | None = None  # what folders above say of it
        promise = promise_of(enquiry)
        # As `EnquiryQuerySet.expected`: once that day has passed too, it is late since its own.
        self.promised = promise.promised_on if promise and (promise.promised_on or today) >= today else None
        self.days_late = (today - (self.promised or enquiry.due_on)).days
        self.days_left = -self.days_late
        self.is_leaving = enquiry.is_leaving
        replies = list(enquiry.replies.all())
        self.unread = [reply for reply in replies if not reply.kind]
        self.above = None if enquiry.is_answered else _put_above(enquiry)
        waits = self.unread or enquiry.is_paused or self.above
        self.is_late = not (enquiry.is_answered or waits) and self.days_late > 0
        self.answer = next((reply for reply in reversed(replies) if reply.is_answer), None)
        self.last = replies[0] if replies else None
        self.chased = [
            letter
            for letter in enquiry.follow_ups.all()
            if letter.says_nothing_came and letter.to_body_id and letter.state == Letter.State.SENT
        ]


def _put_above(enquiry: Enquiry) -> Enquiry | None:
    """The open enquiry that puts the same to somebody above: that answer is waited for."""
    higher = [letter for letter in enquiry.follow_ups.all() if letter.takes_it_higher]
    put: list[Enquiry] = [letter.enquiry for letter in higher if hasattr(letter, "enquiry")]
    return next((one for one in put if not one.is_answered and one.case.is_open), None)


@staff_who_may(May.CHASE)
def enquiry_replies(request: StaffRequest, pk: int) -> HttpResponse:
    """Record what came back by telephone or post, and say what it is."""
    enquiry = get_object_or_404(
        Enquiry.objects.visible_to(request.user).select_related("case", "body", "letter"), pk=pk
    )
    form = ReplyForm(request.POST or None, sent_on=enquiry.sent_on)
    if request.method == "POST" and form.is_valid():
        reply, is_new = actions.receive_once(
            enquiry=enquiry,
            received_on=form.cleaned_data["received_on"],
            by=request.user,
            kind=form.cleaned_data["kind"],
            text=form.cleaned_data["note"],
            promised_on=form.cleaned_data["promised_on"],
        )
        if is_new:
            _say(request, reply)
        else:
            who = "You" if reply.recorded_by == request.user else reply.recorded_by or "Somebody"
            messages.info(request, f"{who} had recorded this already, so it is there once.")
        return redirect(enquiry.case)
    context = {"enquiry": enquiry, "case": enquiry.case, "form": form, "rail": "cases"}
    return render(request, "letters/reply.html", context, status=422 if form.errors else 200)


@require_POST
@staff_who_may(May.CHASE)
def reply_kind(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what a reply is that came by mail."""
    reply = get_object_or_404(
        Reply.objects.filter(enquiry__in=Enquiry.objects.visible_to(request.user)).select_related(
            "enquiry__case"
        ),
        pk=pk,
    )
    kind = request.POST.get("kind", "")
    if kind in Reply.Kind.values:
        case = reply.enquiry.case
        was, planned = reply.kind, planned_for(case)
        actions.mark_reply(reply=reply, kind=kind, by=request.user)
        case.refresh_from_db()
        undo = _undo_url(reply, was=was, planned=planned)
        _say(request, reply, undo=undo, next_action=case.next_action if planned_for(case) != planned else "")
    else:
        messages.error(request, "Say what the reply is: an acknowledgement, a holding reply or an answer.")
    return redirect(reply.enquiry.case)


@require_POST
@staff_who_may(May.CHASE)
def reply_undo(request: StaffRequest, pk: int, token: str) -> HttpResponse:
    """Take back what a reply was said to be, and plan what was planned before, as long as both stand."""
    visible = Reply.objects.filter(enquiry__in=Enquiry.objects.visible_to(request.user))
    reply = get_object_or_404(visible.select_related("enquiry__case"), pk=pk)
    try:
        act = undoing.opened(token, of=UNDO_OF)
    except undoing.NothingToTakeBack as error:
        raise Http404 from error
    if act["reply"] != reply.pk:
        raise Http404
    with transaction.atomic():
        lock(Case.objects.filter(pk=reply.enquiry.case_id))
        reply.refresh_from_db(fields=["kind"])
        case = Case.objects.get(pk=reply.enquiry.case_id)
        if reply.kind != act["kind"]:
            messages.error(request, f"Nothing was taken back: it was said to be {_as_said(reply)} since.")
            return redirect(case)
        stands = planned_for(case) == act["since"]
        actions.mark_reply(reply=reply, kind=act["was"], by=request.user)
        case.refresh_from_db()
        action, on = act["planned"]
        if stands and case.is_open and planned_for(case) != act["planned"]:
            case.plan(next_action=action, on=date.fromisoformat(on), by=request.user)
    messages.success(request, f"Taken back. Next: {case.next_action}.")
    return redirect(case)


def _as_said(reply: Reply) -> str:
    return f"“{reply.get_kind_display()}”" if reply.kind else "still to be read"


def _undo_url(reply: Reply, *, was: str, planned: list[str]) -> str:
    """Where a POST takes back what was said of a reply just now; nowhere on a case that was closed before."""
    if not planned[1]:
        return ""
    act = {"reply": reply.pk, "was": was, "kind": reply.kind, "planned": planned}
    act["since"] = planned_for(reply.enquiry.case)
    return reverse("reply-undo", args=[reply.pk, undoing.sealed(act, of=UNDO_OF)])


def _say(request: StaffRequest, reply: Reply, *, undo: str = "", next_action: str = "") -> None:
    said = "Recorded: the enquiry stays open until there is an answer."
    answered_on = Enquiry.objects.values_list("answered_on", flat=True).get(pk=reply.enquiry_id)
    if reply.is_answer:
        said = "Recorded: the enquiry is answered."
    elif answered_on:  # by another reply, or by somebody above
        said = f"Recorded: the enquiry stays answered, since {in_words(answered_on)}."
    elif reply.promised_on:
        said += f" They promise one by {in_words(reply.promised_on)}."
    may_write = may(request.user, May.WRITE_CASES)
    if next_action and not may_write:
        said += f" Next: {next_action}."
    elif next_action:
        letter_url = reverse("enquiry-forwarding", args=[reply.enquiry_id])
        said = format_html('{} Next: <a href="{}">{}</a>.', said, letter_url, next_action)
    messages.success(request, said, extra_tags=f"undo:{undo}" if undo else "")
    if (why := final_days.not_counted(reply)) and reply.enquiry.case.is_open:
        if not may_write:
            messages.warning(request, why)
            return
        date_url = f"{reverse('route-date-new', args=[reply.enquiry.case_id])}?kind=final"
        messages.warning(request, format_html('{} <a href="{}">Record a date</a>', why, date_url))
