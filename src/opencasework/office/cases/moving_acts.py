"""Merging the case on the screen with another, splitting it, and taking either back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from opencasework.office.cases import carrying, moving
from opencasework.office.cases.access import changes_in_sight, sight_as_one, sight_of
from opencasework.office.cases.acts import FORM_METHODS
from opencasework.office.cases.ledger_forms import OtherCaseForm
from opencasework.office.cases.models import Case, CasePerson, Move
from opencasework.office.cases.moving_forms import SinceForm, SplitForm, TwinsForm
from opencasework.office.cases.views import find_managed, insist_managed
from opencasework.office.kit.numbers import row_number
from opencasework.office.staff.permissions import May, StaffRequest, posted, staff_who_may


@require_http_methods(FORM_METHODS)
@staff_who_may(May.CLOSE_CASES)
def merging(request: StaffRequest, pk: int) -> HttpResponse:
    """Choose a case to become part of this one, look at both, and merge."""
    case = find_managed(request, pk)
    known = Case.objects.manageable_by(request.user)
    asked = request.POST if request.method == "POST" else request.GET
    form = OtherCaseForm(asked if "other" in asked else None, case=case, known=known)
    other, twins, problem = None, None, ""
    if form.is_valid():
        other = form.cleaned_data["other"]
        try:
            moving.insist_mergeable(other, case)
            twins = TwinsForm(posted(request), case=other, into=case)
            if request.method == "POST" and twins.is_valid():
                same = [int(number) for number in twins.cleaned_data.get("same", [])]
                seen = sight_of(case, other)
                move = moving.merge(case=other, into=case, by=request.user, same=same)
                undo = reverse("case-move-undo", args=[case.pk, move.pk])
                said = f"{other.reference} is part of {case.reference} now. Its reference leads here."
                said = " ".join([said, *changes_in_sight([case, other], seen)])
                messages.success(request, said, extra_tags=f"undo:{undo}")
                return redirect(case)
        except moving.CannotMove as refused:
            problem = str(refused)
    context = {
        "rail": "cases",
        "case": case,
        "form": form,
        "other": other,
        "twins": twins,
        "problem": problem,
        "contents": _contents(other) if other else [],
        "sides": _side_by_side(case, other) if other else [],
        "sight": sight_as_one(case, other) if other else [],
        "other_people": other is not None and not _share_a_constituent(case, other),
        "candidates": _candidates(request, case) if other is None else [],
    }
    return render(request, "cases/merging.html", context, status=422 if problem or form.errors else 200)


def _contents(case: Case) -> list[str]:
    """What comes along, counted: “3 letters”, “1 issue”."""
    counted = []
    for relation in carrying.relations():
        if relation.name == "case" and relation.model.__name__ not in {"Draft", "Helper"}:
            number, names = relation.rows(case).count(), relation.model._meta
            if number:
                counted.append(f"{number} {names.verbose_name if number == 1 else names.verbose_name_plural}")
    return counted


def _side_by_side(case: Case, other: Case) -> list[tuple[str, str, str]]:
    """Both cases in words, to see at a glance whether they are the same: what, this one, the other one."""
    this, that = _in_words(case), _in_words(other)
    return [(what, this[what], that[what]) for what in this]


def _in_words(case: Case) -> dict[str, str]:
    people = [str(link.person) for link in case.case_people.select_related("person")]
    issues = [f"{one.category.label}, {one.body or 'no body named'}" for one in case.issues.all()]
    return {
        "Title": case.title,
        "People": "; ".join(people) or "Nobody",
        "Issues": "; ".join(issues) or "None",
        "Caseworker": str(case.owner or "Nobody yet"),
    }


def _share_a_constituent(case: Case, other: Case) -> bool:
    both = [
        set(one.case_people.filter(role=CasePerson.Role.CONSTITUENT).values_list("person", flat=True))
        for one in (case, other)
    ]
    return bool(both[0] & both[1])


def _candidates(request: StaffRequest, case: Case) -> list[Case]:
    """Other cases of the same people, which may be the same case opened twice; the open ones first."""
    people = case.case_people.values("person")
    theirs = Case.objects.manageable_by(request.user).standing().filter(case_people__person__in=people)
    found = theirs.exclude(pk=case.pk).distinct().for_lists()[:24]
    return sorted(found, key=lambda one: not one.is_open)[:8]


@require_http_methods(FORM_METHODS)
@staff_who_may(May.CLOSE_CASES)
def splitting(request: StaffRequest, pk: int) -> HttpResponse:
    """Choose what goes to a new case, and open it."""
    case = find_managed(request, pk)
    form = SplitForm(posted(request), case=case, staff=request.user, initial={"on": "5 wd"})
    if form.is_valid():
        try:
            new = form.save(by=request.user)
        except moving.CannotMove as problem:
            form.add_error(None, str(problem))
        else:
            move = new.moves_in.get()
            undo = reverse("case-move-undo", args=[new.pk, move.pk])
            said = f"{new.reference} is a case of its own, split from {case.reference}."
            messages.success(request, said, extra_tags=f"undo:{undo}")
            return redirect(new)
    context = {"rail": "cases", "case": case, "form": form}
    return render(request, "cases/splitting.html", context, status=422 if form.errors else 200)


@require_POST
@staff_who_may(May.CLOSE_CASES)
def undo(request: StaffRequest, pk: int, move_pk: int) -> HttpResponse:
    """Take a merge or a split back, at any time."""
    case = find_managed(request, pk)
    move = get_object_or_404(
        Move.objects.select_related("source", "target"), pk=row_number(str(move_pk)) or 0
    )
    visible = Case.objects.visible_to(request.user)
    if visible.filter(pk__in=[move.source_id, move.target_id]).count() < 2:
        raise Http404
    insist_managed(request, move.source, move.target)
    seen = sight_of(move.source, move.target)
    try:
        merged = move.kind == Move.Kind.MERGE
        done = (
            moving.unmerge(move=move, by=request.user)
            if merged
            else moving.unsplit(move=move, by=request.user)
        )
    except moving.CannotMove as problem:
        messages.error(request, str(problem))
        return redirect(case)
    if done:
        sight = changes_in_sight([move.source, move.target], seen)
        messages.success(request, " ".join([f"Taken back. {_now(move)}", *sight]))
        if merged and moving.written_since(move).exists():
            return redirect("case-move-since", case.pk, move.pk)
    else:
        messages.info(request, "Somebody has taken that back already.")
    return redirect(case if merged else move.source)


@require_http_methods(FORM_METHODS)
@staff_who_may(May.CLOSE_CASES)
def since(request: StaffRequest, pk: int, move_pk: int) -> HttpResponse:
    """After a merge was taken back: which notes and calls written meanwhile are about the other case."""
    case = find_managed(request, pk)
    undone = Move.objects.filter(kind=Move.Kind.MERGE).exclude(undone_at=None)
    move = get_object_or_404(undone.select_related("source", "target"), pk=row_number(str(move_pk)) or 0)
    visible = Case.objects.visible_to(request.user)
    if visible.filter(pk__in=[move.source_id, move.target_id]).count() < 2:
        raise Http404
    insist_managed(request, move.source, move.target)
    form = SinceForm(posted(request), move=move, staff=request.user)
    if form.is_valid():
        number = moving.show_there(move=move, lines=form.cleaned_data["lines"], by=request.user)
        some = "One line is" if number == 1 else f"{number} lines are"
        messages.success(request, f"{some} shown on {move.source.reference}, too.")
        return redirect(move.source)
    context = {"rail": "cases", "case": case, "stays": move.target, "other": move.source, "form": form}
    return render(request, "cases/since_merged.html", context, status=422 if form.errors else 200)


def _now(move: Move) -> str:
    if move.kind == Move.Kind.MERGE:
        since = f"what came since is on {move.target.reference}"
        said = f"{move.source.reference} is a case of its own again; {since}."
        kept = Case.objects.filter(pk=move.target_id).restricted().exists()
        return f"{said} {move.target.reference} stays only for those named." if kept else said
    return f"What had gone to {move.target.reference} is on {move.source.reference} again."
