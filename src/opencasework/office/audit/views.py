"""The page about the record of what was done: verified when, anchored where, and who may open what."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from opencasework.office.audit import anchoring
from opencasework.office.audit.forms import WatchForm
from opencasework.office.audit.models import Head, Trace, Watch
from opencasework.office.staff.permissions import May, StaffRequest, posted, staff_who_may


@require_http_methods(["GET", "POST"])
@staff_who_may(May.SEE_RECORD)
def record(request: StaffRequest) -> HttpResponse:
    """How the record stands, and how the office keeps watch over it."""
    watch = Watch.here()
    form = WatchForm(posted(request), instance=watch)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            if form.changed_data:
                changed = {name: [form[name].initial, form.cleaned_data[name]] for name in form.changed_data}
                Trace.objects.create(kind=Trace.Kind.SET, by=request.user, page="record", detail=changed)
        messages.success(request, "Saved.")
        return redirect("record")
    said, *found = watch.verified_said.splitlines() or [""]
    head = Head.objects.filter(pk=1).first() or Head()
    context = {
        "rail": "settings",
        "form": form,
        "watch": Watch.here(),
        "said": said,
        "found": found,
        "lines": head.sequence,
    }
    return render(request, "audit/record.html", context, status=422 if form.is_bound else 200)


@require_POST
@staff_who_may(May.SEE_RECORD)
def verification(request: StaffRequest) -> HttpResponse:
    """Verify the record now; the verification is the thing."""
    verdict = anchoring.verify_now()
    say = messages.success if verdict.is_sound else messages.error
    say(request, verdict.sentence)
    return redirect("record")


@require_POST
@staff_who_may(May.SEE_RECORD)
def anchor(request: StaffRequest) -> HttpResponse:
    """An anchor as a file to keep somewhere else."""
    taken = anchoring.take()
    name = anchoring.NAME.format(timezone.localdate())
    return HttpResponse(
        taken.as_text(),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
