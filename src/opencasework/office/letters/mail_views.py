"""What a person decides about a mail that did not leave, or of which nobody knows whether it arrived."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from opencasework.office.letters import actions, deciding, outbox
from opencasework.office.letters.models import OutgoingMail
from opencasework.office.letters.returning import NotTakenBack
from opencasework.office.letters.views import found_letter, page
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may

WORDS = {
    "again": "It leaves in a moment, once more.",
    "sent": "Marked as sent.",
    "lost": "Noted: it did not arrive.",
    "otherwise": "Noted: this part went another way.",
    "back": "It is a draft again.",
}


@staff_who_may(May.SEND_LETTERS)
def mail_decision(request: StaffRequest, pk: int) -> HttpResponse:
    """A person decides about a mail that was refused, or of which nobody knows whether it arrived."""
    mail = get_object_or_404(OutgoingMail.objects.visible_to(request.user).select_related("letter"), pk=pk)
    assert mail.letter is not None  # one that is on no case is not found here
    if request.method != "POST":
        return redirect("letter", mail.letter.pk)
    act = request.POST.get("act", "")
    decide: dict[str, Callable[[], bool]] = {
        "again": lambda: outbox.send_again(mail),
        "sent": lambda: deciding.mark_sent(mail, by=request.user),
        "lost": lambda: deciding.mark_lost(mail, by=request.user),
        "otherwise": lambda: deciding.mark_otherwise(mail, by=request.user),
        "back": lambda: outbox.withdraw(mail),
    }
    try:
        done = act in decide and decide[act]()
    except actions.NotSendable as problem:
        return page(request, found_letter(request, mail.letter.pk), problem=str(problem), status=422)
    if done:
        mail.refresh_from_db()
        messages.success(request, WORDS[act], extra_tags=_undo_tag(mail, act))
    else:
        messages.error(request, "That mail has been dealt with already. Look at the letter.")
    return redirect(mail.letter)


def _undo_tag(mail: OutgoingMail, act: str) -> str:
    if act == "again" and mail.can_be_withdrawn:
        return f"undo:{reverse('letter-undo', args=[mail.letter_id])}"
    return undo_tag(mail)


def undo_tag(mail: OutgoingMail) -> str:
    """For a message that says what was decided: where to take it back. Empty where that cannot be."""
    return f"undo:{reverse('mail-undeciding', args=[mail.pk])}" if deciding.can_take_back(mail) else ""


@require_POST
@staff_who_may(May.SEND_LETTERS)
def mail_undeciding(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back what a person said became of a mail."""
    mail = get_object_or_404(OutgoingMail.objects.visible_to(request.user).select_related("letter"), pk=pk)
    assert mail.letter is not None  # one that is on no case is not found here
    take_back_decision(request, mail)
    return redirect(mail.letter)


def take_back_decision(request: StaffRequest, mail: OutgoingMail) -> None:
    """Take back what a person said became of this mail, and say so, or why not."""
    try:
        deciding.take_back(mail, by=request.user)
    except NotTakenBack as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "Taken back. Say anew what became of it.")
