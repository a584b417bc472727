"""Accepting everything that is suggested about a message, in one act that can be undone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from opencasework.office.authority.gate import NoAuthority
from opencasework.office.cases.access import seers, sight_said
from opencasework.office.inbox import deciding, particulars, showing
from opencasework.office.inbox.filing import file_on_case
from opencasework.office.inbox.forms import CaseFromMessageForm
from opencasework.office.inbox.handing_over import LEVELS, changes_said
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.suggesting import results
from opencasework.office.inbox.suggesting.facts import numbers_in
from opencasework.office.inbox.suggesting.levels import Suggested, suggested
from opencasework.office.inbox.suggesting.plans import Plan, plan
from opencasework.office.inbox.tagging import tag
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may

CHANGED = "What is suggested has changed since you looked. Nothing was done; look at it again."


@require_POST
@staff_who_may(May.TRIAGE)
def accepted(request: StaffRequest, pk: int) -> HttpResponse:
    """File the message, or open a case for it, with all that was suggested when the colleague looked."""
    found = deciding.find_to_decide(request, pk)
    if not found.is_untriaged:
        return deciding.too_late(request, found)
    beside = showing.beside(found, staff=request.user)
    offered = suggested(found, found.category or beside.category)
    wanted = plan(found, beside, request.user, offered)
    if wanted is None or request.POST.get("seen") != wanted.fingerprint:
        messages.warning(request, CHANGED)
        return redirect("message", pk)
    if wanted.case is not None:
        return _on_the_case(request, found, wanted, beside, offered)
    return _open(request, found, wanted, beside, offered)


def _on_the_case(
    request: StaffRequest, found: Message, wanted: Plan, beside: showing.Beside, offered: dict[str, Suggested]
) -> HttpResponse:
    case = wanted.case
    assert case is not None
    before = {axis: getattr(case, axis) for axis in LEVELS}
    seen = seers(case)
    try:
        with transaction.atomic():
            was = _tagged(found, wanted)
            filed = file_on_case(
                found, case=case, by=request.user, enquiry=wanted.enquiry, person=wanted.person
            )
            if filed:
                _remember(found, was)
                results.note(found, beside.found, offered, is_new_case=False, accepted_all=True)
            transaction.set_rollback(not filed)
    except NoAuthority:  # it was withdrawn in this moment
        messages.warning(request, CHANGED)
        return redirect("message", found.pk)
    if not filed:
        return deciding.too_late(request, found)
    case.refresh_from_db()
    said = [
        deciding.filed_said(case, wanted.enquiry),
        *([beside.proposed.reason.rstrip(".")] if beside.proposed else []),
        *changes_said(case, before),
        *sight_said(seen, seers(case)),
    ]  # fmt: skip
    deciding.say(request, ". ".join(said), found)
    return deciding.go_on(request, found)


def _open(
    request: StaffRequest, found: Message, wanted: Plan, beside: showing.Beside, offered: dict[str, Suggested]
) -> HttpResponse:
    numbers = [(each.kind, each.value) for each in numbers_in(found)]
    reach = particulars.how_to_reach(found)
    data: dict[str, Any] = {
        **deciding.initial_for(request, found, beside),
        **reach,
        **wanted.levels,
        "category": wanted.category.code if wanted.category else "",
        "owner": str(wanted.owner.pk) if wanted.owner else "",
        "found": [str(at) for at in range(len(numbers))],
    }
    data["title"] = data["title"] or (wanted.category.label if wanted.category else "")
    form = CaseFromMessageForm(data, person=wanted.person, numbers=numbers, reach=reach)
    if not form.is_valid():
        page = deciding.case_page(request, found, form, beside)
        return render(request, "inbox/case.html", page, status=422)
    # One act: a colleague who was quicker finds the message as they left it.
    with transaction.atomic():
        was = _tagged(found, wanted)
        case = form.open_case_from(found, by=request.user)
        if case is not None:
            _remember(found, was)
            results.note(found, beside.found, offered, is_new_case=True, accepted_all=True)
        transaction.set_rollback(case is None)
    if case is None:
        return deciding.too_late(request, found)
    deciding.say(request, f"Case {case.reference} is open. Next: {case.next_action}", found)
    return deciding.go_on(request, found)


def _tagged(found: Message, wanted: Plan) -> dict[str, Any]:
    """Tag the message as suggested; returns what stood before, for undoing."""
    was = {"category": found.category_id, **{axis: getattr(found, axis) for axis in LEVELS}}
    levels: dict[str, Any] = dict(wanted.levels)
    tag(found, category=wanted.category, tag_reason=found.tag_reason, **levels)
    return was


def _remember(found: Message, was: dict[str, Any]) -> None:
    """Keep what the tags were with the message; `actions.take_back` puts it back."""
    found.refresh_from_db()
    found.details = {**found.details, "before_accepting": was}
    found.save(update_fields=["details"])
