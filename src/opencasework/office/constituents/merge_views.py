"""People who may be one: the list, the page that compares two, joining them, and telling them apart again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opencasework.office.constituents import duplicates, joined, languages, merging, whose
from opencasework.office.constituents.models import NotTheSame, Person, PersonAddress, PersonMerge
from opencasework.office.staff.permissions import May, StaffRequest, may, staff_who_may

ROWS = 30  # pairs on a page
CASES = 6  # of each person, to know them by
ASK = "Ask the office manager or a senior caseworker to join them."
LISTS = {
    "phones": "Telephones",
    "emails": "Emails",
    "addresses": "Addresses",
    "other_names": "Other names",
}


@require_GET
@staff_who_may(May.WRITE_CASES)
def possible(request: StaffRequest) -> HttpResponse:
    """Every two people who may be one, with the reasons, among those the viewer may know of."""
    pairs = duplicates.pairs(Person.objects.visible_to(request.user))
    page = Paginator(pairs, ROWS).get_page(request.GET.get("page"))
    numbers = {number for pair in page for number in (pair.one, pair.other)}
    people = Person.objects.for_lists().in_bulk(numbers)
    rows = [(people[pair.one], people[pair.other], pair.likeness) for pair in page]
    context = {"rail": "people", "page": page, "rows": rows, "count": len(pairs)}
    return render(request, "constituents/duplicates.html", context)


@dataclass(frozen=True)
class Choice:
    """One thing that both records have once, and which of the two values is offered."""

    name: str
    label: str
    one: str
    other: str
    first: str  # "one" or "other"

    @property
    def is_same(self) -> bool:
        return self.one == self.other


def _two(request: StaffRequest, one_pk: int, other_pk: int) -> tuple[Person, Person]:
    """Both people, if the viewer may know of both. The older record comes first: its number stays."""
    people = Person.objects.visible_to(request.user).for_lists().prefetch_related("other_names")
    one, other = (get_object_or_404(people, pk=pk) for pk in sorted((one_pk, other_pk)))
    return one, other


def _choices(one: Person, other: Person) -> list[Choice]:
    return [_choice(name, one, other) for name in merging.FIELDS]


def _choice(name: str, one: Person, other: Person) -> Choice:
    mine, theirs = getattr(one, name), getattr(other, name)
    is_better = bool(theirs and not mine)
    if name == "full_name":  # the fuller one, as a person says it rather than as a list does
        is_better = ("," in mine, -len(mine.split())) > ("," in theirs, -len(theirs.split()))
    if name == "post_is_safe":  # only where both said so
        is_better = mine and not theirs
    if name == "language" and mine == languages.ENGLISH:
        is_better = True  # English is what stands there when nobody asked
    said, others = (joined.in_words(each, name) for each in (one, other))
    return Choice(name, joined.LABELS[name], said, others, "other" if is_better else "one")


def _cases(request: StaffRequest, person: Person) -> list[Any]:
    """Their latest cases that the viewer may know of. The cases folder stands above, so it is named."""
    return list(apps.get_model("cases", "Case").objects.visible_to(request.user).of(person)[:CASES])


def _is_secret(request: StaffRequest, person: Person) -> bool:
    """Whether they are on cases that not every caseworker may know of, and on no other."""
    theirs = apps.get_model("cases", "Case").objects.visible_to(request.user).of(person)
    return theirs.exists() and not theirs.for_every_caseworker().exists()


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def compare(request: StaffRequest, pk: int, other_pk: int) -> HttpResponse:
    """Both records side by side: choose each, and join them; or say that they are two people."""
    one, other = _two(request, pk, other_pk)
    if one.pk == other.pk:
        messages.warning(request, "This is one record already. Choose two different people.")
        return redirect("person", one.pk)
    if request.method == "POST":
        return _join(request, one, other)
    facts = duplicates.facts_of(Person.objects.filter(pk__in=[one.pk, other.pk]))
    homes = [home for each in (one, other) for home in each.addresses.all() if home.until is None]
    told_apart = other.pk in duplicates.told_apart_from(one)
    context = {
        "rail": "people",
        "one": one,
        "other": other,
        "likeness": duplicates.compare(facts[one.pk], facts[other.pk], least=1),
        "choices": _choices(one, other),
        "homes": homes if len({str(home) for home in homes}) > 1 else [],
        "newest_home": max((home.pk for home in homes), default=0),
        "lists": [
            (label, list(getattr(one, name).all()), list(getattr(other, name).all()))
            for name, label in LISTS.items()
        ],
        "cases": [_cases(request, each) for each in (one, other)],
        "is_secret": _is_secret(request, one) != _is_secret(request, other),
        "told_apart": told_apart,
        "may_merge": may(request.user, May.MERGE_PEOPLE),
        "ask": ASK,
    }
    return render(request, "constituents/compare.html", context)


def _join(request: StaffRequest, one: Person, other: Person) -> HttpResponse:
    if not may(request.user, May.MERGE_PEOPLE):
        raise PermissionDenied(f"You may not {May.MERGE_PEOPLE.value}. {ASK}")
    chosen: dict[str, Any] = {}
    for choice in _choices(one, other):
        side = request.POST.get(choice.name, choice.first)
        chosen[choice.name] = getattr(other if side == "other" else one, choice.name)
    homes = PersonAddress.objects.filter(person__in=[one, other], until=None)
    number = request.POST.get("lives_at", "")
    lives_at = homes.filter(pk=number).first() if number.isdecimal() else None
    try:
        merge = merging.merge(survivor=one, loser=other, chosen=chosen, lives_at=lives_at, by=request.user)
    except merging.CannotMerge as error:
        messages.error(request, str(error))
        return redirect("person", one.pk)
    undo_url = reverse("merge-undo", args=[merge.pk])
    messages.success(
        request, "They are one person now. It can be undone at any time, here.", extra_tags=f"undo:{undo_url}"
    )
    return redirect("person", one.pk)


@require_POST
@staff_who_may(May.WRITE_CASES)
def not_the_same(request: StaffRequest, pk: int, other_pk: int) -> HttpResponse:
    """Remember that these are two people, so that nobody is asked again."""
    one, other = _two(request, pk, other_pk)
    if one.pk == other.pk:
        messages.warning(request, "This is one record already. Choose two different people.")
        return redirect("person", one.pk)
    with transaction.atomic():
        if other.pk not in duplicates.told_apart_from(one):
            NotTheSame.objects.create(one=one, other=other, by=request.user)
    again = reverse("people-compare", args=[one.pk, other.pk])
    said = '{} and {} stay two people. <a href="{}">Compare them again</a>'
    messages.success(request, format_html(said, one, other, again))
    return redirect("duplicates" if request.POST.get("next") == "list" else one)


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Tell two people apart again, after a page that says what happens.

    Whoever cannot, by their role or as a case of it is hidden from them, reads the same words: these tell
    nothing of a hidden case.
    """
    merge = get_object_or_404(
        PersonMerge.objects.filter(survivor__in=Person.objects.visible_to(request.user)), pk=pk
    )
    if not joined.may_take_back(request.user, merge):
        context = {"rail": "people", "person": merge.survivor}
        return render(request, "constituents/not_undone.html", context, status=403)
    if request.method == "GET":
        return render(
            request, "constituents/undo.html",
            {"rail": "people", "merge": merge, "person": merge.survivor,
             "name": joined.name_of_other(merge), "added": whose.added_since(merge)},
        )  # fmt: skip
    try:
        back = whose.tell_apart(merge, request.POST, by=request.user)
    except merging.CannotMerge as error:
        messages.error(request, str(error))
        return redirect(merge.survivor)
    said = 'They are two people again: {} and <a href="{}">{}</a>.'
    messages.success(request, format_html(said, merge.survivor, back.get_absolute_url(), back))
    for person in whose.without_a_home([merge.survivor, back]):
        messages.warning(
            request, f"No address of {person} is where they live now. Their page has the former ones."
        )
    return redirect(merge.survivor)
