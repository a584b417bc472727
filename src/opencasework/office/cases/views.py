"""The list of cases, a case's own page, and opening one. Acts on a case are in `acts.py`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods

from opencasework.office.bodies.models import Body
from opencasework.office.cases import (
    beside,
    cards,
    chased,
    closings,
    covering,
    drafts,
    lists,
    moving,
    numbers,
    ringing,
    sent_twice,
    taking_back,
    timeline,
    told,
    transfers,
)
from opencasework.office.cases.access import YOU_STAY
from opencasework.office.cases.call_form import CallForm, is_a_call
from opencasework.office.cases.forms import NewCaseForm, NoteForm
from opencasework.office.cases.models import Case, CaseLink, CasePerson, Move
from opencasework.office.constituents.models import Person
from opencasework.office.constituents.views import say_what_to_look_at
from opencasework.office.kit import dates
from opencasework.office.kit.numbers import row_number
from opencasework.office.kit.questions import Number, instances_of
from opencasework.office.kit.versions import plain, seal
from opencasework.office.places.models import Office
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, may, staff_who_may
from opencasework.office.staff.sent_twice import hold, mark
from opencasework.office.tags.models import Transferability

TRANSFER_ICONS = {
    Transferability.KEEP: "hand",
    Transferability.SIGNPOST: "signpost",
    Transferability.REFER: "forward",
    Transferability.OTHER_REPRESENTATIVE: "landmark",
    Transferability.SHARED: "users-round",
    Transferability.HANDOVER: "arrow-right-left",
}
ENTRIES = 50  # of the timeline on a page
NEWEST = 10  # of them until somebody asks for all, so that on a phone what stands below is not far
FOUND = 20  # people shown while somebody types a name
FOR_A_DAY = (
    "You opened this case in an emergency, for a day. Who sees it, whose it is and where it goes is for its "
    "caseworker or the member to say."
)


@require_GET
def cases(request: StaffRequest) -> HttpResponse:
    """Cases to find and to work through, what is due first."""
    asked = lists.CaseFilter(request.GET, staff=request.user)
    counts = {} if request.htmx else asked.counts()
    paginator = Paginator(asked.cases(), lists.ROWS)
    if asked.show in counts and not asked.is_narrowed:
        paginator.count = counts[asked.show]  # asked already
    page = paginator.get_page(request.GET.get("page"))
    today = timezone.localdate()
    context = {
        "rail": "cases",
        "asked": asked,
        "page": page,
        "rows": lists.rows(page, today=today),
        "sees_shared_only": not may(request.user, May.SEE_ALL_CASES),
        "may_write": may(request.user, May.WRITE_CASES),
    }
    if request.htmx:
        return render(request, "cases/_rows.html", context)
    asked.count_by_status(counts)
    context["segments"] = [
        (show, lists.SHOWN[show], counts.get(show) if show != "closed" else None)
        for show in lists.SHOWN
        if show != "all"
    ]
    return render(request, "cases/list.html", context)


def find_case(request: StaffRequest, pk: int) -> Case:
    """The case of this number, with all its page shows; a hidden one is simply not found.

    Of a case that became part of another, that other one.
    """
    case = _seen_by(request.user, pk)
    case = _seen_by(request.user, case.survivor.pk) if case.merged_into_id else case
    beside.is_seen(case)
    if request.method == "GET":  # what is posted may change what stands beside it
        beside.look(case)
    beside.fetch(case)
    return case


def visible_case(request: StaffRequest, pk: int) -> Case:
    """The case of this number, or the one it became part of; a hidden one is simply not found."""
    case = _seen_by(request.user, pk)
    case = _seen_by(request.user, case.survivor.pk) if case.merged_into_id else case
    beside.is_seen(case)
    return case


def _seen_by(staff: StaffMember, pk: int) -> Case:
    found: list[Case] = instances_of(_visible, staff, Number(pk))
    if found:
        return found[0]
    # The question is put once a minute; an opening in an emergency ends to the second.
    return get_object_or_404(Case.objects.visible_to(staff), pk=pk)


def _visible(staff: StaffMember, pk: int) -> QuerySet[Case]:
    return Case.objects.visible_to(staff).filter(pk=pk).order_by()


def find_managed(request: StaffRequest, pk: int) -> Case:
    """As `find_case`, for an act that says who sees the case or where it goes."""
    case = find_case(request, pk)
    insist_managed(request, case)
    return case


def insist_managed(request: StaffRequest, *cases: Case) -> None:
    """Raise PermissionDenied where the colleague sees one of these for a day only, in an emergency."""
    managed = Case.objects.manageable_by(request.user)
    if managed.filter(pk__in={case.pk for case in cases}).count() < len({case.pk for case in cases}):
        raise PermissionDenied(FOR_A_DAY)


def _waiting(case: Case, *, today: date) -> dict[str, Any]:
    """What the strip says of its enquiries: the one replied to, answered last, or silent for longest."""
    unanswered = [enquiry for enquiry in case.enquiries.all() if enquiry.answered_on is None]
    replied = next((enquiry for enquiry in unanswered if case.is_open and enquiry.unread_reply), None)
    answers = [(enquiry.answered_on, enquiry.pk, enquiry) for enquiry in case.enquiries.all()]
    answered = max((each for each in answers if each[0]), default=(None, 0, None))[2]
    silent = [each for each in unanswered if not (each.unread_reply or each.is_paused)]
    silent = [each for each in silent if not (each.promised_on and each.promised_on >= today)]
    silent = [each for each in silent if case.is_open and each.due_on < today]
    if silent and len(unanswered) > 1:  # one that was put to somebody above waits for that answer
        above = case.enquiries.filter(answered_on=None, letter__about_enquiry__isnull=False)
        waits = set(above.values_list("letter__about_enquiry", flat=True))
        silent = [each for each in silent if each.pk not in waits]
    overdue = min(silent, key=lambda enquiry: enquiry.due_on, default=None)
    return {
        "chased": chased.of(overdue, on=today) if overdue else None,
        "replied": replied,
        "answered": answered,
        "overdue": overdue,
        "overdue_by": dates.lateness(overdue.due_on, today=today) if overdue else "",
        "reply_due": dates.say(overdue.due_on) if overdue else "",
    }


def page_of(case: Case, request: StaffRequest, **more: Any) -> dict[str, Any]:
    """What the page of a case shows; `more` puts a form with errors, or a number to show, into it."""
    show = request.GET.get("show", "all")
    show = show if show in timeline.FILTERS else "all"
    events: Any = timeline.OwnLines(case)
    if show != "all" or not case.lacks("merged_cases", "lines_shown") or events.has_links:
        lines = moving.lines_of(case).select_related("by", "case")
        events = timeline.of_known_cases(lines, request.user)
    if show != "all":
        events = events.filter(kind__in=timeline.FILTERS[show])
    is_whole = "all" in request.GET or "page" in request.GET
    page = Paginator(events, ENTRIES if is_whole else NEWEST).get_page(request.GET.get("page"))
    today = timezone.localdate()
    others, cover = timeline.other_cases(page, staff=request.user), covering.of(case, request.user)
    on = case.next_action_on
    links = list(case.case_people.all())
    constituent = case.constituent
    # The authority folder stands above this one, so its clocks are reached from the case.
    running = [each for each in case.authority_demands.all() if each.is_waiting]
    first = min(running, key=lambda each: each.due_on, default=None) if case.is_open else None
    demand = first if first and first.due_on <= today else None
    numbers_shown = numbers.card(case, request.user, shown=more.get("shown_number"))
    to_ring = ringing.to_ring(case, numbers_shown["number_lines"])
    return {
        "rail": "cases",
        "case": case,
        "constituent": constituent,
        "first_body": next((issue.body for issue in case.issues.all() if issue.body), None),
        "other_cases": _other_cases(case, constituent, request.user),
        "constituent_link": next((link for link in links if link.person == constituent), None),
        "others": [link for link in links if link.person != constituent],
        "demand": demand,
        "running": (first, first.state(on=today)[1]) if first and not demand else None,
        "demand_late": dates.lateness(demand.due_on, today=today) if demand else "",
        **_waiting(case, today=today),
        "late": dates.lateness(on, today=today) if on else "",
        "is_today": on == today,
        "due": dates.say(on) if on else "",
        "shown_entries": show,
        "filters": [(key, timeline.FILTER_NAMES[key]) for key in timeline.FILTERS],
        "page": page,
        "is_whole": is_whole,
        "undoable": taking_back.undoable(case) if may(request.user, May.WRITE_CASES) else set(),
        "entries": [
            timeline.entry(event, today=today, case=case, others=others, staff=request.user, cover=cover)
            for event in page
        ],
        "transfer_icon": TRANSFER_ICONS[Transferability(case.transferability)],
        "writing": request.GET.get("write", "note"),
        **_composer(case, request, constituent, ringing.bodies_on(case)),
        **standing(case, request),
        "may_write": may(request.user, May.WRITE_CASES),
        "may_close": may(request.user, May.CLOSE_CASES),
        **numbers_shown,
        "told": told.told(case, today=today),
        "to_ring": to_ring,
        **transfers.card(case),
        **more,
    }


def _composer(
    case: Case, request: StaffRequest, constituent: Person | None, bodies: list[Body]
) -> dict[str, Any]:
    """The forms to write in, with what this colleague had begun in them on whichever device."""
    note, call = drafts.begun_each("note", "call", case=case, staff=request.user)
    rung = ringing.rung_next(case) if bodies and is_a_call(case.next_action) else None
    with_whom = {"other_side": "" if rung else constituent or "", "body": rung.pk if rung else ""}
    is_calling = request.GET.get("write") == "call"
    without = ringing.without_authority(case, bodies) if is_calling else {}
    begun = drafts.with_draft(call, with_whom)
    return {
        "note_form": NoteForm(auto_id="note_%s", initial=drafts.with_draft(note, {})),
        "call_form": CallForm(auto_id="call_%s", case=case, bodies=bodies, without=without, initial=begun),
        "note_draft": note,
        "call_draft": call,
        "now": timezone.now(),
    }


def standing(case: Case, request: StaffRequest) -> dict[str, Any]:
    """Where the case stands, whom it waits for, who works on it, and which cases it has to do with."""
    questions = list(case.questions.all())
    asked = [question for question in questions if question.is_open]
    issues = list(case.issues.all())
    # What is still worked on; of a closed case, what it was about.
    about = [issue for issue in issues if issue.is_open] or [one for one in issues if not one.duplicate_of_id]
    plan = {"next_action": case.next_action, "on": plain(case.next_action_on)}
    return {
        "status": case.status,
        "asked": asked if case.is_open else [],
        "asked_of": list(dict.fromkeys(question.asked_of for question in asked)),
        # What a message has ended by itself may have been no answer.
        "heard_by_itself": [
            one for one in questions if case.is_open and not one.is_open and one.ended_by_id is None
        ][:1],
        "issues": issues,
        "issue_tags": list(dict.fromkeys(issue.category.label for issue in about)),
        "opened_plan": seal(plan),
        "linked": neighbours(case, request.user),
        "moves": _moves(case, request.user),
        "closing": closings.last_closing(case) if not case.is_open else None,
    }


def neighbours(case: Case, staff: StaffMember) -> list[tuple[CaseLink, Case]]:
    """The cases linked to this one that the colleague may know of, each once."""
    if case.lacks("links_made", "links_received"):
        return []
    links = list(CaseLink.objects.filter(Q(one=case) | Q(other=case)).select_related("one", "other"))
    if not links:
        return []
    visible = set(
        Case.objects.visible_to(staff)
        .filter(pk__in=[link.other_than(case).pk for link in links])
        .values_list("pk", flat=True)
    )
    found: dict[int, tuple[CaseLink, Case]] = {}
    for link in links:
        if (other := link.other_than(case)).pk in visible:
            found.setdefault(other.pk, (link, other))
    return list(found.values())


def _other_cases(case: Case, person: Person | None, staff: StaffMember) -> list[Case]:
    """Other cases of this person that the colleague may know of."""
    if person is None or case.lacks(beside.ELSEWHERE):
        return []
    if not CasePerson.objects.filter(person=person).exclude(case=case).exists():
        return []
    return instances_of(_others_of, staff, Number(person.pk), Number(case.pk))


def _others_of(staff: StaffMember, person: int, case: int) -> QuerySet[Case]:
    theirs = CasePerson.objects.filter(person=person).values("case")
    return Case.objects.visible_to(staff).filter(pk__in=theirs).standing().exclude(pk=case)[:6]


def _moves(case: Case, staff: StaffMember) -> list[Move]:
    """Merges and splits that can be taken back from here, of cases the colleague may know of."""
    if case.lacks("moves_in", "moves_out"):
        return []
    moves = Move.objects.filter(Q(target=case) | Q(source=case, kind=Move.Kind.SPLIT), undone_at=None)
    if not moves.exists():  # as of nearly every case; who may see what is the dearer question
        return []
    # A split that was taken back left a merge behind, which is no merge anybody made.
    taken_back = Move.objects.filter(
        kind=Move.Kind.SPLIT, source=OuterRef("target"), target=OuterRef("source")
    ).exclude(undone_at=None)
    moves = moves.exclude(Exists(taken_back), kind=Move.Kind.MERGE)
    visible = Case.objects.visible_to(staff)
    return list(moves.filter(source__in=visible, target__in=visible).select_related("source", "target", "by"))


@require_GET
def case(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything about one case. The address of one that became part of another leads to that."""
    found = find_case(request, pk)
    if found.pk != pk:
        return redirect(found)
    context = page_of(found, request)
    if request.htmx:
        return render(request, "cases/_timeline.html", context)
    return render(request, "cases/detail.html", {**context, **cards.made(found, request)})


def back_to(request: StaffRequest, case: Case) -> HttpResponse:
    """To the case or, where whoever acted may not see it (any more), to the list."""
    return redirect(case if Case.objects.visible_to(request.user).filter(pk=case.pk).exists() else "cases")


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def new(request: StaffRequest) -> HttpResponse:
    """Find the person or write down a new one, and open the case. What the address names is filled in."""
    number = request.GET.get("person") or request.POST.get("person") or ""
    person = None
    if number:
        people = Person.objects.visible_to(request.user).for_lists()
        person = get_object_or_404(people, pk=row_number(number))
    if request.method == "POST":
        form = NewCaseForm(request.POST, person=person)
        if form.is_valid():
            alike = [] if person else form.alike(staff=request.user)
            with transaction.atomic():
                hold(request.user)
                sent = mark(request)
                there = sent_twice.opened(sent, by=request.user)
                opened = there or form.save(by=request.user, sent=sent)
            if there is not None:
                messages.info(
                    request, f"You had opened this already, so it is there once: {there.reference}."
                )
                return back_to(request, there)
            said = format_html("Case {} is open. Next: {}.", opened.reference, opened.next_action)
            messages.success(request, said + _sight_of(opened, request.user))
            if form.reference_warning:
                messages.warning(request, form.reference_warning)
            if person is None:
                say_what_to_look_at(request, form, alike)
            return back_to(request, opened)
        return render(request, "cases/new.html", _new_page(request, form, person), status=422)
    words = request.GET.get("q", "").strip()
    if request.htmx:
        return render(request, "cases/_people.html", {"words": words, "found": _found(request, words)})
    prefill = {name: request.GET[name] for name in NewCaseForm.base_fields if name in request.GET}
    form = NewCaseForm(person=person, initial={"owner": str(request.user.pk), **prefill})
    return render(request, "cases/new.html", _new_page(request, form, person))


def _sight_of(case: Case, staff: StaffMember) -> str:
    """Whether whoever opened it sees it, where that is not as always."""
    if case.shared_with.filter(pk=staff.pk).exists():
        return f" {YOU_STAY}"
    is_seen = Case.objects.visible_to(staff).filter(pk=case.pk).exists()
    return "" if is_seen else " You see it no longer."


def _new_page(request: StaffRequest, form: NewCaseForm, person: Person | None) -> dict[str, Any]:
    words = request.GET.get("q", "").strip()
    known = Case.objects.visible_to(request.user).open()
    return {
        "rail": "cases",
        "form": form,
        "person": person,
        "words": words,
        "found": _found(request, words),
        "is_searching": person is None and not form.is_bound and "new" not in request.GET,
        "open_cases": list(known.of(person)[:5]) if person else [],
    }


def _found(request: StaffRequest, words: str) -> list[Person]:
    if len(words) < 2:
        return []
    return list(Person.objects.visible_to(request.user).with_words(words).for_lists()[:FOUND])


@require_GET
def person_cases(request: StaffRequest, pk: int) -> HttpResponse:
    """The cases of one person that the viewer may know of; a panel of the person's page."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    found = Case.objects.visible_to(request.user).standing().of(person)
    today = timezone.localdate()
    context = {
        "rail": "people",
        "person": person,
        "rows": lists.rows(found, today=today),
        "sees_shared_only": not may(request.user, May.SEE_ALL_CASES),
    }
    return render(request, "cases/_person_cases.html" if request.htmx else "cases/person_cases.html", context)


@require_GET
def when(request: HttpRequest) -> HttpResponse:
    """What a date as somebody says it means, said back in full; a line under the field.

    With `back` it is one in the past.
    """
    text = next((str(value) for name, value in request.GET.items() if name != "back"), "").strip()[:60]
    back = "back" in request.GET
    today, nation = timezone.localdate(), Office.nation_here()
    try:
        day = dates.parse(text, today=today, nation=nation, looking_back=back)
    except ValueError as error:
        return HttpResponse(format_html("{}", str(error) if len(text) > 2 else ""))
    if back and day > today:
        return HttpResponse(format_html("{}, which has not come yet", dates.say(day)))
    return HttpResponse(format_html("{}", dates.understood(day, today=today, nation=nation)))
