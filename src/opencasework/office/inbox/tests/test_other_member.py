"""Not our constituent: who represents them, a courteous reply, and nothing kept for long."""

import re
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.contrib.messages import get_messages
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from opencasework.office.audit.ledger import empty_searches
from opencasework.office.audit.models import Trace
from opencasework.office.audit.verifying import verify
from opencasework.office.authority.models import Ask
from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Person, PersonMerge
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox import answering, erasing
from opencasework.office.inbox.keeping import Found, keep
from opencasework.office.inbox.models import Answer, Arrival, Attachment, Message, blobs
from opencasework.office.places import loading
from opencasework.office.places.models import Office
from opencasework.office.places.tests import onspd
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

from .receiving import mail, receive
from .test_acknowledging import leaving

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
RAW = mail("Nia Pryce <nia@post.example>", Message_ID="<one@post.example>").replace(
    b"We have looked into it.", b"I live at 4 Mill Lane, ZZ1 2AB. My street light is broken."
)


@pytest.fixture
def desk(client, tmp_path):
    """Somebody who triages, with the directory and a list of members loaded."""
    OfficeFactory(postcode_prefixes="WX3, WX4")
    for name, text in {
        "onspd.csv": onspd.sheet(),
        "members.csv": f"name,area_gss\nJo Ashdown,{onspd.THEIRS}\n",
    }.items():
        (tmp_path / name).write_text(text)
        loading.load(tmp_path / name)
    client.force_login(StaffFactory(role=Role.CASEWORKER))
    return client


def decide(client, message, act="send", **more):
    page = client.get(f"/inbox/messages/{message.pk}/other-member/")
    words = {name: page.context["form"].initial[name] for name in ("note", "subject", "text")}
    return client.post(f"/inbox/messages/{message.pk}/other-member/", words | {"act": act} | more)


def test_the_panel_says_who_represents_the_postcode(desk):
    message = receive(RAW)

    page = desk.get(f"/inbox/messages/{message.pk}/").content.decode()

    assert "ZZ1 2AB is outside Wexcombe North" in page
    assert "ZZ1 2AB is in Aldershot, represented by Jo Ashdown." in page
    assert f"/inbox/messages/{message.pk}/other-member/" in page


def test_its_key_opens_the_reply_which_one_more_sends_or_leaves_out(desk):
    message = receive(RAW)

    panel = desk.get(f"/inbox/messages/{message.pk}/").content.decode()
    page = desk.get(f"/inbox/messages/{message.pk}/other-member/").content.decode()

    assert re.search(rf'<a href="/inbox/messages/{message.pk}/other-member/"[^>]*data-hotkey="o"', panel)
    assert re.search(r'data-hotkey="Mod\+Enter"[^>]*value="send"', page)
    assert re.search(r'data-hotkey="n"[^>]*value="none"', page)


def test_to_a_machine_no_reply_is_offered_and_the_same_keys_decide(desk):
    message = receive(RAW)
    Message.objects.update(auto_reply=True)

    page = desk.get(f"/inbox/messages/{message.pk}/other-member/").content.decode()

    assert 'value="send"' not in page
    assert re.search(r'data-hotkey="Mod\+Enter"[^>]*value="none"', page)


@pytest.mark.parametrize("kept", ["clerk@wexcombe.example", "housing@wexcombe.example"])
def test_to_a_body_no_words_about_somebody_leave_this_way(kept, desk):
    council = BodyFactory(name="Wexcombe Borough Council", kind="council")
    BodyContactFactory(body=council, email=kept)
    message = receive(RAW.replace(b"nia@post.example", b"clerk@wexcombe.example"))

    page = desk.get(f"/inbox/messages/{message.pk}/other-member/").content.decode()
    answer = desk.post(
        f"/inbox/messages/{message.pk}/other-member/",
        {"act": "send", "subject": "About Ivy", "text": "Her number is QQ 12 34 56 C."},
    )

    assert "This came from Wexcombe Borough Council." in page
    assert 'value="send"' not in page
    assert 'name="text"' not in page
    assert answer.status_code == 422
    assert "put the message on the case it is about" in answer.content.decode()
    assert "QQ 12 34 56 C" in answer.content.decode()  # what was typed is not lost
    message.refresh_from_db()
    assert message.is_untriaged
    assert not Answer.objects.exists()

    desk.post(f"/inbox/messages/{message.pk}/other-member/", {"act": "none", "note": "Jo Ashdown"})
    message.refresh_from_db()
    assert not message.is_untriaged
    assert not Answer.objects.exists()


def test_at_a_provider_everybody_uses_a_writer_is_no_body(desk):
    BodyContactFactory(email="clerk@gmail.com")
    message = receive(RAW.replace(b"nia@post.example", b"nia.pryce@gmail.com"))

    assert decide(desk, message).status_code == 302
    assert Answer.objects.get().to == "nia.pryce@gmail.com"


def test_a_courteous_reply_is_drafted_and_leaves_with_the_decision(desk):
    message = receive(RAW)

    decide(desk, message)
    Answer.objects.update(send_after=timezone.now())

    [(sender, recipient, content)] = leaving()
    message.refresh_from_db()
    assert message.decision == Message.Decision.OTHER_MEMBER
    assert message.decision_note == "Jo Ashdown, Aldershot"
    assert message.erase_on == timezone.localdate() + timedelta(days=30)
    assert recipient == "nia@post.example"
    assert sender == Office.here().email
    assert "Jo Ashdown, the member for Aldershot" in content
    assert "Dear Nia Pryce" in content
    assert "In-Reply-To: <one@post.example>" in content
    assert "Auto-Submitted" not in content


def test_it_gives_the_telephone_of_the_member_where_the_list_has_it(desk, tmp_path):
    (tmp_path / "members.csv").write_text(f"name,phone,area_gss\nJo Ashdown,01632 960 455,{onspd.THEIRS}\n")
    loading.load(tmp_path / "members.csv")
    message = receive(RAW)

    panel = desk.get(f"/inbox/messages/{message.pk}/").content.decode()
    decide(desk, message)
    Answer.objects.update(send_after=timezone.now())

    [(_sender, _recipient, content)] = leaving()
    assert "represented by Jo Ashdown. Telephone 01632 960 455." in panel
    assert "01632 960 455, or https://members.parliament.uk/FindYourMP" in content


@pytest.mark.parametrize(
    ("kind", "contact"),
    [
        ("mp", "https://members.parliament.uk/FindYourMP, or ask the House of Commons on 020 7219 4272"),
        ("msp", "/find-your-msp, or ask the Scottish Parliament on 0131 348 5000"),
        ("ms", "https://senedd.wales/find-a-member-of-the-senedd/"),
        ("mla", "https://www.niassembly.gov.uk/about-the-assembly/how-the-assembly-works/about-your-mlas/"),
        ("councillor", "https://www.gov.uk/find-your-local-councillors"),
    ],
)
def test_of_every_kind_of_member_it_says_where_to_find_theirs(kind, contact, desk):
    Office.objects.update(member_kind=kind)
    message = receive(RAW)

    page = desk.get(f"/inbox/messages/{message.pk}/other-member/")

    assert f"You can reach them here: {contact}" in re.sub(
        r"\S*(?=/find-your-msp)", "", page.context["form"].initial["text"]
    )
    shown = page.content.decode()
    assert 'Where anybody finds theirs: <a class="breakable" href="https://' in shown
    assert ("looked at on 28 November 2026" in shown) == (kind in {"mp", "msp"})


def test_nothing_leaves_where_no_reply_is_wanted(desk):
    message = receive(RAW)

    decide(desk, message, act="none")

    message.refresh_from_db()
    assert message.decision == Message.Decision.OTHER_MEMBER
    assert not Answer.objects.exists()


def test_a_reply_with_a_gap_in_it_does_not_leave(desk):
    message = receive(RAW.replace(b"ZZ1 2AB", b"London"))

    response = decide(desk, message)

    assert response.status_code == 422
    assert "other member name missing" in response.content.decode()
    assert not Answer.objects.exists()


def test_who_may_not_send_letters_decides_and_sends_nothing(desk):
    desk.force_login(StaffFactory(role=Role.ADMINISTRATOR))
    message = receive(RAW)

    assert 'value="send"' not in desk.get(f"/inbox/messages/{message.pk}/other-member/").content.decode()
    decide(desk, message, text="Pay here.")

    message.refresh_from_db()
    assert message.decision == Message.Decision.OTHER_MEMBER
    assert not Answer.objects.exists()


def test_where_nobody_knows_whose_area_it_is_the_reply_still_reads_whole(client):
    OfficeFactory(postcode_prefixes="WX3, WX4")  # and no directory
    client.force_login(StaffFactory(role=Role.CASEWORKER))
    message = receive(RAW)

    response = decide(client, message)

    assert response.status_code == 302
    Answer.objects.update(send_after=timezone.now())
    [(_, _, content)] = leaving()
    assert "Your address is in the area of another member" in content


def test_an_undone_decision_takes_the_reply_back_and_keeps_the_message(desk):
    message = receive(RAW)
    decide(desk, message)

    desk.post(f"/inbox/messages/{message.pk}/undo/")

    message.refresh_from_db()
    assert message.is_untriaged
    assert message.erase_on is None
    assert Answer.objects.get().state == Answer.State.WITHDRAWN


def test_a_reply_that_was_refused_is_written_anew_with_the_next_decision(desk):
    message = receive(RAW)
    decide(desk, message)
    Answer.objects.update(state=Answer.State.FAILED, said="550 not here", send_after=timezone.now())
    desk.post(f"/inbox/messages/{message.pk}/undo/")

    decide(desk, message, text="Dear Nia Pryce, please write to Jo Ashdown.")
    Answer.objects.update(send_after=timezone.now())

    [(_, _, content)] = leaving()
    assert "please write to Jo Ashdown." in content


def test_who_was_told_already_is_not_said_to_be_told_again(desk):
    message = receive(RAW)
    decide(desk, message)
    Answer.objects.update(state=Answer.State.SENT, sent_at=timezone.now())
    desk.post(f"/inbox/messages/{message.pk}/undo/")

    done = decide(desk, message)

    [*_, said] = get_messages(done.wsgi_request)
    assert "no second reply leaves" in str(said)
    assert Answer.objects.get().state == Answer.State.SENT


def test_a_decision_whose_reply_cannot_be_kept_is_not_made(desk, monkeypatch):
    message = receive(RAW)
    monkeypatch.setattr(answering, "write", Mock(side_effect=OSError("the disk is full")))
    desk.raise_request_exception = False

    decide(desk, message)

    message.refresh_from_db()
    assert message.is_untriaged


def test_a_list_of_postcodes_that_would_leave_everybody_outside_is_refused(desk):
    desk.force_login(StaffFactory(role=Role.OFFICE_MANAGER))

    refused = desk.post("/settings/mail/", {"other_member_days": "7", "postcode_prefixes": "WX3 and WX4"})
    assert "“WX3 AND WX4” is no postcode district" in refused.content.decode()
    desk.post("/settings/mail/", {"other_member_days": "7", "postcode_prefixes": "Fenwick: wx4 7, WX4 8AB"})

    assert Office.here().postcode_prefixes == "Fenwick: wx4 7, WX4 8AB"


def test_the_office_says_for_how_long_it_is_kept(desk):
    boss = StaffFactory(role=Role.OFFICE_MANAGER)
    desk.force_login(boss)
    page = desk.get("/settings/mail/").content.decode()
    assert "4 postcodes are loaded, from onspd.csv." in page
    assert "We have your message" in page
    desk.post("/settings/mail/", {"other_member_days": "7", "postcode_prefixes": "WX3"})
    message = receive(RAW)

    desk.post(f"/inbox/messages/{message.pk}/decision/", {"decision": "other_member"})

    message.refresh_from_db()
    assert message.erase_on == timezone.localdate() + timedelta(days=7)


def test_the_automatic_reply_is_shown_without_the_line_ends_of_a_mail(desk):
    desk.force_login(StaffFactory(role=Role.OFFICE_MANAGER))

    page = desk.get("/settings/mail/").content.decode()

    assert "A person in the office reads every message and will write to you." in page


# --- erased when its day has come -------------------------------------------------------------------------


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
