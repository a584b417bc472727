"""What came while two cases were one, and goes with the one that is a case of its own again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from opencasework.office.bodies.models import Body
from opencasework.office.cases.carrying import Relation, Rows, carry, relations, with_what_hangs_on_it
from opencasework.office.cases.models import Case, CasePerson, CasePersonOrigin, Draft, Issue
from opencasework.office.cases.people_joined import came_since, keys_on_cases
from opencasework.office.cases.settling import settle


def go(case: Case, stood: list[int], *, since: datetime) -> Rows:
    """Let what is about something, or somebody, that only this case has go to it, with what hangs on that.

    `stood` are the cases that stood for both, by their numbers. What is of both, or of neither, stays there,
    and so does what names somebody of theirs, whatever it is about. Returns what went.
    """
    went: Rows = {}
    theirs, others = _people_of([case.pk]), _people_of(stood)
    for one in Case.objects.filter(pk__in=stood):
        chosen: dict[str, set[int]] = {}
        for label, pks in (
            *_of_its_own(case, one),
            *_of_its_people(one, theirs, others, since),
            *_of_its_bodies(case, one, since),
        ):
            chosen.setdefault(label, set()).update(pks)
        going = with_what_hangs_on_it(one, {label: sorted(pks) for label, pks in chosen.items()})
        for label, pks in _naming(one, others - theirs):
            going[label] = sorted(set(going.get(label, [])) - pks)
        going |= _words_begun(one, going)
        for relation in relations():
            if gone := carry(relation, going.get(relation.label, []), of=[one.pk], to=case.pk):
                went.setdefault(relation.label, []).extend(gone)
    return went


def who_acts(case: Case, stood: list[int]) -> None:
    """Let whoever acts for somebody of this case, and for nobody of the others, be on this one alone."""
    theirs, others = _people_of([case.pk]), _people_of(stood)
    for link in CasePerson.objects.filter(case__in=stood, acting__person__in=theirs - others):
        if CasePersonOrigin.objects.filter(number=link.pk).update(case=case):
            settle(CasePerson.objects.filter(pk=link.pk))
        elif not case.case_people.filter(person=link.person_id).exists():
            CasePerson.objects.filter(pk=link.pk).update(case=case)


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
    one: Case, theirs: set[int], others: set[int], since: datetime
) -> Iterator[tuple[str, set[int]]]:
    """Rows that name somebody of this case and nobody of the others, and came since."""
    named = dict(_naming(one, others))
    for model, names_them in _by_model(theirs - others):
        rows = model._base_manager.filter(names_them, case=one).exclude(pk__in=named[_label(model)])
        came = came_since(since, rows, [one.pk])
        yield _label(model), set(came.values_list("pk", flat=True))


def _naming(one: Case, people: set[int]) -> Iterator[tuple[str, set[int]]]:
    """What on this case names one of these people."""
    for model, names_them in _by_model(people):
        rows = model._base_manager.filter(names_them, case=one)
        yield _label(model), set(rows.values_list("pk", flat=True))


def _by_model(people: set[int]) -> Iterator[tuple[Any, Q]]:
    """Each model whose rows are on a case and name people, with the question for those that name these."""
    keys: dict[Any, Q] = {}
    for key in keys_on_cases():
        keys[key.model] = keys.get(key.model, Q()) | Q(**{f"{key.attname}__in": people})
    yield from keys.items()


def _of_its_bodies(case: Case, one: Case, since: datetime) -> Iterator[tuple[str, set[int]]]:
    """Rows about a body that only this case has to do with, and that came since.

    Of a model that says in `goes_with_its_body` which field tells since when a row is there.
    """
    on_cases = [relation for relation in relations() if relation.name == "case"]
    bound = [each for each in on_cases if hasattr(each.model, "goes_with_its_body")]
    free = [each for each in on_cases if each not in bound and _has_body(each.model)]
    only_here = _bodies(free, case) - _bodies(free, one)
    for relation in bound:
        came = {f"{relation.model.goes_with_its_body}__gte": since}  # type: ignore[attr-defined]
        rows = relation.rows(one).filter(body__in=only_here, **came)
        yield relation.label, set(rows.values_list("pk", flat=True))


def _has_body(model: Any) -> bool:
    return any(key.name == "body" and key.related_model is Body for key in model._meta.fields)


def _bodies(among: list[Relation], case: Case) -> set[int]:
    """The bodies that this case has to do with, by their numbers, with all that each is a part of."""
    found: set[int] = set()
    for relation in among:
        found |= set(relation.rows(case).exclude(body=None).values_list("body", flat=True))
    level = found
    while level:
        parents = Body.objects.filter(pk__in=level).exclude(parent=None).values_list("parent", flat=True)
        level = {int(each) for each in parents if each is not None} - found
        found |= level
    return found


def _words_begun(one: Case, going: Rows) -> Rows:
    """What people are typing into something that goes: the form is called by its kind and number."""
    forms = {f"{label.split('.')[1].lower()}-{pk}" for label, pks in going.items() for pk in pks}
    begun = Draft.objects.filter(case=one, form__in=forms)
    return {_label(Draft): list(begun.values_list("pk", flat=True))}


def _label(model: Any) -> str:
    return f"{model._meta.label}.case"


def _people_of(cases: list[int]) -> set[int]:
    return set(CasePerson.objects.filter(case__in=cases).values_list("person", flat=True))
