"""The one box: its page, and what the palette shows while somebody types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from opencasework.office.cases.models import Case, Event
from opencasework.office.search import finding, spelling
from opencasework.office.search.finding import Group, Item
from opencasework.office.search.question import Question, looks_like
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, may

IN_PALETTE, ON_PAGE, ON_PAGE_OF_ONE = 5, 10, 100  # items of a group
RECENT = 6  # cases shown before anything is typed
RECENT_LINES = 60  # of the timelines looked at for them
PALETTE = "palette-results"  # the element the palette swaps

# What the palette can do besides finding: the words for it, where, its icon, its key, and who may.
PLACES: tuple[tuple[str, str, str, str, May | None], ...] = (
    ("My day", "today", "sun", "G D", None),
    ("Inbox", "inbox", "inbox", "G I", May.TRIAGE),
    ("Cases", "cases", "folder", "G C", None),
    ("New case", "case-new", "plus", "C", May.WRITE_CASES),
    ("Log a call", "call-new", "phone", "L", May.TRIAGE),
    ("Calls to make", "call-list", "phone-call", "", None),
    ("Chasers", "chasers", "hourglass", "G H", None),
    ("Letters", "letters", "pen-line", "G L", None),
    ("Bodies", "bodies", "building-2", "", None),
    ("Constituents", "people", "users", "", None),
    ("Figures", "figures", "chart-column", "", May.SEE_FIGURES),
    ("Publications", "publications", "newspaper", "", May.SEE_FIGURES),
)


@require_safe
def search(request: StaffRequest) -> HttpResponse:
    """Everything that has the words typed; what one worked on last, while nothing is typed."""
    text = request.GET.get("q", "")
    if request.htmx.target == PALETTE or "palette" in request.GET:
        return render(
            request, "kit/_palette_results.html", {"q": text.strip(), "groups": _palette(text, request.user)}
        )
    only = request.GET.get("kind", "")
    only = only if only in finding.GROUPS else ""
    question = Question.of(text)
    context: dict[str, Any] = {"q": question.text, "question": question, "only": only}
    limit = ON_PAGE_OF_ONE if only else ON_PAGE
    context |= _found(question, request.user, limit=limit, only=only)
    if not question.words:
        context["groups"] = _recent(request.user)
    elif not context["groups"]:
        context["why"] = looks_like(question)
    return render(request, "search/_results.html" if request.htmx else "search/page.html", context)


def _found(question: Question, staff: StaffMember, *, limit: int, only: str = "") -> dict[str, Any]:
    """What was found, and the question it answers where a name was spelt another way."""
    groups = finding.find(question, staff, limit=limit, only=only)
    if groups or not question.words:
        return {"groups": groups}
    corrected = spelling.meant(question, staff)
    if corrected is None:
        return {"groups": []}
    groups = finding.find(corrected, staff, limit=limit, only=only)
    return {"groups": groups, "meant": corrected.text if groups else ""}


def _palette(text: str, staff: StaffMember) -> list[Group]:
    if text.lstrip().startswith(">"):
        return list(_places(text.lstrip()[1:], staff))
    question = Question.of(text)
    if not question.words:
        return [*_recent(staff), *_places("", staff)]
    found = _found(question, staff, limit=IN_PALETTE)
    groups: list[Group] = found["groups"]
    if found.get("meant"):
        groups = [Group(group.key, f"{group.label} like “{found['meant']}”", group.items) for group in groups]
    if groups:
        groups = [*groups, *_acts(groups, staff)]
    return [*groups, *_places(text, staff)]


def _acts(groups: list[Group], staff: StaffMember) -> Iterator[Group]:
    """What one would do next with the first person found."""
    if groups[0].key != "people":
        return
    person = groups[0].items[0]
    acts = []
    if may(staff, May.WRITE_CASES):
        acts.append(Item(url=f"{reverse('case-new')}?person={person.pk}", title="New case", icon="plus"))
    if may(staff, May.TRIAGE):
        acts.append(Item(url=f"{reverse('call-new')}?person={person.pk}", title="Log a call", icon="phone"))
    if acts:
        yield Group("acts", f"Do something with {person.name}", acts)


def _recent(staff: StaffMember) -> Iterator[Group]:
    """The open cases this colleague wrote on last."""
    lines = Event.objects.filter(by=staff).order_by("-pk").values_list("case_id", flat=True)[:RECENT_LINES]
    order = list(dict.fromkeys(lines))
    cases = Case.objects.visible_to(staff).filter(pk__in=order).for_lists()
    latest = sorted(cases, key=lambda case: order.index(case.pk))[:RECENT]
    if latest:
        yield Group(
            "recent",
            "What you worked on last",
            [
                Item(
                    url=case.get_absolute_url(),
                    title=str(case),
                    meta=str(case.constituent or ""),
                    icon="history",
                )
                for case in latest
            ],
        )


def _places(text: str, staff: StaffMember) -> Iterator[Group]:
    typed = text.strip().lower()
    places = [
        Item(url=reverse(name), title=words, icon=icon, key=key)
        for words, name, icon, key, act in PLACES
        if words.lower().startswith(typed) and (act is None or may(staff, act))
    ]
    if places:
        yield Group("places", "Go to", places)
