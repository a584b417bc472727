"""Calls: on one case, and one call about several."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opencasework.office.audit import looking
from opencasework.office.authority.gate import NoAuthority
from opencasework.office.bodies.models import Body
from opencasework.office.calls import lists, promises
from opencasework.office.calls.actions import Kept, confirm, keep_call
from opencasework.office.calls.forms import RaisedForm, SheetForm
from opencasework.office.cases import drafts, numbers, ringing, taking_back
from opencasework.office.cases.acts import who_closed
from opencasework.office.cases.call_form import CallForm
from opencasework.office.cases.models import Case
from opencasework.office.cases.views import find_case, page_of
from opencasework.office.kit import dates
from opencasework.office.kit.numbers import row_number
from opencasework.office.letters import closing
from opencasework.office.letters.filling import TemplateProblem
from opencasework.office.letters.models import Letter
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may


@require_POST
@staff_who_may(May.WRITE_CASES)
def case_calls(request: StaffRequest, pk: int) -> HttpResponse:
    """Write a call on one case down, with what follows from it."""
    case = find_case(request, pk)
    bodies = ringing.bodies_on(case)
    without = ringing.without_authority(case, bodies)
    owed = partial(promises.to_choose, case)
    form = CallForm(request.POST, auto_id="call_%s", case=case, bodies=bodies, without=without, owed=owed)
    kept = _kept(request, case, form)
    if kept is None:
        context = page_of(case, request, call_form=form, form=form, writing="call")
        return render(request, "cases/detail.html", context, status=422)
    given, body = form.cleaned_data, form.rung
    said: Any = "Call added."
    if body and given["promised_on"] and kept.is_new:
        said = format_html("{} {}", said, promises.said(kept.promised))
    if kept.planned:
        said = format_html("{} Next: {}, {}.", said, case.next_action, dates.say(given["on"]))
    last = closing.letter_wanted(request, case, form) if kept.closed else None
    if kept.closed:
        said = format_html("{} {}", said, closing.closed_said(case, last))
    letter = _confirmed(request, case, form, body) if kept.is_new else None
    if letter is not None:
        url = letter.get_absolute_url()
        said = format_html('{} <a href="{}">Read the letter that confirms it</a>', said, url)
    undo = closing.undo_tag(case) if kept.closed else taking_back.tag_of(case, kept.line)
    messages.success(request, said, extra_tags=undo)
    _say_not_closed(request, form, kept)
    return redirect(last.get_absolute_url() if last else f"{case.get_absolute_url()}#entry-{kept.line.pk}")


def _say_not_closed(request: StaffRequest, form: CallForm | RaisedForm, kept: Kept) -> None:
    """Where somebody closed the case meanwhile, or added an issue to it, how this one would have ended it
    was not saved.
    """
    if not form.wants_end or kept.closed or not kept.is_new:
        return
    case = form.case
    why = f"An issue was added to {case.reference} meanwhile: it is not closed."
    messages.warning(request, why if case.is_open else who_closed(case, but_for=request.user))


def _kept(request: StaffRequest, case: Case, form: CallForm) -> Kept | None:
    """The call, written down; None where the form says what is wrong with it."""
    if not form.is_valid() or not _may_end(request, form):
        return None
    try:
        with transaction.atomic():
            kept = keep_call(
                case=case, headline=form.headline, other_side=form.cleaned_data["other_side"],
                given=form.cleaned_data, reached=not form.cleaned_data["nobody_reached"],
                end=form.end, body=form.rung, by=request.user,
            )  # fmt: skip
            drafts.spend(case=case, staff=request.user, form="call")
    except NoAuthority as problem:  # withdrawn in this moment
        form.say_why(str(problem))
        return None
    return kept


def _may_end(request: StaffRequest, form: CallForm | RaisedForm) -> bool:
    """Whether nothing is closed by somebody who may not; else the form says so."""
    if form.end is not None and not may(request.user, May.CLOSE_CASES):
        form.add_error(None, f"You may not {May.CLOSE_CASES.value}. Ask your office manager.")
        return False
    return True


def _confirmed(
    request: StaffRequest, case: Case, form: CallForm | RaisedForm, body: Body | None, spoken_to: str = ""
) -> Letter | None:
    given = form.cleaned_data
    if not given["confirms"]:
        return None
    spoken_to = spoken_to or given["other_side"]
    try:
        return confirm(case=case, other_side=spoken_to, said=given["text"], body=body, by=request.user)
    except TemplateProblem as problem:
        messages.warning(request, f"{case.reference}: no letter could be drafted. {problem}")
        return None


# --- one call about several cases -----------------------------------------------------------------------


@require_safe
def calls(request: StaffRequest) -> HttpResponse:
    """The calls to make, the one about most cases first; a panel of My day."""
    mine = request.GET.get("whose") != "team"
    found = lists.calls_to_make(request.user, mine=mine, on=timezone.localdate())
    context = {
        "rail": "today",
        "calls": found,
        "cases": sum(call.number for call in found),
        "whose": "mine" if mine else "team",
        "may_write": may(request.user, May.WRITE_CASES),
    }
    return render(request, "calls/_card.html" if request.htmx else "calls/list.html", context)


@dataclass(frozen=True)
class Item:
    """A case of the sheet: why it is raised, what to have at hand, and its part of the form.

    `number` is that of the case the form was made for: `case` itself, or one that is part of it by now.
    """

    number: int
    case: Case
    why: str
    body: Body
    numbers: list[numbers.Line]
    at_hand: list[ringing.Said]
    form: RaisedForm


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.WRITE_CASES)
def sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """All that is to be raised with one body in one call: what to have at hand, and one form for it."""
    body = get_object_or_404(Body.objects.select_related("parent__parent"), pk=pk)
    mine = (request.POST.get("whose") or request.GET.get("whose")) != "team"
    call = lists.call_to(body, request.user, mine=mine, on=timezone.localdate())
    items = _items(request, call, body)
    form = SheetForm(posted(request))
    _say_lost(request, form, {item.number for item in items})
    if request.method == "POST" and _is_sound(request, form, items) and _keep_all(request, form, items):
        return redirect(f"{reverse('call-list')}?whose={'mine' if mine else 'team'}")
    looking.note_each(request, [item.case.pk for item in items], page="call-sheet")
    context = {
        "rail": "today",
        "call": call,
        "items": items,
        "left_out": call.number - len(call.items),
        "form": form,
        "whose": "mine" if mine else "team",
        "may_write": True,
        "may_close": may(request.user, May.CLOSE_CASES),
    }
    return render(request, "calls/sheet.html", context, status=422 if form.is_bound else 200)


def _items(request: StaffRequest, call: lists.Call, body: Body) -> list[Item]:
    """The cases of the call and, of a form that was sent, those it was made for: no note is lost. What was
    said of one that is part of another by now goes on that.
    """
    why = {item.case.pk: item for item in call.items}
    sent = _sent(request)
    wanted = list(dict.fromkeys([*sent, *why])) if sent else list(why)
    # Asked of all that were sent, and then of what stands for each: who may not know of it finds neither.
    seen = Case.objects.visible_to(request.user).filter(pk__in=wanted).select_related("merged_into")
    stands = {case.pk: case.survivor.pk for case in seen}
    found = (
        Case.objects.visible_to(request.user).standing().filter(pk__in=stands.values())
        .prefetch_related(
            "issues__category", "issues__body", "references", "enquiries__body", "enquiries__replies",
            "case_people__person__addresses", "case_people__acting",
        )
        .in_bulk()
    )  # fmt: skip
    items = []
    for pk in wanted:
        if (case := found.get(stands.get(pk, 0))) is None:
            continue
        item = why.get(case.pk)
        rung = item.body if item else body
        form = RaisedForm(
            posted(request), case=case, prefix=f"case-{pk}", auto_id=f"case_{pk}_%s", body=rung,
            merged=case.pk != pk,
            owed=partial(promises.to_choose, case), nobody_reached="nobody_reached" in request.POST,
            without=ringing.without_authority(case, [rung]).get(rung.pk, ""),
        )  # fmt: skip
        known = ringing.known_there(numbers.lines(case, request.user), call.bodies)
        hand = ringing.at_hand(case, [rung])
        items.append(Item(pk, case, item.why if item else "", rung, known, hand, form))
    return items


def _sent(request: StaffRequest) -> list[int]:
    numbers = (row_number(each) for each in request.POST.getlist("case")[: lists.SHOWN])
    return [number for number in numbers if number]


def _say_lost(request: StaffRequest, form: SheetForm, found: set[int]) -> None:
    """Of a case that has gone out of sight meanwhile, what was written about it comes back, to be kept."""
    for number in _sent(request):
        words = request.POST.get(f"case-{number}-text", "").strip()
        if words and number not in found:
            form.add_error(
                None,
                "One of the cases can no longer be found here, so nothing is saved yet. Keep elsewhere what "
                f"you wrote about it, then write the call down for the others: “{words}”",
            )


def _is_sound(request: StaffRequest, form: SheetForm, items: list[Item]) -> bool:
    raised = [item for item in items if item.form.is_raised]
    all_sound = all([item.form.is_valid() and _may_end(request, item.form) for item in raised])
    if form.is_valid() and not raised:
        form.add_error(None, "Tick the cases that were raised, and write what was said of each.")
    return form.is_valid() and all_sound


def _keep_all(request: StaffRequest, form: SheetForm, items: list[Item]) -> bool:
    """Write the call down on every case that was raised, all or none; then draft the letters.

    False where an authority was withdrawn in this moment: the form of that case says so.
    """
    spoken_to = form.cleaned_data["other_side"]
    raised = [item for item in items if item.form.is_raised]
    kept: list[Kept] = []
    try:
        with transaction.atomic():
            for item in raised:
                kept.append(_keep(request, form, item))
    except NoAuthority as problem:
        raised[len(kept)].form.say_why(str(problem))
        return False
    confirming = [
        _confirmed(request, item.case, item.form, item.body, spoken_to)
        for item, one in zip(raised, kept, strict=True)
        if one.is_new
    ]
    last = [
        closing.letter_wanted(request, item.case, item.form)
        for item, one in zip(raised, kept, strict=True)
        if one.closed
    ]
    messages.success(request, _said(raised, len(last), confirming, last))
    with_a_day = [item.form.cleaned_data["promised_on"] is not None for item in raised]
    promised = [one for one, has in zip(kept, with_a_day, strict=True) if has and one.is_new]
    if promised:
        messages.success(request, promises.said_of_each([(one.line.case, one.promised) for one in promised]))
    for item, one in zip(raised, kept, strict=True):
        _say_not_closed(request, item.form, one)
    return True


def _keep(request: StaffRequest, form: SheetForm, item: Item) -> Kept:
    return keep_call(
        case=item.case, headline=form.headline, other_side=form.cleaned_data["other_side"],
        given=item.form.cleaned_data, reached=not item.form.nobody_reached, end=item.form.end,
        body=item.body, by=request.user,
    )  # fmt: skip


def _said(raised: list[Item], closed: int, confirming: list[Letter | None], last: list[Letter | None]) -> str:
    """“Call written down on 6 cases. 1 is closed. Read the 2 letters that confirm it.”"""
    on = raised[0].case.reference if len(raised) == 1 else f"{len(raised)} cases"
    said: Any = format_html("Call written down on {}.", on)
    if closed:
        said = format_html("{} {} {} closed.", said, closed, "is" if closed == 1 else "are")
    for letters, one, many in (
        (confirming, "letter that confirms it", "letters that confirm it"),
        (last, "closing letter", "closing letters"),
    ):
        drafted = [letter for letter in letters if letter is not None]
        if drafted:
            url = drafted[0].get_absolute_url() if len(drafted) == 1 else reverse("letters")
            what = one if len(drafted) == 1 else f"{len(drafted)} {many}"
            said = format_html('{} <a href="{}">Read the {}</a>', said, url, what)
    return str(said)
