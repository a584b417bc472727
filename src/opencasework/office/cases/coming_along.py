"""What came while two cases were one, and goes with the one that is a case of its own again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from opencasework.office.cases.carrying import Rows, carry, relations, with_what_hangs_on_it
from opencasework.office.cases.models import Case, CasePerson, Issue
from opencasework.office.cases.people_joined import came_since, keys_on_cases


def go(case: Case, stood: list[int], *, since: datetime) -> Rows:
    """Let what is about something, or somebody, that only this case has go to it, with what hangs on that.

    `stood` are the cases that stood for both, by their numbers. What is of both, or of neither, stays there.
    Returns what went.
    """
    went: Rows = {}
    for one in Case.objects.filter(pk__in=stood):
        chosen: dict[str, set[int]] = {}
        for label, pks in (*_of_its_own(case, one), *_of_its_people(case, one, stood, since)):
            chosen.setdefault(label, set()).update(pks)
        going = with_what_hangs_on_it(one, {label: sorted(pks) for label, pks in chosen.items()})
        for relation in relations():
            if gone := carry(relation, going.get(relation.label, []), of=[one.pk], to=case.pk):
                went.setdefault(relation.label, []).extend(gone)
    return went


def _of_its_own(case: Case, one: Case) -> Iterator[tuple[str, set[int]]]:
    """Rows that point at something that is on this case: its problem, its enquiry, what it asked for."""
    on_cases = [relation for relation in relations() if relation.name == "case"]
    kinds = {relation.model for relation in on_cases}
    for relation in on_cases:
        for key in relation.model._meta.fields:
            if relation.model is not Issue and key.related_model in kinds:
                rows = relation.rows(one).filter(**{f"{key.name}__case": case})
                yield relation.label, set(rows.values_list("pk", flat=True))


def _of_its_people(
    case: Case, one: Case, stood: list[int], since: datetime
) -> Iterator[tuple[str, set[int]]]:
    """Rows that name somebody of this case and nobody of the others, and came since."""
    theirs, others = _people_of([case.pk]), _people_of(stood)
    keys: dict[Any, list[str]] = {}
    for key in keys_on_cases():
        keys.setdefault(key.model, []).append(key.attname)
    for model, names in keys.items():
        names_them, names_others = Q(), Q()
        for name in names:
            names_them |= Q(**{f"{name}__in": theirs - others})
            names_others |= Q(**{f"{name}__in": others})
        rows = model._base_manager.filter(names_them, case=one).exclude(names_others)
        came = came_since(since, rows, [one.pk])
        yield f"{model._meta.label}.case", set(came.values_list("pk", flat=True))


def _people_of(cases: list[int]) -> set[int]:
    return set(CasePerson.objects.filter(case__in=cases).values_list("person", flat=True))
