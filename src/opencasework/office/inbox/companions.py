"""Messages of one person that are one matter: taken together, and decided about together."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from opencasework.office.inbox import acts
from opencasework.office.inbox.models import Act, Message, MessageQuerySet
from opencasework.office.inbox.models.desk import standing
from opencasework.office.inbox.showing import title_from
from opencasework.office.staff.models import StaffMember

MOST = 20  # offered beside one message


def companions(pks: Iterable[int], *, staff: StaffMember) -> list[int]:
    """What waits together with these messages, as far as this colleague may see it."""
    waiting = Message.objects.visible_to(staff).untriaged().filter(together__in=list(pks))
    return list(waiting.values_list("pk", flat=True))


def decided_with(message: Message, *, staff: StaffMember) -> list[Message]:
    """What was decided about with this message in the same moment."""
    theirs = Message.objects.visible_to(staff).filter(together=message.pk, decided_at=message.decided_at)
    return list(theirs) if message.decided_at else []


def offered(message: Message, *, among: MessageQuerySet) -> list[Message]:
    """What else waits from the same person: what could be taken together with it, and what is already.

    `among` is all that waits and whoever looks may see.
    """
    same = Q(together=message.pk)
    if message.from_address:
        same |= Q(from_address=message.from_address)
    if message.person_id:
        same |= Q(person=message.person_id)
    waiting = among.filter(same).exclude(pk=message.pk)
    return list(
        waiting.only(
            "subject", "received_at", "together", "from_address", "channel", "thread"
        ).newest_first()[:MOST]
    )


def is_same_matter(message: Message, other: Message) -> bool:
    """Whether two of one person seem to be one matter: of one thread, or under one subject."""
    threads = {message.pk, message.thread_id} - {None}
    subject = title_from(message).casefold()
    return bool({other.pk, other.thread_id} & threads) or (
        subject != "" and title_from(other).casefold() == subject
    )


def are_of_one_person(messages: Iterable[Message]) -> bool:
    """Whether all are from one address or, written down by us, from one person."""
    found = list(messages)
    addresses = {message.from_address for message in found}
    people = {message.person_id for message in found}
    return (len(addresses) == 1 and "" not in addresses) or (len(people) == 1 and None not in people)


@transaction.atomic
def take_apart(message: Message, *, pks: Iterable[int], by: StaffMember) -> Act | None:
    """Of these, what was taken together with the message stands for itself again. None where nothing was."""
    found = [each for each in acts.current(pks) if each.together_id == message.pk]
    changes = [(each, standing(each)) for each in found]
    Message.objects.filter(pk__in=[each.pk for each in found]).update(together=None)
    for each in found:
        each.together = None
    return acts.write(Act.Kind.APART, by=by, changes=changes) if changes else None


@transaction.atomic
def take_together(pks: Iterable[int], *, by: StaffMember) -> Act | None:
    """The newest leads; the others rest until it is decided about, and go where it goes.

    Only what waits counts, and only what is of one person: None where that leaves fewer than two.
    """
    found = [message for message in acts.current(pks) if message.is_untriaged]
    if len(found) < 2 or not are_of_one_person(found):
        return None
    leader, *others = found
    # What followed one of them follows the leader: there are no chains.
    followers = acts.current(companions([each.pk for each in others], staff=by))
    moving = {each.pk: each for each in [*others, *followers] if each.pk != leader.pk}
    changes = [(each, standing(each)) for each in [leader, *moving.values()]]
    Message.objects.filter(pk=leader.pk).update(together=None)
    leader.together = None
    Message.objects.filter(pk__in=moving).update(together=leader)
    for each in moving.values():
        each.together = leader
    return acts.write(Act.Kind.TOGETHER, by=by, changes=changes)
