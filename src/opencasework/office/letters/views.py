"""Pages for writing, checking and sending letters."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case as FirstThatFits
from django.db.models import IntegerField, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from opencasework.office.bodies.models import Body
from opencasework.office.bodies.succeeded import now_at
from opencasework.office.cases import drafts
from opencasework.office.cases.models import Case, Draft, Issue
from opencasework.office.cases.numbers import nations_here
from opencasework.office.cases.views import visible_case
from opencasework.office.kit.alone import lock
from opencasework.office.kit.numbers import row_number
from opencasework.office.kit.pdf import PdfUnavailable
from opencasework.office.kit.versions import compare
from opencasework.office.letters import (
    actions,
    authorised,
    beginning,
    deciding,
    outbox,
    own_part,
    paper,
    recipients,
    reminding,
    returning,
    undelivered,
    unsaved,
)
from opencasework.office.letters.filling import TemplateProblem
from opencasework.office.letters.forms import LetterForm, PostedForm
from opencasework.office.letters.models import Enquiry, Letter, LetterQuerySet, LetterTemplate, OutgoingMail
from opencasework.office.letters.pack import making
from opencasework.office.letters.review import inserts, panel
from opencasework.office.letters.review.words import begun_values
from opencasework.office.letters.speed import speeds
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may

NO_DRAFT = "This letter can no longer be changed."
DRAFTS, MOST_DRAFTS = 50, 500  # shown, until more are asked for, and when they are
MOST_BODIES = 12  # of a search; more words find fewer

# The wording that suits a kind of body, by a part of the kind's code; any other gets the one for departments.
_TEMPLATE_FOR = {
    "council": "LT-COUNCIL",
    "housing": "LT-LANDLORD",
    "landlord": "LT-LANDLORD",
    "nhs": "LT-NHS",
    "company": "LT-COMP",
}


# --- writing ------------------------------------------------------------------------------------------


@staff_who_may(May.WRITE_CASES)
def letter_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Choose to whom, then write from the office's wording; POST keeps the draft."""
    case = visible_case(request, pk)
    asked = request.POST if request.method == "POST" else request.GET
    issue = _issue(case, asked.get("issue", ""))
    body = Body.objects.filter(pk=row_number(asked.get("body")) or 0).first()
    template = LetterTemplate.objects.offered().filter(code=asked.get("template", "")).first()
    if body and (template is None or not template.to_body):
        template = LetterTemplate.objects.filter(code=_code_for(body)).first()
    if template is None or (template.to_body and body is None) or not (body or case.constituent):
        return _choose(request, case, issue, template)
    enquiry = None if template.to_body else _enquiry(case, template, asked.get("enquiry", ""))
    is_typed = request.method == "POST" and beginning.FILLING not in asked
    letter = actions.begun(
        case=case, template=template, body=body, by=request.user, enquiry=enquiry, to=asked.get("to"),
        was_typed=is_typed,
    )  # fmt: skip
    letter.issue = issue or case.issues.first()
    problem, begun = "", None
    if is_typed:
        form = _form(request, letter)
        if form.is_valid():
            beginning.remember(letter, request.POST)
            actions.keep_draft(form.save(commit=False), by=request.user)
            drafts.spend(case=case, staff=request.user, form=_draft_key(letter))
            return redirect(letter)
    else:
        try:
            actions.fill_in(
                letter,
                by=request.user,
                today=timezone.localdate(),
                language=beginning.language_asked(asked),
                given=beginning.given(asked),
            )
        except TemplateProblem as error:
            problem = f"{template.name}: {error}"
        begun = drafts.begun(case=case, staff=request.user, form=_draft_key(letter))
        begun = None if request.method == "POST" else begun  # filled in anew: that is what is wanted
        form = _form(request, letter, sent=None, initial=begun_values(begun))
    context = beginning.context(letter, asked) | {
        "case": case,
        "letter": letter,
        "form": form,
        "problem": problem,
        "templates": LetterTemplate.objects.offered().filter(to_body=template.to_body).exclude(kind="chaser"),
        **_lacking(letter),
        "fields": inserts.fields(letter, by=request.user),
        "paragraph_choices": inserts.paragraphs(letter, by=request.user),
        "draft": begun,
        "draft_key": _draft_key(letter),
        "now": timezone.now(),
        "rail": "letters",
    }
    return render(request, "letters/new.html", context, status=422 if form.errors else 200)


def _lacking(letter: Letter) -> dict[str, Any]:
    """What the page says where nothing covers whom it goes to."""
    asking = authorised.asking(letter, on=timezone.localdate())
    return {"lacks_authority": asking is not None, "asking": asking}


def _form(request: StaffRequest, letter: Letter, **options: Any) -> LetterForm:
    """The form of a letter; without the reason for going without authority, for those who may not say so."""
    sent = options.pop("sent", posted(request))
    form = LetterForm(sent, instance=letter, by=request.user, **options)
    if not may(request.user, May.SEND_WITHOUT_AUTHORITY):
        form.fields.pop("no_authority_reason", None)
    return form


def _draft_key(letter: Letter) -> str:
    """By what a new letter that was begun is known again: its wording and whom it goes to."""
    key = f"letter-new-{letter.template.code if letter.template else ''}-{letter.to_body_id or 0}"
    person = letter.to_person
    return key if person is None or person == letter.case.constituent else f"{key}-{person.pk}"


def _issue(case: Case, pk: str) -> Issue | None:
    return case.issues.filter(pk=row_number(pk) or 0).first()


def _enquiry(case: Case, template: LetterTemplate, pk: str) -> Enquiry | None:
    """The enquiry a letter to the constituent tells of: the one asked for, else what fits its kind."""
    if (number := row_number(pk)) is not None:
        return case.enquiries.filter(pk=number).first()
    if template.kind == Letter.Kind.FORWARDING:
        return case.enquiries.exclude(answered_on=None).order_by("-answered_on").first()
    if template.kind == Letter.Kind.UPDATE:
        return case.enquiries.filter(answered_on=None).order_by("due_on").first()
    return None


def _code_for(body: Body) -> str:
    return next((code for kind, code in _TEMPLATE_FOR.items() if kind in body.kind), "LT-DEPT")


def _choose(
    request: StaffRequest, case: Case, issue: Issue | None, template: LetterTemplate | None
) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    bodies = list(_bodies(case, issue, words)[:MOST_BODIES])
    known = speeds(bodies, staff=request.user, today=timezone.localdate())
    context = {
        "case": case,
        "issue": issue,
        "template": template,
        "q": words,
        "bodies": [(body, known[body.pk], now_at(body)) for body in bodies],
        "to_person": LetterTemplate.objects.offered().filter(to_body=False),
        "rail": "letters",
    }
    fragment = request.htmx and request.htmx.target == "letter-bodies"
    return render(request, "letters/_bodies.html" if fragment else "letters/choose.html", context)


def _bodies(case: Case, issue: Issue | None, words: str) -> QuerySet[Body]:
    """Bodies to write to: those the words find, or all; the issue's own and the typical ones here first."""
    issues = [issue] if issue else list(case.issues.select_related("category"))
    typical = {code for one in issues for code in one.category.typical_bodies.split(";") if code}
    concerned = [one.body_id for one in issues if one.body_id]
    found = Body.objects.matching(words) if words else Body.objects.filter(code__in=typical)
    if not words:
        found = found | Body.objects.filter(pk__in=concerned)
    rank = FirstThatFits(
        When(pk__in=concerned, then=Value(0)),
        When(code__in=typical, nation__in=nations_here(), then=Value(1)),
        When(is_local=True, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return found.annotate(rank=rank).order_by("rank", "name").distinct()


def _with_its_page(request: StaffRequest) -> LetterQuerySet:
    visible = Letter.objects.visible_to(request.user).for_lists()
    return visible.select_related("to_contact", "template", "sent_by")


def found_letter(request: StaffRequest, pk: int) -> Letter:
    """The letter of this number, with what its page shows; one on a hidden case is simply not found."""
    return get_object_or_404(_with_its_page(request), pk=pk)


def letter(request: StaffRequest, pk: int) -> HttpResponse:
    """The sheet as it will be printed, the checks beside it, and what can be done; POST keeps an edit."""
    if request.method != "POST":
        found = _with_its_page(request).filter(pk=pk).first()
        if found is None:
            return own_part.page(request, pk)
        if "edit" not in request.GET or not found.is_draft:
            return page(request, found)
        begun = drafts.begun(case=found.case, staff=request.user, form=unsaved.form_of(pk))
        standing = LetterForm(instance=found).initial  # compared is with this, not with what was begun
        values = begun_values(begun)
        form = _form(request, found, initial=values, standing=standing)
        return page(request, found, form=form, begun=begun)
    with transaction.atomic():
        # From comparing the words with those that stand there to saving them, nobody else changes them.
        lock(Letter.objects.filter(pk=pk))
        return _keep_words(request, pk)


def _keep_words(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep an edit of a draft; where somebody else changed it meanwhile, show both."""
    found = found_letter(request, pk)
    if not may(request.user, May.WRITE_CASES):
        return page(request, found, problem=NO_DRAFT, status=422)
    if not found.is_draft:
        return _too_late(request, found)
    form = _form(request, found)
    if not form.is_valid():
        return page(request, found_letter(request, pk), form=form, status=422)
    if form.clashes:
        who = f"{found.changed_by or 'Somebody'} changed this letter after you opened it."
        back = found.get_absolute_url()
        crumbs = [
            (found.case.get_absolute_url(), f"{found.case.reference} {found.case.title}"),
            (back, str(found)),
        ]
        return compare(request, form, who=who, back=back, rail="letters", crumbs=crumbs)
    words = {name: value for name, value in form.cleaned_data.items() if name != "suggest"}
    if not actions.keep_edit(found, by=request.user, **words):
        return _too_late(request, found_letter(request, pk))
    drafts.spend(case=found.case, staff=request.user, form=unsaved.form_of(pk))
    messages.success(request, "Saved.")
    if form.taken:
        messages.info(request, f"Somebody else had changed meanwhile: {', '.join(form.taken)}. Kept too.")
    return redirect(found)


def _too_late(request: StaffRequest, found: Letter) -> HttpResponse:
    """Somebody sent it, or threw it away, while they wrote: their words stand beside it."""
    typed = unsaved.keep_posted(found, request)
    stands = " What you wrote stands below." if typed or unsaved.left_over(found, request.user) else ""
    return page(request, found, problem=NO_DRAFT + stands, typed=typed, status=422)


def page(
    request: StaffRequest,
    found: Letter,
    *,
    form: LetterForm | None = None,
    posted: PostedForm | None = None,
    begun: Draft | None = None,
    problem: str = "",
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a letter. `typed` is what somebody wrote in vain, the `problem` what was in its way."""
    today = timezone.localdate()
    lacking = _lacking(found) if found.is_draft else {"lacks_authority": False, "asking": None}
    lacks = lacking["lacks_authority"]
    looked_at = actions.checks(found, on=today) if found.is_draft else []
    context = paper.sheet(found) | panel.context(found, request.user, after=request.GET.get("suggestion", ""))
    context |= {
        "is_masked": paper.masked(found, request.user) != found.text,
        "fields": inserts.fields(found, by=request.user) if form else [],
        "paragraph_choices": inserts.paragraphs(found, by=request.user) if form else [],
        "case": found.case,
        "to_choose": recipients.on_case(found.case) if found.is_draft and recipients.is_gone(found) else [],
        "form": form,
        "draft": begun,
        "draft_key": unsaved.form_of(found.pk),
        "left_over": {} if found.is_draft else unsaved.left_over(found, request.user),
        "now": timezone.now(),
        "posted": posted or PostedForm(),
        "problem": problem,
        "typed": typed,
        "checks": looked_at,
        "to_look_at": sum(not check.ok for check in looked_at),
        **lacking,
        "needs_a_reason": lacks and not found.no_authority_reason,
        "mail": found.mail,
        "may_unpost": returning.was_posted_by_hand(found),
        "decided_mails": [mail for mail in found.mails.all() if deciding.can_take_back(mail)],
        "bad_address": found.to_email if undelivered.is_bad(found.to_email) else "",
        "may_write": may(request.user, May.WRITE_CASES),
        "may_send": may(request.user, May.SEND_LETTERS),
        "may_send_it": reminding.may_send(request.user, found),
        "may_discard": reminding.may_discard(request.user, found),
        "may_go_without": may(request.user, May.SEND_WITHOUT_AUTHORITY),
        "suggested_reason": _reason_before(found) if lacks else "",
        "words": len(found.text.split()),
        "rail": "letters",
    }
    return render(request, "letters/letter.html", context, status=status)


def _reason_before(found: Letter) -> str:
    """Why the letter it follows up went without authority: to be said again, or not."""
    before = found.about_enquiry.letter if found.about_enquiry else None
    return before.no_authority_reason if before else ""


def posted_from_the_letter(
    act: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """An act by POST. Its address, opened again after a refusal, shows the letter."""

    @wraps(act)
    def view(request: StaffRequest, pk: int, **more: int) -> HttpResponse:
        return act(request, pk, **more) if request.method == "POST" else redirect("letter", pk)

    return view


# --- leaving ------------------------------------------------------------------------------------------


@posted_from_the_letter
@reminding.who_may(reminding.may_send, May.SEND_LETTERS, some=May.SEND_CHASERS)
def sending(request: StaffRequest, pk: int) -> HttpResponse:
    """Put the letter into the outbox, or say what has to be put right first."""
    found = found_letter(request, pk)
    _keep_reason(request, found)
    try:
        outbox.queue(found, by=request.user, version=request.POST.get("version", ""))
    except actions.NotSendable as problem:
        return page(request, found_letter(request, pk), problem=str(problem), status=422)
    undo_url = reverse("letter-undo", args=[found.pk])
    messages.success(request, f"To {found.recipient}: leaves in a moment.", extra_tags=f"undo:{undo_url}")
    return redirect(found)


@posted_from_the_letter
@reminding.who_may(reminding.may_send, May.SEND_LETTERS, some=May.SEND_CHASERS)
def posting(request: StaffRequest, pk: int) -> HttpResponse:
    """A printed letter has gone into the post."""
    found = found_letter(request, pk)
    form = PostedForm(request.POST)
    if not form.is_valid():
        return page(request, found, posted=form, status=422)
    _keep_reason(request, found)
    day, version = form.cleaned_data["posted_on"], request.POST.get("version", "")
    making.keep_posted(found)
    try:
        actions.mark_posted(found, on=day, by=request.user, version=version)
    except actions.NotSendable as problem:
        return page(request, found_letter(request, pk), posted=form, problem=str(problem), status=422)
    undo_url = reverse("letter-undo", args=[found.pk])
    messages.success(request, f"To {found.recipient}: marked as posted.", extra_tags=f"undo:{undo_url}")
    return redirect(found)


def _keep_reason(request: StaffRequest, found: Letter) -> None:
    reason = actions.one_line(request.POST.get("no_authority_reason", ""))[:300]
    if reason and not may(request.user, May.SEND_WITHOUT_AUTHORITY):
        raise PermissionDenied(f"You may not {May.SEND_WITHOUT_AUTHORITY.value}. Ask your office manager.")
    if reason and actions.keep_edit(found, by=request.user, no_authority_reason=reason):
        found.no_authority_reason = reason


@posted_from_the_letter
@reminding.who_may(reminding.may_send, May.SEND_LETTERS, some=May.SEND_CHASERS)
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a letter back out of the outbox, if it is still there; or say that it was not posted after all."""
    found = found_letter(request, pk)
    if found.state == Letter.State.SENT and not found.mail:
        return _taken_back(request, found, returning.unpost)
    if found.mail and outbox.withdraw(found.mail):
        messages.success(request, "Taken back. It is a draft again.")
    elif found.mail and found.mail.may_have_arrived:
        messages.error(request, "Too late: it may have arrived the first time it was sent.")
    else:
        messages.error(request, "Too late: the letter has already left.")
    return redirect(found)


@posted_from_the_letter
@staff_who_may(May.WRITE_CASES)
def readdressing(request: StaffRequest, pk: int) -> HttpResponse:
    """Choose again to whom a draft goes, where the one it was meant for is on the case no more."""
    found = found_letter(request, pk)
    chosen = row_number(request.POST.get("to", ""))
    among = {each.person.pk: each.person for each in recipients.on_case(found.case)}
    if chosen not in among:
        return page(request, found, problem="Choose somebody who is on the case.", status=422)
    if not recipients.is_gone(found) or not recipients.readdress(found, to=among[chosen], by=request.user):
        return page(request, found_letter(request, pk), problem=NO_DRAFT, status=422)
    messages.success(
        request, f"It goes to {among[chosen]}. Its words are as they were: look at the greeting."
    )
    return redirect(found)


@posted_from_the_letter
@reminding.who_may(reminding.may_discard, May.WRITE_CASES, some=May.CHASE)
def discarding(request: StaffRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    found = found_letter(request, pk)
    if not actions.discard(found, by=request.user):
        return page(request, found, problem="It is not a draft any more; look where it is.", status=422)
    undo_url = reverse("letter-restoring", args=[found.pk])
    messages.success(request, "The draft is discarded.", extra_tags=f"undo:{undo_url}")
    return redirect(found.case)


@posted_from_the_letter
@reminding.who_may(reminding.may_discard, May.WRITE_CASES, some=May.CHASE)
def restoring(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a draft out of the bin."""
    return _taken_back(request, found_letter(request, pk), returning.restore)


def _taken_back(request: StaffRequest, found: Letter, act: Callable[..., None]) -> HttpResponse:
    try:
        act(found, by=request.user)
    except returning.NotTakenBack as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "Taken back. It is a draft again.")
    return redirect(found)


@posted_from_the_letter
@staff_who_may(May.SEND_LETTERS)
def address_works(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that the address of a letter, which a mail came back from, is good again."""
    found = found_letter(request, pk)
    if undelivered.say_it_works(found, by=request.user):
        messages.success(request, f"{found.to_email} is no longer marked.")
    return redirect(found)


@require_safe
def letter_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter as a PDF, as it was sent or as it stands."""
    found = found_letter(request, pk)
    try:
        if found.state != Letter.State.SENT:  # a page that is printed can be posted: the same gate
            actions.insist_printable(found, on=timezone.localdate())
    except actions.NotSendable as problem:
        return page(request, found, problem=str(problem), status=422)
    try:
        content = paper.pdf(found)
    except PdfUnavailable as problem:
        return page(request, found, problem=str(problem), status=503)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.case.reference}-letter-{found.pk}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def letters(request: StaffRequest) -> HttpResponse:
    """What waits: mails that need a person, letters on their way, drafts, and the latest that left."""
    visible = Letter.objects.visible_to(request.user).for_lists()
    mails = OutgoingMail.objects.visible_to(request.user).select_related(
        "letter__case", "letter__to_body", "letter__to_person"
    )
    troubled = mails.needing_a_person()
    drafts = visible.drafts().exclude(review__waits_for=request.user)
    context = {
        "troubled": troubled,
        "leaving": visible.filter(state=Letter.State.SENDING).exclude(pk__in=troubled.values("letter")),
        "for_me": visible.waiting_for(request.user),
        "signature_count": visible.for_signature().count(),
        "drafts": drafts[: MOST_DRAFTS if "all" in request.GET else DRAFTS],
        "drafts_count": drafts.count(),
        "sent": visible.filter(state=Letter.State.SENT).order_by("-sent_at", "-pk")[:20],
        "may_send": may(request.user, May.SEND_LETTERS),
        "rail": "letters",
    }
    return render(request, "letters/list.html", context)
