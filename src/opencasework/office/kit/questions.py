"""Questions to the database that every page asks: put into SQL once a minute and role, asked each time.

To put a question about who may see what into SQL takes Django a hundred times as long as the database needs
for the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, Model, QuerySet
from django.utils import timezone

REMEMBERED = 64  # questions: a few of each role of those who work at this minute
NOBODY = -(2**50)  # the number of no row: stands in a question until it is known who asks


class Number(int):
    """The number of a row that differs from one asking to the next: the question is put once for all."""


@dataclass(frozen=True)
class _Question:
    put: Callable[..., QuerySet[Any, Any]]
    known: tuple[Any, ...]
    minute: datetime
    given: tuple[Any, ...] = field(compare=False)


def rows_of(put: Callable[..., QuerySet[Any, Any]], *given: Any) -> list[dict[str, Any]]:
    """The rows of `put(*given)` as the database has them now, by the names of their annotations.

    `put` asks the database nothing itself, and goes by nothing but what is given and the time to the minute.
    A row of the database that is given is known by its fields: with another role it is another question.
    Where its model says which fields `name_it` alone, the question is put once for all rows that are alike
    but for those: only the number of who asks differs in it. So does a `Number`, whichever it is.
    """
    minute = timezone.now().replace(second=0, microsecond=0)
    known = tuple(_known(each) for each in given)
    asked, numbers = [], {}
    for place, each in enumerate(given):
        if isinstance(each, Number):
            numbers[NOBODY - place] = int(each)
            each = NOBODY - place
        elif isinstance(each, Model) and hasattr(each, "name_it"):
            numbers[NOBODY - place] = each.pk
            each = _nobody(each, NOBODY - place)
        asked.append(each)
    try:
        sql, values = _in_sql(_Question(put, known, minute, tuple(asked)))
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, [_who(value, numbers) for value in values])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _nobody(given: Model, number: int) -> Model:
    """The same without who it is: a question that asks for a name of theirs is found out when it is put."""
    nobody = copy(given)
    for each in given._meta.concrete_fields:
        if each.attname in getattr(given, "name_it", ()):
            setattr(nobody, each.attname, str(NOBODY) if isinstance(each, CharField) else None)
    nobody.pk = number
    return nobody


def _known(given: Any) -> Any:
    if isinstance(given, Number):
        return Number
    if isinstance(given, Model):
        left_out = getattr(given, "name_it", ())
        return given.__class__, *(
            getattr(given, each.attname)
            for each in given._meta.concrete_fields
            if each.attname not in left_out
        )
    return given


def _who(value: Any, numbers: dict[int, Any]) -> Any:
    return numbers.get(value, value) if type(value) is int else value


@lru_cache(maxsize=REMEMBERED)
def _in_sql(question: _Question) -> tuple[str, tuple[Any, ...]]:
    sql, values = question.put(*question.given).query.sql_with_params()
    nobody = str(NOBODY)[:-2]
    if nobody in sql or any(isinstance(value, str) and nobody in value for value in values):
        raise ValueError(
            f"{question.put} asks for a name or for a number within a text, which are not known yet."
        )
    return sql, values
