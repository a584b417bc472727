"""People: finding one, their page, writing down who they are."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opencasework.office.constituents import acting, changes, duplicates, joined
from opencasework.office.constituents.forms import PersonForm, WhoForm
from opencasework.office.constituents.models import Person, PersonQuerySet, shown_to
from opencasework.office.kit.alone import alone_on
from opencasework.office.kit.versions import Versioned, compare, say_taken
from opencasework.office.places.models import Office
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may
from opencasework.office.staff.sent_twice import done_once

ROWS = 50  # on a page


def find_person(request: StaffRequest, pk: int) -> Person:
    """The person of this number, if the viewer may know of them. `LeadsToTheSurvivor` has the rest."""
    return get_object_or_404(Person.objects.visible_among_few(request.user).for_lists(), pk=pk)


def at_the_same_address(request: StaffRequest, person: Person) -> PersonQuerySet:
    """Others whom the viewer may know of, who live where this person lives now."""
    now = person.address
    if now is None or not now.postcode:
        return Person.objects.none()
    return (
        Person.objects.visible_among_few(request.user)
        .filter(addresses__lines=now.lines, addresses__postcode=now.postcode, addresses__until=None)
        .exclude(pk=person.pk)
        .distinct()
    )


@require_GET
def people(request: StaffRequest) -> HttpResponse:
    """Everybody we know, found by name, postcode, email or telephone."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
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
    return render(request, "constituents/detail.html", _page_of(request, found))


def _page_of(request: StaffRequest, found: Person) -> dict[str, Any]:
    """Everything of the person that the viewer may know."""
    staff, today, now = request.user, timezone.localdate(), found.address
    visible = Person.objects.visible_among_few(staff)
    office = Office.objects.first()
    covered = office.covers(now.postcode) if office and now and now.postcode else None
    may_write = may(staff, May.WRITE_CASES)
    givers = acting.who_must_give_authority(found, on=today)
    known = set(visible.filter(pk__in=[giver.person.pk for giver in givers]).values_list("pk", flat=True))
    homes = [
        (each, [other for other in each.household.members.visible_to(staff).select_related("person")
                if other.person_id != found.pk], each.household.is_known_to(staff))
        for each in found.in_households.select_related("household")
    ]  # fmt: skip
    together = {other.person_id for home, others, _ in homes if home.until is None for other in others}
    neighbours = at_the_same_address(request, found).exclude(pk__in=together)
    return {
        "rail": "people",
        "person": found,
        "age": found.age(on=today),
        "former": [address for address in found.addresses.all() if address.until is not None],
        "other_names": list(found.other_names.all()),
        "neighbours": list(neighbours),
        "homes": homes,
        "helpers": list(
            found.acted_for_by.filter(Exists(visible.filter(pk=OuterRef("by")))).select_related("by")
        ),
        "helped": list(
            found.acts_for.filter(Exists(visible.filter(pk=OuterRef("person")))).select_related("person")
        ),
        "givers": [giver for giver in givers if giver.person.pk in known],
        "nobody_gives": acting.why_nobody(found, on=today),
        "alike": duplicates.like(found, staff=staff) if may_write else [],
        "said_before": shown_to(staff, found.said_before.select_related("by")),
        "merges": [
            (merge, joined.name_of_other(merge), joined.taken(merge))
            if joined.may_know_what(staff, merge)
            else (merge, "", [])
            for merge in found.merges.filter(undone_at=None).select_related("by")
        ],
        "is_elsewhere": covered is False,
        "may_write": may_write,
        "may_triage": may(staff, May.TRIAGE),
        "may_merge": may(staff, May.MERGE_PEOPLE),
        "today": today,
    }


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
@done_once
def new(request: StaffRequest) -> HttpResponse:
    """Write down a person."""
    form = PersonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        alike = form.alike(staff=request.user)
        created = form.save()
        messages.success(request, f"{created} is in the list of people now.")
        say_what_to_look_at(request, form, alike)
        return redirect(created)
    context = {"rail": "people", "form": form, "title": "New person", "is_new": True}
    return render(request, "constituents/edit.html", context, status=422 if form.is_bound else 200)


def say_what_to_look_at(
    request: StaffRequest, form: Any, alike: list[tuple[Person, duplicates.Likeness]]
) -> None:
    """Say what is odd about what was kept: a number that is none, somebody who may be known already."""
    if form.phone_warning:
        messages.warning(request, form.phone_warning)
    likely = [other for other, likeness in alike if likeness.score >= duplicates.LISTED]
    if likely:
        messages.warning(request, f"May be the same person as {likely[0]}. Their page says why.")


@require_POST  # what is typed is somebody's name: it stays out of addresses
@staff_who_may(May.TRIAGE)
def alike(request: StaffRequest) -> HttpResponse:
    """Whoever may be the person who is being written down, with the reasons; a fragment under the form."""
    form = PersonForm(request.POST, use_required_attribute=False)
    asking = urlsplit(request.htmx.current_url_abs_path or "").path
    # A form that is about to open a case takes whoever is chosen; elsewhere the name leads to their page.
    choose_url = "" if asking in {"", reverse("person-new")} else asking
    context = {"alike": form.alike(staff=request.user), "choose_url": choose_url}
    return render(request, "constituents/_alike.html", context)


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
@alone_on(Person)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change who somebody is to us. Where they live and how they are reached have forms of their own."""
    found = find_person(request, pk)
    form = WhoForm(posted(request), person=found)
    if form.is_valid() and form.clashes:
        return compared(request, found, form)
    if request.method == "POST" and form.is_valid():
        before = changes.minded(found)
        with transaction.atomic():
            form.write(found)
            changes.say_what_changed(found, before, by=request.user)
        messages.success(request, "Saved.")
        say_taken(request, form)
        return redirect(found)
    context = {"rail": "people", "form": form, "person": found, "title": f"Edit {found}"}
    return render(request, "constituents/edit.html", context, status=422 if form.is_bound else 200)


def compared(request: StaffRequest, person: Person, form: Versioned) -> HttpResponse:
    """The page that shows two edits of one thing about a person side by side."""
    who = "Somebody changed this after you opened it."
    back = person.get_absolute_url()
    crumbs = [(reverse("people"), "Constituents"), (back, str(person))]
    return compare(request, form, who=who, back=back, rail="people", crumbs=crumbs)
