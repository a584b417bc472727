"""What a letter about several cases once said of one that was restricted since: who may not know of it reads
it nowhere around the letter, and reads the letter all the same.
"""

from __future__ import annotations

from datetime import datetime
from html import unescape
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from opencasework.office.audit.models import Trace
from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.cases.access import restrict
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters import actions
from opencasework.office.letters.models import Letter, OutgoingMail
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.volumes.models import NamedCase

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
LONDON = timezone.get_default_timezone()


@pytest.fixture
def ana() -> StaffMember:
    return StaffFactory(first_name="Ana")


@pytest.fixture
def kofi() -> StaffMember:
    return StaffFactory(first_name="Kofi")


@pytest.fixture
def hidden(ana) -> Case:
    return CaseFactory(by=ana, person=PersonFactory(full_name="Kamila Sample"), title="Mould behind the cot")


@pytest.fixture
def letter(client, ana, hidden, time_machine) -> Letter:
    """A draft that puts the hidden case below that of somebody else, which all may know of."""
    time_machine.move_to(datetime(2026, 9, 17, 10, tzinfo=LONDON), tick=False)
    body = BodyFactory(reply_target_days=10)
    LetterFactory(case=hidden, to_body=body, by=ana)
    letter = LetterFactory(to_body=body, by=ana, text="The roof of the house in Mill Lane leaks.")
    client.force_login(ana)
    gather(client, letter, hidden)
    assert "Kamila Sample" in letter.text
    return letter


def gather(client, letter: Letter, *cases: Case) -> None:
    client.post(f"/letters/{letter.pk}/gathering/", {"case": [str(case.pk) for case in cases]})
    letter.refresh_from_db()


def leave(letter: Letter) -> None:
    actions.record_departure(letter, at=timezone.now(), by=letter.drafted_by)
    letter.refresh_from_db()


def read(client, address: str) -> str:
    return unescape(client.get(address).content.decode())


def tells_of_her(words: str, hidden: Case) -> bool:
    return any(each in words for each in ("Kamila", "cot", hidden.reference))


def test_a_row_that_was_taken_out_again_stands_in_no_version_for_who_may_not_know(
    client, ana, kofi, hidden, letter, time_machine
):
    time_machine.shift(3600)
    gather(client, letter)
    restrict(hidden, by=ana)

    client.force_login(kofi)
    pages = [read(client, f"/letters/{letter.pk}/history/?version={number}") for number in (1, 2, 3)]
    client.force_login(ana)
    hers = read(client, f"/letters/{letter.pk}/history/?version=2")

    assert not any(tells_of_her(page, hidden) for page in pages)
    assert "The roof of the house" in pages[0]
    assert "Kamila Sample" in hers


def test_a_comment_on_her_row_is_not_read_by_who_may_not_know(client, ana, kofi, hidden, letter):
    said = {"text": "Is this still so?", "quote": "Kamila Sample, our reference"}
    client.post(f"/letters/{letter.pk}/comments/", said)
    client.post(f"/letters/{letter.pk}/comments/", {"text": "Well put.", "quote": "The roof of the house"})
    restrict(hidden, by=ana)

    client.force_login(kofi)
    page = read(client, f"/letters/{letter.pk}/")

    assert not tells_of_her(page, hidden)
    assert "Well put." in page


def test_once_the_case_is_deleted_nobody_reads_of_it(client, ana, kofi, hidden, letter):
    leave(letter)
    restrict(hidden, by=ana)
    hidden.enquiries.all().delete()
    Case.objects.filter(pk=hidden.pk).delete()

    client.force_login(kofi)
    page = read(client, f"/letters/{letter.pk}/")

    assert not tells_of_her(page, hidden)
    assert "The roof of the house" in page


def test_who_may_not_know_of_one_reads_what_the_letter_says_of_its_own(client, ana, kofi, hidden, letter):
    leave(letter)
    restrict(hidden, by=ana)

    client.force_login(kofi)
    timeline = read(client, f"/cases/{letter.case.pk}/?all=1")
    page = read(client, f"/letters/{letter.pk}/")

    assert f'href="/letters/{letter.pk}/"' in timeline
    assert "The roof of the house" in page
    assert not tells_of_her(page, hidden)


def test_a_reminder_of_before_that_quotes_her_row_neither_leaves_nor_tells_of_her(
    client, ana, kofi, hidden, letter
):
    leave(letter)
    chaser = LetterFactory(case=letter.case, to_body=letter.to_body, by=ana)
    quoting = f"No answer came.\n\nCopy of our letter:\n\n{letter.text}"
    Letter.objects.filter(pk=chaser.pk).update(
        about_enquiry=letter.enquiry, kind=Letter.Kind.CHASER, text=quoting
    )
    chaser.refresh_from_db()

    page = read(client, f"/letters/{chaser.pk}/")
    refused = client.post(f"/letters/{chaser.pk}/sending/", {"version": chaser.version})
    restrict(hidden, by=ana)
    client.force_login(kofi)
    his = read(client, f"/letters/{chaser.pk}/")

    assert "It has words about a case that it does not put." in page
    assert refused.status_code == 422
    assert "No answer came." in his
    assert not tells_of_her(his, hidden)


def test_a_version_with_her_row_is_not_brought_back_by_who_may_not_know_of_her(
    client, ana, kofi, hidden, letter, time_machine
):
    time_machine.shift(3600)
    gather(client, letter)
    restrict(hidden, by=ana)

    client.force_login(kofi)
    page = client.post(f"/letters/{letter.pk}/history/2/", {"version": letter.version})

    letter.refresh_from_db()
    assert page.status_code == 422
    assert not tells_of_her(letter.text, hidden)


def test_brought_back_by_who_may_the_letter_stays_here(client, ana, kofi, hidden, letter, time_machine):
    time_machine.shift(3600)
    gather(client, letter)
    restrict(hidden, by=ana)

    client.post(f"/letters/{letter.pk}/history/2/", {"version": letter.version})
    letter.refresh_from_db()
    refused = client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})
    client.force_login(kofi)
    page = read(client, f"/letters/{letter.pk}/")

    assert "Kamila Sample" in letter.text
    assert "It has words about a case that it does not put." in refused.content.decode()
    assert "The roof of the house" in page
    assert not tells_of_her(page, hidden)


def test_where_her_name_was_typed_elsewhere_who_may_not_know_reads_nothing_of_the_letter(
    client, ana, kofi, hidden, letter
):
    Letter.objects.filter(pk=letter.pk).update(text=f"As for Kamila Sample.\n\n{letter.text}")
    letter.refresh_from_db()
    leave(letter)
    restrict(hidden, by=ana)

    client.force_login(kofi)
    page = read(client, f"/letters/{letter.pk}/")

    assert "cannot be told from the rest, so nothing of it is shown" in page
    assert "The roof of the house" not in page
    assert not tells_of_her(page, hidden)


def test_a_look_at_the_part_of_ones_own_is_no_look_at_her_case(client, ana, kofi, hidden, letter):
    leave(letter)
    restrict(hidden, by=ana)
    Trace.objects.all().delete()

    for staff in (kofi, ana):
        client.force_login(staff)
        client.get(f"/letters/{letter.pk}/")

    looked = Trace.objects.filter(kind=Trace.Kind.VIEWED, case_id=hidden.pk)
    assert [trace.by for trace in looked] == [ana]


def test_a_look_at_the_history_of_the_letter_is_one_at_the_case_it_named_before(
    client, ana, kofi, hidden, letter, time_machine
):
    time_machine.shift(3600)
    gather(client, letter)
    restrict(hidden, by=ana)
    Trace.objects.all().delete()

    for staff in (kofi, ana):
        client.force_login(staff)
        client.get(f"/letters/{letter.pk}/")
        client.get(f"/letters/{letter.pk}/history/")

    looked = Trace.objects.filter(kind=Trace.Kind.VIEWED, case_id=hidden.pk)
    assert [(trace.by, trace.page) for trace in looked] == [(ana, "letter-history")]


def test_of_letters_gathered_before_this_was_kept_it_is_found_on_the_timelines(
    client, ana, kofi, hidden, letter, time_machine
):
    time_machine.shift(3600)
    gather(client, letter)
    NamedCase.objects.all().delete()
    import_module("opencasework.office.volumes.migrations.0005_name_those_gathered_before").name(apps, None)
    restrict(hidden, by=ana)

    client.force_login(kofi)
    page = read(client, f"/letters/{letter.pk}/history/?version=2")

    assert not tells_of_her(page, hidden)


def test_what_stopped_the_mail_is_not_read_on_the_case_by_who_may_not_know(client, ana, kofi, hidden, letter):
    OutgoingMail.objects.create(
        letter=letter, to="post@body.example", reply_to="us@member.example", subject="Enquiry", text="Text",
        message_id="<1@member.example>", state=OutgoingMail.State.STOPPED, send_after=timezone.now(),
        answer=f"{hidden.reference} of the schedule: no authority covers them.",
    )  # fmt: skip
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.SENDING)
    Case.objects.filter(pk=hidden.pk).update(need_to_know=True)
    hidden.shared_with.add(ana)

    pages = []
    for staff in (ana, kofi):
        client.force_login(staff)
        pages.append(read(client, f"/cases/{letter.case.pk}/enquiries/"))

    assert tells_of_her(pages[0], hidden)
    assert not tells_of_her(pages[1], hidden)
