"""Many rows written at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from opencasework.office.bodies.models import Body
from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.constituents.models import Person
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.kit.rows import insert_each, update_each

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


def test_new_rows_are_numbered_and_written_as_they_are():
    before = MessageFactory()
    at = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    odd = "a\tb\r\nc\\N \\. 100 %s 'Müller' \"x\" 🏛"
    person = Person(full_name="Nia Pryce")
    one = Message(text=odd, subject="", state=Message.State.RAW, has_html=True, size=2**40, person=person)
    other = Message(text="\\N", fingerprint=None, to=[{"name": odd, "address": ""}], received_at=at)
    person.save()

    with transaction.atomic():
        insert_each([one, other])
    after = MessageFactory()

    assert before.pk < one.pk < other.pk < after.pk
    written = Message.objects.in_bulk()
    assert (written[one.pk].text, written[one.pk].subject) == (odd, "")
    assert (written[one.pk].state, written[one.pk].has_html) == ("raw", True)
    assert (written[one.pk].size, written[one.pk].person) == (2**40, person)
    assert (written[other.pk].text, written[other.pk].fingerprint) == ("\\N", None)
    assert (written[other.pk].to, written[other.pk].details) == ([{"name": odd, "address": ""}], {})
    assert written[other.pk].received_at == at
    other.subject = "Changed since"
    other.save()
    assert Message.objects.get(subject="Changed since") == other


def test_the_number_of_a_row_that_is_gone_is_not_given_again():
    gone = MessageFactory()
    number = gone.pk
    gone.delete()

    with transaction.atomic():
        insert_each([message := Message(text="later")])

    assert message.pk > number


def test_of_rows_that_break_a_rule_none_is_written():
    known = MessageFactory(fingerprint="a" * 64)

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_each([Message(fingerprint="b" * 64), Message(fingerprint="a" * 64)])

    assert list(Message.objects.all()) == [known]


def test_nothing_to_write_is_no_mistake():
    update_each([], ["name"])
    insert_each([])
