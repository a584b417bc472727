"""Somebody who is erased, in what was written down beside their record.

A merge of two records holds the one that went, whole; the record of what was looked at holds the words that
were searched for. Both outlive a person's own rows, so both are asked when the person goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.forms.models import model_to_dict

from opencasework.office.audit.models import Trace
from opencasework.office.constituents import names, phones
from opencasework.office.constituents.models import Person, PersonEmail, PersonMerge, PersonName, PersonPhone
from opencasework.office.inbox.models import Acknowledged

SHORTEST_NUMBER = 6  # digits of a search that can be somebody's telephone number


@dataclass
class _Known:
    """By what somebody could have been searched for."""

    names: set[frozenset[str]] = field(default_factory=set)  # the parts of each
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)

    def add(self, model: str, values: dict[str, Any]) -> None:
        """What one row of a person says, as the database or a merge keeps it."""
        if model == Person._meta.label_lower:
            self._name(values["full_name"])
        elif model == PersonName._meta.label_lower:
            self._name(values["name"])
        elif model == PersonEmail._meta.label_lower:
            self.emails.add(values["address"].lower())
        elif model == PersonPhone._meta.label_lower:
            self.phones.add(phones.compact(values["number"]))

    def _name(self, name: str) -> None:
        if parts := frozenset(names.parts(name)):
            self.names.add(parts)

    def is_searched_by(self, words: str) -> bool:
        """Whether these words ask for this person: a name, a part of one, an address, a number."""
        said = frozenset(names.parts(words))
        digits = "".join(filter(str.isdigit, words))
        return (
            any(said and (said <= name or name <= said) for name in self.names)
            or any(address in words.lower() for address in self.emails)
            or (len(digits) >= SHORTEST_NUMBER and any(digits in number for number in self.phones))
        )


def forget(person: Person) -> list[int]:
    """Erase what merges and searches say of somebody who is about to be erased; the numbers of the searches.

    The ledger keeps that somebody searched, and when: name these numbers in the line that says so, or the
    record would miss them. Call it in the transaction that deletes the person.
    """
    known = _Known()
    for row in (person, *person.other_names.all(), *person.emails.all(), *person.phones.all()):
        known.add(row._meta.label_lower, model_to_dict(row))
    _forget_merges(person, known)
    Acknowledged.objects.filter(address__in=known.emails).delete()
    searches = Trace.objects.filter(kind=Trace.Kind.SEARCHED).order_by("pk").values_list("pk", "detail")
    gone = [pk for pk, detail in searches.iterator() if known.is_searched_by(str(detail.get("words", "")))]
    for some in _batches(gone):
        Trace.objects.filter(pk__in=some).delete()
    return gone


def _forget_merges(person: Person, known: _Known) -> None:
    """Merges into this person go; one that had made them part of another, and was undone, is emptied."""
    into = PersonMerge.objects.filter(survivor=person)
    for rows in into.filter(undone_at=None).values_list("rows", flat=True):
        for data in rows:  # they were one, so these names were theirs
            known.add(data["model"], data["fields"])
    into.delete()
    undone = PersonMerge.objects.filter(loser_number=person.pk).exclude(undone_at=None)
    undone.update(rows=[], moved=[], changed=[], added=[])


def _batches(pks: list[int], size: int = 500) -> Iterable[list[int]]:
    return (pks[start : start + size] for start in range(0, len(pks), size))
