"""Tables of a development version: the migrations that made them are no longer kept (ADR 0046)."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder

# Every old chain had it, and no new one has.
FIRST_OF_OLD = ("staff", "0001_initial")


def made_before_the_first_version() -> str:
    """A sentence where the database was made by a development version, with what to do; else nothing."""
    if FIRST_OF_OLD not in MigrationRecorder(connection).applied_migrations():
        return ""
    hosted = connection.vendor == "postgresql"
    there = f"the database {connection.settings_dict['NAME']}" if hosted else settings.HOME.root
    said = f"in {there} was made by an earlier development version, whose tables this version does not know."
    place = "an empty database (CASEWORK_PG_NAME)" if hosted else "another folder"
    if not _is_demonstration():
        command = "casework init" if hosted else "casework init --home office-anew"
        return f"The office {said} Go on with the version that made it, or begin anew in {place}: {command}"
    if hosted:
        return f"The demonstration {said} Make it anew in {place}: casework demo"
    return (
        f"The demonstration {said} Delete that folder and start again, or make another: "
        "casework demo --home demo-anew"
    )


def _is_demonstration() -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM places_office WHERE is_demo")
            return bool(cursor.fetchone()[0])
    except DatabaseError:  # so early that there was no such table: then nobody is told to delete anything
        return False
