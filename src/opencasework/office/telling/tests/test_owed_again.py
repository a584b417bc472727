"""A word is owed for as long as nobody has said it: taken back, it is owed again with its draft."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from opencasework.office.cases.actions import add_person
from opencasework.office.cases.models import Case, CasePerson
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents import merging, parting
from opencasework.office.constituents.models import Person
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters.models import Letter, OutgoingMail
from opencasework.office.letters.undelivered import came_back
from opencasework.office.telling import actions
from opencasework.office.telling.models import Word
from opencasework.office.telling.tests.test_told import draft, standing, write
from tests.services.pages import posts_to

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 12, 1, 10, tzinfo=ZoneInfo("Europe/London"))  # an update is owed by then


@pytest.fixture
def look(clock):
    """Let the worker look, some seconds later, and say whether this word is owed."""

    def now(word: Word) -> bool:
        clock.shift(30)
        actions.settle()
        return Word.objects.waiting().filter(pk=word.pk).exists()

    return now


def owing(ana, client, clock, *, name="Bo Rasmussen", at=LATER, **case) -> Word:
    """An update that is owed to this person since the second of November, and drafted."""
    brought = CaseFactory(by=ana, person=PersonFactory(full_name=name), channel="email", **case)
    write(brought, "LT-ACK", by=ana)
    clock.move_to(at)
    client.force_login(ana)
    actions.draft_due(timezone.localdate())
    return brought.words_owed.get()


@pytest.fixture
def word(ana, client, clock) -> Word:
    return owing(ana, client, clock)


def merge(client, case: Case, *, into: Case) -> str:
    """Make the case part of the other; the address that takes it back."""
    client.post(f"/cases/{into.pk}/merging/", {"other": case.reference})
    return f"/cases/{into.pk}/moves/{into.moves_in.latest('pk').pk}/undo/"


def call(client, case: Case, whom: object) -> str:
    """Note a call on a case; the address that takes it back."""
    given = {"other_side": str(whom), "text": "Told them where it stands."}
    page = client.post(f"/cases/{case.pk}/calls/", given, follow=True).content.decode()
    return posts_to(page, r"/cases/\d+/lines/\d+/undo/")


def post(client, letter: Letter) -> str:
    """Say that a letter went into the post; the page that says so."""
    given = {"version": letter.version, "posted_on": "today"}
    return client.post(f"/letters/{letter.pk}/posting/", given, follow=True).content.decode()


def close(client, case: Case, outcome="explained") -> None:
    client.post(f"/cases/{case.pk}/closure/", {"outcome": outcome})


def is_drafted(word: Word) -> bool:
    return Letter.objects.drafts().filter(pk=word.letter_id).exists()


# --- two cases that are one for a while -------------------------------------------------------------------


def test_what_another_person_hears_while_two_cases_are_one_meets_no_word_owed_to_the_first(
    ana, client, word, look
):
    di = PersonFactory(full_name="Di Penhale")
    other = CaseFactory(by=ana, person=di, channel="email")
    undo = merge(client, word.case, into=other)
    while_one = []
    post(client, draft(other, "LT-ACK", by=ana, to=di))
    while_one.append(look(word))
    call(client, other, di)
    while_one.append(look(word))
    page = client.get("/").content.decode()
    client.post(undo)

    assert while_one == [True, True]
    assert "Bo Rasmussen" in page
    assert look(word)
    assert is_drafted(word)
    word.refresh_from_db()
    assert word.case.constituent == word.person


def test_what_the_person_hears_while_two_cases_are_one_meets_it(ana, client, word, look):
    other = CaseFactory(by=ana, person=PersonFactory(full_name="Di Penhale"), channel="email")
    undo = merge(client, word.case, into=other)
    undo_call = call(client, other, word.person)
    was_owed = look(word)
    client.post(undo_call)
    is_owed = look(word)
    client.post(undo)

    assert (was_owed, is_owed, look(word)) == (False, True, True)
    assert is_drafted(word)


def test_whoever_acts_for_the_person_hears_for_them_and_for_nobody_else(ana, client, clock, word, look):
    for name in ("Pia Rasmussen", "Max Penhale"):
        PersonFactory(full_name=name)
    other = CaseFactory(by=ana, person=PersonFactory(full_name="Di Penhale"), channel="email")
    for case, name in ((word.case, "Pia Rasmussen"), (other, "Max Penhale")):
        person = Person.objects.get(full_name=name)
        add_person(case=case, person=person, role=CasePerson.Role.ADVISER, relation="", by=ana)
    merge(client, word.case, into=other)

    call(client, other, "Max Penhale")
    after_theirs = look(word)
    call(client, other, "Pia Rasmussen")

    assert (after_theirs, look(word)) == (True, False)


def test_two_people_who_came_on_one_day_are_both_acknowledged_though_their_cases_became_one(
    ana, client, clock, look
):
    cases = [CaseFactory(by=ana, channel="email") for _ in range(2)]
    actions.draft_due(timezone.localdate())
    first, second = Word.objects.order_by("case_id")
    undo = merge(client, cases[0], into=cases[1])
    both = look(first), look(second)
    post(client, draft(cases[1], "LT-ACK", by=ana, to=second.person))
    one = look(first), look(second)
    client.post(undo)

    assert (both, one) == ((True, True), (True, False))
    assert (look(first), look(second)) == (True, False)


def test_the_same_word_to_the_same_person_is_owed_once_while_their_cases_are_one(ana, client, clock, look):
    nkechi = PersonFactory(full_name="Nkechi Marrowby")
    cases = [CaseFactory(by=ana, person=nkechi, channel="email") for _ in range(2)]
    actions.draft_due(timezone.localdate())
    first, second = Word.objects.order_by("case_id")
    undo = merge(client, cases[0], into=cases[1])
    as_one = look(first), look(second)
    drafts = Letter.objects.drafts().count()
    client.post(undo)

    assert (as_one, drafts) == ((False, True), 1)
    assert (look(first), look(second)) == (True, True)
    assert Letter.objects.drafts().count() == 2


def test_a_closing_letter_is_owed_again_once_its_case_is_one_of_its_own(ana, client, clock, look):
    case = CaseFactory(by=ana, channel="email")
    write(case, "LT-ACK", by=ana)
    clock.shift(timedelta(days=1))
    case.close(outcome="explained", by=ana)
    clock.shift(timedelta(days=1))
    client.force_login(ana)
    actions.draft_due(timezone.localdate())
    word = case.words_owed.get()
    undo = merge(client, case, into=CaseFactory(by=ana, channel="phone"))
    as_one = look(word)
    client.post(undo)

    assert (as_one, look(word)) == (False, True)
    assert is_drafted(word)


def test_a_word_that_went_to_a_split_case_comes_back_with_it(ana, client, word, look):
    case = word.case
    issue = case.issues.get()
    case.issues.create(category=issue.category)
    asked = {
        "title": "Another matter", "issues": [issue.pk], "people": [case.case_people.get().pk],
        "next_action": "Ring them", "on": "5 wd", "rows_telling-Word-case": [word.pk],
    }  # fmt: skip
    client.post(f"/cases/{case.pk}/splitting/", asked)
    word.refresh_from_db()
    went, owed = word.case, look(word)
    client.post(f"/cases/{went.pk}/moves/{went.moves_in.get().pk}/undo/")

    assert went != case
    assert owed
    assert look(word)
    word.refresh_from_db()
    assert word.case == case
    assert is_drafted(word)


# --- closed, and not after all ------------------------------------------------------------------------------


def test_a_closing_that_is_taken_back_leaves_the_word_owed_and_its_draft_there(client, word, look):
    close(client, word.case)
    closed = look(word), is_drafted(word)
    client.post(f"/cases/{word.case.pk}/closure/undo/")

    assert closed == (False, False)
    assert look(word)
    assert is_drafted(word)
    assert word.case.letters.drafts().count() == 1


def test_a_case_that_is_reopened_owes_what_it_owed(client, word, look):
    close(client, word.case)
    look(word)
    again = {"reason": "They did not pay.", "next_action": "Ring them", "on": "5 wd"}
    client.post(f"/cases/{word.case.pk}/reopening/", again)

    assert look(word)
    assert is_drafted(word)


def test_a_draft_that_somebody_has_touched_or_is_typing_in_stays(client, word, look):
    client.post(
        f"/cases/{word.case.pk}/drafts/letter-{word.letter_id}/",
        {"text": "My own words", "since": timezone.now().isoformat()},
    )
    close(client, word.case)
    closed = look(word), is_drafted(word)
    client.post(f"/cases/{word.case.pk}/closure/undo/")

    assert closed == (False, True)
    assert look(word)
    assert is_drafted(word)


def test_what_was_written_about_one_closing_is_not_sent_about_the_next(client, clock, word, look):
    close(client, word.case, "explained")
    look(word)
    clock.shift(timedelta(days=1))
    client.force_login(word.case.owner)
    actions.draft_due(timezone.localdate())
    closing = word.case.words_owed.get(kind="closing")
    clock.shift(60)
    client.post(f"/cases/{word.case.pk}/closure/undo/")
    close(client, word.case, "apology")
    still_owed = look(closing)
    clock.shift(timedelta(days=1))
    actions.draft_due(timezone.localdate())

    [letter] = word.case.letters.drafts()
    assert not still_owed
    assert closing.letter != letter
    assert letter.template.code == "LT-CLOSE"


# --- they have not heard after all --------------------------------------------------------------------------


def test_a_call_that_is_taken_back_leaves_the_word_owed(client, word, look):
    undo = call(client, word.case, word.person)
    heard = look(word)
    client.post(undo)

    assert (heard, look(word)) == (False, True)
    assert is_drafted(word)


def test_a_letter_that_was_not_posted_after_all_leaves_the_word_owed(ana, client, word, look):
    letter = draft(word.case, "LT-ACK", by=ana, to=word.person)
    page = post(client, letter)
    posted = look(word)
    client.post(posts_to(page, rf"/letters/{letter.pk}/[a-z/]+/"))

    assert (posted, look(word)) == (False, True)
    assert is_drafted(word)


def test_a_letter_that_came_back_leaves_the_word_owed(ana, client, word, look):
    letter = write(word.case, by=ana)
    mail = OutgoingMail.objects.create(
        letter=letter, to=letter.to_email, reply_to="a@b.example", subject="x", text="x", message_id="<1@x>",
        state=OutgoingMail.State.SENT, send_after=timezone.now(),
    )  # fmt: skip
    heard = look(word)
    came_back(mail, status="5.1.1")

    assert (heard, look(word)) == (False, True)


def test_its_own_letter_taken_back_beside_a_call_that_stands_leaves_it_said(ana, client, clock, look):
    case = CaseFactory(by=ana, channel="email")
    actions.draft_due(timezone.localdate())
    word = case.words_owed.get()
    page = post(client, word.letter)
    call(client, word.case, word.person)
    look(word)
    client.post(posts_to(page, rf"/letters/{word.letter_id}/[a-z/]+/"))

    assert not look(word)
    assert is_drafted(word)


def test_whoever_throws_a_draft_away_decides_and_whoever_takes_it_out_of_the_bin_does_too(client, word, look):
    thrown = client.post(f"/letters/{word.letter_id}/discarding/", follow=True).content.decode()
    decided = look(word)
    again = actions.draft_due(timezone.localdate())
    client.post(posts_to(thrown, rf"/letters/{word.letter_id}/[a-z/]+/"))

    assert (decided, again) == (False, 0)
    assert look(word)


def test_where_a_colleagues_own_draft_is_thrown_away_the_word_is_drafted(ana, client, clock):
    case = CaseFactory(by=ana, channel="email")
    letter = draft(case, "LT-ACK", by=ana, to=case.constituent)
    while_written = actions.draft_due(timezone.localdate())
    client.post(f"/letters/{letter.pk}/discarding/")

    assert (while_written, actions.draft_due(timezone.localdate())) == (0, 1)


def test_what_was_taken_back_while_the_worker_stood_still_is_owed_all_the_same(client, clock, word, look):
    close(client, word.case)
    look(word)
    client.post(f"/cases/{word.case.pk}/closure/undo/")
    clock.shift(timedelta(hours=2))

    assert not look(word)
    assert actions.draft_due(timezone.localdate()) == 1
    assert look(word)
    assert is_drafted(word)


def test_two_records_of_one_person_joined_have_heard_what_either_heard(ana, client, clock, look):
    case = CaseFactory(by=ana, channel="email")
    actions.draft_due(timezone.localdate())
    word = case.words_owed.get()
    call(client, case, case.constituent)
    heard, survivor = look(word), PersonFactory()
    joined = merging.merge(survivor=survivor, loser=case.constituent, by=ana)

    assert not heard
    assert not look(word)
    assert standing(case).heard.how == "phone"
    parting.undo(joined, by=ana)
    assert not look(word)
