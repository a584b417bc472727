"""Somebody who is erased, in what was written down beside their record.

A merge of two records holds the one that went, whole; the record of what was looked at holds the words that
were searched for. Both outlive a person's own rows, so both are asked when the person goes.
"""

from __future__ import annotations

from collections.abc import Collection

from django.forms.models import model_to_dict

from opencasework.office.audit.ledger import empty_searches
from opencasework.office.audit.models import Trace
from opencasework.office.constituents.models import Person, PersonEmail, PersonMerge, SaidBefore
from opencasework.office.inbox.models import Acknowledged
from opencasework.office.inbox.searched import TABLES, Known, Search, Word, found_in_others
from opencasework.office.letters.models import BadAddress


def forget(people: Collection[Person]) -> dict[int, str]:
    """Erase what merges, searches and mails that came back say of people who are about to be erased.

    Returns the searches whose words went, by number, with the hash of what each says since: write them into
    the line that says so. Call it in the transaction that deletes them.
    """
    known = Known()
    theirs = (row for model in TABLES[1:] for row in model._default_manager.filter(person__in=people))
    for row in (*people, *theirs):
        known.add(row._meta.label_lower, model_to_dict(row))
    emails = set(PersonEmail.objects.filter(person__in=people).values_list("address", flat=True))
    emails |= _said_before(people, known)
    emails = {each.lower() for each in emails | _forget_merges(people, known)}
    Acknowledged.objects.filter(address__in=emails).delete()
    theirs_too = PersonEmail.objects.exclude(person__in=people).filter(address__in=emails)
    BadAddress.objects.filter(address__in=emails).exclude(address__in=theirs_too.values("address")).delete()
    return empty_searches(_searches_for(people, known))


def _said_before(people: Collection[Person], known: Known) -> set[str]:
    """What their records said before counts as well; returns the addresses that stood there."""
    emails = set()
    for row in SaidBefore.objects.filter(person__in=people):
        known.add_former(row.what, row.said)
        if row.what == SaidBefore.What.EMAIL:
            emails.add(row.said)
    return emails


def _searches_for(people: Collection[Person], known: Known) -> list[int]:
    """The searches that name one of these in words by which nobody who remains is found."""
    rows = Trace.objects.filter(kind=Trace.Kind.SEARCHED).order_by("pk").values_list("pk", "detail")
    read = ((pk, Search.of(str(detail.get("words", "")))) for pk, detail in rows.iterator())
    maybe = {pk: search for pk, search in read if known.is_asked_for_by(search)}
    if not maybe:
        return []
    words = {word for search in maybe.values() for word in search.words}
    others = found_in_others(words, besides=[person.pk for person in people])
    return [pk for pk, search in maybe.items() if _asks_for_nobody_else(search, known, others)]


def _asks_for_nobody_else(search: Search, known: Known, others: list[set[Word]]) -> bool:
    """Whether one of the words, or a whole name among them, is of these and of nobody who remains."""
    if known.words_in(search).difference(*others):
        return True
    return any(not any(name <= found for found in others) for name in known.names_in(search))


def _forget_merges(people: Collection[Person], known: Known) -> set[str]:
    """Merges into these people go; one that had made them part of another, and was undone, is emptied.

    Returns the addresses of those who were merged into them.
    """
    emails = set()
    into = PersonMerge.objects.filter(survivor__in=people)
    for rows in into.filter(undone_at=None).values_list("rows", flat=True):
        for data in rows:  # they were one, so these names were theirs
            known.add(data["model"], data["fields"])
            if data["model"] == PersonEmail._meta.label_lower:
                emails.add(data["fields"]["address"])
    into.delete()
    undone = PersonMerge.objects.filter(loser_number__in=[each.pk for each in people]).exclude(undone_at=None)
    undone.update(rows=[], moved=[], changed=[], added=[])
    return emails
