"""Taking back what was done at the desk: an act of a moment ago by its key, an older one from the list."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from opencasework.office.inbox import acts
from opencasework.office.inbox.actions import take_back
from opencasework.office.inbox.models import Act, Message, Snooze
from opencasework.office.staff.models import StaffMember


@transaction.atomic
def undo(act: Act, *, by: StaffMember) -> tuple[list[Message], list[Message]]:
    """Take an act back, as far as `by` may see it: what was put back, and what was changed since."""
    visible = Message.objects.visible_to(by)
    lines = list(act.lines.filter(message__in=visible.values("pk"), taken_back_at=None))
    messages = {message.pk: message for message in acts.current(line.message_id for line in lines)}
    back, left = [], []
    for line in lines:
        message = line.message = messages[line.message_id]
        if not acts.still_stands(line):
            left.append(message)
            continue
        if line.after["decision"] and line.before["decision"] == "":
            take_back(message, by=by, alone=True)
        restore(message, line.before)
        back.append(message)
    act.lines.filter(message__in=back).update(taken_back_at=timezone.now(), taken_back_by=by)
    return back, left


def restore(message: Message, before: dict[str, Any]) -> None:
    """Put back who had it, what it was taken together with, and its snooze."""
    Message.objects.filter(pk=message.pk).update(
        taken_by=_if_there(StaffMember, before["taken_by"]), together=_if_there(Message, before["together"])
    )
    was = before["snooze"]
    if was is None:
        Snooze.objects.filter(message=message).delete()
        return
    Snooze.objects.update_or_create(
        message=message,
        defaults={
            "until": date.fromisoformat(was["until"]) if was["until"] else None,
            "for_reply": was["for_reply"],
            "by_id": was["by"],
            "at": datetime.fromisoformat(was["at"]),
            "after": was["after"],
        },
    )


def _if_there(model: type[Any], pk: int | None) -> Any:
    return model.objects.filter(pk=pk).first() if pk else None
