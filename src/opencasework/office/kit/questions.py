"""Questions to the database that every page asks: put into SQL once a minute and role, asked each time.

To put a question about who may see what into SQL takes Django a hundred times as long as the database needs
for the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, Model, QuerySet
from django.utils import timezone

REMEMBERED = 768  # questions: lasting ones, and a few of each role of those who work at this minute
MOST = 2**63 - 1
NOBODY = (
    2**50
)  # the number of no row: stands in a question until it is known who asks; any key has room for it


class Number(int):
    """The number of a row that differs from one asking to the next: the question is put once for all."""


class Numbers(tuple[int, ...]):
    """The numbers of such rows, for `__in`; the question is put once, however many they are."""

    __slots__ = ()


@dataclass(frozen=True)
class _Question:
    put: Callable[..., QuerySet[Any, Any]]
    known: tuple[Any, ...]
    minute: datetime | None
    vendor: str  # of the database: a moment is put into it in its own way
    given: tuple[Any, ...] = field(compare=False)


_putting: ContextVar[_Question | None] = ContextVar("the_question_that_is_put", default=None)


def moment() -> datetime:
    """Now; while a question is put that is asked again within its minute, the end of that minute.

    So what ends, such as leave to see something, is never asked for as if it had not.
    """
    question = _putting.get()
    if question is None:
        return timezone.now()
    if question.minute is None:
        raise ValueError(f"{question.put} goes by the time: it does not last.")
    return question.minute + timedelta(minutes=1)


_Asked = tuple[str, tuple[Any, ...], type[Model]]  # in SQL, what is asked for in it, and of which rows


def rows_of(
    put: Callable[..., QuerySet[Any, Any]], *given: Any, lasting: bool = False
) -> list[dict[str, Any]]:
    """The rows of `put(*given)` as the database has them now, by the names of their annotations.

    `put` asks the database nothing itself, and goes by nothing but what is given and the time to the minute;
    not even by that where it is `lasting`. A row of the database that is given is known by its fields: with
    another role it is another question. Where its model says which fields `name_it` alone, the question is
    put once for all rows that are alike but for those: only the number of who asks differs in it. So does a
    `Number`, whichever it is, and `Numbers`.
    """
    try:
        sql, values, _model = _asked(put, given, lasting=lasting)
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def instances_of(put: Callable[..., QuerySet[Any]], *given: Any, lasting: bool = False) -> list[Any]:
    """The same as instances of their model, where `put` asks for all its fields and joins them no other."""
    try:
        sql, values, model = _asked(put, given, lasting=lasting)
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        columns = tuple(column[0] for column in cursor.description)
        rows = cursor.fetchall()
    return _read(model, columns, connection.vendor)(rows)


@lru_cache(maxsize=256)
def _read(model: type[Model], columns: tuple[str, ...], _vendor: str) -> Callable[[list[Any]], list[Any]]:
    """How rows of these columns become instances of the model; as a raw query of Django, made out once."""
    raw: Any = model._base_manager.raw("")
    by_column: dict[str, Any] = raw.model_fields
    fields = [by_column.get(column) for column in columns]
    besides = [(column, place) for place, column in enumerate(columns) if fields[place] is None]
    compiler: Any = connection.ops.compiler("SQLCompiler")(raw.query, connection, connection.alias)
    found = compiler.get_converters([each and each.get_col(model._meta.db_table) for each in fields])
    changes = [
        (place, change, expression) for place, (changes, expression) in found.items() for change in changes
    ]
    places = [fields.index(each) for each in model._meta.concrete_fields]
    names, alias = [each.attname for each in model._meta.concrete_fields], connection.alias

    def instances(rows: list[Any]) -> list[Any]:
        made = []
        for row in rows:
            values = list(row)
            for place, change, expression in changes:
                values[place] = change(values[place], expression, connection)
            one = model.from_db(alias, names, [values[place] for place in places])
            for name, place in besides:
                setattr(one, name, values[place])
            made.append(one)
        return made

    return instances


def _asked(put: Callable[..., QuerySet[Any, Any]], given: tuple[Any, ...], *, lasting: bool) -> _Asked:
    minute = None if lasting else timezone.now().replace(second=0, microsecond=0)
    known = tuple(_known(each) for each in given)
    general: list[Any] = []
    numbers: dict[int, Any] = {}
    for place, each in enumerate(given):
        if isinstance(each, Numbers):
            if not each:
                raise EmptyResultSet
            numbers[NOBODY - place] = each
            each = [NOBODY - place]
        elif isinstance(each, Number):
            if not -MOST <= each <= MOST:  # an address may name any number; no row has this one
                raise EmptyResultSet
            numbers[NOBODY - place] = int(each)
            each = NOBODY - place
        elif isinstance(each, Model) and hasattr(each, "name_it"):
            numbers[NOBODY - place] = each.pk
            each = _nobody(each, NOBODY - place)
        general.append(each)
    asked = _in_sql(_Question(put, known, minute, connection.vendor, tuple(general)))
    if asked is None:
        raise EmptyResultSet
    sql, values, model = asked
    if any(type(each) is Numbers for each in numbers.values()):
        return *_with_all(sql, values, numbers), model
    return sql, tuple(_who(value, numbers) for value in values), model


def _with_all(sql: str, values: tuple[Any, ...], numbers: dict[int, Any]) -> tuple[str, tuple[Any, ...]]:
    """The same with a place for each of the `Numbers`, where there was one for all of them."""
    # A percent sign is written twice in SQL; "%%s" is no place of a value.
    first, *rest = sql.replace("%%", "\0").split("%s")
    parts: list[str] = [first]
    found: list[Any] = []
    for value, after in zip(values, rest, strict=True):
        who = _who(value, numbers)
        many = who if type(who) is Numbers else (who,)
        parts += [", ".join(["%s"] * len(many)), after]
        found += many
    return "".join(parts).replace("\0", "%%"), tuple(found)


def _nobody(given: Model, number: int) -> Model:
    """The same without who it is: a question that asks for a name of theirs is found out when it is put."""
    nobody = copy(given)
    for each in given._meta.concrete_fields:
        if each.attname in getattr(given, "name_it", ()):
            setattr(nobody, each.attname, str(NOBODY) if isinstance(each, CharField) else None)
    nobody.pk = number
    return nobody


def _known(given: Any) -> Any:
    if isinstance(given, Number | Numbers):
        return type(given)
    if isinstance(given, Model):
        left_out = getattr(given, "name_it", ())
        return given.__class__, *(
            getattr(given, each.attname)
            for each in given._meta.concrete_fields
            if each.attname not in left_out
        )
    return given


def _who(value: Any, numbers: dict[int, Any]) -> Any:
    # On PostgreSQL some whole numbers come as a class of their own.
    return numbers.get(value, value) if isinstance(value, int) and not isinstance(value, bool) else value


@lru_cache(maxsize=REMEMBERED)
def _in_sql(question: _Question) -> _Asked | None:
    """None for a question to which there is no answer, whatever the database has."""
    token = _putting.set(question)
    try:
        rows = question.put(*question.given)
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    finally:
        _putting.reset(token)
    nobody = str(NOBODY)[:-2]
    if nobody in sql or any(isinstance(value, str) and nobody in value for value in values):
        raise ValueError(
            f"{question.put} asks for a name or for a number within a text, which are not known yet."
        )
    return sql, tuple(values), rows.model
