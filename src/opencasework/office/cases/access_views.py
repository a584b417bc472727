"""Who may see a case, who has looked, and opening a restricted one in an emergency."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opencasework.office.audit.models import Trace, Watch
from opencasework.office.cases import access, glass
from opencasework.office.cases.models import Case, OpeningNotice
from opencasework.office.cases.views import back_to, insist_managed, visible_case
from opencasework.office.kit import around
from opencasework.office.kit.numbers import row_number
from opencasework.office.kit.questions import instances_of
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may

LOOKS_SHOWN = 100


def _found(request: StaffRequest, pk: int) -> Case:
    return visible_case(request, pk)


def _managed(request: StaffRequest, pk: int) -> Case:
    case = _found(request, pk)
    insist_managed(request, case)
    return case


@require_GET
def who_sees(request: StaffRequest, pk: int) -> HttpResponse:
    """Who may see the case, with one click to name somebody or to keep it among those named."""
    case = _found(request, pk)
    here = access.access_to(case)
    context = {
        "rail": "cases",
        "case": case,
        "access": here,
        "seers": access.seers(case),
        "would_lose": access.in_words([each for each in here.would_lose if each != request.user]),
        "loses_nobody": not [each for each in here.would_lose if each != request.user],
        "would_gain": access.in_words(here.would_gain),
        "may_write": may(request.user, May.WRITE_CASES)
        and Case.objects.manageable_by(request.user).filter(pk=case.pk).exists(),
        "sees_looks": sees_looks(request.user, case),
    }
    return render(request, "cases/_who_sees.html" if request.htmx else "cases/who_sees.html", context)


@require_POST
@staff_who_may(May.WRITE_CASES)
def restriction(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep the case among those named, or open it to the team again."""
    case = _managed(request, pk)
    if request.POST.get("restricted") == "yes":
        lost = access.restrict(case, by=request.user)
        messages.success(
            request, f"Only those named see {case.reference} now. {access.in_words(lost)} lost sight of it."
        )
    else:
        gained = access.open_to_team(case, by=request.user)
        more = f"{access.in_words(gained)} can see it now." if gained else "Nobody more sees it by that."
        messages.success(request, f"{case.reference} is open to the team. {more}")
    return back_to(request, case)


@require_POST
@staff_who_may(May.WRITE_CASES)
def naming(request: StaffRequest, pk: int) -> HttpResponse:
    """Name a colleague on the case."""
    case = _managed(request, pk)
    here = StaffMember.objects.filter(is_active=True)
    person = here.filter(pk=row_number(request.POST.get("person")) or 0).first()
    if person is None:
        messages.error(request, "Choose a colleague who may see it too. Nothing was changed.")
    else:
        access.name(case, person=person, by=request.user)
        messages.success(request, f"{person} may see this case now.")
    return redirect(f"{case.get_absolute_url()}#who-sees")


@require_POST
@staff_who_may(May.WRITE_CASES)
def unnaming(request: StaffRequest, pk: int, person_pk: int) -> HttpResponse:
    """Take a colleague's name off the case."""
    case = _managed(request, pk)
    person = get_object_or_404(StaffMember, pk=person_pk)
    try:
        access.unname(case, person=person, by=request.user)
    except access.NobodyWouldSee as problem:
        messages.error(request, str(problem))
        return redirect(f"{case.get_absolute_url()}#who-sees")
    still = Case.objects.visible_to(person).filter(pk=case.pk).exists()
    after = "still sees it, as their role allows." if still else "can no longer see it."
    messages.success(request, f"{person} is no longer named and {after}")
    return back_to(request, case)


# --- who has looked -----------------------------------------------------------------------------------------


def sees_looks(staff: StaffMember, case: Case) -> bool:
    """The caseworker and the member see who has looked, and whoever may see the record."""
    return case.owner_id == staff.pk or may(staff, May.SEE_RECORD)


@require_GET
def looks(request: StaffRequest, pk: int) -> HttpResponse:
    """Who has looked at the case, the latest first."""
    case = _found(request, pk)
    if not sees_looks(request.user, case):
        raise PermissionDenied("Only its caseworker and the member see who has looked at a case.")
    found = Trace.objects.of_case(*case.family).looks().select_related("by")[:LOOKS_SHOWN]
    context = {
        "rail": "cases",
        "case": case,
        "looks": found,
        "is_watched": Case.objects.watched().filter(pk=case.pk).exists(),
        "most": LOOKS_SHOWN,
    }
    return render(request, "cases/looks.html", context)


# --- in an emergency ----------------------------------------------------------------------------------------


class OpeningForm(forms.Form):
    """The exact reference of a case one cannot see, and why it has to be opened now."""

    reference = forms.CharField(
        label="Reference of the case",
        max_length=20,
        help_text="Exactly as it was given to you, such as OC-2026-00041.",
        error_messages={"required": "Write the reference of the case, such as OC-2026-00041."},
    )
    reason = forms.CharField(
        label="Why it has to be opened now",
        max_length=500,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Its caseworker and the member read this at once, and it stays on the timeline.",
        error_messages={
            "required": "Say why; its caseworker and the member will read it.",
            "min_length": "Say in a sentence why; its caseworker and the member will read it.",
        },
    )


@require_http_methods(["GET", "POST"])
@staff_who_may(May.OPEN_RESTRICTED)
def opening(request: StaffRequest) -> HttpResponse:
    """Open a restricted case for a day. A wrong reference reads like one that does not exist."""
    if not Watch.here().lets_open(request.user):
        raise PermissionDenied("In this office your role may not open a restricted case in an emergency.")
    form = OpeningForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            case = glass.open_restricted(by=request.user, **form.cleaned_data)
        except glass.TooManyTries as problem:
            form.add_error(None, str(problem))
        else:
            if case is not None:
                messages.success(request, _opened_said(request, case))
                return redirect(case)
            form.add_error("reference", glass.NOT_FOUND)
    context: dict[str, Any] = {"rail": "cases", "form": form}
    return render(request, "cases/opening.html", context, status=422 if form.is_bound else 200)


def _opened_said(request: StaffRequest, case: Case) -> str:
    mine = case.openings.filter(by=request.user).in_force(timezone.now()).first()
    if mine is None:
        return f"You can see {case.reference} anyway."
    until = timezone.localtime(mine.until)
    told = [str(notice.to) for notice in mine.notices.select_related("to").order_by("pk")]
    who = f" Who was told: {', '.join(told)}." if told else ""
    return f"{case.reference} is open to you until {until:%H:%M} tomorrow.{who}"


@require_POST
def notice_read(request: StaffRequest, pk: int) -> HttpResponse:
    """One has read that a restricted case was opened."""
    notice = get_object_or_404(OpeningNotice.objects.filter(to=request.user), pk=pk)
    OpeningNotice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())
    return redirect("today")


def notices_for(staff: StaffMember) -> list[tuple[OpeningNotice, bool]]:
    """What somebody has to be told of openings, and whether they see the case, and so the reason."""
    found = instances_of(_unread, staff, lasting=True)
    if not found:
        return []
    around.fetch_each(found, {"opening": (), "opening__case": (), "opening__by": ()})
    theirs = Case.objects.visible_to(staff).filter(pk__in=[each.opening.case_id for each in found])
    visible = set(theirs.values_list("pk", flat=True))
    return [(each, each.opening.case_id in visible) for each in found]


def _unread(staff: StaffMember) -> QuerySet[OpeningNotice]:
    return OpeningNotice.objects.unread_by(staff)[:10]
