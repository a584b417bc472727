"""Two changes that stand in each other's way: one is done, and whoever sent the other is told."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from django.db import connection, transaction

from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.places.tests.factories import OfficeFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def impatient():
    """This connection waits a moment for another's lock, where an office waits for twenty seconds."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'" if postgresql else "PRAGMA busy_timeout = 200")
    yield
    connection.close()


def test_whoever_comes_second_is_told_that_nothing_was_saved(client, impatient):
    OfficeFactory()
    case = CaseFactory(title="The kitchen is damp")
    client.force_login(case.owner)
    client.get(f"/cases/{case.pk}/")
    is_held, is_done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            list(Case.objects.select_for_update().filter(pk=case.pk))
            is_held.set()
            is_done.wait(timeout=60)
        connection.close()

    other = Thread(target=hold)
    other.start()
    assert is_held.wait(timeout=30)
    answer = client.post(f"/cases/{case.pk}/notes/", {"text": "She rang again."})
    is_done.set()
    other.join(timeout=30)

    assert answer.status_code == 503
    assert "Somebody else changed this at the same moment" in answer.content.decode()
    assert "She rang again." not in case.events.values_list("text", flat=True)
