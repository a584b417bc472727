"""Reading a letter: pass on, comment, answer a suggestion, send back, approve; and its history."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from opencasework.office.kit.numbers import row_number
from opencasework.office.letters import views
from opencasework.office.letters.models import Letter, LetterComment
from opencasework.office.letters.review import actions, history, looks
from opencasework.office.letters.review.models import Look, LookRule
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, may, staff_who_may

# The fields in which somebody says something about a letter: shown again where the act could not be done.
TYPED = ("note", "reason", "text")


def act_on_a_letter(
    permission: May,
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """An act by POST on a letter one may see. What cannot be done is said above it, with what they typed."""

    def guard(act: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(act)
        def view(request: StaffRequest, pk: int, **more: int) -> HttpResponse:
            found = views.found_letter(request, pk)
            try:
                return act(request, found, **more)
            except actions.NotDone as problem:
                found = views.found_letter(request, pk)
                typed = "\n\n".join(filter(None, (request.POST.get(name, "").strip() for name in TYPED)))
                return views.page(request, found, problem=str(problem), typed=typed, status=422)

        return views.posted_from_the_letter(staff_who_may(permission)(view))

    return guard


def _undo(request: StaffRequest, letter: Letter) -> str:
    may_undo = actions.can_take_back(letter, by=request.user)
    return f"undo:{reverse('letter-unreviewing', args=[letter.pk])}" if may_undo else ""


@act_on_a_letter(May.WRITE_CASES)
def taking_back(request: StaffRequest, letter: Letter) -> HttpResponse:
    """Take back that one passed the draft on, sent it back or approved it."""
    actions.take_back(letter, by=request.user)
    messages.success(request, "Taken back. The draft is where it was.")
    return redirect(letter)


def _back_to(letter: Letter, place: str = "", **asked: str) -> HttpResponseRedirect:
    query = f"?{urlencode(asked)}" if any(asked.values()) else ""
    return HttpResponseRedirect(f"{letter.get_absolute_url()}{query}{place}")


@act_on_a_letter(May.WRITE_CASES)
def passing(request: StaffRequest, letter: Letter) -> HttpResponse:
    """Give the draft to a colleague to read, or to the member for signature."""
    to = StaffMember.objects.filter(pk=row_number(request.POST.get("to")) or 0, is_active=True).first()
    if to is None:
        raise actions.NotDone("Choose whom to pass it on to.")
    actions.pass_on(letter, to=to, by=request.user, note=request.POST.get("note", "").strip())
    messages.success(request, f"With {to} now. It is on their day.", extra_tags=_undo(request, letter))
    return redirect(letter)


@act_on_a_letter(May.WRITE_CASES)
def sending_back(request: StaffRequest, letter: Letter) -> HttpResponse:
    """Give the draft back to its writer, with a reason."""
    actions.send_back(letter, by=request.user, reason=request.POST.get("reason", ""))
    said = f"Sent back to {letter.drafted_by or letter.case.owner}."
    messages.success(request, said, extra_tags=_undo(request, letter))
    return redirect("letters")


@act_on_a_letter(May.SEND_LETTERS)
def approval(request: StaffRequest, letter: Letter) -> HttpResponse:
    """Approve the letter as it was read."""
    member = actions.approve(letter, by=request.user, version=request.POST.get("version", ""))
    said = f"Approved. With {member} for signature now." if member else "Approved as it stands."
    messages.success(request, said, extra_tags=_undo(request, letter))
    return redirect(letter)


@act_on_a_letter(May.WRITE_CASES)
def suggestions(request: StaffRequest, letter: Letter) -> HttpResponse:
    """Accept or reject one suggestion, or all; the next one takes the focus."""
    chosen = request.POST.get("suggestion", "")
    following = actions.answer_suggestion(
        letter,
        suggestion=chosen,
        accept=request.POST.get("answer") == "accept",
        version=request.POST.get("version", ""),
        by=request.user,
    )
    last = letter.versions.last()
    undo = f"undo:{reverse('letter-bringing-back', args=[letter.pk, last.number - 1])}" if last else ""
    said = "Accepted." if request.POST.get("answer") == "accept" else "Rejected."
    messages.success(request, said, extra_tags=undo)
    # The next one takes the focus, and so comes into view by itself.
    return _back_to(letter, "" if following else "#suggestions", suggestion=following)


@act_on_a_letter(May.WRITE_CASES)
def comments(request: StaffRequest, letter: Letter) -> HttpResponse:
    """Comment, answer a comment, or say that one is dealt with."""
    named = LetterComment.objects.filter(
        letter=letter, pk=row_number(request.POST.get("comment")) or 0
    ).first()
    act = request.POST.get("act", "")
    if act in {"resolve", "reopen"}:
        if named is None:
            raise actions.NotDone("That comment is not on this letter.")
        actions.resolve(named, by=request.user, resolved=act == "resolve")
        return _back_to(letter, "#comments")
    quote = request.POST.get("quote", "") or request.POST.get("place", "")
    actions.comment(letter, by=request.user, text=request.POST.get("text", ""), quote=quote, answers=named)
    return _back_to(letter, "#comments")


@act_on_a_letter(May.WRITE_CASES)
def bringing_back(request: StaffRequest, letter: Letter, number: int) -> HttpResponse:
    """Put an earlier version of the words back: from the history, or as the Undo of an answer."""
    actions.bring_back(letter, number=number, version=request.POST.get("version", ""), by=request.user)
    messages.success(request, f"It reads again as in version {number}.")
    return redirect(letter)


@require_safe
def letter_history(request: StaffRequest, pk: int) -> HttpResponse:
    """Every version of the letter, who left it so, and what is different in the one chosen."""
    letter = views.found_letter(request, pk)
    versions = history.versions_for(letter, request.user)
    context = {
        "letter": letter,
        "case": letter.case,
        "versions": list(reversed(versions)),
        "left_out": letter.versions.count() > len(versions),
        "shown": history.shown(versions, request.user, row_number(request.GET.get("version"))),
        "may_write": letter.is_draft and may(request.user, May.WRITE_CASES),
        "steps": letter.steps.select_related("by", "to"),
        "rail": "letters",
    }
    return render(request, "letters/history.html", context)


@require_safe
def signature(request: StaffRequest) -> HttpResponse:
    """The drafts that are with the member for signature, the one that waits longest first."""
    waiting = Letter.objects.visible_to(request.user).for_lists().for_signature()
    context = {"waiting": waiting.order_by("review__asked_at", "pk"), "rail": "letters"}
    return render(request, "letters/signature.html", context)


def second_look(request: StaffRequest) -> HttpResponse:
    """Whose letters need whose look before they leave; who manages the office says so."""
    may_manage = may(request.user, May.MANAGE_OFFICE)
    if request.method == "POST":
        return _set_second_look(request)
    here = looks.rules()
    rows = [(whose, label, here.get(whose, "")) for whose, label in LookRule.WHOSE]
    context = {"rows": rows, "looks": Look.choices, "may_manage": may_manage, "rail": "letters"}
    return render(request, "letters/second_look.html", context)


@staff_who_may(May.MANAGE_OFFICE)
def _set_second_look(request: StaffRequest) -> HttpResponse:
    known = {whose for whose, _label in LookRule.WHOSE}
    wanted = {whose: request.POST[whose] for whose in known if request.POST.get(whose) in Look.values}
    looks.set_rules(wanted)
    messages.success(request, "Saved. It holds for every letter that has not left yet.")
    return redirect("second-look")
