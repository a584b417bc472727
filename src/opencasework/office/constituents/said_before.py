"""Keeping what a record said before it is changed or taken off, with the person and nowhere else.

Moving house keeps the former address by itself; that is not repeated here. A joining of two records keeps
what it overwrites, and told apart again each person has their own (`give_back`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models

from opencasework.office.constituents.models import (
    Person,
    PersonAddress,
    PersonEmail,
    PersonMerge,
    PersonName,
    PersonPhone,
    SaidBefore,
    Standing,
    known_from,
)
from opencasework.office.staff.models import StaffMember

What = SaidBefore.What
# What stands on a record once, and is kept.
ONCE = ("safe_contact", "contact_limit")
ROWS: dict[type[models.Model], What] = {
    PersonAddress: What.ADDRESS,
    PersonEmail: What.EMAIL,
    PersonPhone: What.PHONE,
    PersonName: What.NAME,
}


def _words(row: Any) -> tuple[str, list[str]]:
    """What the row says, and what stands beside it."""
    if isinstance(row, PersonAddress):
        dates = [f"{word} {_day(on)}" for word, on in (("since", row.since), ("until", row.until)) if on]
        return str(row), dates
    if isinstance(row, PersonName):
        return str(row), [row.get_kind_display()]
    standing = "" if row.standing == Standing.IN_USE else row.get_standing_display()
    return str(row), [part for part in (row.note, standing) if part]


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def is_lost(before: models.Model, now: models.Model) -> bool:
    """Whether the one row says something that the other no longer says."""
    (said, beside), (says, has_beside) = _words(before), _words(now)
    return said != says or bool(set(beside) - set(has_beside))


def keep_row(
    row: Any,
    *,
    by: StaffMember,
    person: Person | None = None,
    merge: PersonMerge | None = None,
    known: list[int] | None = None,
) -> SaidBefore:
    """Keep what this address, email, telephone or name says until now: it goes, or says something else.

    `person` has it in another's stead; `known` is from which cases alone they were known, where that is not
    to be asked now. Call it inside the transaction of the act.
    """
    what = ROWS[type(row)]
    said, beside = _words(row)
    return SaidBefore.objects.create(
        person=person or row.person, what=what, number=row.pk, said=said, beside=", ".join(beside),
        since=_since(what, row.pk) or row.written_at, by=by, merge=merge,
        known_from=known_from(row.person) if known is None else known,
    )  # fmt: skip


def keep_once(
    whose: Person,
    name: str,
    said: str,
    *,
    by: StaffMember,
    person: Person | None = None,
    merge: PersonMerge | None = None,
    known: list[int] | None = None,
) -> SaidBefore:
    """Keep what one of ONCE said on the record of `whose`; the rest as in `keep_row`.

    That nothing stood there is kept too: it tells since when the next has stood.
    """
    return SaidBefore.objects.create(
        person=person or whose, what=name, number=whose.pk, said=said, since=_since(name, whose.pk), by=by,
        merge=merge, known_from=known_from(whose) if known is None else known,
    )  # fmt: skip


def _since(what: str, number: int) -> datetime | None:
    ended = SaidBefore.objects.filter(what=what, number=number).order_by("-until")
    return ended.values_list("until", flat=True).first()


# --- two people told apart again ----------------------------------------------------------------------------


def give_back(merge: PersonMerge) -> None:
    """Let each of two people told apart have their own: what their rows said while they were one, too.

    Call it when all else of the merge is undone and it is marked so.
    """
    on_survivor = SaidBefore.objects.filter(person=merge.survivor_id, until__gte=merge.at)
    for label, column, number, before, _since in merge.moved:
        what = _what(label)
        if what is not None and column == "person_id":
            on_survivor.filter(what=what, number=number).update(person=before)
    for label, number, column, before, since in merge.changed:
        what = column if label == Person._meta.label else _what(label)
        if what in What.values and since:
            _theirs(on_survivor.filter(what=what, number=number), merge, before, str(since))
    _forget_what_stands_again(merge)


def _what(label: str) -> str | None:
    return next((what for model, what in ROWS.items() if model._meta.label == label), None)


def _theirs(rows: models.QuerySet[SaidBefore], merge: PersonMerge, before: Any, since: str) -> None:
    """Words that the other record had brought go with it; what a later merge overwrote was other words."""
    for row in rows.exclude(merge=merge.pk).filter(models.Q(said=since) | models.Q(beside__contains=since)):
        if row.merge_id is None:
            rows.filter(pk=row.pk).update(person=merge.loser_number)
        elif row.what in ONCE and before:
            rows.filter(pk=row.pk).update(said=before)
        else:
            row.delete()


def _forget_what_stands_again(merge: PersonMerge) -> None:
    """What merges that are undone overwrote, where the record says it again: it never was another."""
    two = [merge.survivor_id, merge.loser_number]
    for row in SaidBefore.objects.filter(person__in=two, what__in=ONCE, merge__undone_at__isnull=False):
        if Person.objects.filter(**{"pk": row.number, row.what: row.said}).exists():
            row.delete()
