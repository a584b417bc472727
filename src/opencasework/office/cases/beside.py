"""Which rows stand beside a case, asked in one query: of most kinds a case has none."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from opencasework.office.cases.models import Case, CasePerson, ReferenceNumber
from opencasework.office.kit import around
from opencasework.office.kit.once import once
from opencasework.office.kit.questions import Number, rows_of

# By the names that lead there from a case.
KINDS = (
    "questions", "helpers", "authority_demands", "enquiries", "merged_cases", "lines_shown", "drafts",
    "authorities", "links_made", "links_received", "moves_in", "moves_out", "transfers", "own_words",
    "key_dates", "decisions", "last_days",
)  # fmt: skip
# What the page of a case shows: the way there, and in which order.
SHOWN: dict[str, tuple[str, ...]] = {
    "owner": (),
    "case_people": ("pk",),
    "case_people__person": (),
    "case_people__acting": (),
    "case_people__person__addresses": ("pk",),
    "case_people__person__emails": ("-is_preferred", "pk"),
    "case_people__person__phones": ("-is_preferred", "pk"),
    "issues": ("pk",),
    "issues__category": (),
    "issues__body": (),
    "issues__body__parent": (),
    "issues__body__parent__parent": (),
    "enquiries": ("-sent_on", "-pk"),
    "enquiries__body": (),
    "enquiries__replies": ("-received_on", "-pk"),
    "questions": ("-asked_at", "-pk"),
    "questions__person": (),
    "authority_demands": ("due_on", "pk"),
    "authority_demands__body": (),
    "helpers": ("since", "pk"),
    "helpers__staff": (),
    "own_words": ("pk",),
    "own_words__word": (),
    "references": ("pk",),
    "key_dates": ("at", "pk"),
    "last_days": ("until", "pk"),
}
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

    Holds for this object while nothing is written: `Case.lacks` and `fetch` go by it.
    """
    (found,) = rows_of(_standing, Number(case.pk), lasting=True)
    case.absent = frozenset(name.removeprefix(_HAS) for name, is_there in found.items() if not is_there)


def fetch(case: Case) -> None:
    """Fetch what its page shows, but for what it is known to have none of."""
    left_out = [way for way in SHOWN if case.lacks(way.rpartition("__")[2])]
    around.fetch(case, SHOWN, left_out=left_out)


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
