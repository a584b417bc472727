"""Several people on one case: nobody's words are lost, and everybody sees who else is there (P16)."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread
from time import process_time

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from opencasework.office.audit.models import Trace
from opencasework.office.cases import drafts
from opencasework.office.cases.models import Case, Draft, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.kit import versions
from opencasework.office.kit.versions import seal
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

OPENED = re.compile(r'name="opened" value="([^"]+)"')


@pytest.fixture
def kofi():
    return StaffFactory(first_name="Kofi", last_name="Wren")


def form_of(client, address):
    """What the page of a form says the record held when it was opened."""
    return OPENED.search(client.get(address).content.decode())[1]


# --- two edits of one thing ---------------------------------------------------------------------------


def test_two_edits_of_one_field_are_shown_side_by_side_and_nothing_is_saved(ana, kofi, client):
    case = CaseFactory(by=ana)
    address = f"/cases/{case.pk}/next-action/"
    opened = form_of(client, address)
    case.plan(next_action="Ring the council", on=timezone.localdate() + timedelta(3), by=kofi)

    response = client.post(address, {"next_action": "Ring the landlord", "on": "tomorrow", "opened": opened})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Kofi Wren changed this case at" in page
    assert "Ring the <mark>council</mark>" in page
    assert "Ring the <mark>landlord</mark>" in page
    case.refresh_from_db()
    assert case.next_action == "Ring the council"


def test_two_edits_of_a_sensitive_case_side_by_side_are_a_look_at_it(ana, kofi, client):
    case = CaseFactory(by=ana, sensitivity="SEN-3")
    opened = seal({"title": "Before", "channel": case.channel})

    response = client.post(
        f"/cases/{case.pk}/title/", {"title": "Other", "channel": case.channel, "opened": opened}
    )

    assert response.status_code == 409
    assert Trace.objects.get().case_id == case.pk


@pytest.mark.parametrize(
    ("button", "stands"),
    [("Save mine", "Ring the landlord"), ("Keep theirs, save the rest of mine", "Ring the council")],
)
def test_one_click_takes_either(button, stands, ana, kofi, client):
    case = CaseFactory(by=ana)
    address = f"/cases/{case.pk}/next-action/"
    opened = form_of(client, address)
    case.plan(next_action="Ring the council", on=case.next_action_on, by=kofi)
    page = client.post(
        address, {"next_action": "Ring the landlord", "on": "4 weeks", "opened": opened}
    ).content.decode()

    [form] = [part for part in page.split("<form") if button in part]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    client.post(address, fields)

    case.refresh_from_db()
    assert case.next_action == stands
    assert case.next_action_on == timezone.localdate() + timedelta(weeks=4)


def test_two_titles_are_not_glued_together_and_the_page_says_of_which_case(ana, kofi, client):
    case = CaseFactory(by=ana, title="Rent")
    address = f"/cases/{case.pk}/title/"
    opened = form_of(client, address)
    case.describe(title="Rent arrears", channel=case.channel, by=kofi)

    page = client.post(
        address, {"title": "Rent unpaid", "channel": case.channel, "opened": opened}
    ).content.decode()

    assert re.search(r'<input type="text"[^>]* name="title" value="Rent unpaid"', page)
    assert "Save both in one" not in page
    assert f"{case.reference} Rent arrears</a>" in page
    # Nothing else was changed, so that keeping theirs is to save nothing: one way, not two.
    assert "Keep theirs</a>" in page
    assert "Save nothing of mine" not in page


def test_edits_of_different_fields_are_both_kept(ana, kofi, client):
    case = CaseFactory(by=ana, title="Rent")
    address = f"/cases/{case.pk}/title/"
    opened = form_of(client, address)
    case.describe(title="Rent", channel="letter", by=kofi)

    page = client.post(
        address, {"title": "Rent unpaid", "channel": "email", "opened": opened}, follow=True
    ).content.decode()

    case.refresh_from_db()
    assert (case.title, case.channel) == ("Rent unpaid", "letter")
    assert "Somebody else had changed meanwhile: How it reached us." in page


def test_snoozing_does_not_bring_back_what_a_colleague_has_planned_anew(ana, kofi, client):
    case = CaseFactory(by=ana)
    page = client.get(f"/cases/{case.pk}/").content.decode()
    menu = next(part for part in page.split("<form") if 'value="5 wd"' in part)
    fields = dict(re.findall(r'name="(next_action|opened)" value="([^"]*)"', menu))
    case.plan(next_action="Ring the council", on=case.next_action_on, by=kofi)

    client.post(f"/cases/{case.pk}/next-action/", {**fields, "on": "4 weeks"})

    case.refresh_from_db()
    assert case.next_action == "Ring the council"
    assert case.next_action_on == timezone.localdate() + timedelta(weeks=4)


def test_two_edits_of_a_letter_are_compared_and_put_together(ana, kofi, client):
    case = CaseFactory(by=ana)
    letter = LetterFactory(case=case, text="Dear Sir\nThe rent\nYours")
    address = f"/letters/{letter.pk}/"
    opened = form_of(client, f"{address}?edit=1")
    words = {"means": letter.means, "to_email": letter.to_email, "subject": letter.subject}
    if letter.to_contact_id:
        words["to_contact"] = letter.to_contact_id
    type(letter).objects.filter(pk=letter.pk).update(text="Dear Madam\nThe rent\nYours", changed_by=kofi)

    page = client.post(address, {**words, "text": "Dear Sir\nThe rent\nYours truly", "opened": opened})

    assert page.status_code == 409
    assert "Kofi Wren changed this letter" in page.content.decode()
    assert "Dear Madam\nThe rent\nYours truly</textarea>" in page.content.decode()
    letter.refresh_from_db()
    assert letter.text == "Dear Madam\nThe rent\nYours"


@pytest.mark.parametrize("between", [" ", "\n", "\n\n"])
def test_two_letters_with_nothing_in_common_are_compared_in_no_time_and_keep_nobody_waiting(
    between, ana, kofi, client, monkeypatch
):
    letter = LetterFactory(case=CaseFactory(by=ana), text="Dear Sir")
    address = f"/letters/{letter.pk}/"
    opened = form_of(client, f"{address}?edit=1")
    words = {"means": letter.means, "to_email": letter.to_email, "subject": letter.subject}
    if letter.to_contact_id:
        words["to_contact"] = letter.to_contact_id
    theirs = between.join(chr(0x4E00 + number) for number in range(900))
    type(letter).objects.filter(pk=letter.pk).update(text=theirs, changed_by=kofi)
    outside = len(connection.savepoint_ids)
    compared_inside, marked_against = [], versions.marked_against

    def marked(*texts):
        compared_inside.append(len(connection.savepoint_ids))
        return marked_against(*texts)

    monkeypatch.setattr(versions, "marked_against", marked)
    began = process_time()
    mine = between.join(chr(0x6E00 + number) for number in range(900))
    page = client.post(address, {**words, "text": mine, "opened": opened})

    assert page.status_code == 409
    assert process_time() - began < 5  # seconds; it took a minute
    assert set(compared_inside) <= {outside}
    assert ("Both in one" in page.content.decode()) == (between == " ")


def test_a_page_that_somebody_has_tampered_with_saves_nothing(ana, client):
    case = CaseFactory(by=ana)

    response = client.post(
        f"/cases/{case.pk}/title/", {"title": "Other", "channel": "email", "opened": "forged"}
    )

    assert response.status_code == 422
    assert "Open it again and copy your words over." in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_five_colleagues_at_once_lose_nothing_and_wait_for_each_other():
    """P16 in small: five clients, two cases, notes and edits; benchmarks/together.py does a thousand each."""
    OfficeFactory()
    cases = [CaseFactory(), CaseFactory()]
    everybody, answers, said = Barrier(5), Counter(), set()

    def work(number: int) -> None:
        client = Client()
        client.force_login(StaffFactory())
        everybody.wait(timeout=30)
        for turn in range(4):
            case = cases[(number + turn) % 2]
            note = f"Note {number}-{turn}"
            answers[client.post(f"/cases/{case.pk}/notes/", {"text": note}).status_code] += 1
            said.add(note)
            address = f"/cases/{case.pk}/title/"
            opened = form_of(client, address)
            edit = {"title": f"Title {number}-{turn}", "channel": "email", "opened": opened}
            answers[client.post(address, edit).status_code] += 1
        connection.close()

    threads = [Thread(target=work, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert set(answers) <= {302, 409}
    assert sum(answers.values()) == 40
    assert set(Event.objects.filter(kind=Event.Kind.NOTE).values_list("text", flat=True)) == said
    # Every title that was accepted stands on the timeline of whoever changed it next, or stands now.
    renamed = Event.objects.filter(kind=Event.Kind.RENAMED)
    assert renamed.count() == answers[302] - 20
    for case in Case.objects.all():
        lines = list(case.events.filter(kind=Event.Kind.RENAMED).order_by("pk"))
        assert len({line.text for line in lines}) == len(lines)


# --- what is being typed ------------------------------------------------------------------------------


def type_in(client, case, text, *, form="note", since="2026-01-01T00:00:00+00:00"):
    return client.post(f"/cases/{case.pk}/drafts/{form}/", {"text": text, "since": since})


def test_what_was_typed_and_not_saved_is_there_again_on_another_device(ana, client):
    case = CaseFactory(by=ana)
    type_in(client, case, "She said that on Tue")
    telephone = Client()
    telephone.force_login(ana)

    page = telephone.get(f"/cases/{case.pk}/").content.decode()

    assert "She said that on Tue</textarea>" in page
    assert "This is what you began on" in page


def test_a_draft_is_for_whoever_typed_it(ana, kofi, client):
    case = CaseFactory(by=ana)
    type_in(client, case, "She said that on Tue")
    client.force_login(kofi)

    assert "She said that on Tue" not in client.get(f"/cases/{case.pk}/").content.decode()


def test_a_saved_note_is_no_draft_any_more_and_late_keystrokes_do_not_bring_it_back(ana, client):
    case = CaseFactory(by=ana)
    type_in(client, case, "Rang twice")
    client.post(f"/cases/{case.pk}/notes/", {"text": "Rang twice."})

    answer = type_in(client, case, "Rang twice").json()

    assert answer["kept"] is False
    assert "This is what you began" not in client.get(f"/cases/{case.pk}/").content.decode()


def test_a_new_note_is_kept_after_another_was_saved(ana, client):
    case = CaseFactory(by=ana)
    client.post(f"/cases/{case.pk}/notes/", {"text": "Rang twice."})

    type_in(client, case, "And now", since=timezone.now().isoformat())

    assert "And now</textarea>" in client.get(f"/cases/{case.pk}/").content.decode()


def test_a_draft_can_be_thrown_away(ana, client):
    case = CaseFactory(by=ana)
    type_in(client, case, "Rang twice")

    client.post(f"/cases/{case.pk}/drafts/note/", {"drop": "yes"})

    assert "Rang twice" not in client.get(f"/cases/{case.pk}/").content.decode()


def test_a_draft_is_kept_for_72_hours(client):
    OfficeFactory()
    with time_machine.travel(timezone.now() - timedelta(hours=73), tick=False):
        ana = StaffFactory()
        client.force_login(ana)
        case = CaseFactory(by=ana)
        type_in(client, case, "Three days ago")
    client.force_login(ana)
    assert "Three days ago" not in client.get(f"/cases/{case.pk}/").content.decode()

    type_in(client, case, "Today", form="call")
    drafts.forget_old()

    assert [draft.values for draft in Draft.objects.all()] == [{"text": "Today"}]


def test_a_letter_being_written_is_there_again(ana, client):
    letter = LetterFactory(case=CaseFactory(by=ana), text="Dear Sir")
    type_in(client, letter.case, "Dear Sir, the rent", form=f"letter-{letter.pk}")

    page = client.get(f"/letters/{letter.pk}/?edit=1").content.decode()

    assert "Dear Sir, the rent</textarea>" in page
    assert "This is what you began on" in page
    letter.refresh_from_db()
    assert letter.text == "Dear Sir"


def test_a_draft_of_a_hidden_case_or_an_unknown_form_is_not_found(ana, client):
    hidden, own = CaseFactory(by=StaffFactory(), need_to_know=True), CaseFactory(by=ana)

    assert type_in(client, hidden, "Secret").status_code == 404
    assert type_in(client, own, "Odd", form="nonsense").status_code == 404
    assert not Draft.objects.exists()


def test_only_a_letter_of_this_case_has_a_draft_on_it_and_there_are_twenty_at_most(ana, client):
    case, other = CaseFactory(by=ana), LetterFactory(case=CaseFactory(by=ana))
    own = [LetterFactory(case=case) for _ in range(21)]

    refused = [type_in(client, case, "Dear", form=f"letter-{pk}") for pk in (other.pk, 10**17)]
    answers = [type_in(client, case, "Dear", form=f"letter-{letter.pk}") for letter in own]

    assert {each.status_code for each in refused} == {404}
    assert [each.json()["kept"] for each in answers] == [True] * 20 + [False]
    assert "20 things here that you have not saved" in answers[-1].json()["said"]
    assert Draft.objects.filter(case=case).count() == 20
    client.post(f"/cases/{case.pk}/drafts/letter-{own[0].pk}/", {"drop": "yes"})
    assert type_in(client, case, "Dear", form="note").json()["kept"]


def test_ten_megabytes_in_a_note_get_a_sentence_and_nothing_is_lost(ana, client):
    case = CaseFactory(by=ana)
    text = "She said it again. " * 551_882  # 10 MB

    response = client.post(f"/cases/{case.pk}/notes/", {"text": text})

    page = response.content.decode()
    assert response.status_code == 422
    assert "A note has at most 100,000 characters and this has 10485757." in page
    assert text.strip() in page
    assert not case.events.filter(kind=Event.Kind.NOTE).exists()
    refused = type_in(client, case, text)
    assert refused.status_code == 413
    assert "It stands on this page until you leave it." in refused.json()["said"]


# --- who else is here ---------------------------------------------------------------------------------


def test_one_sees_who_else_has_the_case_open_and_who_writes(ana, kofi, client):
    case = CaseFactory(by=ana)
    other = Client()
    other.force_login(kofi)
    other.post(f"/cases/{case.pk}/presence/")

    assert "Kofi Wren has this case open too" in client.post(f"/cases/{case.pk}/presence/").content.decode()
    type_in(other, case, "She said")

    assert "Kofi Wren is writing here" in client.post(f"/cases/{case.pk}/presence/").content.decode()


def test_whoever_has_left_is_no_longer_shown(ana, kofi, client):
    case = CaseFactory(by=ana)
    other = Client()
    with time_machine.travel(timezone.now() - timedelta(minutes=2), tick=False):
        other.force_login(kofi)
        other.post(f"/cases/{case.pk}/presence/")

    assert "Kofi" not in client.post(f"/cases/{case.pk}/presence/").content.decode()


def test_nobody_is_shown_on_a_case_one_may_not_know_of(ana, client):
    hidden = CaseFactory(by=StaffFactory(), need_to_know=True)

    assert client.post(f"/cases/{hidden.pk}/presence/").status_code == 404
