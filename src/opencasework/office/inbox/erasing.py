"""What is not ours to keep: a message for another member goes after some days, and its writer with it.

Nothing goes that anything else refers to. The record keeps a line of each, and no word of it.
"""

from __future__ import annotations

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
)
from opencasework.office.inbox.forgetting import forget
from opencasework.office.inbox.models import Arrival, Erased, FileText, Message, PreviewPage, blobs
from opencasework.office.kit.naming import is_named
from opencasework.office.places.models import Office

# What is a person's own and goes with them. Whoever acts for somebody, or lives with them, is referred to.
OWN = (PersonName, PersonAddress, PersonEmail, PersonPhone, NotTheSame, PersonMerge)
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
        hashes = _hashes(message)
        marks = [message.fingerprint, *message.copies.values_list("fingerprint", flat=True)]
        Erased.objects.bulk_create(
            [Erased(fingerprint=mark) for mark in marks if mark], ignore_conflicts=True
        )  # or it would come back when the mailbox is looked through again
        person = message.person
        message.delete()
        searches = _erase_person(person) if person is not None else None
        gone = searches is not None
        said: dict[str, Any] = {"message": pk, "because": "for another member", "person": gone}
        if searches:
            said["emptied"] = searches  # whose words the record misses no more
        Trace.objects.create(kind=Trace.Kind.FORGOTTEN, detail=said)
    _forget_bytes(hashes)
    return True


def _hashes(message: Message) -> set[str]:
    """The raw message, its copies, and every file that came with it."""
    files = message.attachments.values_list("sha256", flat=True)
    copies = message.copies.values_list("sha256", flat=True)
    return {each for each in (message.sha256, *copies, *files) if each}


def _erase_person(person: Person) -> dict[int, str] | None:
    """Erase somebody of whom nothing else is known. None where anything refers to them.

    Returns the searches for them whose words went too, by number, with the hash of what each says since.
    """
    # The hidden ones too: those are the relations that have no name on the person's side.
    for relation in Person._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.related_model in OWN:
            continue
        rows = relation.related_model._default_manager
        if rows.filter(**{relation.field.name: person}).exists():
            return None
    searches = forget(person)
    person.delete()
    return searches


def _forget_bytes(hashes: set[str]) -> None:
    """Delete what no row names any more: the bytes, and what we drew or read from them."""
    store = blobs()
    for sha256 in hashes:
        if is_named(sha256, besides=NOT_KEPT):
            continue
        pictures = PreviewPage.objects.filter(source=sha256)
        drawn = set(pictures.values_list("sha256", flat=True))
        pictures.delete()
        FileText.objects.filter(source=sha256).delete()
        store.delete(sha256)
        for picture in drawn:
            if not is_named(picture, besides=NOT_KEPT):
                store.delete(picture)
