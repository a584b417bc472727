"""SQLite is told how the tables have grown."""

from __future__ import annotations

import pytest
from django.db import connection

from opencasework.office.bodies.models import Body
from opencasework.office.config import statistics
from opencasework.office.referrals.models import Complaint

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_database_knows_how_many_rows_a_table_has():
    statistics.look()

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = %s", [Body._meta.db_table])
            known = cursor.fetchall()
        assert any(int(stat.split()[0]) >= Body.objects.count() // 2 > 0 for (stat,) in known)


def test_a_table_without_a_row_is_known_to_have_none():
    statistics.look()
    statistics.look()

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = %s", [Complaint._meta.db_table])
            assert cursor.fetchall() == [("1",)]
