"""The search indexes: made from `sources.py`, kept up by the database, mended after every migration.

No code tells the index that something changed: triggers do, so nothing that writes to a table can forget it.
When Django rebuilds a table on SQLite its triggers vanish without a word; so they are taken away before
migrations that touch a source, and made again afterwards with the index filled anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from opencasework.office.search import postgresql, sqlite
from opencasework.office.search.sources import SOURCES, Source, installed


def engine() -> ModuleType:
    """How the database in use does it."""
    return postgresql if connection.vendor == "postgresql" else sqlite


def matching(
    source: Source, words: list[str], *, newest: int | None = None, among: QuerySet[Any] | None = None
) -> RawSQL:
    """The numbers of the source's rows that have all these words, for `pk__in`. `words` must not be empty.

    `newest` takes only so many, the last made first: however common the word, the answer costs the same.
    With `among` they are the newest of those rows, so that what one may not see takes up no room.
    """
    is_among = None if among is None else one_of(among, _number(source))
    return _narrowed(source, engine().matching(source, words), newest, is_among)


def with_pieces(source: Source, numbers: list[str], *, newest: int, among: QuerySet[Any]) -> list[RawSQL]:
    """The rows in `among` in which one of the numbers may stand, to be read; the `newest` of each answer."""
    is_among = one_of(among, _number(source))
    return [_narrowed(source, rows, newest, is_among) for rows in engine().with_pieces(source, numbers)]


def _number(source: Source) -> str:
    return f"{source.index}.{engine().NUMBER}"


def _narrowed(source: Source, rows: RawSQL, newest: int | None, is_among: RawSQL | None) -> RawSQL:
    sql, params = rows.sql, list(rows.params)
    if is_among is not None:
        sql, params = f"{sql} AND {is_among.sql}", [*params, *is_among.params]
    return RawSQL(f"{sql} ORDER BY {_number(source)} DESC LIMIT {newest:d}" if newest else sql, params)


def one_of(rows: QuerySet[Any], number: str) -> RawSQL:
    """The condition that `number`, a column of the query around it, is that of one of the rows.

    Asked row by row: a list of everything one may see would be made for a handful of rows.
    """
    sql, params = rows.filter(pk=RawSQL(number, [])).order_by().values("pk").query.sql_with_params()
    return RawSQL(f"EXISTS ({sql})", params)


def problems() -> list[str]:
    """How the indexes differ from what they should be, in sentences; empty when all is well."""
    return [sentence for source in installed() for sentence in _problems_of(source)]


def rebuild(sources: Iterable[Source] | None = None) -> int:
    """Make the indexes (all, unless some are named) anew from the tables; returns how many rows they hold."""
    rows = 0
    for source in installed() if sources is None else sources:
        with transaction.atomic():
            _run(engine().drop(source))
            _run(engine().create(source))
            _run(engine().fill(source))
            _run(engine().create_triggers(source))
        rows += _count(source)
    return rows


def before_migrations(*, plan: Any = (), **_signal: Any) -> None:
    """Take the triggers off the tables that are about to be migrated."""
    for source in SOURCES:
        if source.app in _apps(plan) and source.is_there:
            _run(engine().drop_triggers(source))


def after_migrations(*, plan: Any = (), **_signal: Any) -> None:
    """Make every index anew that is not as it should be, or whose table was migrated."""
    rebuild(source for source in installed() if source.app in _apps(plan) or _problems_of(source))


def _apps(plan: Any) -> set[str]:
    return {migration.app_label for migration, _backwards in plan or ()}


def _problems_of(source: Source) -> list[str]:
    return engine().problems(source) or _miscounted(source)


def _miscounted(source: Source) -> list[str]:
    only = f" WHERE {source.only.format(row='source')}" if source.only else ""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{source.table}" AS source{only}')
        expected = cursor.fetchone()[0]
    held = _count(source)
    return (
        [] if held == expected else [f"The search index holds {held} of {expected} rows of {source.table}."]
    )


def _count(source: Source) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {source.index}")
        return int(cursor.fetchone()[0])


def _run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
