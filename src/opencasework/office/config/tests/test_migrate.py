"""Making the tables, taking them back, and leaving those of a development version alone."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from opencasework.office.places.tests.factories import OfficeFactory


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("is_demo", "words"),
    [
        (False, ["The office in ", "Go on with the version that made it", "casework init"]),
        (True, ["The demonstration in ", "casework demo"]),
    ],
)
def test_an_office_of_a_development_version_is_not_migrated(is_demo, words):
    OfficeFactory(is_demo=is_demo)
    MigrationRecorder(connection).record_applied("staff", "0001_initial")

    with pytest.raises(CommandError) as told:
        call_command("migrate", verbosity=0)

    assert all(part in str(told.value) for part in words)
    hosted = connection.vendor == "postgresql"
    assert ("an empty database (CASEWORK_PG_NAME)" if hosted else "--home") in str(told.value)


@pytest.mark.django_db(transaction=True)
def test_the_tables_of_an_app_can_be_taken_back_and_made_again():
    tables = {name for name in connection.introspection.table_names() if name.startswith("volumes_")}

    call_command("migrate", "volumes", "zero", verbosity=0)
    left = set(connection.introspection.table_names())
    call_command("migrate", verbosity=0)

    assert tables
    assert not tables & left
    assert tables <= set(connection.introspection.table_names())
