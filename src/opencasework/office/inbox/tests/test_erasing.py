"""What is for another member is erased when its day has come, with every word of it that we kept."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from opencasework.office.audit.ledger import empty_searches
from opencasework.office.audit.models import Trace
from opencasework.office.audit.verifying import verify
from opencasework.office.authority.models import Ask
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Person, PersonMerge, Standing
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox import erasing
from opencasework.office.inbox.keeping import Found, keep
from opencasework.office.inbox.models import Answer, Arrival, Attachment, Message, blobs
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

from .passing_on import RAW, decide, sit_down
from .receiving import mail, receive

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def desk(client, tmp_path):
    return sit_down(client, tmp_path)


@pytest.fixture
def given_away(desk):
    """A message for another member, from somebody of whom nothing else is known."""
    message = receive(RAW)
    message.person = PersonFactory(email__address="nia@post.example")
    message.save()
    decide(desk, message)
    message.refresh_from_db()
    return message


def test_it_stays_until_its_day(given_away):
    assert erasing.erase_due(given_away.erase_on - timedelta(days=1)) == 0
    assert Message.objects.exists()


def test_on_its_day_the_message_its_bytes_and_its_writer_are_gone(given_away):
    sha256 = given_away.sha256

    assert erasing.erase_due(given_away.erase_on) == 1

    assert not Message.objects.exists()
    assert not Answer.objects.exists()
    assert not Person.objects.exists()
    assert not blobs().exists(sha256)


def test_the_record_keeps_a_line_without_a_word_of_it(given_away):
    erasing.erase_due(given_away.erase_on)

    trace = Trace.objects.get(kind=Trace.Kind.FORGOTTEN)
    assert trace.detail == {"message": given_away.pk, "because": "for another member", "person": True}
    assert verify().found == []


def everywhere():
    """Every value of every table of the database as text: its search index and what is hidden in it too."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for value in row:
                    is_text = not isinstance(value, bytes | memoryview)
                    yield table, (str(value) if is_text else bytes(value).decode("latin-1")).casefold()


def tables_with(*words):
    return {table for table, kept in everywhere() if any(word in kept for word in words)}


def kept_words():
    """What the record still says of each search, in the order they were made."""
    return [line.detail["words"] for line in Trace.objects.filter(kind="searched").order_by("pk")]


def search_for(desk, *searches):
    for words in searches:
        desk.get("/search/", {"q": words})
    assert verify().is_sound  # and sealed, as it is at the end of each act


@pytest.fixture
def vexley(given_away):
    """The writer, by a name and an address of whom the search could be for."""
    person = given_away.person
    Person.objects.filter(pk=person.pk).update(full_name="Fresh Vexley")
    person.emails.update(address="fresh@throwaway.example")
    person.phones.update(number="07700 900911", compact="07700900911")
    return person


@pytest.mark.parametrize(
    "words",
    [
        "vexley",
        "VEXLEY heating",
        "vexl",
        "fresh vexley",
        "fresh@throwaway",
        "throwaway.example",
        "07700 9009",
        "+44 7700 900911",
        "heating for mr vexley of mill lane with a great many other words in it than a name would ever have",
    ],
)
def test_a_search_for_them_loses_its_words_however_it_was_put(given_away, vexley, desk, words):
    search_for(desk, words)
    before = Trace.objects.get(kind="searched")

    erasing.erase_due(given_away.erase_on)

    after = Trace.objects.get(kind="searched")
    assert kept_words() == [""]
    assert (after.pk, after.by, after.at, after.page) == (before.pk, before.by, before.at, before.page)
    assert verify().found == []


def test_a_search_that_could_mean_somebody_who_remains_keeps_its_words(given_away, vexley, desk):
    PersonFactory(
        full_name="Ann Vexley", email__address="ann@throwaway.example", phone__number="07700 900912"
    )
    meant = ["vexley", "ann vexley", "vexl", "vexley heating", "throwaway", "07700 9009", "street light"]
    search_for(desk, *meant, "fresh vexley", "fresh@throwaway")

    erasing.erase_due(given_away.erase_on)

    assert kept_words() == [*meant, "", ""]
    assert verify().found == []


def test_a_surname_that_others_live_in_is_a_name_all_the_same(given_away, vexley, desk):
    Person.objects.filter(pk=vexley.pk).update(full_name="Fresh Lane")
    PersonFactory()
    search_for(desk, "lane", "street lighting")

    erasing.erase_due(given_away.erase_on)

    assert kept_words() == ["", "street lighting"]


def test_a_search_for_a_namesake_who_remains_keeps_its_words(given_away, vexley, desk):
    PersonFactory(full_name="Fresh Vexley")
    search_for(desk, "fresh vexley", "fresh vexley heating")

    erasing.erase_due(given_away.erase_on)

    assert kept_words() == ["fresh vexley", "fresh vexley heating"]


def test_a_search_without_its_words_is_still_missed_when_it_goes(given_away, vexley, desk):
    search_for(desk, "vexley")
    erasing.erase_due(given_away.erase_on)

    Trace.objects.filter(kind="searched").delete()

    assert [each.what for each in verify().found] == ["deleted"]


def test_the_words_of_a_search_that_were_emptied_otherwise_are_missed(given_away, desk):
    search_for(desk, "street light")
    erasing.erase_due(given_away.erase_on)

    empty_searches(Trace.objects.filter(kind="searched").values_list("pk", flat=True))

    assert [each.what for each in verify().found] == ["altered"]


@pytest.mark.parametrize("change", [{"page": "elsewhere"}, {"detail": {"words": "other"}}, {"by": None}])
def test_the_database_lets_nothing_of_a_search_be_changed_but_its_words_be_emptied(desk, change):
    search_for(desk, "street light")

    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        Trace.objects.filter(kind="searched").update(**{"detail": {"words": ""}, "salt": ""} | change)


def test_no_table_holds_a_name_that_was_erased(given_away, desk):
    """Not even what a merge wrote down, nor what colleagues searched for."""
    desk.force_login(StaffFactory(role=Role.OFFICE_MANAGER))
    nia = given_away.person
    Person.objects.filter(pk=nia.pk).update(full_name="Nia Quibbledon")
    other = PersonFactory(full_name="Nia Zugzwang", email__address="zugzwang@post.example")
    third = PersonFactory(full_name="Somebody Else")
    desk.post(f"/people/{nia.pk}/same-as/{other.pk}/", {"full_name": "one"})
    for words in ("quibbledon", "Zugzwang, Nia", "zugzwang@post.example", "street light"):
        desk.get("/search/", {"q": words})
    assert tables_with("quibbledon", "zugzwang") >= {"audit_trace", "constituents_personmerge"}
    assert verify().is_sound  # and sealed, as it is at the end of each act

    erasing.erase_due(given_away.erase_on)

    assert tables_with("quibbledon", "zugzwang") == set()
    assert list(Person.objects.all()) == [third]
    assert verify().found == []
    assert kept_words() == ["", "", "", "street light"]  # that somebody searched, and when, stays


def test_a_merge_that_was_undone_keeps_nothing_of_whoever_was_erased(given_away, desk):
    desk.force_login(StaffFactory(role=Role.OFFICE_MANAGER))
    nia, stays = given_away.person, PersonFactory(full_name="Somebody Else")
    Person.objects.filter(pk=nia.pk).update(full_name="Nia Quibbledon")
    desk.post(f"/people/{stays.pk}/same-as/{nia.pk}/")
    desk.post(f"/people/merges/{PersonMerge.objects.get().pk}/undo/")

    erasing.erase_due(given_away.erase_on)

    assert tables_with("quibbledon") == set()
    assert list(Person.objects.all()) == [stays]


def test_what_the_record_said_before_goes_with_whoever_is_erased(given_away, vexley, desk):
    [phone] = vexley.phones.all()
    desk.post(
        f"/people/{vexley.pk}/phones/{phone.pk}/", {"number": "07700 900922", "standing": Standing.IN_USE}
    )
    desk.post(f"/people/{vexley.pk}/emails/{vexley.emails.get().pk}/", {"remove": "yes"})
    search_for(desk, "fresh@throwaway", "07700 900911")

    erasing.erase_due(given_away.erase_on)

    assert kept_words() == ["", ""]
    assert tables_with("07700 900911", "fresh@throwaway.example") == set()


def test_a_search_that_is_missing_and_was_not_erased_is_found(given_away, desk):
    desk.get("/search/", {"q": "street light"})
    assert verify().is_sound
    erasing.erase_due(given_away.erase_on)

    Trace.objects.filter(kind="searched").delete()

    assert [each.what for each in verify().found] == ["deleted"]


def test_somebody_with_a_case_stays(given_away):
    case = CaseFactory()
    case.case_people.update(person=given_away.person)

    erasing.erase_due(given_away.erase_on)

    assert Person.objects.filter(pk=given_away.person_id).exists()
    assert not Message.objects.exists()


def test_somebody_whose_signature_is_asked_for_stays_and_stops_nothing(given_away):
    Ask.objects.create(case=CaseFactory(), person_id=given_away.person_id, problem="Damp", wanted="Repairs")

    erasing.erase_due(given_away.erase_on)

    assert Person.objects.filter(pk=given_away.person_id).exists()
    assert not Message.objects.exists()


def test_bytes_that_another_message_has_stay(given_away):
    other = receive(mail("x@y.example"))
    Message.objects.filter(pk=other.pk).update(sha256=None)
    Attachment.objects.create(
        message=other,
        position=0,
        filename="a.eml",
        content_type="message/rfc822",
        size=1,
        sha256=given_away.sha256,
    )

    erasing.erase_due(given_away.erase_on)

    assert blobs().exists(given_away.sha256)


def test_it_does_not_come_back_when_the_mailbox_is_rebuilt(given_away):
    cursor = given_away.mailbox.cursors.get()
    type(cursor).objects.filter(pk=cursor.pk).update(uid_validity=2, last_uid=0)
    cursor.refresh_from_db()
    erasing.erase_due(given_away.erase_on)

    counts = keep([Found(raw=RAW, size=len(RAW), uid=1)], cursor=cursor)

    assert counts.new == 0
    assert not Message.objects.exists()


def test_what_was_put_back_or_filed_is_never_erased(desk, given_away):
    desk.post(f"/inbox/messages/{given_away.pk}/undo/")

    assert erasing.erase_due(timezone.localdate() + timedelta(days=400)) == 0
    assert Message.objects.count() == Arrival.objects.count() == 1
