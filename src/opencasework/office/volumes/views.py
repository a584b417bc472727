"""How many letters go to a body: beside a letter before it leaves, at the review, on the body's page."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Event
from opencasework.office.chasing.ladder import is_step
from opencasework.office.chasing.rung_meanwhile import send_all_the_same
from opencasework.office.kit.alone import lock
from opencasework.office.kit.numbers import row_number
from opencasework.office.letters.actions import one_line
from opencasework.office.letters.models import Letter
from opencasework.office.letters.views import NO_DRAFT, found_letter, page, posted_from_the_letter
from opencasework.office.staff.permissions import May, StaffRequest, may, staff_who_may
from opencasework.office.volumes import along, early, gathering, own_words
from opencasework.office.volumes.checking import is_bulk, release_of
from opencasework.office.volumes.counting import (
    BULK_FROM,
    decided,
    near_identical,
    open_on_the_matter,
    volumes,
    went_this_month,
)
from opencasework.office.volumes.models import BulkRelease, EarlySend
from opencasework.office.volumes.patterns import stock_answers

WEEKS = 8  # one can look back
MOST_SHOWN = 12  # open enquiries beside a letter


@require_safe
def letter_volume(request: StaffRequest, pk: int) -> HttpResponse:
    """What is open with that body on that matter, and how many letters that say the same went this month."""
    found = _to_a_body(request, pk)
    today = timezone.localdate()
    standing = open_on_the_matter(found, staff=request.user).select_related("case", "body", "letter")
    alike = near_identical(found, on=today, staff=request.user)
    enquiries, chasers = went_this_month(found, on=today, staff=request.user)
    said = release_of(found)
    is_chaser = found.is_draft and is_step(found)
    beside = along.due_beside(found, staff=request.user, on=today) if is_chaser else []
    gathered = set(found.schedule.values_list("chaser", flat=True)) if beside else set()
    worth_it = bool(beside) if is_chaser else standing.exists() or bool(alike)
    context = {
        "letter": found,
        "case": found.case,
        "is_chaser": is_chaser,
        "waiting": sum(each.pk not in gathered for each in beside),
        "enquiries": enquiries,
        "chasers": chasers,
        "open": list(standing[:MOST_SHOWN]),
        "open_count": standing.count(),
        "alike": alike[:MOST_SHOWN],
        "alike_count": len(alike),
        "is_bulk": found.is_draft and is_bulk(found, on=today),
        "bulk_from": BULK_FROM,
        "release": said,
        "early": early.before_its_day(found, today) if found.is_draft else "",
        "early_reason": early.reason_of(found),
        "may_send": may(request.user, May.SEND_LETTERS),
        "may_agree": said is not None and said.asked_by != request.user,
        "may_gather": found.is_draft and worth_it and may(request.user, May.WRITE_CASES),
        "lines": found.schedule.count(),
        "rail": "letters",
    }
    return render(request, "volumes/_volume.html" if request.htmx else "volumes/volume.html", context)


def _to_a_body(request: StaffRequest, pk: int) -> Letter:
    found = found_letter(request, pk)
    if found.to_body is None:
        raise Http404
    return found


@require_POST
@staff_who_may(May.SEND_LETTERS)
def letter_bulk(request: StaffRequest, pk: int) -> HttpResponse:
    """Say why one more of many goes, or agree as the second person."""
    with transaction.atomic():
        found = _to_a_body(request, pk)
        lock(Letter.objects.filter(pk=pk))
        if not found.is_draft:
            return page(request, found, problem=NO_DRAFT, status=422)
        said = release_of(found)
        reason = one_line(request.POST.get("reason", ""))[:300]
        if "agree" in request.POST:
            if said is None or said.asked_by == request.user:
                problem = "Somebody has to give a reason first, and somebody else than they agrees to it."
                return page(request, found, problem=problem, status=422)
            BulkRelease.objects.filter(pk=said.pk, agreed_by=None).update(
                agreed_by=request.user, agreed_at=timezone.now()
            )
            line = f"Agreed to one more of many letters to {found.to_body}: {said.reason}"
        elif not reason:
            return page(request, found, problem="Say why this goes too, beside all the others.", status=422)
        else:
            BulkRelease.objects.update_or_create(
                letter=found,
                defaults={
                    "version": found.version, "reason": reason, "asked_by": request.user,
                    "asked_at": timezone.now(), "agreed_by": None, "agreed_at": None,
                },
            )  # fmt: skip
            line = f"Asked to send one more of many letters to {found.to_body}: {reason}"
        found.case.record(Event.Kind.NOTE, by=request.user, text=line, letter=found.pk)
    messages.success(request, "Noted on the timeline.")
    return redirect(found)


@require_POST
@staff_who_may(May.SEND_LETTERS)
def letter_early(request: StaffRequest, pk: int) -> HttpResponse:
    """Say why a chaser goes before the day of its step on the ladder."""
    with transaction.atomic():
        found = _to_a_body(request, pk)
        lock(Letter.objects.filter(pk=pk))
        reason, problem = one_line(request.POST.get("reason", ""))[:300], ""
        if not found.is_draft:
            problem = NO_DRAFT
        elif not early.before_its_day(found, timezone.localdate()):
            problem = "Its day has come: it needs no reason."
        elif not reason:
            problem = "Say why it goes before its day."
        if problem:
            return page(request, found, problem=problem, status=422)
        EarlySend.objects.update_or_create(
            letter=found, defaults={"reason": reason, "by": request.user, "at": timezone.now()}
        )
        line = f"May go to {found.to_body} before its day: {reason}"
        found.case.record(Event.Kind.NOTE, by=request.user, text=line, letter=found.pk)
    messages.success(request, "Noted on the timeline. Send it when you have read it.")
    return redirect(found)


@posted_from_the_letter
@staff_who_may(May.WRITE_CASES)
def letter_alone(request: StaffRequest, pk: int) -> HttpResponse:
    """A chaser that went along in one letter with other cases goes by itself again."""
    found = _to_a_body(request, pk)
    try:
        along.let_go_alone(found, by=request.user)
    except along.StaysAlong as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "It goes by itself again, and its case is out of the other letter.")
    return redirect(found)


@posted_from_the_letter
@staff_who_may(May.WRITE_CASES)
def letter_line_call(request: StaffRequest, pk: int, own: int, number: int) -> HttpResponse:
    """Somebody has read the call about one case of a letter's schedule: the letter may go all the same."""
    found = _to_a_body(request, pk)
    chaser = Letter.objects.visible_to(request.user).filter(schedule_lines__letter=found, pk=own).first()
    on = timezone.localdate()
    if chaser is not None and send_all_the_same(chaser, call=number, on=on, by=request.user):
        messages.success(request, f"The call about {chaser.case.reference} does not hold it any more.")
    else:
        messages.error(request, "That call does not hold it, or there was another one since. Look again.")
    return redirect(found)


@posted_from_the_letter
@staff_who_may(May.WRITE_CASES)
def letter_words_along(request: StaffRequest, pk: int) -> HttpResponse:
    """What was written in a chaser after it was gathered goes into the letter that it goes along in."""
    found = _to_a_body(request, pk)
    try:
        letter = own_words.take_in(found, by=request.user)
    except own_words.NotTakenIn as reason:
        messages.error(request, str(reason))
        return redirect(found)
    messages.success(request, f"What was written about {found.case.reference} is in it. Read it again.")
    return redirect(letter)


def _offered(request: StaffRequest, letter: Letter) -> list[gathering.Candidate]:
    """The cases that may be put in this letter: of a chaser, those whose chasers are due as well."""
    offer = along.candidates if is_step(letter) else gathering.candidates
    return offer(letter, staff=request.user, on=timezone.localdate())


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def letter_gathering(request: StaffRequest, pk: int) -> HttpResponse:
    """Choose which cases are put in this one letter, with a schedule of them below it."""
    found = _to_a_body(request, pk)
    offered = _offered(request, found)
    problem = ""
    if request.method == "POST":
        wanted = {row_number(number) for number in request.POST.getlist("case")}
        chosen = [each for each in offered if each.case.pk in wanted]
        try:
            is_kept, problem = gathering.gather(found, chosen, by=request.user), NO_DRAFT
        except gathering.NotGathered as reason:
            is_kept, problem = False, str(reason)
        if is_kept:
            count = len(chosen)
            cases = "1 case more" if count == 1 else f"{count} cases more"
            messages.success(request, f"The letter puts {cases}. Read it again before it goes.")
            return redirect(found)
    context = {
        "letter": found,
        "case": found.case,
        "offered": offered,
        "is_chaser": is_step(found),
        "whole": found.to_body.whole if found.to_body else None,
        "problem": problem,
        "rail": "letters",
    }
    return render(request, "volumes/gathering.html", context, status=422 if problem else 200)


@require_safe
def review(request: StaffRequest) -> HttpResponse:
    """Letters to each body in the last seven days, or an earlier week, and what was decided about cases."""
    today = timezone.localdate()
    back = min(row_number(request.GET.get("back")) or 0, WEEKS)
    until = today - timedelta(days=7 * back)
    since = until - timedelta(days=6)
    context = {
        "since": since,
        "until": until,
        "earlier": back + 1 if back < WEEKS else 0,
        "later": back - 1 if back > 1 else "",
        "back": back,
        "gone_early": early.gone_early(since, until, staff=request.user),
        "decided": decided(since, until, staff=request.user),
        "volumes": volumes(since, until, staff=request.user, today=today),
        "rail": "letters",
    }
    return render(request, "volumes/review.html", context)


@require_safe
def body_stock(request: StaffRequest, pk: int) -> HttpResponse:
    """The answers a body gives again and again: a card of its page, or a page of its own."""
    body = get_object_or_404(Body, pk=pk)
    patterns = stock_answers(body, staff=request.user, today=timezone.localdate())
    context = {"body": body, "patterns": patterns, "rail": "bodies"}
    return render(request, "volumes/_stock.html" if request.htmx else "volumes/stock.html", context)
