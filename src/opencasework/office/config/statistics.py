"""What the database knows of its tables, so that it goes the shortest way to what a page asks.

PostgreSQL finds it out by itself. SQLite knows nothing until it is told to look: it then begins, say, with
the thousands of cases that somebody has had, to find the one that waits for an authority.
"""

from __future__ import annotations

from django.db import connection

ROWS_LOOKED_AT = 1_000  # of each index: a few milliseconds in the largest office


def look() -> None:
    """Have SQLite look at those tables that have changed much since it did, or that it has not looked at."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit={ROWS_LOOKED_AT:d}")
        cursor.execute("PRAGMA optimize=0x10002")  # all tables, not only those of this connection's questions
        # Of a table without a row it keeps nothing, and takes it for one of a million rows.
        cursor.execute("SELECT tbl FROM sqlite_stat1")
        known = {table for (table,) in cursor.fetchall()}
        for table in connection.introspection.table_names(cursor):
            if table not in known:
                cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})")
                if cursor.fetchone() == (0,):
                    cursor.execute(
                        "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, NULL, '1')", [table]
                    )
        cursor.execute("ANALYZE sqlite_schema")  # which has what stands there read again
