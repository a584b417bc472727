"""What a person has several of: each row with a small form of its own, leading back to the person."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from opencasework.office.constituents import changes, row_forms, said_before
from opencasework.office.constituents.models import Household, HouseholdMember, Person
from opencasework.office.constituents.views import at_the_same_address, compared, find_person
from opencasework.office.kit.alone import alone_on
from opencasework.office.kit.numbers import row_number
from opencasework.office.kit.versions import OPENED, compare, say_taken
from opencasework.office.staff.permissions import May, StaffRequest, posted, staff_who_may
from opencasework.office.staff.sent_twice import done_once, forget

FOUND = 20  # people shown for a name


@dataclass(frozen=True)
class Kind:
    """One list: its form, the name of its rows on the person, and what one of them is called, there and on
    the timeline of their cases.
    """

    form: type[row_forms.RowForm]
    rows: str
    name: str
    said: str


KINDS = {
    "phones": Kind(row_forms.PhoneForm, "phones", "telephone", "a telephone number"),
    "emails": Kind(row_forms.EmailForm, "emails", "email", "an email address"),
    "names": Kind(row_forms.NameForm, "other_names", "name", "one of their other names"),
    "addresses": Kind(row_forms.AddressForm, "addresses", "address", "an address"),
}


def ask(request: StaffRequest, person: Person, form: Any, **more: Any) -> HttpResponse:
    """The page of one act: its form, under the name of the person."""
    context = {"rail": "people", "person": person, "form": form, **more}
    return render(request, "constituents/act.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
@done_once
def new_row(request: StaffRequest, pk: int, what: str) -> HttpResponse:
    """Add a telephone, an email, a name or a former address."""
    person, kind = find_person(request, pk), KINDS[what]
    form = kind.form(posted(request), person=person)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            changes.say_way(person, f"{kind.said} was added", by=request.user)
        messages.success(request, f"{kind.name.capitalize()} added.")
        if form.warning:
            messages.warning(request, form.warning)
        return redirect(person)
    return ask(request, person, form, title=f"Add {_a(kind.name)}", button="Save")


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
@alone_on(Person)
def row(request: StaffRequest, pk: int, what: str, row_pk: int) -> HttpResponse:
    """Change one of them, or take it off."""
    person, kind = find_person(request, pk), KINDS[what]
    found = getattr(person, kind.rows).filter(pk=row_pk).first()
    is_removing = "remove" in request.POST
    is_somebody_elses = found is None and kind.form.model._default_manager.filter(pk=row_pk).exists()
    if is_somebody_elses or (found is None and (request.method != "POST" or is_removing)):
        raise Http404
    if is_removing:
        with transaction.atomic():
            said_before.keep_row(found, by=request.user)
            found.delete()
            changes.say_way(person, f"{kind.said} was taken off", by=request.user)
        forget(request)
        messages.success(request, f"{kind.name.capitalize()} taken off: {found}.")
        return redirect(person)
    given = posted(request)
    if given and found is None:
        given = given.copy()
        given.pop(OPENED, None)  # there is nothing left to compare with
    form = kind.form(given, person=person, row=found)
    if form.is_valid() and form.clashes:
        return compared(request, person, form)
    if request.method == "POST" and form.is_valid():
        before = copy(found)  # the form writes into the row it was given
        with transaction.atomic():
            now = form.save()
            if before is not None and said_before.is_lost(before, now):
                said_before.keep_row(before, by=request.user)
            if found is None or set(form.changed_data) - {OPENED}:
                changes.say_way(person, f"{kind.said} was changed", by=request.user)
        messages.success(request, "Saved.")
        if found is None:  # what somebody has typed is not lost because a colleague took the row off
            messages.info(request, "A colleague had taken it off meanwhile. It stands there as you wrote it.")
        say_taken(request, form)
        if form.warning:
            messages.warning(request, form.warning)
        return redirect(person)
    return ask(request, person, form, title=f"Change the {kind.name}", button="Save", remove="Take it off")


def _a(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
@done_once
@alone_on(Person)
def move(request: StaffRequest, pk: int) -> HttpResponse:
    """Move house: one act for everybody who moves; the former address is kept."""
    person = find_person(request, pk)
    together = HouseholdMember.objects.filter(
        household__in=person.in_households.filter(until=None).values("household"), until=None
    )
    known = Person.objects.visible_to(request.user)
    at_home = known.filter(pk__in=together.values("person"))
    others = at_home | known.filter(pk__in=at_the_same_address(request, person).values("pk"))
    form = row_forms.MoveForm(
        posted(request), person=person, others=others.exclude(pk=person.pk), together=at_home
    )
    if form.is_valid() and form.clashes:
        return compared(request, person, form)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            address = form.save()
            for each in [person, *(form.cleaned_data.get("along") or [])]:
                changes.say_way(each, "lives at another address now", by=request.user)
        messages.success(request, f"{person} lives at {address} now.")
        return redirect(person)
    return ask(request, person, form, title=f"{person} moves house", button="Save the new address")


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
@done_once
def new_acting(request: StaffRequest, pk: int) -> HttpResponse:
    """Say who acts for the person: somebody we know or, by name, somebody new."""
    person = find_person(request, pk)
    people = Person.objects.visible_to(request.user)
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    number = row_number(request.GET.get("person", ""))
    chosen = people.filter(pk=number).first() if number is not None else None
    form = row_forms.ActingForm(
        posted(request), person=person, people=people, initial={"by": chosen} if chosen else {}
    )
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            acting = form.save()
            changes.say_acting(acting, before=None, by=request.user)
        messages.success(request, f"{acting.by} acts for {person}.")
        return redirect(person)
    found = list(people.exclude(pk=person.pk).with_words(words).for_lists()[:FOUND]) if len(words) > 1 else []
    more = {"words": words, "found": found, "chosen": chosen, "is_finding": chosen is None}
    return ask(request, person, form, title=f"Who acts for {person}?", button="Save", **more)


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
@alone_on(Person)
def acting(request: StaffRequest, pk: int, row_pk: int) -> HttpResponse:
    """Change what somebody acts as, add the proof, or say that it is over."""
    person = find_person(request, pk)
    people = Person.objects.visible_to(request.user)
    found = get_object_or_404(person.acted_for_by.filter(by__in=people), pk=row_pk)
    if request.method == "POST" and "remove" in request.POST:
        with transaction.atomic():
            changes.say_acting(None, before=found, by=request.user)
            found.delete()
        forget(request)
        messages.success(request, f"{found.by} no longer stands here.")
        return redirect(person)
    form = row_forms.ActingForm(posted(request), person=person, row=found, people=people)
    if form.is_valid() and form.clashes:
        return compared(request, person, form)
    if request.method == "POST" and form.is_valid():
        before = copy(found)  # the form writes into the row it was given
        with transaction.atomic():
            changes.say_acting(form.save(), before=before, by=request.user)
        messages.success(request, "Saved.")
        say_taken(request, form)
        return redirect(person)
    title = f"{found.by} acts for {person}"
    return ask(request, person, form, title=title, button="Save", remove="It was never so")


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
@done_once
def new_household(request: StaffRequest, pk: int) -> HttpResponse:
    """Say who lives together."""
    person = find_person(request, pk)
    others = at_the_same_address(request, person)
    form = row_forms.HouseholdForm(posted(request), others=others)
    if request.method == "POST" and form.is_valid():
        household = form.save(person)
        messages.success(request, f"Household “{household}” is there now.")
        return redirect(household)
    return ask(request, person, form, title=f"Who lives with {person}?", button="Save")


def _household(request: StaffRequest, pk: int) -> Household:
    return get_object_or_404(Household.objects.visible_to(request.user), pk=pk)


@require_http_methods(["GET", "POST"])
def household(request: StaffRequest, pk: int) -> HttpResponse:
    """Who lives together and who did; somebody found by name is added with a press."""
    found = _household(request, pk)
    members = found.members.visible_to(request.user).select_related("person")
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    people = Person.objects.visible_to(request.user)
    living = members.filter(until=None)
    context = {
        "rail": "people",
        "household": found,
        "is_known": found.is_known_to(request.user),
        "members": living,
        "lived_there": members.exclude(until=None),
        "words": words,
        "found": list(
            people.exclude(pk__in=living.values("person")).with_words(words).for_lists()[:FOUND]
        ) if len(words) > 1 else [],
    }  # fmt: skip
    return render(request, "constituents/household.html", context)


@require_POST
@staff_who_may(May.WRITE_CASES)
def new_member(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody we know lives there too."""
    found = _household(request, pk)
    number = row_number(request.POST.get("person", ""))
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=number)
    _, is_new = HouseholdMember.objects.get_or_create(household=found, person=person, until=None)
    said = f"{person} lives there too." if is_new else f"{person} is there already. Nothing was changed."
    messages.success(request, said)
    return redirect(found)


@require_POST
@staff_who_may(May.WRITE_CASES)
def member_left(request: StaffRequest, pk: int, member_pk: int) -> HttpResponse:
    """Somebody no longer lives there; that they did is kept."""
    found = _household(request, pk)
    member = get_object_or_404(found.members.visible_to(request.user).filter(until=None), pk=member_pk)
    member.until = timezone.localdate()
    member.save(update_fields=["until"])
    messages.success(request, f"{member.person} no longer lives there. That they did is kept.")
    return redirect(found)


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
@alone_on(Household)
def household_name(request: StaffRequest, pk: int) -> HttpResponse:
    """Call the household something else, or say what to mind."""
    found = _household(request, pk)
    if not found.is_known_to(request.user):
        raise Http404
    form = row_forms.HouseholdNameForm(posted(request), initial={"name": found.name, "note": found.note})
    if form.is_valid() and form.clashes:
        who = "Somebody changed this after you opened it."
        return compare(request, form, who=who, back=found.get_absolute_url(), rail="people")
    if request.method == "POST" and form.is_valid():
        found.name, found.note = form.cleaned_data["name"].strip(), form.cleaned_data["note"].strip()
        found.save(update_fields=["name", "note"])
        messages.success(request, "Saved.")
        return redirect(found)
    context = {
        "rail": "people",
        "household": found,
        "form": form,
        "title": "Change the household",
        "button": "Save",
    }
    return render(request, "constituents/act.html", context, status=422 if form.is_bound else 200)
