"""Acts at the desk that decide nothing: giving messages to a colleague, and letting them rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from opencasework.office.inbox import acts
from opencasework.office.inbox.models import Act, Message, Snooze
from opencasework.office.inbox.models.desk import standing
from opencasework.office.kit.dates import short
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import MAY, May

MOST = 200  # messages in one act


@dataclass
class Done:
    """What came of an act on some messages."""

    act: Act | None = None
    done: list[Message] = field(default_factory=list)
    left: list[tuple[Message, str]] = field(default_factory=list)  # each with the reason, a whole sentence


def triagers() -> list[StaffMember]:
    """Colleagues a message can be given to: those who sort the inbox."""
    roles = [role for role, may in MAY.items() if May.TRIAGE in may]
    return list(StaffMember.objects.filter(is_active=True, role__in=roles).order_by("first_name", "username"))


@transaction.atomic
def assign(pks: Iterable[int], *, to: StaffMember, by: StaffMember) -> Done:
    """Give what waits to a colleague. What they may not know of stays where it is, and is named."""
    outcome = Done()
    found = _waiting(pks, outcome)
    before = {message.pk: standing(message) for message in found}
    Message.objects.filter(pk__in=before).update(taken_by=to)
    seen = set(Message.objects.visible_to(to).filter(pk__in=before).values_list("pk", flat=True))
    for message in found:
        if message.pk not in seen:
            Message.objects.filter(pk=message.pk).update(taken_by=before[message.pk]["taken_by"])
            outcome.left.append((message, f"{to} may not see what it may be about."))
            continue
        message.taken_by = to
        outcome.done.append(message)
    return _kept(Act.Kind.ASSIGNED, outcome, before, by=by)


@transaction.atomic
def snooze(pks: Iterable[int], *, until: date | None, for_reply: bool, by: StaffMember) -> Done:
    """Let what waits rest until a day, or until its sender writes again, or whichever comes first."""
    outcome = Done()
    found = _waiting(pks, outcome)
    before = {message.pk: standing(message) for message in found}
    last = Message.objects.aggregate(last=Max("pk"))["last"] or 0
    for message in found:
        if for_reply and until is None and not (message.from_address or message.message_id):
            outcome.left.append((message, "There is no address from which a reply could come. Give a day."))
            continue
        Snooze.objects.filter(message=message).delete()
        message.snooze = Snooze.objects.create(
            message=message, until=until, for_reply=for_reply, by=by, after=last
        )
        outcome.done.append(message)
    return _kept(Act.Kind.SNOOZED, outcome, before, by=by)


@transaction.atomic
def wake(message: Message, *, by: StaffMember) -> Act | None:
    """Back into the inbox now. None where it does not rest."""
    [found] = acts.current([message.pk])
    before = standing(found)
    if not Snooze.objects.filter(message=found).delete()[0]:
        return None
    return acts.write(
        Act.Kind.WOKEN, by=by, changes=[(found_now, before) for found_now in acts.current([found.pk])]
    )


def why_back(message: Message, staff: StaffMember) -> str:
    """Why a snoozed message is in the inbox again; empty for one that never rested or still does."""
    snooze = getattr(message, "snooze", None)
    today = timezone.localdate()
    if snooze is None:
        return ""
    since = f"{snooze.by} let it rest on {short(timezone.localdate(snooze.at), today=today)}."
    if snooze.is_due(on=today):
        return f"Back since {short(snooze.until, today=today)}. {since}"
    awake = Message.objects.visible_to(staff).awake_for(staff).filter(pk=message.pk).exists()
    return f"Back because they wrote again. {since}" if awake else f"It rests: {snooze}. {since}"


def decided_words(message: Message) -> str:
    """Why nothing can be done about a message any more."""
    who = message.decided_by or "The office"
    return f"{who} decided about it meanwhile: {message.get_decision_display()}."


def _waiting(pks: Iterable[int], outcome: Done) -> list[Message]:
    """Those that still wait, locked; the others are left out with who decided."""
    found = []
    for message in acts.current(pks):
        if message.is_untriaged:
            found.append(message)
        else:
            outcome.left.append((message, decided_words(message)))
    return found


def _kept(kind: str, outcome: Done, before: dict[int, dict[str, object]], *, by: StaffMember) -> Done:
    if outcome.done:
        changes = [(message, before[message.pk]) for message in outcome.done]
        outcome.act = acts.write(kind, by=by, changes=changes)
    return outcome
