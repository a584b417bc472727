"""Asking for authority: the statement, its printed form and its private link; and forms that came back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opencasework.office.authority import gate, links, on_paper, returned
from opencasework.office.authority.forms import AskForm, FiledForm, likely_bodies
from opencasework.office.authority.models import Ask, Authority, ReturnedForm
from opencasework.office.authority.models.asking import read_code
from opencasework.office.authority.printed_form import boxes_in, form_pdf
from opencasework.office.authority.views import as_file, ask_state
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.views import visible_case
from opencasework.office.constituents.models import Person
from opencasework.office.kit.numbers import row_number
from opencasework.office.kit.pdf import PdfUnavailable
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, posted, staff_who_may
from opencasework.office.staff.sent_twice import done_once, forget

NO_LONGER = "It is signed or closed already. Ask anew."


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
@done_once
def new(request: StaffRequest, pk: int) -> HttpResponse:
    """Write what the person is to sign. It then goes to them as a form or a link."""
    case = visible_case(request, pk)
    before = case.authorities.filter(pk=row_number(request.GET.get("renews")) or 0).first()
    body = Body.objects.filter(pk=row_number(request.GET.get("body")) or 0).first()
    suggested = _suggested(case, renews=before)
    suggested |= _from_whom(case, row_number(request.GET.get("about")), body)
    if body is not None:
        suggested["bodies"] = list({*suggested["bodies"], body.pk})
    form = AskForm(posted(request), case=case, by=request.user, initial=suggested)
    if request.method == "POST" and form.is_valid():
        first, *others = ask_for(case, form.cleaned_data, by=request.user)
        for other in others:
            url = reverse("authority-ask", args=[other.pk])
            said = '{} is asked, too. <a href="{}">Open that link and form</a>'
            messages.success(request, format_html(said, other.whose, url))
        return redirect("authority-ask", first.pk)
    context = {"rail": "cases", "case": case, "form": form}
    return render(request, "authority/ask_new.html", context, status=422 if form.is_bound else 200)


def _suggested(case: Case, *, renews: Authority | None = None) -> dict[str, Any]:
    """What is known already, to be read over and not written again: of one to be renewed, what it said."""
    if renews is not None:
        return {
            "person": renews.person_id,
            "about": renews.about_id,
            "problem": renews.problem or case.title,
            "wanted": renews.wanted,
            "covers_any_body": renews.covers_any_body,
            "bodies": list(renews.bodies.values_list("pk", flat=True)),
        }
    concerned = {issue.body_id for issue in case.issues.all()} | set(
        case.enquiries.values_list("body", flat=True)
    )
    person = case.constituent
    return {
        "problem": case.title,
        "wanted": case.authority_asks.values_list("wanted", flat=True).first()
        or "Find out what has happened, and ask for it to be put right.",
        "bodies": [body.pk for body in likely_bodies(case) if body.pk in concerned],
        "language": Ask.Language.WELSH if person and person.language == "cy" else Ask.Language.ENGLISH,
    }


def _from_whom(case: Case, about: int | None, body: Body | None) -> dict[str, Any]:
    """Who gives it about this constituent for this body; nothing where that is not known."""
    person = next((each for each in case.constituents if each.pk == about), None)
    giver = gate.who_gives(case, body, person, on=timezone.localdate()) if person is not None else None
    if person is None or giver is None:
        return {}
    return {
        "person": giver.pk,
        "about": None if giver == person else person.pk,
        "language": Ask.Language.WELSH if giver.language == "cy" else Ask.Language.ENGLISH,
    }


@transaction.atomic
def ask_for(case: Case, given: dict[str, Any], *, by: StaffMember) -> list[Ask]:
    """Keep a statement for each who is to sign it, the one that was named first; the timeline says so."""
    also = [(person, None if person == about else about) for person, about in given["also"]]
    whose = [(given["person"], given["about"]), *also]
    return [_ask(case, given, person=person, about=about, by=by) for person, about in whose]


def _ask(case: Case, given: dict[str, Any], *, person: Person, about: Person | None, by: StaffMember) -> Ask:
    ask = Ask.objects.create(
        case=case,
        person=person,
        about=about,
        problem=given["problem"],
        wanted=given["wanted"],
        covers_any_body=given["covers_any_body"],
        expires_on=given["expires_on"],
        language=given["language"],
        made_by=by,
    )
    ask.bodies.set(given["bodies"])
    case.record(Event.Kind.AUTHORITY, by=by, text=f"Asked of {ask.whose}", ask=ask.pk)
    return ask


def _found(request: StaffRequest, pk: int) -> Ask:
    visible = Ask.objects.visible_to(request.user).select_related("case", "person", "about", "authority")
    return get_object_or_404(visible.prefetch_related("links", "bodies"), pk=pk)


@require_GET
@staff_who_may(May.WRITE_CASES)
def ask(request: StaffRequest, pk: int) -> HttpResponse:
    """A statement that waits for its signature, and the ways it can get it."""
    return _page(request, _found(request, pk))


def _page(request: StaffRequest, found: Ask, *, problem: str = "", status: int = 200) -> HttpResponse:
    state, words = ask_state(found)
    link = found.link
    is_live = link is not None and not link.trouble(at=timezone.now())
    context = {
        "rail": "cases",
        "case": found.case,
        "ask": found,
        "state": state,
        "words": words,
        "link": link if is_live else None,
        "last_link": link,
        "has_factor": links.has_factor(found.person),
        "languages": Ask.Language.choices,
        "post_danger": found.case.no_post_to(found.person),
        "not_theirs": "" if found.authority_id or found.closed_at else found.why_not_theirs,
        "wants_reason": bool(on_paper.why_not_printed(found)),
        "problem": problem,
        "boxes": "; ".join(boxes_in(found)) if not found.authority_id else "",
        "returned": ReturnedForm.objects.waiting().filter(ask=found),
    }
    return render(request, "authority/ask.html", context, status=status)


@require_GET
@staff_who_may(May.WRITE_CASES)
def form(request: StaffRequest, pk: int) -> HttpResponse:
    """The form to print, in the language asked for."""
    found = _found(request, pk)
    if said := on_paper.why_not_printed(found):
        return _page(request, found, problem=said, status=422)
    asked = request.GET.get("lang", "")
    language = asked if asked in Ask.Language.values else found.language
    try:
        content = form_pdf(found, language=language)
    except PdfUnavailable as problem:
        return _page(request, found, problem=str(problem), status=503)
    response = HttpResponse(content, content_type="application/pdf")
    # The name of a file is seen by many: it says nothing about the person.
    response["Content-Disposition"] = f'attachment; filename="authority-{found.code[:4]}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@staff_who_may(May.WRITE_CASES)
def paper(request: StaffRequest, pk: int) -> HttpResponse:
    """Say why the form is printed where post is not safe; that it went to them, or did not after all."""
    found = _found(request, pk)
    if found.authority_id or found.closed_at:
        return _page(request, found, problem=NO_LONGER, status=422)
    act = request.POST.get("act", "")
    if act == on_paper.PRINTED:
        if not on_paper.say_why(found, reason=request.POST.get("reason", ""), by=request.user):
            return _page(request, found, problem=on_paper.why_not_printed(found), status=422)
        messages.success(request, "That stands on the timeline. The form can be printed now.")
    elif act == on_paper.WENT:
        if said := on_paper.why_not_printed(found):
            return _page(request, found, problem=said, status=422)
        if on_paper.note_gone(found, by=request.user):
            messages.success(request, f"The case waits for {found.person} now.")
    elif on_paper.take_back(found, by=request.user):
        messages.success(request, "Taken back. The case does not wait for the form.")
    return redirect("authority-ask", pk)


@require_POST
@staff_who_may(May.WRITE_CASES)
def link(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a private link, or withdraw the one that is out."""
    found = _found(request, pk)
    if request.POST.get("act") == "withdraw":
        if links.revoke(found, by=request.user):
            messages.success(request, "The link is withdrawn. Whoever opens it is told so.")
        return redirect("authority-ask", pk)
    if found.authority_id or found.closed_at:
        return _page(request, found, problem=NO_LONGER, status=422)
    try:
        links.make(found, origin=origin_of(request), by=request.user)
    except (links.NoFactor, links.NotTheirs) as problem:
        return _page(request, found, problem=str(problem), status=422)
    messages.success(request, "The link is made. It is good for seven days, and once.")
    return redirect("authority-ask", pk)


def origin_of(request: StaffRequest) -> str:
    """Where this office is reached: scheme and host, as the colleague has them."""
    return request.build_absolute_uri("/").rstrip("/")


@require_POST
@staff_who_may(May.WRITE_CASES)
def closing(request: StaffRequest, pk: int) -> HttpResponse:
    """Nobody waits for this signature any more."""
    found = _found(request, pk)
    with transaction.atomic():
        if Ask.objects.open().filter(pk=pk).update(closed_at=timezone.now(), asked_again_at=None):
            found.end_links(at=timezone.now())
            found.case.record(
                Event.Kind.AUTHORITY, by=request.user, text=f"No longer asked of {found.person}", ask=pk
            )
    forget(request)
    messages.success(request, "It is asked no longer. The form and the link are of no use any more.")
    return redirect(found.case)


@require_GET
@staff_who_may(May.WRITE_CASES)
def by_code(request: StaffRequest) -> HttpResponse:
    """The statement whose code somebody typed from a form on paper."""
    code = read_code(request.GET.get("code", "")[:100])
    found = Ask.objects.visible_to(request.user).filter(code=code).first() if code else None
    if found is None:
        messages.error(
            request, "No form has that code. It stands under the square: four times four letters and digits."
        )
        return redirect("authority-review")
    return redirect("authority-ask", found.pk)


# --- forms that came back -------------------------------------------------------------------------------


def _returned(request: StaffRequest, pk: int) -> ReturnedForm:
    visible = ReturnedForm.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("ask__case", "ask__person", "ask__about"), pk=pk)


@require_http_methods(["GET", "POST"])
@staff_who_may(May.WRITE_CASES)
def returned_form(request: StaffRequest, pk: int) -> HttpResponse:
    """A signed form that came back: whoever has looked at it files it or puts it aside."""
    found = _returned(request, pk)
    case = found.ask.case
    if request.method == "POST" and request.POST.get("act") == "aside":
        returned.put_aside(found, by=request.user)
        messages.success(request, "Put aside. The message keeps the file.")
        return redirect(case)
    if request.method == "POST" and request.POST.get("shown", found.sha256) != found.sha256:
        messages.error(request, "Another file of the form came meanwhile. Look at this one, then file it.")
        return redirect(request.path)
    arrived = timezone.localdate(found.arrived_at)
    data = posted(request)
    if data is not None and "given_on" not in data:  # the one key: dated as it arrived
        data = data.copy()
        data["given_on"] = arrived.isoformat()
        data.setlist("bodies", [str(pk) for pk in found.ask.bodies.values_list("pk", flat=True)])
    form = FiledForm(data, returned=found, initial={"given_on": arrived})
    if request.method == "POST" and form.is_valid():
        try:
            filed = returned.file_form(
                found, given_on=form.cleaned_data["given_on"],
                bodies=list(form.cleaned_data.get("bodies") or []), by=request.user,
            )  # fmt: skip
        except returned.CannotFile as problem:
            messages.error(request, str(problem))
            return redirect(case)
        if filed:
            messages.success(request, f"Filed as signed authority on {case.reference}.")
        else:
            messages.error(
                request, "Somebody had decided about it already. Look at the authority of the case."
            )
        return redirect(case)
    beside = ReturnedForm.objects.visible_to(request.user).filter(message=found.message).exclude(pk=found.pk)
    context = {
        "rail": "cases", "case": case, "returned": found, "ask": found.ask, "form": form,
        "beside": beside.select_related("ask__case", "ask__person", "ask__about") if found.message else [],
        "who_sent": " ".join(ask(found, request.user) for ask in returned.WHO_SENT),
    }  # fmt: skip
    return render(request, "authority/returned.html", context, status=422 if form.is_bound else 200)


@require_GET
def returned_scan(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The file that came back, to save."""
    found = _returned(request, pk)
    return as_file(found.sha256, name=found.name, media_type=found.media_type)
