"""Two records of one person joined, or told apart again: a line on the timeline of each of their cases.

What is written down while they are one names the survivor; told apart, it names the one whose case it is on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import models

from opencasework.office.cases.models import Case, CasePerson, Event, ReferenceNumber
from opencasework.office.cases.settling import settle
from opencasework.office.constituents.merging import pointing_at, rows_of
from opencasework.office.constituents.models import Person, PersonMerge
from opencasework.office.staff.models import StaffMember


def on_joining(*, merge: PersonMerge, **_signal: Any) -> None:
    """Called inside the transaction of the merge, before anything is moved."""
    settle(CasePerson.objects.filter(person__in=[merge.loser_number, merge.into_number]))


def on_merged(*, merge: PersonMerge, by: StaffMember, **_signal: Any) -> None:
    """Called inside the transaction of the merge."""
    _record(Event.Kind.PEOPLE_MERGED, merge, [merge.survivor_id], by)


def on_parted(*, merge: PersonMerge, by: StaffMember, **_signal: Any) -> None:
    """Called inside the transaction of the undoing."""
    settle(CasePerson.objects.filter(person=merge.survivor_id))
    went = _let_go(merge)
    _record(Event.Kind.PEOPLE_PARTED, merge, [merge.survivor_id, merge.loser_number], by, went)


def _record(
    kind: Event.Kind,
    merge: PersonMerge,
    people: list[int],
    by: StaffMember,
    went: dict[int, str] | None = None,
) -> None:
    # The line names whom the case is for now. The other record may come from a case that not everybody who
    # sees this one may know of.
    links = CasePerson.objects.filter(person__in=people)
    for case in Case.objects.filter(pk__in=links.values("case")):
        theirs = [link.person for link in links.filter(case=case).select_related("person")]
        names = " and ".join(str(person) for person in theirs)
        case.record(
            kind,
            by=by,
            text="\n".join(filter(None, [names, (went or {}).get(case.pk, "")])),
            people=[person.pk for person in theirs],
            merge=merge.pk,
        )


# --- what was written down while they were one --------------------------------------------------------------


def keys_on_cases() -> list[Any]:
    """The keys to a person of rows that are on a case, but for who is on it, which `settling` works out.

    Their models say in `dated_by` which field tells since when a row is there.
    """
    return [
        key
        for key in pointing_at(Person)
        if key.model is not CasePerson
        and any(each.name == "case" and each.related_model is Case for each in key.model._meta.fields)
    ]


def _let_go(merge: PersonMerge) -> dict[int, str]:
    """On cases of the one who is back, and not of the survivor, what came since the merge names the former.

    Returns what that is, in a sentence by case. Where both are on a case nobody can tell whose it is, and it
    stays.
    """
    of = CasePerson.objects.filter(person=merge.loser_number)
    cases = list(of.exclude(case__case_people__person=merge.survivor_id).values_list("case", flat=True))
    went: dict[int, dict[Any, set[int]]] = defaultdict(lambda: defaultdict(set))
    for key in keys_on_cases():
        rows = rows_of(key.model).filter(case__in=cases, **{key.attname: merge.survivor_id})
        found = list(came_since(merge.at, rows, cases).values_list("pk", "case"))
        rows_of(key.model).filter(pk__in=[pk for pk, _case in found]).update(
            **{key.attname: merge.loser_number}
        )
        for pk, case in found:
            went[case][key.model].add(pk)
    return {case: _said(rows) for case, rows in went.items()}


def came_since(at: datetime, rows: models.QuerySet[Any], cases: Collection[int]) -> models.QuerySet[Any]:
    """Those of these rows that came to the cases since then. What was there before was somebody's own."""
    if rows.model is not ReferenceNumber:
        return rows.filter(**{f"{rows.model.dated_by}__gte": at})
    # A number has no date of its own: the timeline says when it came.
    families = [pk for case in Case.objects.filter(pk__in=cases) for pk in case.family]
    lines = Event.objects.filter(case__in=families, kind=Event.Kind.REFERENCE_ADDED, recorded_at__gte=at)
    return rows.filter(pk__in=[line.detail.get("reference") for line in lines])


def _said(rows: dict[Any, set[int]]) -> str:
    what = [f"{model._meta.verbose_name_plural} ({len(pks)})" for model, pks in rows.items()]
    return f"Written down here while the two records were one, and theirs now: {', '.join(what)}."
