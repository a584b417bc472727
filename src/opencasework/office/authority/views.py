"""Authority to act: a panel of the case, recording it, its scan, withdrawing it."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from opencasework.office.authority.actions import record_authority, scans, withdraw
from opencasework.office.authority.forms import AuthorityForm
from opencasework.office.authority.models import Authority
from opencasework.office.cases.models import Case
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may


@require_GET
def authorities(request: StaffRequest, pk: int) -> HttpResponse:
    """What authority there is on a case; a panel of its page."""
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    today = timezone.localdate()
    known = [(authority, *authority.state(on=today)) for authority in _on(case)]
    # The inbox stands above this folder, so its messages are reached from the case.
    asked = case.messages.filter(details__authority=True).order_by("received_at").first()
    context = {
        "rail": "cases", "case": case, "authorities": known, "asked": asked,
        "may_write": may(request.user, May.WRITE_CASES),
    }  # fmt: skip
    return render(request, "authority/_panel.html" if request.htmx else "authority/list.html", context)


def _on(case: Case) -> list[Authority]:
    return list(case.authorities.select_related("person").prefetch_related("bodies"))


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def new(request: StaffRequest, pk: int) -> HttpResponse:
    """Record authority to act. A form with a mistake stores nothing."""
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    form = AuthorityForm(posted(request), request.FILES or None, case=case, initial={"given_on": "today"})
    if request.method == "POST" and form.is_valid():
        record_authority(form, case=case, by=request.user)
        messages.success(request, "Authority to act recorded.")
        return redirect(case)
    context = {"rail": "cases", "case": case, "form": form}
    return render(request, "authority/new.html", context, status=422 if form.is_bound else 200)


@require_GET
def scan(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The signed form, as a file to save. It came from outside: a browser must neither guess nor run it."""
    authority = get_object_or_404(Authority.objects.visible_to(request.user).exclude(scan_sha256=""), pk=pk)
    response = FileResponse(
        scans().open(authority.scan_sha256),
        as_attachment=True,
        filename=authority.scan_name,
        content_type=authority.scan_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def withdrawal(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw an authority. It cannot be undone, so a page asks first."""
    authority = get_object_or_404(Authority.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        withdraw(authority, on=timezone.localdate(), by=request.user)
        messages.success(request, "Authority withdrawn. Letters to the bodies it covered need another.")
        return redirect(authority.case)
    context = {"rail": "cases", "case": authority.case, "authority": authority}
    return render(request, "authority/withdrawal.html", context)
