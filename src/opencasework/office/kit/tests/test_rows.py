"""Many rows written at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from opencasework.office.bodies.models import Body
from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.constituents.models import Person
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.kit.rows import update_each

pytestmark = pytest.mark.django_db


def test_each_row_gets_its_own_values_and_keeps_the_rest():
    one, other, third = BodyFactory.create_batch(3, name="A council", directory={})
    one.name, one.directory = "Müller & Sons", {"name": "Wexcombe", "nations": ["en", None]}
    other.name, other.parent = "It's 100 %s", one
    one.code = other.code = "not to be written"

    update_each([one, other], ["name", "directory", "parent"])

    written = Body.objects.in_bulk()
    assert written[one.pk].name == "Müller & Sons"
    assert written[one.pk].directory == {"name": "Wexcombe", "nations": ["en", None]}
    assert written[other.pk].name == "It's 100 %s"
    assert written[other.pk].parent == written[one.pk]
    assert written[third.pk].name == "A council"
    assert not Body.objects.filter(code="not to be written").exists()


def test_whom_a_row_points_to_may_have_been_written_since():
    message = MessageFactory()
    message.person, message.decided_at = (
        Person(full_name="Nia Pryce"),
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
    )
    message.person.save()

    update_each([message], ["person", "decided_at"])

    written = Message.objects.get(pk=message.pk)
    assert written.person == message.person
    assert written.decided_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_nothing_to_write_is_no_mistake():
    update_each([], ["name"])
