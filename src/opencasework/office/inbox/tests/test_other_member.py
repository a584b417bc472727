"""Not our constituent: who represents them, and a courteous reply."""

import re
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory
from opencasework.office.inbox import answering
from opencasework.office.inbox.models import Answer, Message
from opencasework.office.places import loading
from opencasework.office.places.models import Office
from opencasework.office.places.tests import onspd
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

from .passing_on import RAW, decide, sit_down
from .receiving import receive
from .test_acknowledging import leaving

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def desk(client, tmp_path):
    return sit_down(client, tmp_path)


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
