"""Reference numbers of a case: pasted, kept, shown, proposed from what came in, removed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opencasework.office.cases import actions, numbers, reference_forms
from opencasework.office.cases import forms as case_forms
from opencasework.office.cases.acts import FORM_METHODS, ask
from opencasework.office.cases.models import Case, Event, PassedNumber, ReferenceNumber
from opencasework.office.cases.taking_back import undo_tag
from opencasework.office.cases.views import find_case, page_of
from opencasework.office.constituents.models import Person
from opencasework.office.kit import references
from opencasework.office.kit.numbers import row_number
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def new_reference(request: StaffRequest, pk: int) -> HttpResponse:
    """Paste a letter and keep the numbers in it, or write one down. An unusual one is kept too."""
    case = find_case(request, pk)
    if request.method == "POST" and "kind" in request.POST:
        return _write_one(request, case)
    if request.method == "POST":
        return _paste(request, case)
    given = {name: request.GET[name] for name in ("kind", "label") if name in request.GET}
    return _page(request, case, form=case_forms.ReferenceForm(initial=given, case=case), is_one=bool(given))


def _write_one(request: StaffRequest, case: Case) -> HttpResponse:
    form = case_forms.ReferenceForm(request.POST, case=case)
    if not form.is_valid():
        return _page(request, case, form=form, is_one=True, status=422)
    given = form.cleaned_data
    _keep(request, case, [reference_forms.Row(0, given["value"], given["kind"], label=given["label"])])
    return redirect(case)


def _paste(request: StaffRequest, case: Case) -> HttpResponse:
    """Read what was pasted; or keep the rows that were found in it and are still ticked."""
    text = request.POST.get("text", "")
    rows = reference_forms.rows_from_post(request.POST, case=case, staff=request.user)
    if request.htmx or not rows or request.POST.get("act") == "read":
        found, is_whole = reference_forms.rows_from_text(text, case=case, staff=request.user)
        more: dict[str, Any] = {"is_read": bool(text.strip()), "is_cut": not is_whole}
        if request.htmx:
            return render(request, "cases/_numbers_found.html", reference_forms.context(case, found, **more))
        return _page(request, case, rows=found, text=text, **more)
    if any(row.error for row in rows):
        return _page(request, case, rows=rows, text=text, is_read=True, status=422)
    kept = [row for row in rows if row.is_kept]
    if not kept:
        messages.info(request, "Nothing was ticked, so nothing was added.")
    else:
        _keep(request, case, kept)
    return redirect(case)


def _page(
    request: StaffRequest,
    case: Case,
    *,
    rows: list[reference_forms.Row] | None = None,
    form: case_forms.ReferenceForm | None = None,
    text: str = "",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    rows = rows or []
    context = reference_forms.context(case, rows, **more) | {
        "rail": "cases",
        "paste_form": reference_forms.PasteForm(initial={"text": text}),
        "form": form or case_forms.ReferenceForm(case=case),
        "problems": [row for row in rows if row.error],
    }
    return render(request, "cases/numbers.html", context, status=status)


def _keep(request: StaffRequest, case: Case, rows: list[reference_forms.Row]) -> None:
    """Keep the numbers in one transaction, and say what was added and what to check."""
    known = {(number.kind, number.compact) for number in case.references.all()}
    with transaction.atomic():
        added = [
            actions.add_reference(
                case=case,
                kind=row.kind,
                value=row.value,
                label=row.label if row.kind == references.OTHER else "",
                person=_whose(case, row.whose),
                by=request.user,
            )
            for row in rows
        ]
    new = [number for number in added if (number.kind, number.compact) not in known]
    for number in new:
        warnings = [number.problem, numbers.somebody_elses(case, number.kind, number.value, request.user)]
        if any(warnings):
            said = " ".join(filter(None, warnings))
            messages.warning(request, f"{number.kind_name} added. {said}")
    there = [number.kind_name for number in added if number not in new]
    if there and not new:
        messages.info(request, f"This {there[0]} is there already. Nothing was added.")
    elif there:
        messages.info(request, f"There already: {', '.join(dict.fromkeys(there))}.")
    names = [number.kind_name for number in new if not number.problem]
    if names:
        messages.success(
            request, f"{' and '.join(names) if len(names) < 3 else f'{len(names)} numbers'} added."
        )


def _whose(case: Case, number: str) -> Person | None:
    link = case.case_people.filter(person=row_number(number)).first() if number else None
    return link.person if link else None


def _find_number(request: StaffRequest, case: Case, number_pk: int) -> ReferenceNumber:
    """A number that this case's page shows the viewer."""
    shown = [number.pk for number in numbers.numbers_of(case, request.user)]
    return get_object_or_404(ReferenceNumber.objects.filter(Q(pk__in=shown)), pk=number_pk)


@require_POST
@staff_who_may(May.WRITE_CASES)
def show_reference(request: StaffRequest, pk: int, number_pk: int) -> HttpResponse:
    """Show a masked number, and write down that somebody looked."""
    case = find_case(request, pk)
    number = _find_number(request, case, number_pk)
    if not numbers.may_read(request.user, number.kind, case):
        raise PermissionDenied(f"You may not see this {number.kind_name}. Ask the caseworker.")
    with transaction.atomic():
        case.record(Event.Kind.SEEN, by=request.user, text=number.kind_name, reference=number.pk)
    if request.htmx:
        line = next(
            each for each in numbers.lines(case, request.user, shown=number.pk) if each.number.pk == number.pk
        )
        if "aloud" in request.POST:
            return render(request, "cases/_aloud.html", {"line": line})
        is_copied = "copy" in request.POST
        context = {"case": case, "line": line, "is_shown": True, "is_copied": is_copied, "may_write": True}
        return render(request, "cases/_reference.html", context)
    return render(request, "cases/detail.html", page_of(case, request, shown_number=number.pk))


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def remove_reference(request: StaffRequest, pk: int, number_pk: int) -> HttpResponse:
    """Take a wrong number off the case, after a page that asks. The right one is added in its place."""
    case = find_case(request, pk)
    number = get_object_or_404(case.references, pk=number_pk)
    if request.method == "POST":
        actions.remove_reference(number=number, by=request.user)
        said = '{} removed. <a href="{}">Add the right one</a>'
        add_url = reverse("case-reference-new", args=[case.pk])
        undo = undo_tag(case, Event.Kind.REFERENCE_REMOVED)
        messages.success(request, format_html(said, number.kind_name, add_url), extra_tags=undo)
        return redirect(case)
    shown = number.masked if number.is_masked else number.value
    if not numbers.may_read(request.user, number.kind, case):
        shown = numbers.HIDDEN
    explained = (
        f"{number.kind_name} {shown} leaves the case; the timeline keeps that it stood here. "
        "You can take that back for a day."
    )
    title = "Remove the number"
    return ask(request, case, forms.Form(), title=title, button="Remove number", explained=explained)


@require_safe
@staff_who_may(May.WRITE_CASES)
def found_numbers(request: StaffRequest, pk: int) -> HttpResponse:
    """Numbers that stand in messages, notes and calls of the case and are not kept yet."""
    case = find_case(request, pk)
    reading = numbers.proposed(case, request.user)
    context = {"case": case, "proposed": reading.proposed, "unread": reading.unread, "rail": "cases"}
    page = "cases/_numbers_proposed.html" if request.htmx else "cases/numbers_proposed.html"
    return render(request, page, context)


@require_POST
@staff_who_may(May.WRITE_CASES)
def keep_found(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep the numbers named, as far as they are proposed still; or say that one is none of this case's."""
    case = find_case(request, pk)
    wished = set(request.POST.getlist("number"))
    proposed = numbers.proposed(case, request.user).proposed
    chosen = [each for each in proposed if f"{each.kind} {each.value}" in wished]
    if "pass" in request.POST:
        with transaction.atomic():
            for each in chosen:
                compact = references.kinds()[each.kind].compact(each.value)
                PassedNumber.objects.get_or_create(case=case, kind=each.kind, compact=compact)
        messages.success(request, "It is not proposed again.")
    else:
        rows = [reference_forms.Row(at, each.value, each.kind) for at, each in enumerate(chosen)]
        _keep(request, case, rows)
    return redirect(f"{case.get_absolute_url()}#references")
