"""The tags of a message go to the case it is put on."""

from __future__ import annotations

from typing import Any

from opencasework.office.cases import actions
from opencasework.office.cases.models import Case, CaseWord
from opencasework.office.inbox.models import Message
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import OwnWord, Transferability

LEVELS = ("urgency", "sensitivity", "transferability")


def hand_over(message: Message, *, case: Case, by: StaffMember | None) -> dict[str, Any]:
    """Give the tags of a message to the case it was put on. Call it inside the transaction of that act.

    Urgency and sensitivity go up by it and never down; where else it could go is told only to a case that
    was to be kept. Returns what that changed, for `putting_back`.
    """
    changed: dict[str, Any] = {}
    if word := OwnWord.objects.in_use().filter(pk=message.details.get("own_word")).first():
        given, is_new = CaseWord.objects.get_or_create(case=case, word=word)
        if is_new:
            changed["word"] = given.pk
    # What a colleague raised in the same moment stays raised.
    case = Case.objects.select_for_update().get(pk=case.pk)
    levels = {
        "urgency": max(case.urgency, message.urgency),
        "sensitivity": max(case.sensitivity, message.sensitivity),
        "transferability": (
            message.transferability or case.transferability
            if case.transferability == Transferability.KEEP
            else case.transferability
        ),
    }
    if by is not None and any(levels[axis] != getattr(case, axis) for axis in LEVELS):
        names = (*LEVELS, "tag_reason")
        before = {name: getattr(case, name) for name in names}
        actions.set_tags(case=case, by=by, tag_reason=case.tag_reason or message.tag_reason, **levels)
        changed |= {"before": before, "after": {name: getattr(case, name) for name in names}}
    return changed | {"case": case.pk} if changed else {}


def changes_said(case: Case, before: dict[str, str]) -> list[str]:
    """What the message changed about the case, in words."""
    return [
        f"Its {axis} is now “{getattr(case, f'get_{axis}_display')()}”, as the message was tagged"
        for axis in LEVELS
        if getattr(case, axis) != before[axis]
    ]
