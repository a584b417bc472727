"""Taking back what was done at the desk: an act of a moment ago by its key, an older one from the list."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from opencasework.office.inbox import acts, putting_back
from opencasework.office.inbox.actions import take_back_all
from opencasework.office.inbox.models import Act, Message
from opencasework.office.staff.models import StaffMember


@dataclass
class Undone:
    """What came of taking an act back."""

    back: list[Message] = field(default_factory=list)
    left: list[Message] = field(default_factory=list)  # changed since
    said: list[str] = field(default_factory=list)  # what else is as it was, or is not: whole sentences


@transaction.atomic
def undo(act: Act, *, by: StaffMember) -> Undone:
    """Take an act back, as far as `by` may see it: what was put back, and what was changed since."""
    visible = Message.objects.visible_to(by)
    lines = list(act.lines.filter(message__in=visible.values("pk"), taken_back_at=None))
    messages = {message.pk: message for message in acts.current(line.message_id for line in lines)}
    outcome, decided = Undone(), []
    for line in lines:
        message = line.message = messages[line.message_id]
        if not acts.still_stands(line):
            outcome.left.append(message)
        elif line.after["decision"] and line.before["decision"] == "":
            decided.append(message)
        else:
            putting_back.at_the_desk(message, putting_back.left_alone(message, line))
            outcome.back.append(message)
    outcome.said = take_back_all(decided, by=by)
    outcome.back += decided
    act.lines.filter(message__in=outcome.back).update(taken_back_at=timezone.now(), taken_back_by=by)
    return outcome
