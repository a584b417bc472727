"""People: finding one, their page, writing down who they are."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from opencasework.office.constituents.forms import PersonForm
from opencasework.office.constituents.models import Person
from opencasework.office.places.models import Office
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may

ROWS = 50  # on a page


def find_person(request: StaffRequest, pk: int) -> Person:
    """The person of this number, if the viewer may know of them."""
    return get_object_or_404(Person.objects.visible_to(request.user).for_lists(), pk=pk)


@require_GET
def people(request: StaffRequest) -> HttpResponse:
    """Everybody we know, found by name, postcode, email or telephone."""
    words = request.GET.get("q", "").strip()[:100]
    found = Person.objects.visible_to(request.user).for_lists()
    if words:
        found = found.with_words(words)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "rail": "people", "words": words, "page": page, "may_write": may(request.user, May.WRITE_CASES),
        "sees_shared_only": not may(request.user, May.SEE_ALL_CASES),
    }  # fmt: skip
    return render(request, "constituents/_people.html" if request.htmx else "constituents/list.html", context)


@require_GET
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """Who somebody is and how to reach them; their cases come from the cases folder."""
    found = find_person(request, pk)
    now = found.address
    office = Office.objects.first()
    covered = office.covers(now.postcode) if office and now and now.postcode else None
    context = {
        "rail": "people",
        "person": found,
        "former": [address for address in found.addresses.all() if address.until is not None],
        "household": list(
            Person.objects.visible_to(request.user).living_at(now.postcode).filter(
                addresses__lines=now.lines, addresses__until=None
            ).exclude(pk=found.pk)
        ) if now and now.postcode else [],
        "is_elsewhere": covered is False,
        "may_write": may(request.user, May.WRITE_CASES),
    }  # fmt: skip
    return render(request, "constituents/detail.html", context)


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def new(request: StaffRequest) -> HttpResponse:
    """Write down a person."""
    form = PersonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        created = form.save()
        messages.success(request, f"{created} is in the list of people now.")
        return redirect(created)
    context = {"rail": "people", "form": form, "title": "New person"}
    return render(request, "constituents/edit.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what we know of a person. A former address is kept, with the day it ended."""
    found = find_person(request, pk)
    form = PersonForm(posted(request), initial=PersonForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        form.save(found)
        messages.success(request, "Saved.")
        return redirect(found)
    context = {"rail": "people", "form": form, "person": found, "title": f"Edit {found}"}
    return render(request, "constituents/edit.html", context, status=422 if form.is_bound else 200)
