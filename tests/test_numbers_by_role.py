"""Reference numbers in running text are covered for whoever the card of the case would not show them to."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opencasework.office.cases.actions import add_reference, share, write_note
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.kit import references
from opencasework.office.kit.references import covering
from opencasework.office.letters.models import Letter
from opencasework.office.letters.tests.factories import EnquiryFactory, LetterFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

TEXT = "Damp again. His number is QQ 12 34 56 C, his NHS number 999 000 0018, his prison number A1234BC."
NUMBERS = {"QQ 12 34 56 C", "999 000 0018", "A1234BC"}
SHOWN = {  # what each role is shown of them, on a case that is not theirs
    Role.VOLUNTEER: set(),
    Role.PARLIAMENTARY_ASSISTANT: set(),
    Role.ADMINISTRATOR: {"QQ 12 34 56 C"},
    Role.CASEWORKER: {"QQ 12 34 56 C", "999 000 0018"},
    Role.SENIOR_CASEWORKER: NUMBERS,
    Role.MEMBER: NUMBERS,
}


@pytest.fixture
def case(db) -> Case:
    OfficeFactory()
    case = CaseFactory(by=StaffFactory(), sensitivity="SEN-1")
    write_note(case=case, text=TEXT, by=case.owner)
    return case


def sign_in(client, role, *cases):
    staff = StaffFactory(role=role)
    for case in cases if role == Role.VOLUNTEER else ():
        share(case=case, need_to_know=False, shared_with=[staff], by=case.owner)
    client.force_login(staff)
    return staff


def shown_in(page: str) -> set[str]:
    return {number for number in NUMBERS if number in page}


@pytest.mark.parametrize("role", SHOWN)
def test_in_a_note_on_the_timeline(client, case, role):
    sign_in(client, role, case)

    page = client.get(f"/cases/{case.pk}/").content.decode()

    assert shown_in(page) == SHOWN[role]
    assert "Damp again." in page
    assert case.events.filter(text=TEXT).exists()  # what is stored is whole


@pytest.mark.parametrize("role", SHOWN)
def test_in_a_message_on_the_case(client, case, role):
    sign_in(client, role, case)
    message = MessageFactory(case=case, decision=Message.Decision.CASE, subject=TEXT, text=TEXT)

    page = client.get(f"/inbox/messages/{message.pk}/").content.decode()
    card = client.get(f"/cases/{case.pk}/messages/").content.decode()

    assert shown_in(page) == shown_in(card) == SHOWN[role]
    assert "Damp again." in page


@pytest.mark.parametrize("role", [role for role in SHOWN if role != Role.VOLUNTEER])
def test_in_the_inbox_and_beside_what_is_decided(client, case, role):
    sign_in(client, role)
    message = MessageFactory(subject=TEXT, text=TEXT)

    desk = client.get("/inbox/").content.decode()
    listed = desk.partition('class="letterbox"')[2].partition("</ul>")[0]

    assert "Damp again." in listed
    assert shown_in(desk) == shown_in(listed) == SHOWN[role]
    assert shown_in(client.get(f"/inbox/messages/{message.pk}/").content.decode()) == SHOWN[role]


def test_beside_the_form_of_a_new_case(client, case):
    sign_in(client, Role.ADMINISTRATOR)
    message = MessageFactory(subject="Damp", text=TEXT)

    page = client.get(f"/inbox/messages/{message.pk}/case/").content.decode()

    assert "Damp again." in page
    assert shown_in(page) == SHOWN[Role.ADMINISTRATOR]


@pytest.mark.parametrize("role", SHOWN)
def test_in_a_letter_and_in_what_was_changed_in_it(client, case, role):
    sign_in(client, role, case)
    letter = LetterFactory(case=case, text=TEXT)
    letter.html = f"<p>{TEXT.replace('34', '<strong>34</strong>')}</p>"
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.SENT, html=letter.html)

    now = timezone.now()
    letter.versions.create(number=1, subject="Damp", text=f"{TEXT} Yours", began_at=now, saved_at=now)

    page = client.get(f"/letters/{letter.pk}/").content.decode().replace("<strong>34</strong>", "34")
    history = client.get(f"/letters/{letter.pk}/history/").content.decode()

    assert "Damp again." in page
    assert "Yours" in history
    # The case has none of them on its card, so whoever may read one is shown it whole.
    assert shown_in(page) == shown_in(history) == SHOWN[role]


@pytest.mark.parametrize("role", SHOWN)
def test_in_what_is_found(client, case, role):
    sign_in(client, role, case)
    MessageFactory(case=case, decision=Message.Decision.CASE, subject="Damp", text=TEXT)
    LetterFactory(case=case, text=TEXT)

    page = client.get("/search/", {"q": "damp"}).content.decode().replace("<mark>", "").replace("</mark>", "")
    ends = {"QQ •• •• •• C": "QQ 12 34 56 C", "99 •• •• •• 8": "999 000 0018", "A1 •• •• •• C": "A1234BC"}

    assert page.count("His number is") == 3  # a note, a message and a letter
    assert {number for end, number in ends.items() if end in page} == SHOWN[role]
    assert shown_in(page) == set()


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.CASEWORKER, Role.MEMBER])
def test_in_what_came_of_an_enquiry(client, case, role):
    sign_in(client, role, case)
    enquiry = EnquiryFactory(case=case)
    enquiry.question = TEXT
    enquiry.save()
    enquiry.replies.create(received_on=enquiry.sent_on, kind="holding", note=TEXT)

    page = client.get(f"/enquiries/{enquiry.pk}/").content.decode()

    assert page.count("Damp again.") >= 2
    assert shown_in(page) == SHOWN[role]


def test_whoever_works_on_the_case_reads_them(client, case):
    client.force_login(case.owner)

    assert shown_in(client.get(f"/cases/{case.pk}/").content.decode()) == NUMBERS


def test_one_the_case_has_is_covered_where_nothing_says_what_it_is(client, case):
    add_reference(case=case, kind="HREG", value="HOM 4711/9", by=case.owner)
    write_note(case=case, text="They ask for hom-4711/9 each time.", by=case.owner)
    sign_in(client, Role.ADMINISTRATOR)

    page = client.get(f"/cases/{case.pk}/").content.decode()

    assert "They ask for •• •• •• •• each time." in page
    assert "4711" not in page


def test_a_mail_with_one_is_shown_to_them_as_text_only(client, case, tmp_path):
    message = MessageFactory(text=TEXT, has_html=True, sha256="0" * 64)
    sign_in(client, Role.ADMINISTRATOR)

    page = client.get(f"/inbox/messages/{message.pk}/formatted/").content.decode()

    assert "Numbers stand in this mail that are not shown to you" in page
    assert "<iframe" not in page


def test_one_that_is_not_shown_is_not_proposed_in_the_page_either(client, case):
    sign_in(client, Role.ADMINISTRATOR)

    page = client.get(f"/cases/{case.pk}/references/found/").content.decode()

    assert "QQ •• •• •• C" in page
    assert "Numbers that are not shown to you stand there, too." in page
    assert "A1234BC" not in page


def test_a_text_too_long_to_be_read_shows_no_figure_after_its_beginning():
    text = "word " * (covering.READ // 5) + "and A1234BC and 12 34 56 or a word"

    shown = references.covered(text, {"PRISON"})

    assert shown.endswith(f"and {references.COVER} and {references.COVER} or a word")


def test_covering_asks_no_more_for_many_lines_than_for_one(client, case):
    sign_in(client, Role.CASEWORKER)
    client.get(f"/cases/{case.pk}/")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/cases/{case.pk}/")
        return len(queries)

    one = asked()
    for _ in range(6):
        write_note(case=case, text=TEXT, by=case.owner)

    assert asked() == one


def test_whom_nothing_is_hidden_from_pays_nothing_for_it(client, case, monkeypatch):
    sign_in(client, Role.MEMBER)
    monkeypatch.setattr(references, "covered", lambda *_args, **_options: pytest.fail("it was read"))

    assert shown_in(client.get(f"/cases/{case.pk}/").content.decode()) == NUMBERS
