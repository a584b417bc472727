"""The page of the office's ladder, and of a body that became part of another."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opencasework.office.bodies.models import Body
from opencasework.office.chasing.forms import OfficeDaysForm, RungForm, SuccessorForm
from opencasework.office.chasing.models import Rung
from opencasework.office.chasing.succession import become_part_of, stand_alone_again, successor_named
from opencasework.office.kit.alone import alone_on
from opencasework.office.kit.versions import compare, say_taken
from opencasework.office.letters.models import Enquiry
from opencasework.office.places.models import Office
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may

OUT_OF_THE_WAY = 10_000  # added to the numbers while they change places, for no two may be the same


@require_safe
def ladder(request: StaffRequest) -> HttpResponse:
    """What this office does when a body does not answer, step by step."""
    return _page(request)


def _page(request: StaffRequest, *, form: OfficeDaysForm | None = None) -> HttpResponse:
    office = Office.here()
    context = {
        "rungs": Rung.objects.select_related("template", "changed_by"),
        "reply_days": office.reply_days,
        "form": form or OfficeDaysForm(initial={"reply_days": office.reply_days}),
        "may_manage": may(request.user, May.MANAGE_OFFICE),
        "rail": "chasers",
    }
    return render(request, "chasing/ladder.html", context, status=422 if form else 200)


@require_POST
@staff_who_may(May.MANAGE_OFFICE)
def office_days(request: StaffRequest) -> HttpResponse:
    """How many working days a body gets that has no target. What is open keeps its date."""
    form = OfficeDaysForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form)
    Office.objects.filter(pk=1).update(reply_days=form.cleaned_data["reply_days"])
    messages.success(request, f"{form.cleaned_data['reply_days']} working days, from the next enquiry on.")
    return redirect("ladder")


@require_http_methods(["GET", "POST"])
@staff_who_may(May.MANAGE_OFFICE)
@alone_on(Rung)
def rung(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Change a step of the ladder, or add one at its end."""
    found = get_object_or_404(Rung, pk=pk) if pk else None
    form = RungForm(posted(request), instance=found)
    if request.method == "POST" and form.is_valid():
        if form.clashes and found:
            who = f"{found.changed_by or 'Somebody'} changed this step after you opened it."
            crumbs = [(reverse("ladder"), "The ladder")]
            return compare(request, form, who=who, back=reverse("ladder"), rail="chasers", crumbs=crumbs)
        step = form.save(commit=False)
        step.changed_by, step.changed_at = request.user, timezone.now()
        if not found:
            step.number = (Rung.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        step.save()
        messages.success(request, f"{step.name}: saved. Chasers drafted from now on follow it.")
        say_taken(request, form)
        return redirect("ladder")
    context = {"form": form, "rung": found, "rail": "chasers"}
    return render(request, "chasing/rung.html", context, status=422 if form.errors else 200)


@require_POST
@staff_who_may(May.MANAGE_OFFICE)
def rung_place(request: StaffRequest, pk: int) -> HttpResponse:
    """Move a step one place earlier."""
    with transaction.atomic():
        found = get_object_or_404(Rung.objects.select_for_update(), pk=pk)
        before = Rung.objects.filter(number__lt=found.number).order_by("-number").first()
        if before is not None:
            number = found.number
            Rung.objects.filter(pk=found.pk).update(number=OUT_OF_THE_WAY)
            Rung.objects.filter(pk=before.pk).update(number=number)
            Rung.objects.filter(pk=found.pk).update(number=before.number)
            messages.success(request, f"{found.name} comes before {before.name} now.")
    return redirect("ladder")


@require_POST
@staff_who_may(May.MANAGE_OFFICE)
def rung_removal(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a step off; what was drafted from it stays. The last one stays too."""
    with transaction.atomic():
        found = get_object_or_404(Rung.objects.select_for_update(), pk=pk)
        is_the_last = Rung.objects.count() == 1
        if not is_the_last:
            found.chasers.update(stood_after=found.number - 1)
            found.delete()
    if is_the_last:
        messages.error(request, "A ladder needs one step at least. Change this one instead.")
    else:
        messages.success(request, f"{found.name} is taken off the ladder.")
    return redirect("ladder")


@require_http_methods(["GET", "POST"])
@staff_who_may(May.MANAGE_OFFICE)
def body_successor(request: StaffRequest, pk: int) -> HttpResponse:
    """A body became part of another: its open enquiries are chased there."""
    body = get_object_or_404(Body, pk=pk)
    form = SuccessorForm(posted(request), body=body)
    if request.method == "POST" and form.is_valid():
        successor = form.cleaned_data["successor"]
        become_part_of(body, successor, by=request.user)
        # How many there were is not said: some may be on cases that this colleague may not know of.
        messages.success(request, f"{body} is part of {successor} now, which owes its open answers.")
        return redirect(successor)
    seen = Enquiry.objects.visible_to(request.user).unanswered().filter(body=body).count()
    standing = successor_named(body)
    context = {"body": body, "form": form, "open": seen, "standing": standing, "rail": "bodies"}
    return render(request, "chasing/successor.html", context, status=422 if form.errors else 200)


@require_POST
@staff_who_may(May.MANAGE_OFFICE)
def body_successor_removal(request: StaffRequest, pk: int) -> HttpResponse:
    """A body became part of no other after all: it owes its open answers again."""
    body = get_object_or_404(Body, pk=pk)
    if stand_alone_again(body, by=request.user):
        messages.success(request, f"Taken back: {body} owes its open answers again.")
    else:
        messages.error(request, f"Nobody has said what {body} became part of. There is nothing to take back.")
    return redirect(body)
