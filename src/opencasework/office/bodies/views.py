"""The directory of bodies: finding one, what it is for, whom to reach there."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case as FirstThatFits
from django.db.models import When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opencasework.office.bodies import removing
from opencasework.office.bodies.directory import FACT_NAMES
from opencasework.office.bodies.forms import BodyForm, ContactForm, FactsForm
from opencasework.office.bodies.models import Body, BodyContact, Directory
from opencasework.office.kit.alone import alone_on
from opencasework.office.kit.versions import Versioned, compare, say_taken
from opencasework.office.places.models import Office
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may

ROWS = 60  # on a page
MOST_REMOVED = 10  # contacts taken off that a page still shows
# Asked who looks at complaints about a body: the kinds of problem (empty for most), and the codes in order.
WHO_LOOKS: list[Callable[[Body], list[tuple[str, list[str]]]]] = []
DEFAULT_REPLY_DAYS = 15  # working days: the office's rule before there is an office


@require_GET
def bodies(request: StaffRequest) -> HttpResponse:
    """Every body we may write to, found by name, code or kind."""
    words, kind = request.GET.get("q", "").strip()[:100], request.GET.get("kind", "")
    # Our own first; the many councils last, for whoever looks without a name.
    found = Body.objects.order_by("-is_local", FirstThatFits(When(kind="council", then=1), default=0), "name")
    kinds = found.order_by("kind").values_list("kind", flat=True).distinct()
    if words:
        found = found.matching(words)
    if kind:
        found = found.filter(kind=kind)
    context = {
        "rail": "bodies",
        "words": words,
        "kind": kind,
        "kinds": [(code, Body(kind=code).kind_name) for code in kinds],
        "page": Paginator(found, ROWS).get_page(request.GET.get("page")),
        "directory": Directory.objects.first(),
        "may_manage": may(request.user, May.MANAGE_OFFICE),
        "may_write": may(request.user, May.WRITE_CASES),
    }
    return render(request, "bodies/_bodies.html" if request.htmx else "bodies/list.html", context)


@require_GET
def body(request: StaffRequest, pk: int) -> HttpResponse:
    """One body: what it is for, how long it may take, who checks it, whom to reach."""
    found = get_object_or_404(
        Body.objects.select_related("parent", "checked_by").prefetch_related(
            "contacts__checked_by", "parent__contacts__checked_by", "units__contacts"
        ),
        pk=pk,
    )
    office = Office.objects.first()
    days, rule = found.reply_days(office.reply_days if office else DEFAULT_REPLY_DAYS)
    today = timezone.localdate()
    contacts = sorted(found.contacts.all(), key=lambda contact: contact.kind != BodyContact.Kind.HOTLINE)
    published = found.published_as
    context = {
        "rail": "bodies",
        "body": found,
        "contacts": [(contact, contact.is_stale(on=today)) for contact in contacts],
        "lines_above": [] if any(each.phone for each in contacts) else found.hotlines(),
        "published": published if published != found else None,
        "differences": [(fact, FACT_NAMES[fact], ours, theirs) for fact, ours, theirs in found.differences],
        "removed": found.removed_contacts.select_related("by")[:MOST_REMOVED],
        "today": today,
        "days": days,
        "rule": rule,
        "ombudsmen": ombudsmen_of(found),
        "may_write": may(request.user, May.WRITE_CASES),
        "may_manage": may(request.user, May.MANAGE_OFFICE),
    }
    return render(request, "bodies/detail.html", context)


def ombudsmen_of(found: Body) -> list[tuple[str, list[tuple[str, Body | None]]]]:
    """Who looks at complaints about a body, in order: each code, and its page where we have one. First for
    most problems, then with the kinds of problem that go elsewhere.
    """
    said = [way for ask in WHO_LOOKS for way in ask(found)]
    codes = [code.strip() for code in found.ombudsman.replace(";", ">").split(">") if code.strip()]
    ways = said or ([("", codes)] if codes else [])
    every = [code for _about, its in ways for code in its]
    known = {body.code: body for body in Body.objects.filter(code__in=every)} if every else {}
    return [(about, [(code, known.get(code)) for code in its]) for about, its in ways]


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def new(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add a body the directory lacks; under the number of another body, a unit or local office of that."""
    parent = get_object_or_404(Body, pk=pk) if pk else None
    form = BodyForm(posted(request), parent=parent)
    if request.method == "POST" and form.is_valid():
        created = form.save()
        messages.success(request, f"{created} is in the directory now. Add whom to reach there.")
        return redirect(created)
    title = f"New unit or local office of {parent}" if parent else "New body"
    context = {"rail": "bodies", "form": form, "body": parent, "title": title}
    return render(request, "bodies/edit.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@staff_who_may(May.MANAGE_OFFICE)
@alone_on(Body)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a body of this office's own, or say for this office what the directory says otherwise."""
    found = get_object_or_404(Body, pk=pk)
    form = (BodyForm if found.is_local else FactsForm)(posted(request), instance=found)
    if request.method == "POST" and form.is_valid():
        if form.clashes:
            return compared(request, found, form)
        form.save()
        messages.success(request, "Saved.")
        say_taken(request, form)
        return redirect(found)
    context = {"rail": "bodies", "form": form, "body": found, "title": f"Edit {found}"}
    return render(request, "bodies/edit.html", context, status=422 if form.is_bound else 200)


def compared(request: StaffRequest, found: Body, form: Versioned) -> HttpResponse:
    """The page that shows two edits of a body, or of a contact there, side by side."""
    who = "Somebody changed this after you opened it."
    back = found.get_absolute_url()
    crumbs = [(reverse("bodies"), "Bodies"), (back, str(found))]
    return compare(request, form, who=who, back=back, rail="bodies", crumbs=crumbs)


@require_POST
@staff_who_may(May.MANAGE_OFFICE)
def fact(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """Take back this office's own word for one fact: the directory's counts again."""
    found = get_object_or_404(Body.objects.filter(is_local=False), pk=pk)
    if name not in found.own_facts or name not in found.directory:
        raise Http404
    setattr(found, name, found.directory[name])
    found.keep_own([])
    found.save()
    messages.success(request, f"The directory’s word counts again for {FACT_NAMES[name]}.")
    return redirect(found)


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
@alone_on(Body)
def contact(request: StaffRequest, pk: int, contact_pk: int | None = None) -> HttpResponse:
    """Add a contact at a body, or change one."""
    found = get_object_or_404(Body, pk=pk)
    known = found.contacts.filter(pk=contact_pk).first() if contact_pk else BodyContact(body=found)
    given = posted(request)
    is_gone = known is None
    if known is None:
        if given is None:
            raise Http404("There is no such contact any more.")
        known = BodyContact(body=found)
    form = ContactForm(given, instance=known)
    if request.method == "POST" and form.is_valid():
        if form.clashes:
            return compared(request, found, form)
        if form.cleaned_data["is_checked"]:
            known.checked_on, known.checked_by = timezone.localdate(), request.user
        form.save()
        messages.success(request, f"Contact at {found} saved.")
        if is_gone:  # what somebody has typed is not lost because a colleague took it off
            messages.info(request, "A colleague had removed it meanwhile. It stands there as you wrote it.")
        say_taken(request, form)
        return redirect(found)
    title = f"Edit a contact at {found}" if contact_pk else f"Add a contact at {found}"
    context = {"rail": "bodies", "form": form, "body": found, "title": title, "contact": known}
    return render(request, "bodies/edit.html", context, status=422 if form.is_bound else 200)


@require_POST
@staff_who_may(May.WRITE_CASES)
@alone_on(Body)
def contact_removal(request: StaffRequest, pk: int, contact_pk: int) -> HttpResponse:
    """Take a contact off. Letters that went there keep the address they went to."""
    found = get_object_or_404(Body, pk=pk)
    removed = removing.remove(get_object_or_404(found.contacts, pk=contact_pk), by=request.user)
    undo = reverse("body-contact-return", args=[found.pk, removed.pk])
    messages.success(request, f"Contact removed: {removed.name}.", extra_tags=f"undo:{undo}")
    return redirect(found)


@require_POST
@staff_who_may(May.WRITE_CASES)
def contact_return(request: StaffRequest, pk: int, removed_pk: int) -> HttpResponse:
    """Put a contact back that was taken off."""
    found = get_object_or_404(Body, pk=pk)
    removed = found.removed_contacts.filter(pk=removed_pk).first()
    back = removing.put_back(removed) if removed else None
    if back is not None:
        messages.success(request, f"Taken back: {back} is there again.")
    else:
        messages.error(request, "It has been put back already.")
    return redirect(found)
