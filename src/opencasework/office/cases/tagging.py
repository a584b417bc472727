"""Changing the four tags of a case, and saying plainly who will see it afterwards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from opencasework.office.cases import access, actions
from opencasework.office.cases.acts import compared, one_at_a_time
from opencasework.office.cases.models import Case, CaseWord, Event
from opencasework.office.cases.taking_back import undo_tag
from opencasework.office.cases.views import back_to, find_managed
from opencasework.office.kit.versions import Versioned
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, posted, staff_who_may
from opencasework.office.tags.forms import FourTagsForm, Said, axes, issue_choices
from opencasework.office.tags.models import Category, Sensitivity

LEVELS = ("urgency", "sensitivity", "transferability", "tag_reason")


class CaseTagsForm(Versioned, FourTagsForm):
    """The four tags of a case; two colleagues may change them at once."""


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
@one_at_a_time
def tags(request: StaffRequest, pk: int) -> HttpResponse:
    """The four tags of a case, a key each."""
    case = find_managed(request, pk)
    issue = case.issues.first()
    initial = {name: getattr(case, name) for name in LEVELS}
    initial["category"] = issue.category.code if issue else ""
    form = CaseTagsForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        if form.clashes:
            return compared(request, case, form)
        before = access.seers(case)
        levels = _levels(case)
        _save(case, form.cleaned_data, by=request.user)
        said = ". ".join(["Tags saved", *access.sight_said(before, access.seers(case))]) + "."
        messages.success(
            request,
            said if levels[1] == case.sensitivity else _with_who_sees(case, said),
            extra_tags=undo_tag(case, Event.Kind.TAGGED) if levels != _levels(case) else "",
        )
        return _back(request, case)
    context = {
        "rail": "cases",
        "case": case,
        "form": form,
        "axes": axes(form, notes=_notes(case, issue.category if issue else None, request.user)),
        "issue_choices": issue_choices(request.user),
        "next": _onward(request),
    }
    return render(request, "cases/tags.html", context, status=422 if form.is_bound else 200)


def _with_who_sees(case: Case, said: str) -> str:
    """Where only those named see the case: that it is so, whatever its level, and the page that opens it."""
    if not case.need_to_know:
        return said
    is_restricted = case.sensitivity == Sensitivity.RESTRICTED
    stays = "Only those named see it" if is_restricted else "It stays for those named"
    who_sees = reverse("case-who-sees", args=[case.pk])
    return format_html('{} {}: <a href="{}">see who, and open it to the team</a>.', said, stays, who_sees)


def _levels(case: Case) -> list[str]:
    return [getattr(case, name) for name in LEVELS]


def _back(request: StaffRequest, case: Case) -> HttpResponse:
    """To the list somebody came from, or to the case."""
    onward = _onward(request)
    return redirect(onward) if onward else back_to(request, case)


def _onward(request: StaffRequest) -> str:
    """The page of ours that the address names to go on to; empty for none, or one that is not ours."""
    wish = request.POST.get("next") or request.GET.get("next", "")
    return wish if url_has_allowed_host_and_scheme(wish, allowed_hosts=None) else ""


@transaction.atomic
def _save(case: Case, given: dict[str, Any], *, by: StaffMember) -> None:
    said: Said = given["category"]
    issue = case.issues.first()
    if issue:
        actions.change_category(issue=issue, category=said.category, by=by)
    if said.word is not None:
        CaseWord.objects.get_or_create(case=case, word=said.word)
    actions.set_tags(case=case, by=by, **{name: given[name] for name in LEVELS})


# --- who sees it ------------------------------------------------------------------------------------------


def _notes(case: Case, category: Category | None, viewer: StaffMember) -> dict[str, str]:
    """What stands beside a level: whether it is the usual one, and who would lose sight of the case."""
    found: dict[str, str] = {}
    if category is not None:
        usual = f"usual for {category.label}"
        found = {category.default_urgency: usual, category.default_sensitivity: usual}
    for level, losing in access.would_lose_sight(case, by=viewer).items():
        if losing:
            said = (
                f"{access.in_words([person for person in losing if person != viewer])} will no longer see it"
            )
            if viewer in losing:
                said = "you will no longer see it" + (
                    f", nor will {access.in_words([person for person in losing if person != viewer])}"
                    if len(losing) > 1
                    else ""
                )
            found[level] = "; ".join(filter(None, [found.get(level, ""), said]))
    return found
