"""Which rows stand beside a case, asked in one query: of most kinds a case has none."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, Model, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from opencasework.office.cases.models import Case, CasePerson, ReferenceNumber
from opencasework.office.kit.once import once
from opencasework.office.kit.questions import Number, rows_of

# By the names that lead there from a case.
KINDS = (
    "questions", "helpers", "authority_demands", "enquiries", "merged_cases", "lines_shown", "drafts",
    "authorities", "links_made", "links_received", "moves_in", "moves_out", "transfers", "own_words",
)  # fmt: skip
# And further on: the way there, by its last name.
BEYOND = {way.rpartition("__")[2]: way for way in (
    "enquiries__replies", "case_people__person__addresses", "case_people__person__emails",
    "case_people__person__phones",
)}  # fmt: skip
ELSEWHERE = "elsewhere"  # somebody of this case is on another
NUMBERS_ELSEWHERE = "numbers_elsewhere"  # or has numbers there
TWINS = "twins"  # one of its numbers stands on another
_HAS = "has_"  # before such a name, in the question: by itself it is a field of the case


# --- the case itself ----------------------------------------------------------------------------------


def seen(pk: int) -> Case | None:
    """The case as far as it says who may see it; while a page is looked at, as it was read first."""
    says = Case.objects.only("merged_into", "need_to_know", "sensitivity").filter(pk=pk)
    return once(_name(pk), says.first)


def is_seen(case: Case) -> None:
    """Keep for `seen` what the page has read already."""
    once(_name(case.pk), lambda: case)


def _name(pk: int) -> str:
    return f"case {pk} as it was seen"


# --- what stands beside it ----------------------------------------------------------------------------


def look(case: Case) -> None:
    """Find out of what the case has none, so that a page which only looks asks for no such thing.

    Holds for this object while nothing is written: `Case.lacks` and its relations go by it.
    """
    (found,) = rows_of(_standing, Number(case.pk))
    case.absent = frozenset(name.removeprefix(_HAS) for name, is_there in found.items() if not is_there)
    for name in case.absent.intersection(KINDS):
        _has_none_of(case, name)


def fetch(case: Case, *lookups: Prefetch[Any] | str) -> None:
    """Fetch these beside the case, but for what it is known to have none of."""
    left_out = [way for name, way in BEYOND.items() if case.lacks(name)]
    wanted = [each for each in lookups if getattr(each, "prefetch_through", each) not in left_out]
    prefetch_related_objects([case], *wanted)
    for way in left_out:
        *there, name = way.split("__")
        for row in _rows_at(case, there):
            _has_none_of(row, name)


def _rows_at(case: Case, way: list[str]) -> list[Any]:
    rows: list[Any] = [case]
    for name in way:
        ahead = [getattr(row, name) for row in rows]
        rows = [each for one in ahead for each in (one.all() if hasattr(one, "all") else [one])]
    return rows


def _has_none_of(row: Model, name: str) -> None:
    none = getattr(row, name).get_queryset()
    none._result_cache, none._prefetch_done = [], True
    fetched: dict[str, Any] = row.__dict__.setdefault("_prefetched_objects_cache", {})
    fetched[name] = none


# --- the question -------------------------------------------------------------------------------------


def _standing(pk: int) -> QuerySet[Any, Any]:
    here = OuterRef("pk")
    there = {name: _rows(name).filter(**{_way_back(name): here}) for name in KINDS}
    there["replies"] = _rows("enquiries", "replies").filter(enquiry__case=here)
    people = CasePerson.objects.filter(case=OuterRef(here)).order_by().values("person")
    for name in ("addresses", "emails", "phones"):
        there[name] = _rows("case_people", "person", name).filter(person__in=people)
    there[ELSEWHERE] = CasePerson.objects.filter(person__in=people).exclude(case=here)
    numbers = ReferenceNumber.objects.order_by()
    there[NUMBERS_ELSEWHERE] = numbers.filter(person__in=people).exclude(case=here)
    twins = numbers.filter(kind=OuterRef("kind"), compact=OuterRef("compact"))
    there[TWINS] = numbers.filter(~Q(compact=""), Exists(twins.exclude(case=OuterRef("case"))), case=here)
    asked = {f"{_HAS}{name}": Exists(rows) for name, rows in there.items()}
    standing: QuerySet[Any, Any] = Case.objects.filter(pk=pk).order_by().annotate(**asked).values(*asked)
    return standing


def _rows(*way: str) -> QuerySet[Any]:
    """All rows of the model at the end of this way from a case."""
    model: Any = Case
    for name in way:
        model = model._meta.get_field(name).related_model
    rows: QuerySet[Any] = model._base_manager.order_by()
    return rows


def _way_back(name: str) -> str:
    relation: Any = Case._meta.get_field(name)
    field: str = relation.field.name
    return field
