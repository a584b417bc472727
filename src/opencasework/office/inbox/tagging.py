"""Saying the four tags of a message, or accepting what is suggested."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from opencasework.office.cases.access import in_words
from opencasework.office.inbox.actions import take
from opencasework.office.inbox.handing_over import LEVELS
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.models.messages import levels_seen_by
from opencasework.office.inbox.suggesting.categories import categories_of, for_a_case
from opencasework.office.inbox.suggesting.levels import suggested
from opencasework.office.inbox.views import find_message
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may
from opencasework.office.tags.forms import MessageTagsForm, Said, axes, issue_choices
from opencasework.office.tags.models import Category, OwnWord, Sensitivity


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.TRIAGE)
def tags(request: StaffRequest, pk: int) -> HttpResponse:
    """The four tags of a message, a key each; any may be left open."""
    found = find_message(request, pk)
    best = _category(found)
    offered = suggested(found, found.category or best)
    initial = {
        axis: getattr(found, axis) or (offered[axis].level if axis in offered else "") for axis in LEVELS
    }
    about = found.category or best
    initial |= {"category": about.code if about else ""}
    form = MessageTagsForm(posted(request), initial=initial | {"tag_reason": found.tag_reason})
    if request.method == "POST" and form.is_valid():
        said: Said | None = form.cleaned_data["category"]
        with transaction.atomic():
            category, word = (said.category, said.word) if said else (None, None)
            tag(found, category=category, word=word, **_given(form))
            kept = _keep_in_sight(found, by=request.user)
        if kept:
            return _kept(request, found)
        return _saved(request, found, "Tags saved. The case it is put on gets them.")
    notes = {each.level: each.reason for each in offered.values()}
    for level in Sensitivity.values:
        notes[level] = " ".join(filter(None, [notes.get(level, ""), _seen_at(level)]))
    context = {
        "rail": "inbox",
        "message": found,
        "form": form,
        "axes": axes(form, notes=notes),
        "issue_choices": issue_choices(request.user),
    }
    return render(request, "inbox/tags.html", context, status=422 if form.is_bound else 200)


def _saved(request: StaffRequest, found: Message, said: str) -> HttpResponse:
    """Back to the message or, where whoever tagged it may not see it any more, to the inbox."""
    if Message.objects.visible_to(request.user).filter(pk=found.pk).exists():
        messages.success(request, said)
        return redirect("message", found.pk)
    messages.success(request, f"{said} It is now only for those who may see such data, so not for you.")
    return redirect("inbox")


def _keep_in_sight(found: Message, *, by: StaffMember) -> bool:
    """Whoever tags takes it on where nobody sorting the inbox would see it any more but those whose role sees
    everything. Returns whether `by` did.
    """
    if Message.objects.visible_to(by).filter(pk=found.pk).exists():
        return False
    others = [each for each in _triage() if found.sensitivity in levels_seen_by(each)]
    if any(not may(each, May.SEE_RESTRICTED) for each in others):
        return False
    return take(found, by=by) is not None


def _kept(request: StaffRequest, found: Message) -> HttpResponse:
    said = "Tags saved. Nobody but you and the member sees it now: it is yours until you let go of it."
    messages.success(request, said)
    return redirect("message", found.pk)


def _triage() -> list[StaffMember]:
    """Those who sort the inbox."""
    return [each for each in StaffMember.objects.filter(is_active=True) if may(each, May.TRIAGE)]


def _seen_at(level: str) -> str:
    """Who would no longer see a message of this level, in words; empty where nobody loses it."""
    losing = [each for each in _triage() if level not in levels_seen_by(each)]
    return f"not for {in_words(losing)}" if losing else ""


def _given(form: MessageTagsForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in (*LEVELS, "tag_reason")}


def _category(message: Message) -> Category | None:
    return for_a_case(categories_of(message))


@require_POST
@staff_who_may(May.TRIAGE)
def accept(request: StaffRequest, pk: int) -> HttpResponse:
    """Take everything that is suggested and not said yet."""
    found = find_message(request, pk)
    category = found.category or _category(found)
    offered = suggested(found, category)
    levels: dict[str, Any] = {
        axis: getattr(found, axis) or (offered[axis].level if axis in offered else "") for axis in LEVELS
    }
    with transaction.atomic():
        tag(found, category=category, tag_reason=found.tag_reason, **levels)
        kept = _keep_in_sight(found, by=request.user)
    if kept:
        return _kept(request, found)
    return _saved(request, found, "Tags as suggested.")


@transaction.atomic
def tag(
    message: Message,
    *,
    category: Category | None,
    urgency: str,
    sensitivity: str,
    transferability: str,
    tag_reason: str,
    word: OwnWord | None = None,
) -> None:
    """Write down the tags of a message."""
    message.category = category
    message.urgency, message.sensitivity, message.transferability = urgency, sensitivity, transferability
    message.tag_reason = tag_reason
    # Said anew, these tags are no part of what was accepted: taking that back leaves them.
    message.details = {name: said for name, said in message.details.items() if name != "before_accepting"}
    message.save(update_fields=["category", *LEVELS, "tag_reason", "details"])
    if word is not None:
        message.details = {**message.details, "own_word": word.pk}
        message.save(update_fields=["details"])
