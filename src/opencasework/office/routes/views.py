"""The right route of a case: a card of its page, and the forms behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opencasework.office.bodies.models import Body
from opencasework.office.cases.acts import FORM_METHODS, ask, say_closed, who_closed
from opencasework.office.cases.models import Case
from opencasework.office.cases.views import visible_case
from opencasework.office.kit import around
from opencasework.office.kit.dates import say
from opencasework.office.places.models import NATIONS_OF, Office
from opencasework.office.routes import actions, keeping
from opencasework.office.routes.clocks import Clock, clocks_of, routes_of, running_of
from opencasework.office.routes.forms import ALL_OF_THEM, DecisionForm, KeyDateForm, LimitForm, OpinionForm
from opencasework.office.routes.guide import Route
from opencasework.office.routes.models import Decision, KeyDate, LastDay
from opencasework.office.routes.schemes import Proposal, proposals_of
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may

# What the card shows beside the case: the way there, and in which order.
BESIDE: dict[str, tuple[str, ...]] = {
    "key_dates": ("at", "pk"),
    "last_days": ("until", "pk"),
    "issues": ("pk",),
    "issues__category": (),
    "issues__body": (),
    "issues__body__parent": (),
    "issues__body__parent__parent": (),
}


@dataclass(frozen=True)
class Shown:
    """A route as the card shows it."""

    route: Route
    bodies: list[Body]
    clocks: list[tuple[Clock, LastDay | None]]  # each with what is kept of it


@require_safe
def case_route(request: StaffRequest, pk: int) -> HttpResponse:
    """What to collect, what to try first, which limits run, who decides, and what we decided."""
    case = visible_case(request, pk)
    around.fetch(case, BESIDE)
    shown = _shown(case, request)
    return render(request, "routes/_card.html" if request.htmx else "routes/route.html", shown)


def card(case: Case, request: StaffRequest) -> str:
    """The same as a card of the page of the case, which has fetched what it shows."""
    return render_to_string("routes/_card.html", _shown(case, request), request)


def _shown(case: Case, request: StaffRequest) -> dict[str, Any]:
    nation, today = Office.nation_here(), timezone.localdate()
    routes = clocks_of(case, nation=nation, on=today)
    codes = [code for each in routes for code in each.route.bodies]
    by_code = {body.code: body for body in Body.objects.filter(code__in=codes)} if codes else {}
    decisions = (
        [] if case.lacks("decisions") else list(case.decisions.standing().select_related("by", "asked"))
    )
    kept = {(each.limit_code, each.until): each for each in case.last_days.all()}
    return {
        "rail": "cases",
        "case": case,
        "shown": [
            Shown(
                each.route,
                _serving([by_code[code] for code in each.route.bodies if code in by_code], nation),
                [(clock, _kept(clock, kept)) for clock in each.clocks],
            )
            for each in routes
        ],
        "ombudsmen": _ombudsmen(case),
        "dates": _dates_shown(case),
        "decision": decisions[0] if decisions else None,
        "earlier": decisions[1:],
        "may_write": may(request.user, May.WRITE_CASES),
        "staff": request.user,
    }


def _ombudsmen(case: Case) -> list[tuple[str, Proposal]]:
    """Where its problems go after the body, as the ombudsman's card says it: one rule has both.

    Each way with what it is about, where the problems of the case go different ways.
    """
    found = proposals_of(case)
    named = {each: "; ".join(issue.named for issue in issues) for each, issues in found.items()}
    return [(named[each] if len(found) > 1 else "", way) for each in found for way in each.ways]


def _kept(clock: Clock, kept: dict[tuple[str, date], LastDay]) -> LastDay | None:
    return kept.get((clock.limit.code, clock.running.until)) if clock.running else None


def _serving(bodies: list[Body], nation: str) -> list[Body]:
    """Those that serve the nation; all where none is kept as one that does, who may know who does."""
    return [body for body in bodies if nation in NATIONS_OF.get(body.nation, ())] or bodies


def _dates_shown(case: Case) -> list[tuple[KeyDate, str]]:
    """The dates that limits are counted from, with what each is about where the case has several problems."""
    last = {
        (each.kind, each.issue_id): each
        for each in sorted(case.key_dates.all(), key=lambda each: (each.at, each.pk))
        if each.taken_back_at is None
    }
    issues = {each.pk: each for each in case.issues.all()}
    own = [each for each in issues.values() if each.duplicate_of_id is None]
    if len(own) < 2:
        return [(each, "") for each in last.values()]
    named = {pk: issue.named for pk, issue in issues.items()}
    return [(each, named.get(each.issue_id or 0, ALL_OF_THEM)) for each in last.values()]


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def date_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down a date that a limit runs from."""
    case = visible_case(request, pk)
    nation = Office.nation_here()
    routes = routes_of(case, nation=nation)
    limits = [limit for each in routes for limit in each.route.clocks(nation=nation)]
    wanted = [kind for limit in limits for kind in (limit.starts, limit.resumed_by)]
    first = list(dict.fromkeys(kind for kind in wanted if kind))
    asked_for = {name: request.GET[name] for name in ("kind", "issue") if name in request.GET}
    form = KeyDateForm(posted(request), case=case, first=first, initial=asked_for)
    if request.method == "POST" and form.is_valid():
        made = actions.record_date(case=case, by=request.user, **form.cleaned_data)
        messages.success(request, f"{made.get_kind_display()}: {say(made.day)}.")
        for sentence in _ended(case, made, nation):
            messages.warning(request, sentence)
        return redirect(f"{case.get_absolute_url()}#route")
    return ask(request, case, form, title="A date that counts", button="Record the date")


def _ended(case: Case, made: KeyDate, nation: str) -> list[str]:
    """A sentence for each limit from this date that is past already."""
    today = timezone.localdate()
    past = {}
    for clock in running_of(case, nation=nation, on=today):
        counts = (made.issue is None or made.issue in clock.issues) and not clock.used
        if counts and clock.running and made.kind in clock.limit.begins_with and clock.running.until < today:
            late = f" {clock.limit.late}." if clock.limit.late else ""
            past[clock.limit.code] = f"{clock.limit.name}: ended on {say(clock.running.until)}.{late}"
    return list(past.values())


@require_POST
@staff_who_may(May.WRITE_CASES)
def date_back(request: StaffRequest, pk: int, date_pk: int) -> HttpResponse:
    """A date was wrong: no limit runs from it any more."""
    case = visible_case(request, pk)
    found = get_object_or_404(KeyDate.objects.select_related("case", "issue"), pk=date_pk, case=case)
    if actions.take_back_date(found, by=request.user):
        messages.success(request, f"Taken back: {found.get_kind_display()}, {say(found.day)}.")
    else:
        messages.error(request, "It had been taken back already.")
    return redirect(f"{case.get_absolute_url()}#route")


def _limit_of(case: Case, pk: int) -> LastDay:
    return get_object_or_404(LastDay.objects.select_related("case", "issue__category"), case=case, pk=pk)


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def limit(request: StaffRequest, pk: int, limit_pk: int) -> HttpResponse:
    """What became of a time limit of the person: it was used, or is of no matter."""
    case = visible_case(request, pk)
    found = _limit_of(case, limit_pk)
    elsewhere = keeping.elsewhere(found, staff=request.user)
    form = LimitForm(posted(request), elsewhere=elsewhere, began_on=keeping.began_on(found))
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        ticked = said.pop("also", [])
        if keeping.settle(found, by=request.user, **said):
            also = [each for each in elsewhere if each.pk in ticked]
            done = [each.case.reference for each in also if keeping.settle(each, by=request.user, **said)]
            there = f" The same stands on {' and '.join(done)}." if done else ""
            ended = f"{found.limit_name}: it is on no list any more. The case says why."
            messages.success(request, f"{ended}{there}")
        else:
            messages.error(request, "Somebody has said already what became of it.")
        return redirect(f"{case.get_absolute_url()}#route")
    ends = "Its last day was" if found.until < timezone.localdate() else "Its last day is"
    explained = f"{found.limit_name}. {ends} {say(found.until)}."
    return ask(request, case, form, title="Was this time limit used?", button="Say so", explained=explained)


@require_POST
@staff_who_may(May.WRITE_CASES)
def limit_back(request: StaffRequest, pk: int, limit_pk: int) -> HttpResponse:
    """What was said of a time limit was wrong: it is on the lists again."""
    case = visible_case(request, pk)
    found = _limit_of(case, limit_pk)
    if keeping.settle_not(found, by=request.user):
        messages.success(request, f"Taken back. {found.limit_name}: nobody has said yet that it was used.")
    else:
        messages.error(request, "It had been taken back already.")
    return redirect(f"{case.get_absolute_url()}#route")


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def decision_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Record what we do about the case, and why."""
    case = visible_case(request, pk)
    form = DecisionForm(posted(request), case=case, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.decide(case=case, by=request.user, **form.cleaned_data)
        except actions.CaseClosed:
            return say_closed(request, case, who_closed(case, but_for=request.user), form)
        messages.success(request, f"{made.get_what_display()}. It is on the timeline, with why.")
        return redirect(f"{case.get_absolute_url()}#route")
    return ask(request, case, form, title="What do we do?", button="Record the decision")


@require_POST
@staff_who_may(May.WRITE_CASES)
def decision_back(request: StaffRequest, pk: int, decision_pk: int) -> HttpResponse:
    """What was decided was a slip: it counts no more."""
    case = visible_case(request, pk)
    decision = get_object_or_404(Decision.objects.select_related("case"), case=case, pk=decision_pk)
    if actions.take_back_decision(decision, by=request.user):
        messages.success(request, f"Taken back: {decision.get_what_display()}. It counts in no figure.")
    else:
        messages.error(
            request, "It stays: another was decided after it, or a colleague has given an opinion on it."
        )
    return redirect(f"{case.get_absolute_url()}#route")


@require_http_methods(FORM_METHODS)
def opinion(request: StaffRequest, pk: int, decision_pk: int) -> HttpResponse:
    """The second opinion that was asked for, by whoever was asked."""
    case = visible_case(request, pk)
    mine = Decision.objects.filter(case=case, asked=request.user).select_related("case")
    decision = get_object_or_404(mine, pk=decision_pk)
    form = OpinionForm(posted(request))
    if decision.taken_back_at is not None:
        return say_closed(request, case, "This decision was taken back, so nobody's opinion is asked.", form)
    if request.method == "POST" and form.is_valid():
        if not actions.give_opinion(decision, by=request.user, **form.cleaned_data):
            return say_closed(request, case, "You have given your opinion already. It stays as it is.", form)
        if anew := _decided_anew(decision):
            counts = f"Your opinion is on the timeline, and counts for nothing that stands: {anew}"
            messages.warning(request, counts)
        else:
            messages.success(request, "Your opinion is on the case.")
        return redirect(f"{case.get_absolute_url()}#route")
    title = f"{decision.get_what_display()}: do you agree?"
    explained = " ".join(filter(None, [decision.why, _decided_anew(decision)]))
    return ask(request, case, form, title=title, button="Give my opinion", explained=explained)


def _decided_anew(decision: Decision) -> str:
    """Who has decided otherwise since this was decided, and what; or nothing."""
    stands = decision.superseding
    if stands is None:
        return ""
    return f"{stands.by or 'Somebody'} has decided anew since: {stands.get_what_display()}."
