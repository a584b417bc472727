"""Quick entry: a call, a letter, a visit or a post, in a dialog over any page or on a page of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from opencasework.office.authority.gate import NoAuthority
from opencasework.office.cases.models import Case, CasePerson
from opencasework.office.cases.views import visible_case
from opencasework.office.constituents.models import Person
from opencasework.office.inbox import sent_again
from opencasework.office.inbox.body_forms import BODY, OfABodyForm
from opencasework.office.inbox.deciding import say
from opencasework.office.inbox.entry_forms import KINDS, NETWORKS, EntryForm, Kind
from opencasework.office.inbox.models import Message
from opencasework.office.kit.numbers import row_number
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may

FOUND = 8  # people shown while somebody types
SHORTEST = 2  # letters


@dataclass(frozen=True)
class Known:
    """Somebody we know, as the form shows them: enough to be sure it is them."""

    person: Person
    cases: list[Case]  # open, and known to whoever looks
    because: str = ""  # why it may be them, where the words alone do not say


def known(
    people: Iterable[Person], *, staff: StaffMember, because: Mapping[int, str] | None = None
) -> list[Known]:
    """Each with their open cases, in two more queries however many there are."""
    found = list(people)
    theirs = Case.objects.visible_to(staff).open()
    links = CasePerson.objects.filter(person__in=found, case__in=theirs).select_related("case")
    cases: dict[int, list[Case]] = {}
    for link in links.order_by("-case__opened_at"):
        cases.setdefault(link.person_id, []).append(link.case)
    why = because or {}
    return [Known(person, cases.get(person.pk, []), why.get(person.pk, "")) for person in found]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.TRIAGE)
def entry(request: StaffRequest, kind: str = "call") -> HttpResponse:
    """Write down what did not come by mail. It is then decided about like any message."""
    if kind not in KINDS:
        raise Http404("There is no such form.")
    chosen = KINDS[kind]
    person = _person(request)
    if request.method != "POST":
        return _page(request, chosen, chosen.form(person=person))
    on = _case(request) if issubclass(chosen.form, OfABodyForm) else None
    if {"find", "unlink"} & set(request.POST):
        is_afresh = "unlink" in request.POST
        return _look_again(request, chosen, None if is_afresh else person, None if is_afresh else on)
    sending = sent_again.Sending.of(request)
    if before := sending.before():
        return _written(request, chosen, sent_again.Kept(before, was_here=True))
    form = chosen.form(request.POST, request.FILES, person=person, **({"on": on} if on else {}))
    if not form.is_valid() or form.is_here_already(request.user):
        return _page(request, chosen, form, status=422)
    try:
        kept = sending.keep(lambda only: form.save(by=request.user, fingerprint=only, mark=sending.mark))
    except NoAuthority as shut:  # withdrawn in this moment
        form.say_why(str(shut))  # type: ignore[attr-defined]
        return _page(request, chosen, form, status=422)
    return _written(request, chosen, kept)


def _written(request: StaffRequest, kind: Kind, kept: sent_again.Kept) -> HttpResponse:
    """It is in the inbox, or what a body said on its case: on to that, or to the next form."""
    written = kept.message
    if kept.was_here:
        messages.success(request, f"It had arrived the first time. “{written.subject}” is here once.")
    elif written.case is not None:
        say(request, f"“{written.subject}” is on {written.case.reference}", written)
    elif "next" in request.POST:
        messages.success(request, f"“{written.subject}” is in the inbox.")
    else:
        messages.success(request, "Written down. Now decide what becomes of it.")
    if kept.differs_from is not None:
        messages.warning(request, _both_are_here(request, kept.differs_from))
    if "next" in request.POST:
        return _page(request, kind, kind.form()) if request.htmx else redirect("entry-new", kind.name)
    address = _where(request, written)
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _where(request: StaffRequest, written: Message) -> str:
    """The page of its case, or its own; of what a colleague has put out of sight meanwhile, the inbox."""
    if not _sees(request, written):
        return reverse("inbox")
    if written.case is not None:
        return written.case.get_absolute_url()
    return reverse("message", args=[written.pk])


def _sees(request: StaffRequest, written: Message) -> bool:
    return Message.objects.visible_to(request.user).filter(pk=written.pk).exists()


def _both_are_here(request: StaffRequest, before: Message) -> str:
    """What this form had said before it was changed, which had arrived too."""
    if not _sees(request, before):
        return "What you had sent from this form before is here too, beside this."
    return format_html(
        "What you had sent from this form before had arrived too, and is here beside this: "
        '<a href="{}">“{}”</a>. File away the one you do not want.',
        reverse("message", args=[before.pk]),
        before.subject,
    )


def _person(request: StaffRequest) -> Person | None:
    number = request.GET.get("person") or request.POST.get("person") or ""
    if not number:
        return None
    people = Person.objects.visible_to(request.user).for_lists()
    return get_object_or_404(people, pk=row_number(number))


def _case(request: StaffRequest) -> Case | None:
    """The case that what a body said was said to be about; of anybody else's none."""
    number = request.POST.get("case", "")
    if not number or request.POST.get("rang") != BODY:
        return None
    return visible_case(request, row_number(number) or 0).survivor


def _look_again(request: StaffRequest, kind: Kind, person: Person | None, on: Case | None) -> HttpResponse:
    """The same form with all that was typed, and whom the name may mean: the way with scripts off."""
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in kind.form.base_fields}
    typed |= {name: name in request.POST for name in ("timed", "nothing_said")}
    words = str(typed["from_name"]).strip()[:100]
    people: list[Person] = []
    cases: list[Case] = []
    is_looking = person is None and on is None and len(words) >= SHORTEST and "find" in request.POST
    if is_looking and typed.get("rang") == BODY:
        cases = list(Case.objects.visible_to(request.user).standing().with_words(words).for_lists()[:FOUND])
    elif is_looking:
        people = list(Person.objects.visible_to(request.user).with_words(words).for_lists()[:FOUND])
    form = kind.form(person=person, initial=typed, **({"on": on} if on else {}))
    found: dict[str, Any] = {
        "words": words,
        "found": known(people, staff=request.user),
        "cases": cases,
        "looked": "find" in request.POST,
    }
    return _page(request, kind, form, **found)


def _page(
    request: StaffRequest, kind: Kind, form: EntryForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "rail": "inbox",
        "entries": KINDS.values(),
        "kind": kind,
        "form": form,
        "chosen": known([form.person], staff=request.user)[0] if form.person else None,
        "chosen_case": getattr(form, "on", None),
        "networks": NETWORKS,
    }
    template = "inbox/_entry.html" if request.htmx else "inbox/new.html"
    return render(request, template, context | more, status=status)
