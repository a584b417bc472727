"""Many rows of a table at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models, transaction

TEXT = (models.CharField, models.TextField)


def update_each(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write these fields of rows of one model that are in the database, each row with its own values.

    `bulk_update` does it with one statement of a condition a row and field, which takes ten times as long.
    """
    if not rows:
        return
    meta, quote = rows[0]._meta, connection.ops.quote_name
    columns: list[models.Field[Any, Any]] = [
        field for field in meta.concrete_fields if field.name in fields and not field.primary_key
    ]
    assert len(columns) == len(fields), f"{meta.label} has not all of these fields: {', '.join(fields)}"
    written = ", ".join(f"{quote(str(column.column))} = %s" for column in columns)
    statement = f"UPDATE {quote(meta.db_table)} SET {written} WHERE {quote(str(meta.pk.column))} = %s"
    values = [[*(_value(row, column) for column in columns), row.pk] for row in rows]
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.executemany(statement, values)


def insert_each(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model and number them. Call inside a transaction; raises IntegrityError.

    `bulk_create` makes one sentence of all values, which it quotes and the server takes apart again. Here
    PostgreSQL gets them as a table (COPY), and SQLite one after the other by one statement.
    """
    if not rows:
        return
    meta, quote = rows[0]._meta, connection.ops.quote_name
    columns: list[models.Field[Any, Any]] = list(meta.concrete_fields)
    table, names = quote(meta.db_table), ", ".join(quote(str(column.column)) for column in columns)
    with connection.cursor() as cursor:
        for row, number in zip(rows, _free_numbers(cursor, meta, len(rows)), strict=True):
            row.pk = number
        values = [[_value(row, column) for column in columns] for row in rows]
        if connection.vendor == "postgresql":
            copying = f"COPY {table} ({names}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(copying) as copy:
                for each in values:
                    copy.write_row(each)
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _free_numbers(cursor: Any, meta: Any, count: int) -> list[int]:
    """Numbers for new rows that no other row has or had."""
    if connection.vendor == "postgresql":
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(meta.db_table), meta.pk.column, count],
        )
        return [number for (number,) in cursor.fetchall()]
    # A writer is alone, from the beginning of its transaction.
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [meta.db_table])
    row = cursor.fetchone()
    last: int = row[0] if row else 0
    return list(range(last + 1, last + 1 + count))


def _value(row: models.Model, column: models.Field[Any, Any]) -> Any:
    value = getattr(row, column.attname)
    if isinstance(column, models.ForeignKey) and column.is_cached(row):
        related = column.get_cached_value(row)
        value = related.pk if related is not None else None  # it may have got its number since it was set
    if value is None or (type(value) is str and isinstance(column, TEXT)):
        return value  # as it is: most are
    return column.get_db_prep_save(value, connection)
