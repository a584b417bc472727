"""What is not ours to keep: a message for another member goes after some days, and its writer with it.

Nothing goes that anything else refers to. The record keeps a line of each, and no word of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import ForeignObjectRel
from django.utils import timezone

from opencasework.office.audit.models import Trace
from opencasework.office.constituents.models import (
    NotTheSame,
    Person,
    PersonAddress,
    PersonEmail,
    PersonMerge,
    PersonName,
    PersonPhone,
    SaidBefore,
)
from opencasework.office.inbox.forgetting import forget
from opencasework.office.inbox.models import (
    Arrival,
    Attachment,
    Copy,
    Erased,
    FileText,
    Message,
    PreviewPage,
    blobs,
)
from opencasework.office.kit.naming import named
from opencasework.office.places.models import Office

# What is a person's own and goes with them. Whoever acts for somebody, or lives with them, is referred to.
OWN = (PersonName, PersonAddress, PersonEmail, PersonPhone, SaidBefore, NotTheSame, PersonMerge)
SOME = 50
NOT_KEPT = (Arrival,)  # where a message once arrived does not keep its bytes


def keep_until(on: date) -> date:
    """The day on which a message that is decided about today, and not ours, is erased."""
    days = Office.objects.filter(pk=1).values_list("other_member_days", flat=True).first()
    return on + timedelta(days=30 if days is None else days)


def erase_due(today: date | None = None) -> int:
    """Erase every message whose day has come; how many. Safe to run as often as you like, and to kill."""
    today = today or timezone.localdate()
    due = Message.objects.filter(erase_on__lte=today, case=None, decision=Message.Decision.OTHER_MEMBER)
    count = 0
    for pk in list(due.order_by("pk").values_list("pk", flat=True)[:SOME]):
        count += _erase(pk, today)
    return count


def _erase(pk: int, today: date) -> bool:
    """The rows in one transaction, with the line in the record; then the bytes nothing names any more.

    A process that dies between the two leaves bytes that no row names: they tell nobody whose they were.
    """
    with transaction.atomic():
        message = (
            Message.objects.select_for_update()
            .filter(pk=pk, erase_on__lte=today, case=None, decision=Message.Decision.OTHER_MEMBER)
            .first()
        )
        if message is None:
            return False
        gone = erase([message])
        gone.write_down(message=pk, because="for another member", person=bool(gone.people))
    forget_bytes(gone.hashes)
    return True


@dataclass
class Gone:
    """What was erased with some messages."""

    hashes: set[str]  # of bytes that may be named by nothing any more
    people: int = 0  # who were erased too
    searches: dict[int, str] = field(
        default_factory=dict
    )  # those whose words went, by number, with their hash

    def write_down(self, **said: Any) -> None:
        """The line in the record, in the same transaction; `said` has no word of what was erased."""
        if self.searches:
            said["emptied"] = self.searches  # whose words the record misses no more
        Trace.objects.create(kind=Trace.Kind.FORGOTTEN, detail=said)


def erase(messages: Sequence[Message], *, to_ring_stay: bool = False) -> Gone:
    """Erase these messages, and those of their people of whom nothing else is known.

    With `to_ring_stay` a telephone number is something that is known: mail brings none, a colleague wrote it.
    Call it in the transaction that locked them; write down what it returns in the same, and then call
    `forget_bytes` outside of it.
    """
    pks = [message.pk for message in messages]
    copies = Copy.objects.filter(message__in=pks).values_list("sha256", "fingerprint")
    files = Attachment.objects.filter(message__in=pks).values_list("sha256", flat=True)
    marks = [*(message.fingerprint for message in messages), *(mark for _, mark in copies)]
    hashes = {*(message.sha256 for message in messages), *(sha256 for sha256, _ in copies), *files}
    gone = Gone({each for each in hashes if each})
    Erased.objects.bulk_create(
        [Erased(fingerprint=mark) for mark in marks if mark], ignore_conflicts=True
    )  # or it would come back when the mailbox is looked through again
    people = {message.person_id for message in messages if message.person_id}
    Message.objects.filter(pk__in=pks).delete()
    if to_ring_stay:
        people -= set(PersonPhone.objects.filter(person__in=people).values_list("person", flat=True))
    strangers = _of_whom_nothing_else_is_known(people)
    if strangers:
        gone.searches = forget(strangers)
        gone.people = len(strangers)
        Person.objects.filter(pk__in=[each.pk for each in strangers]).delete()
    return gone


def _of_whom_nothing_else_is_known(people: Collection[int]) -> list[Person]:
    """Those to whom nothing refers but what is their own, and of whom nobody wrote more down."""
    left = set(people)
    # The hidden ones too: those are the relations that have no name on the person's side.
    for relation in Person._meta.get_fields(include_hidden=True):
        if not left:
            return []
        if not isinstance(relation, ForeignObjectRel) or relation.related_model in OWN:
            continue
        rows = relation.related_model._default_manager.order_by()
        name = relation.field.name
        left.difference_update(rows.filter(**{f"{name}__in": sorted(left)}).values_list(name, flat=True))
    # How somebody may be reached at all is known for their safety, or for that of the office; and what a
    # colleague wrote down of what helps them would have to be asked again.
    found = Person.objects.filter(pk__in=left, date_of_birth=None).order_by("pk")
    return [person for person in found if not person.is_to_be_minded]


def forget_bytes(hashes: set[str]) -> None:
    """Delete what no row names any more: the bytes, and what we drew or read from them."""
    store = blobs()
    unnamed = hashes - named(hashes, besides=NOT_KEPT)
    pictures = PreviewPage.objects.filter(source__in=unnamed)
    drawn = set(pictures.values_list("sha256", flat=True))
    pictures.delete()
    FileText.objects.filter(source__in=unnamed).delete()
    for sha256 in unnamed | (drawn - named(drawn, besides=NOT_KEPT)):
        store.delete(sha256)
