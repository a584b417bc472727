"""The right route of a case: a card of its page, and the forms behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from opencasework.office.bodies.models import Body
from opencasework.office.cases.acts import FORM_METHODS, ask
from opencasework.office.cases.models import Case
from opencasework.office.cases.views import visible_case
from opencasework.office.kit.dates import say
from opencasework.office.places.models import Office
from opencasework.office.routes import actions
from opencasework.office.routes.forms import DecisionForm, KeyDateForm, OpinionForm
from opencasework.office.routes.guide import Route, routes_for
from opencasework.office.routes.limits import Limit, Running, running
from opencasework.office.routes.models import Decision, KeyDate
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may

SOON = 14  # days
MOST_ROUTES = 4


@dataclass(frozen=True)
class Clock:
    """A time limit as the card shows it: its last day, or which date it waits for."""

    limit: Limit
    running: Running | None
    days_left: int | None

    @property
    def state(self) -> str:
        """The colour: late, due soon, or time left."""
        if self.days_left is None:
            return "draft"
        return "late" if self.days_left < 0 else "due" if self.days_left <= SOON else "waiting"

    @property
    def days_past(self) -> int:
        return -(self.days_left or 0)


@dataclass(frozen=True)
class Shown:
    """A route as the card shows it."""

    route: Route
    bodies: list[Body]
    clocks: list[Clock]


def routes_of(case: Case, *, nation: str) -> list[Route]:
    """The routes of a case's open problems, each once; of a closed case, of all of them."""
    prefetch_related_objects([case], "issues__category")  # nothing to do where they are fetched already
    issues = list(case.issues.all())
    open_ones = [issue for issue in issues if issue.is_open] or issues
    found = [route for issue in open_ones for route in routes_for(issue.category.code, nation=nation)]
    return list(dict.fromkeys(found))[:MOST_ROUTES]


def clocks(
    route: Route, known: dict[str, KeyDate], *, nation: str, on: date, besides: set[str] | None = None
) -> list[Clock]:
    """The limits of a route; those that run first, the soonest at the top. `besides` are shown already."""
    days = {kind: each.day for kind, each in known.items()}
    found = []
    shown = besides if besides is not None else set()
    for limit in (each for each in route.clocks(nation=nation) if each.code not in shown):
        its = running(limit, days, nation=nation)
        found.append(Clock(its.limit if its else limit, its, its.days_left(on=on) if its else None))
    shown.update(route.limits)
    return sorted(found, key=lambda clock: (clock.running is None, clock.days_left or 0))


@require_safe
def case_route(request: StaffRequest, pk: int) -> HttpResponse:
    """What to collect, what to try first, which limits run, who decides, and what we decided."""
    case = visible_case(request, pk)
    nation, today = Office.nation_here(), timezone.localdate()
    known = actions.dates_of(case)
    routes = routes_of(case, nation=nation)
    by_code = {
        body.code: body for body in Body.objects.filter(code__in=[b for r in routes for b in r.bodies])
    }
    shown_limits: set[str] = set()  # two problems often have a limit in common
    decisions = list(case.decisions.select_related("by", "asked"))
    context = {
        "rail": "cases",
        "case": case,
        "shown": [
            Shown(
                route,
                [by_code[code] for code in route.bodies if code in by_code],
                clocks(route, known, nation=nation, on=today, besides=shown_limits),
            )
            for route in routes
        ],
        "dates": known.values(),
        "decision": decisions[0] if decisions else None,
        "earlier": decisions[1:],
        "may_write": may(request.user, May.WRITE_CASES),
        "staff": request.user,
    }
    return render(request, "routes/_card.html" if request.htmx else "routes/route.html", context)


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def date_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down a date that a limit runs from."""
    case = visible_case(request, pk)
    nation = Office.nation_here()
    wanted = [
        limit.starts for route in routes_of(case, nation=nation) for limit in route.clocks(nation=nation)
    ]
    first = list(dict.fromkeys(kind for kind in wanted if kind))
    asked_for = request.GET.get("kind", "")
    form = KeyDateForm(posted(request), first=first, initial={"kind": asked_for})
    if request.method == "POST" and form.is_valid():
        made = actions.record_date(case=case, by=request.user, **form.cleaned_data)
        messages.success(request, f"{made.get_kind_display()}: {say(made.day)}.")
        for sentence in _ended(case, made.kind, nation):
            messages.warning(request, sentence)
        return redirect(f"{case.get_absolute_url()}#route")
    return ask(request, case, form, title="A date that counts", button="Record the date")


def _ended(case: Case, kind: str, nation: str) -> list[str]:
    """A sentence for each limit from this date that is past already."""
    known, today = actions.dates_of(case), timezone.localdate()
    past = {}
    for route in routes_of(case, nation=nation):
        for clock in clocks(route, known, nation=nation, on=today):
            if clock.running and clock.limit.starts == kind and clock.running.until < today:
                late = f" {clock.limit.late}." if clock.limit.late else ""
                past[clock.limit.code] = f"{clock.limit.name}: ended on {say(clock.running.until)}.{late}"
    return list(past.values())


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def decision_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Record what we do about the case, and why."""
    case = visible_case(request, pk)
    form = DecisionForm(posted(request), case=case, by=request.user)
    if request.method == "POST" and form.is_valid():
        made = actions.decide(case=case, by=request.user, **form.cleaned_data)
        messages.success(request, f"{made.get_what_display()}. It is on the timeline, with why.")
        return redirect(f"{case.get_absolute_url()}#route")
    return ask(request, case, form, title="What do we do?", button="Record the decision")


@require_http_methods(FORM_METHODS)
def opinion(request: StaffRequest, pk: int, decision_pk: int) -> HttpResponse:
    """The second opinion that was asked for, by whoever was asked."""
    case = visible_case(request, pk)
    mine = Decision.objects.filter(case=case, asked=request.user)
    decision = get_object_or_404(mine, pk=decision_pk)
    form = OpinionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if actions.give_opinion(decision, by=request.user, **form.cleaned_data):
            messages.success(request, "Your opinion is on the case.")
        else:
            messages.error(request, "You have given your opinion already.")
        return redirect(f"{case.get_absolute_url()}#route")
    title = f"{decision.get_what_display()}: do you agree?"
    return ask(request, case, form, title=title, button="Give my opinion", explained=decision.why)
