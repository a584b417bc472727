"""Authority to act: a panel of the case, recording it, its scan, withdrawing it."""

from __future__ import annotations

import hashlib
from datetime import date

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods

from opencasework.office.authority import clock, gate, looking, meant
from opencasework.office.authority.actions import record_authority, scans, withdraw
from opencasework.office.authority.forms import AuthorityForm, WithdrawalForm
from opencasework.office.authority.models import Ask, Authority, Demand, ReturnedForm, SignLink
from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.views import visible_case
from opencasework.office.constituents.acting import executors_of, givers_of
from opencasework.office.kit import sealing
from opencasework.office.kit.blobs import BlobDamaged
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may
from opencasework.office.staff.sent_twice import do_once, forget


@require_GET
def authorities(request: StaffRequest, pk: int) -> HttpResponse:
    """What authority there is on a case; a panel of its page."""
    case = visible_case(request, pk)
    today = timezone.localdate()
    limits, given = gate.limits_of(case, on=today), _on(case)
    ended = _ended_by_whom(given, on=today)
    known = [
        (each, *_state(each, ended, on=today), limits(each), looking.under(each, staff=request.user))
        for each in given
    ]
    demands = Demand.objects.running().filter(case=case).select_related("body", "case")
    # The inbox stands above this folder, so its messages are reached from the case.
    asked = (
        case.messages.visible_to(request.user).filter(details__authority=True).order_by("received_at").first()
    )
    context = {
        "rail": "cases",
        "case": case,
        "authorities": known,
        "without": _without(case, [each for each in given if each.pk not in ended], given),
        "asked": asked,
        "asks": _asks(case, on=today),
        "returned": ReturnedForm.objects.waiting().filter(ask__case=case).select_related("ask__person"),
        "demands": [
            (demand, *demand.state(on=today), clock.written_for(demand, on=today)) for demand in demands
        ],
        "may_write": may(request.user, May.WRITE_CASES),
        "may_be_demanded": case.is_open and clock.concerns(case),
    }
    return render(request, "authority/_panel.html" if request.htmx else "authority/list.html", context)


def _ended_by_whom(given: list[Authority], *, on: date) -> dict[int, str]:
    """Why authorities count no more, by their numbers, where whoever gave them may not give it any more."""
    about = [each.subject for each in given]
    dead, people = executors_of(about, on=on), givers_of(about, on=on)
    may_give = {person.pk: {giver.person.pk for giver in givers} for person, givers in people.items()}
    found = {}
    for each in given:
        whom = each.subject.pk
        if whom in dead and each.person_id not in dead[whom]:
            found[each.pk] = "Ended: they have died"
        elif each.person_id not in may_give[whom]:
            found[each.pk] = f"Counts no more: {each.person} may not give it"
    return found


def _state(authority: Authority, ended: dict[int, str], *, on: date) -> tuple[str, str]:
    if authority.is_in_force and authority.pk in ended:
        return "late", ended[authority.pk]
    return authority.state(on=on)


def _asks(case: Case, *, on: date) -> list[tuple[Ask, str, str]]:
    """What is asked for on a case, and how each stands; who may give it is asked once for all."""
    asks = list(
        Ask.objects.open()
        .filter(case=case)
        .select_related("case", "person", "about")
        .prefetch_related("links")
    )
    on_it = set(case.case_people.values_list("person", flat=True)) if asks else set()
    givers = givers_of({ask.subject for ask in asks if ask.subject.pk in on_it}, on=on)

    def is_theirs(ask: Ask) -> bool:
        return any(giver.person == ask.person for giver in givers.get(ask.subject, []))

    return [(ask, *ask_state(ask, is_theirs=is_theirs(ask))) for ask in asks]


def ask_state(ask: Ask, *, is_theirs: bool | None = None) -> tuple[str, str]:
    """How asking stands: the colour of a state, and the words.

    `is_theirs` is `Ask.is_still_theirs`, from who has asked that already.
    """
    # What is signed, or asked no longer, stays so whoever may give it today.
    if ask.authority:
        return "answered", ask.authority.short_basis
    if ask.closed_at:
        return "draft", "Asked no longer"
    if ask.asked_again_at:
        return "due", "Wants a new link"
    is_theirs = ask.is_still_theirs if is_theirs is None else is_theirs
    if not is_theirs:
        return "due", "Link withdrawn" if ask.link else "Nobody can sign it"
    link = ask.link
    trouble = link.trouble(at=timezone.now(), is_theirs=is_theirs) if link else ""
    if link is None or (ask.went_on and trouble):
        return "waiting", "They have the form" if ask.went_on else "Form to sign"
    words = {
        "withdrawn": "Link withdrawn",
        "expired": "Link expired",
        "locked": "Link locked",
        "": "Link is out",
    }
    return ("waiting" if not trouble else "due"), words.get(trouble, "Link is out")


def _without(case: Case, authorities: list[Authority], given: list[Authority]) -> str:
    """The constituents about whom nothing is in force although something was given; empty where none."""
    about = {each.subject.pk for each in authorities if each.is_in_force}
    people = case.constituents if given else []
    return gate.named([person for person in people if person.pk not in about])


def _on(case: Case) -> list[Authority]:
    return list(case.authorities.select_related("person", "about").prefetch_related("bodies"))


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def new(request: StaffRequest, pk: int) -> HttpResponse:
    """Record authority to act. A form with a mistake stores nothing."""
    case = visible_case(request, pk)
    form = AuthorityForm(
        posted(request), request.FILES or None, case=case, by=request.user, initial={"given_on": "today"}
    )
    if request.method == "POST" and form.is_valid():
        return do_once(request, lambda: _recorded(request, form, case))
    context = {"rail": "cases", "case": case, "form": form}
    return render(request, "authority/new.html", context, status=422 if form.is_bound else 200)


def _recorded(request: StaffRequest, form: AuthorityForm, case: Case) -> HttpResponse:
    record_authority(form, case=case, by=request.user)
    messages.success(request, "Authority to act recorded.")
    return redirect(case)


@require_GET
def authority(request: StaffRequest, pk: int) -> HttpResponse:
    """One authority in full: its three parts, how it was given, and whether its file is as it was."""
    found = get_object_or_404(
        Authority.objects.visible_to(request.user).select_related("case", "person", "about", "heard_by"),
        pk=pk,
    )
    today = timezone.localdate()
    state, words = _state(found, _ended_by_whom([found], on=today), on=today)
    context = {
        "rail": "cases",
        "case": found.case,
        "authority": found,
        "state": state,
        "words": words,
        "limit": gate.limits_of(found.case, on=today)(found),
        "seal": _seal(found),
        "under": looking.under(found, staff=request.user),
        "new_address": looking.address_to_take(found),
        "meant": meant.meant_by(found),
        "copy_is_out": SignLink.objects.filter(ask__authority=found, revoked_at=None)
        .exclude(used_at=None)
        .exists(),
        "signed_at": parse_datetime(str(found.evidence.get("signed_at", ""))),
        "may_write": may(request.user, May.WRITE_CASES),
    }
    return render(request, "authority/authority.html", context)


def _seal(found: Authority) -> str:
    """Whether a sealed PDF is what was signed: "intact" or "broken"; empty where nothing is sealed."""
    if found.basis != Authority.Basis.ONLINE:
        return ""
    try:
        content = scans().read(found.scan_sha256)
    except (FileNotFoundError, BlobDamaged):
        return "broken"
    said = hashlib.sha256(str(found.evidence.get("text", "")).encode()).hexdigest()
    # Which file was signed stands on the timeline too, where a later line seals it.
    kept = Event.objects.filter(kind=Event.Kind.AUTHORITY, detail__authority=found.pk)
    is_theirs = kept.filter(detail__scan=found.scan_sha256).exists()
    is_whole = is_theirs and said == found.evidence.get("text_sha256") and sealing.is_intact(content)
    return "intact" if is_whole else "broken"


@require_GET
def scan(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The signed form, as a file to save."""
    found = get_object_or_404(Authority.objects.visible_to(request.user).exclude(scan_sha256=""), pk=pk)
    return as_file(found.scan_sha256, name=found.scan_name, media_type=found.scan_type)


def as_file(sha256: str, *, name: str, media_type: str) -> HttpResponseBase:
    """A stored file to save. It came from outside: a browser must neither guess nor run it."""
    response = FileResponse(scans().open(sha256), as_attachment=True, filename=name, content_type=media_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def withdrawal(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw an authority, with the reason. It cannot be undone, so a page asks first."""
    found = get_object_or_404(Authority.objects.visible_to(request.user), pk=pk)
    form = WithdrawalForm(posted(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if withdraw(found, on=timezone.localdate(), by=request.user, reason=reason):
            messages.success(
                request, "Authority withdrawn. Letters that had not left are drafts again and need another."
            )
        elif (found.withdrawn_by_id, found.withdrawn_reason) != (request.user.pk, reason):  # no second click
            found.case.record(
                Event.Kind.NOTE, by=request.user, text=f"Of the authority that was withdrawn: {reason}"
            )
            messages.info(
                request, "It had been withdrawn already. What you wrote stands on the timeline as a note."
            )
        forget(request)
        return redirect(found.case)
    context = {"rail": "cases", "case": found.case, "authority": found, "form": form}
    return render(request, "authority/withdrawal.html", context, status=422 if form.is_bound else 200)
