"""Delegate and approve: a draft goes from writer to colleague to member, and cannot change unseen."""

from __future__ import annotations

import pytest
from django.utils import timezone

from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases import access
from opencasework.office.cases.models import Case
from opencasework.office.letters import outbox
from opencasework.office.letters.actions import NotSendable
from opencasework.office.letters.models import (
    Letter,
    LetterComment,
    LetterReview,
    LetterStep,
    LookRule,
    OutgoingMail,
)
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.staff.tests.factories import StaffFactory

from .reviewing import act, edit, lines, page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


# --- passing on ---------------------------------------------------------------------------------------


def test_a_draft_goes_to_a_colleague_to_the_member_and_out_with_each_act_on_the_timeline(
    client, office, letter
):
    LookRule.objects.create(whose="caseworker", look="member")

    act(client, letter, "passing", office.priya, to=office.tom.pk, note="Is the date right?")
    act(client, letter, "approval", office.tom, version=letter.version)
    act(client, letter, "approval", office.amira, version=letter.version)
    act(client, letter, "sending", office.priya, version=letter.version)

    assert letter.state == Letter.State.SENDING
    assert lines(letter) == [
        "Passed on to Tom Eddowes to read",
        "Approved",
        "With Amira Holloway for signature",
        "Approved for signature",
    ]
    steps = page(client, letter, office.priya).split('class="steps"')[1].split("</ol>")[0]
    assert ["Drafted" in steps, "Tom Eddowes" in steps, "Amira Holloway" in steps] == [True, True, True]


def test_whoever_is_asked_sees_it_on_their_day_and_first_among_the_letters(client, office, letter):
    act(client, letter, "passing", office.priya, to=office.tom.pk, note="Please look at the tone")

    client.force_login(office.tom)
    today, letters = client.get("/").content.decode(), client.get("/letters/").content.decode()
    read = page(client, letter, office.tom)

    assert "Read the draft to" in today
    assert "asked by Priya Shah" in today
    assert "Waiting for you" in letters
    assert "Priya Shah asks you to read it." in read
    assert "Please look at the tone" in read
    client.force_login(office.priya)
    assert "Send your" not in client.get("/").content.decode()


def test_the_signature_queue_counts_what_is_with_the_member(client, office, letter):
    act(client, letter, "passing", office.priya, to=office.amira.pk)

    client.force_login(office.priya)
    queue, letters = client.get("/letters/signature/").content.decode(), client.get("/letters/").content

    assert "1 letter waits." in queue
    assert letter.subject in queue
    assert b"With the member for signature: 1" in letters


def test_nobody_is_asked_who_does_not_see_the_case(client, office, letter):
    access.restrict(letter.case, by=office.priya)

    shown = page(client, letter, office.priya)
    act(client, letter, "passing", office.priya, status=422, to=office.tom.pk)

    assert f'<option value="{office.tom.pk}">' not in shown
    assert f'<option value="{office.amira.pk}">' in shown
    assert LetterStep.objects.count() == 0


def test_the_signature_queue_of_one_who_does_not_see_the_case_is_empty(client, office, letter):
    act(client, letter, "passing", office.priya, to=office.amira.pk)
    access.restrict(letter.case, by=office.priya)

    client.force_login(office.tom)
    queue, letters = client.get("/letters/signature/").content.decode(), client.get("/letters/").content

    assert "0 letters wait." in queue
    assert letter.subject not in queue
    assert b"With the member for signature: 0" in letters


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("passing", {"to": "1"}),
        ("back", {"reason": "No"}),
        ("approval", {"version": "x"}),
        ("comments", {"text": "Hm"}),
        ("suggestions", {"answer": "accept"}),
    ],
)
def test_a_volunteer_does_none_of_it(client, office, letter, name, data):
    vic = StaffFactory(volunteer=True)
    access.name(letter.case, person=vic, by=office.priya)

    act(client, letter, name, vic, status=403, **data)

    assert not LetterStep.objects.exists()
    assert not LetterComment.objects.exists()


def test_who_does_not_see_the_case_finds_nothing_of_its_letter(client, office, letter):
    access.restrict(letter.case, by=office.priya)

    for name in ("passing", "back", "approval", "comments", "suggestions"):
        act(client, letter, name, office.tom, status=404, text="Hm", reason="No", to=office.amira.pk)
    client.force_login(office.tom)
    history = client.get(f"/letters/{letter.pk}/history/")

    assert history.status_code == 404
    assert not LetterStep.objects.exists()
    assert not LetterComment.objects.exists()


def test_an_administrator_passes_a_draft_on_and_does_not_approve_one(client, office, letter):
    ada = StaffFactory(administrator=True)
    access.name(letter.case, person=ada, by=office.priya)

    act(client, letter, "passing", ada, to=office.tom.pk)
    act(client, letter, "approval", ada, status=403, version=letter.version)

    assert LetterStep.objects.get().kind == LetterStep.Kind.PASSED


def test_sending_back_says_why_and_puts_it_on_the_writers_day_again(client, office, letter):
    act(client, letter, "passing", office.priya, to=office.tom.pk)
    act(client, letter, "back", office.tom, status=422, reason="  ")

    act(client, letter, "back", office.tom, reason="Name the hearing date.")

    shown = page(client, letter, office.priya)
    assert "Tom Eddowes sent it back." in shown
    assert "Name the hearing date." in shown
    client.force_login(office.priya)
    assert "Send your" in client.get("/").content.decode()
    assert lines(letter)[-1] == "Sent back"


# --- the second look ----------------------------------------------------------------------------------


def test_what_was_sent_back_is_approved_anew_before_it_leaves(client, office, letter):
    LookRule.objects.update(look="colleague")
    act(client, letter, "approval", office.tom, version=letter.version)
    assert LetterStep.objects.standing(letter)

    act(client, letter, "back", office.tom, reason="The date is wrong after all.")

    assert LetterStep.objects.standing(letter) == []


def test_who_neither_has_it_nor_may_approve_it_does_not_send_it_back(client, office, letter):
    LetterStep.objects.all().delete()
    act(client, letter, "passing", office.priya, to=office.tom.pk)

    act(client, letter, "back", office.priya, reason="I want it back.", status=422)

    assert letter.review.waits_for == office.tom


def test_without_a_rule_a_letter_leaves_without_a_second_look(client, office, letter):
    act(client, letter, "sending", office.priya, version=letter.version)

    assert letter.state == Letter.State.SENDING


def test_where_the_office_wants_a_second_look_nothing_leaves_without_it(client, office, letter):
    LookRule.objects.create(whose="caseworker", look="colleague")

    response = act(client, letter, "sending", office.priya, status=422, version=letter.version)
    posted = act(
        client, letter, "posting", office.priya, status=422, version=letter.version, posted_on="today"
    )

    assert "A second look is needed" in response.content.decode()
    assert "A second look is needed" in posted.content.decode()
    assert letter.is_draft
    with pytest.raises(NotSendable, match="second look"):
        outbox.queue(letter, by=office.tom)


def test_nobody_gives_their_own_words_the_second_look(client, office, letter):
    LookRule.objects.create(whose="caseworker", look="colleague")

    response = act(client, letter, "approval", office.priya, status=422, version=letter.version)

    assert "your own words" in response.content.decode()


@pytest.mark.parametrize(
    ("look", "approver", "leaves"),
    [
        ("colleague", {}, True),
        ("senior", {}, False),
        ("senior", {"senior": True}, True),
        ("senior", {"office_manager": True}, True),
        ("member", {"senior": True}, False),
        ("member", {"member": True}, True),
    ],
)
def test_the_look_has_to_be_of_whom_the_office_says(client, office, letter, look, approver, leaves):
    LookRule.objects.create(whose="caseworker", look=look)
    LetterStep.objects.create(
        letter=letter, kind="approved", by=StaffFactory(**approver), version=letter.version
    )

    client.force_login(office.priya)
    response = client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})

    assert (response.status_code == 302) is leaves


def test_a_letter_to_a_minister_needs_the_look_the_office_says_whoever_wrote_it(client, office):
    LookRule.objects.create(whose="minister", look="member")
    letter = LetterFactory(case__by=office.tom, template="LT-MIN", text="Dear Minister, please look.")

    act(client, letter, "sending", office.tom, status=422, version=letter.version)
    act(client, letter, "approval", office.amira, version=letter.version)
    act(client, letter, "sending", office.tom, version=letter.version)

    assert letter.state == Letter.State.SENDING


def test_a_letter_to_the_next_level_up_of_a_department_is_one_to_a_minister(client, office):
    LookRule.objects.create(whose="minister", look="member")
    letter = LetterFactory(case__by=office.tom, to_body=Body.objects.get(code="DWP"), text="Please look.")
    above = BodyContact.objects.create(
        body=letter.to_body, kind=BodyContact.Kind.ESCALATION, email="private-office@dwp.example"
    )
    Letter.objects.filter(pk=letter.pk).update(to_contact=above, to_email=above.email)
    letter.refresh_from_db()

    page = act(client, letter, "sending", office.tom, status=422, version=letter.version)

    assert "the member has to approve it" in page.content.decode()


def test_what_a_machine_drafted_on_nobodys_case_needs_the_look_of_whoever_posts_it(client, office, letter):
    LookRule.objects.create(whose="caseworker", look="colleague")
    Letter.objects.update(drafted_by=None, changed_by=None)
    letter.versions.update(by=None)
    Case.objects.update(owner=None)
    letter.refresh_from_db()

    act(client, letter, "posting", office.priya, status=422, posted_on="today", version=letter.version)

    assert letter.is_draft


def test_only_who_manages_the_office_sets_the_second_look(client, office):
    client.force_login(office.priya)
    refused = client.post("/letters/second-look/", {"caseworker": "member"})
    client.force_login(office.tom)
    saved = client.post("/letters/second-look/", {"caseworker": "senior", "volunteer": "nonsense"})

    assert (refused.status_code, saved.status_code) == (403, 302)
    assert list(LookRule.objects.values_list("whose", "look")) == [("caseworker", "senior")]
    assert "A senior caseworker" in client.get("/letters/second-look/").content.decode()


# --- approval is of a version -------------------------------------------------------------------------


def test_approved_text_cannot_change_unseen(client, office, letter):
    LookRule.objects.create(whose="caseworker", look="colleague")
    act(client, letter, "approval", office.tom, version=letter.version)

    edit(client, letter, office.priya, text="Something that nobody else has read.")

    assert "Its approval has ended." in page(client, letter, office.priya)
    assert "Priya Shah changed the letter" in page(client, letter, office.tom)
    assert lines(letter)[-1] == "Approval ended, the letter was changed"
    act(client, letter, "sending", office.priya, status=422, version=letter.version)


def test_changing_it_back_does_not_bring_the_approval_back(client, office, letter):
    LookRule.objects.create(whose="caseworker", look="colleague")
    words, version = letter.text, letter.version
    act(client, letter, "approval", office.tom, version=version)

    edit(client, letter, office.priya, text="For a moment something else.")
    edit(client, letter, office.priya, text=words, html="")

    act(client, letter, "sending", office.priya, status=422, version=letter.version)


def test_a_letter_approved_taken_back_from_the_outbox_and_edited_does_not_leave(client, office, letter):
    LookRule.objects.create(whose="caseworker", look="colleague")
    act(client, letter, "approval", office.tom, version=letter.version)
    act(client, letter, "sending", office.priya, version=letter.version)

    assert edit(client, letter, office.priya, text="While it waits").status_code == 422
    act(client, letter, "undo", office.priya)
    edit(client, letter, office.priya, text="After it was taken back")

    act(client, letter, "sending", office.priya, status=422, version=letter.version)


def test_words_changed_behind_the_outbox_are_kept_back(client, office, letter, settings):
    LookRule.objects.create(whose="caseworker", look="colleague")
    act(client, letter, "approval", office.tom, version=letter.version)
    act(client, letter, "sending", office.priya, version=letter.version)
    Letter.objects.filter(pk=letter.pk).update(text="Slipped in by a script.")

    OutgoingMail.objects.update(send_after=timezone.now())
    outbox.send_ready()

    mail = OutgoingMail.objects.get()
    assert mail.state == OutgoingMail.State.STOPPED
    assert "changed after it was sent off" in mail.answer


def test_what_changed_while_one_read_is_not_approved(client, office, letter):
    read = letter.version
    edit(client, letter, office.priya, text="New words.")

    response = act(client, letter, "approval", office.tom, status=422, version=read)

    assert "changed this letter after you opened it" in response.content.decode()
    assert not LetterStep.objects.exists()


def test_what_was_approved_may_be_printed_and_posted_instead(client, office, letter):
    LookRule.objects.create(whose="caseworker", look="colleague")
    act(client, letter, "approval", office.tom, version=letter.version)

    act(client, letter, "posting", office.priya, version=letter.version, posted_on="today")

    assert letter.state == Letter.State.SENT


def test_approving_twice_is_one_approval(client, office, letter):
    act(client, letter, "approval", office.tom, version=letter.version)
    act(client, letter, "approval", office.tom, version=letter.version)

    assert LetterStep.objects.count() == 1


def test_who_is_asked_again_for_words_they_approved_gives_them_out_of_their_hands(client, office, letter):
    act(client, letter, "approval", office.tom, version=letter.version)
    act(client, letter, "passing", office.priya, to=office.tom.pk)

    act(client, letter, "approval", office.tom, version=letter.version)

    assert LetterReview.objects.get(letter=letter).waits_for is None
    assert letter.steps.filter(kind="approved").count() == 1


def test_the_reason_for_going_without_authority_does_not_end_an_approval(client, office):
    LookRule.objects.create(whose="caseworker", look="colleague")
    letter = LetterFactory(case__by=office.priya, authority=False)
    act(client, letter, "approval", office.tom, version=letter.version)

    act(
        client, letter, "sending", office.priya, version=letter.version,
        no_authority_reason="Asked by telephone",
    )  # fmt: skip

    assert letter.state == Letter.State.SENDING
