"""My day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Value
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opencasework.office.cases.access_views import notices_for
from opencasework.office.cases.models import Case, Event, Mention
from opencasework.office.cases.taking_back import planned_for
from opencasework.office.kit import around, dates, undoing
from opencasework.office.kit.questions import instances_of, rows_of
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.letters.models import Reply
from opencasework.office.places.models import Office
from opencasework.office.routes.models import Decision
from opencasework.office.staff.counting import counted
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, may, staff_who_may
from opencasework.office.today import agenda, todo
from opencasework.office.today.counting import on_visible_cases
from opencasework.office.today.forms import SnoozeForm
from opencasework.office.today.models import Snoozed
from opencasework.office.today.navigation import ON_PHONE, RAIL, counts_for, shown_counts
from opencasework.office.today.row import Day, Whose

UNDECIDED = "Decide the next step"  # what a case whose action is done needs next
LATELY = timedelta(days=4)  # over a weekend and a day off
MOST_REPLIES = 5
UNDO_OF = "today.undo"


@require_safe
def today(request: StaffRequest) -> HttpResponse:
    """What needs me now, in one ordered list."""
    day = Day(timezone.localdate())
    context = _list(request, day)
    if request.htmx.target == "todo":
        return render(request, "today/_list.html", context)
    context |= {
        "rail": "today",
        "untriaged": context["counts"].get("untriaged", 0),
        "replies": _lately(request.user, day),
        "weeks": _weeks(request.user, day),
        "openings": notices_for(request.user),
        "may_triage": may(request.user, May.TRIAGE),
        "shows_figures": may(request.user, May.SEE_FIGURES),
    }
    return render(request, "today/page.html", context)


@require_safe
def rail_counts(request: StaffRequest) -> HttpResponse:
    """The counts of the rail, which a page fetches for its own; whoever comes here by hand finds My day."""
    if not request.htmx:
        return redirect("today")
    shown = shown_counts(counts_for(request))
    counts = [
        {"url": reverse(name), "count": shown[key][0], "late": shown[key][1], "on_phone": key in ON_PHONE}
        for key, _label, name, *_rest, act in RAIL
        if shown.get(key, (0, False))[0] and (act is None or may(request.user, act))
    ]
    return render(request, "today/_rail_counts.html", {"counts": counts})


@require_POST
@staff_who_may(May.WRITE_CASES)
def done(request: StaffRequest, pk: int) -> HttpResponse:
    """The next action is done: say so on the timeline, and ask for the next one on the next working day."""
    case = get_object_or_404(Case.objects.visible_to(request.user).open(), pk=pk)
    before = planned_for(case)
    next_day = working_days_after(timezone.localdate(), 1, nation=Office.nation_here())
    with transaction.atomic():
        case.record(Event.Kind.NOTE, by=request.user, text=f"Done: {case.next_action}")
        finished = case.next_action
        case.plan(next_action=UNDECIDED, on=next_day, by=request.user)
    _say(request, f"Done: {finished}. {case.reference} comes back {_day(next_day)}.", _undo_url(case, before))
    return _back(request)


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def snooze(request: StaffRequest, pk: int) -> HttpResponse:
    """Put the next action of a case off until another day."""
    case = get_object_or_404(Case.objects.visible_to(request.user).open(), pk=pk)
    form = SnoozeForm(request.POST or None, nation=Office.nation_here())
    if request.method == "POST" and form.is_valid():
        before = planned_for(case)
        until = form.cleaned_data["until"]
        case.plan(next_action=case.next_action, on=until, by=request.user)
        _say(request, f"{case.reference} comes back {_day(until)}.", _undo_url(case, before))
        return _back(request)
    context = {"rail": "today", "case": case, "form": form}
    return render(request, "today/snooze.html", context, status=422 if form.is_bound else 200)


@require_POST
@staff_who_may(May.WRITE_CASES)
def undo(request: StaffRequest, pk: int, token: str) -> HttpResponse:
    """Plan again what was planned before it was done or put off, unless somebody has planned anew since."""
    case = get_object_or_404(Case.objects.visible_to(request.user).open(), pk=pk)
    try:
        before = undoing.opened(token, of=UNDO_OF)
    except undoing.NothingToTakeBack as error:
        raise Http404 from error
    if before["case"] != case.pk:
        raise Http404
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        if planned_for(case) != before["since"]:
            messages.error(request, _changed_since(case))
            return _back(request)
        action, on = before["planned"]
        case.plan(next_action=action, on=date.fromisoformat(on), by=request.user)
    _say(request, f"{case.reference} is as it was: {case.next_action}.")
    return _back(request)


@require_POST
def rest(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """Put one thing on one's own list off until a day; it stays on the case and on the team's list."""
    day = Day(timezone.localdate())
    known = next((each for each in todo.KINDS if each.name == kind), None)
    if known is None:
        raise Http404
    row = get_object_or_404(known.rows(request.user, day).filter(known.mine(request.user)), pk=pk)
    form = SnoozeForm(request.POST, nation=Office.nation_here())
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["until"])))
        return _back(request)
    until = form.cleaned_data["until"]
    last = getattr(row, known.last_day) if known.last_day else None
    if last and day.today <= last < until:
        ends = "today" if last == day.today else f"on {dates.short(last, today=day.today)}"
        messages.error(request, f"It stays on the list: its last day is {ends}. Choose a day until then.")
        return _back(request)
    Snoozed.objects.update_or_create(
        staff=request.user, kind=kind, row=row.pk, defaults={"until": until}
    )  # fmt: skip
    reference = known.read(row, day).case.reference
    _say(request, f"{reference} comes back {_day(until)}.", reverse("today-wake", args=[kind, pk]))
    return _back(request)


@require_POST
def mention(request: StaffRequest, pk: int, is_seen: bool = True) -> HttpResponse:  # noqa: FBT001, FBT002
    """A note that asks somebody has been seen and dealt with; or it has not, after all."""
    visible = on_visible_cases(Mention.objects.all(), request.user)
    found = get_object_or_404(visible.select_related("case"), pk=pk)
    _insist_on(request, whose=found.whom_id)
    Mention.objects.filter(pk=found.pk).update(done_at=timezone.now() if is_seen else None)
    if is_seen:
        _say(request, f"Seen: the note on {found.case.reference}.", reverse("today-mention-again", args=[pk]))
    else:
        _say(request, f"The note on {found.case.reference} is on the list again.")
    return _back(request)


@require_POST
def opinion(request: StaffRequest, pk: int, is_seen: bool = True) -> HttpResponse:  # noqa: FBT001, FBT002
    """A second opinion has been seen by whoever asked for it; or it has not, after all."""
    given = Decision.objects.standing().exclude(answered_at=None)
    found = get_object_or_404(on_visible_cases(given, request.user).select_related("case"), pk=pk)
    _insist_on(request, whose=found.by_id)
    given.filter(pk=found.pk).update(seen_at=timezone.now() if is_seen else None)
    said = f"the second opinion on {found.case.reference}"
    if is_seen:
        _say(request, f"Seen: {said}.", reverse("today-opinion-again", args=[pk]))
    else:
        _say(request, f"{said[:1].upper()}{said[1:]} is on the list again.")
    return _back(request)


def _insist_on(request: StaffRequest, *, whose: int | None) -> None:
    """What is somebody's to see is said to be seen by them, or for them by who may work on cases."""
    if whose != request.user.pk and not may(request.user, May.WRITE_CASES):
        raise PermissionDenied(f"You may not {May.WRITE_CASES.value}. Ask your office manager.")


@require_POST
def wake(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """Back on the list at once."""
    Snoozed.objects.filter(staff=request.user, kind=kind, row=pk).delete()
    _say(request, "It is back on your list.")
    return _back(request)


def _list(request: StaffRequest, day: Day) -> dict[str, Any]:
    asked = request.POST.get("whose") or request.GET.get("whose", "")
    whose = Whose(asked) if asked in {each.value for each in Whose} else Whose.MINE
    counts = counts_for(request) | counted(_sets_of_others, request.user, day)
    sections = agenda.sections(request.user, whose, day, counts, everything="all" in request.GET)
    late, now = agenda.total(counts, Whose.MINE, "late"), agenda.total(counts, Whose.MINE, "today")
    return {
        "lead": f"{dates.say(day.today).rsplit(' ', 1)[0]}. {agenda.needs(late + now, late)}",
        "needs": late + now,
        "late": late,
        "whose": whose.value,
        "sections": sections,
        "counts": counts,
        "segments": [
            ("mine", "Mine", agenda.total(counts, Whose.MINE, "late", "today")),
            ("team", "Team", agenda.total(counts, Whose.TEAM, "late", "today")),
            ("waiting", "Waiting", agenda.total(counts, Whose.WAITING, *agenda.SECTIONS)),
        ],
        "may_plan": may(request.user, May.WRITE_CASES),
        "may_close": may(request.user, May.CLOSE_CASES),
        "day": day,
    }


def _sets_of_others(staff: StaffMember, day: Day) -> dict[str, QuerySet[Any]]:
    return agenda.sets(staff, Whose.TEAM, day) | agenda.sets(staff, Whose.WAITING, day)


def _lately(staff: StaffMember, day: Day) -> list[Reply]:
    """The replies of the last days, the latest first."""
    found = instances_of(_last_replies, staff, day, MOST_REPLIES)
    around.fetch_each(found, {"enquiry": (), "enquiry__body": (), "enquiry__case": ()})
    return found


def _last_replies(staff: StaffMember, day: Day, most: int) -> QuerySet[Reply]:
    late = Reply.objects.filter(received_on__gte=day.today - LATELY)
    return on_visible_cases(late, staff, case="enquiry__case").order_by("-received_on", "-pk")[:most]


def _weeks(staff: StaffMember, day: Day) -> dict[str, int]:
    """Cases opened and closed from Monday until now, and in as much of the week before."""
    found: list[dict[str, int]] = rows_of(_lines_of_weeks, staff, day)
    return found[0] if found else dict.fromkeys(("opened", "opened_before", "closed", "closed_before"), 0)


def _lines_of_weeks(staff: StaffMember, day: Day) -> QuerySet[Any, Any]:
    # To the end of this minute, for which the question is put.
    now = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    monday = timezone.make_aware(datetime.combine(day.today - timedelta(days=day.today.weekday()), time()))
    week = timedelta(days=7)
    # What became one case was opened once. Joined to its case, SQLite would begin with all cases there are.
    merged = Case.objects.filter(merged_into__isnull=False).order_by().values("pk")
    lines = on_visible_cases(
        Event.objects.filter(
            kind__in=[Event.Kind.OPENED, Event.Kind.CLOSED],
            at__gte=monday - week,
            at__lte=now,
        ).exclude(case__in=merged),
        staff,
    )
    this = Q(at__gte=monday)
    last = Q(at__lt=monday, at__lte=now - week)
    sizes = {
        "opened": this & Q(kind=Event.Kind.OPENED),
        "opened_before": last & Q(kind=Event.Kind.OPENED),
        "closed": this & Q(kind=Event.Kind.CLOSED),
        "closed_before": last & Q(kind=Event.Kind.CLOSED),
    }
    one: Any = lines.order_by().annotate(all=Value(1)).values("all")
    counted: QuerySet[Any, Any] = one.annotate(
        **{name: Count("pk", filter=which) for name, which in sizes.items()}
    ).values(*sizes)
    return counted


def _day(on: date) -> str:
    """“today”, “on Tue 3 Nov”, and of a day on which nobody is at their desk that it is one."""
    if on == timezone.localdate():
        return "today"
    off = dates.day_off(on, nation=Office.nation_here())
    return f"on {dates.short(on, today=timezone.localdate())}" + (f", {off}" if off else "")


def _undo_url(case: Case, before: list[str]) -> str:
    """Where a POST plans again what was planned before, as long as what is planned now stands."""
    told = {"case": case.pk, "planned": before, "since": planned_for(case)}
    return reverse("today-undo", args=[case.pk, undoing.sealed(told, of=UNDO_OF)])


def _changed_since(case: Case) -> str:
    if not case.is_open:
        return f"{case.reference} was closed since, so nothing was changed."
    assert case.next_action_on is not None  # an open case has a day: a constraint of the database
    planned = f"{case.next_action}, {_day(case.next_action_on)}"
    return f"Somebody has planned anew since: {planned}. Nothing was changed."


def _say(request: StaffRequest, sentence: str, undo: str = "") -> None:
    messages.success(request, sentence, extra_tags=f"undo:{undo}" if undo else "")


def _back(request: StaffRequest) -> HttpResponse:
    """To the list one came from: the fragment for a script, the page without."""
    if request.htmx:
        return render(request, "today/_list.html", _list(request, Day(timezone.localdate())) | {"oob": True})
    whose = request.POST.get("whose", "")
    return redirect(
        f"{reverse('today')}?whose={whose}" if whose in {each.value for each in Whose} else "today"
    )
