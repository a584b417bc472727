"""A case that came from a partner: whether they may hear what came of it, when they do, and slips."""

from __future__ import annotations

from html import unescape

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from opencasework.office.authority.models import Authority, SentWithout
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.models import CasePerson
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.referrals.models import Inward, Partner
from opencasework.office.reminders.digest import written
from opencasework.office.staff.permissions import MAY as MAY_DO
from opencasework.office.staff.permissions import May
from opencasework.office.staff.tests.factories import StaffFactory

from .complaining import post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
TELL = "Tell Citizens Advice what came of it"
MAY = "May Citizens Advice be told what came of it?"


@pytest.fixture
def advice(ana):
    return Partner.objects.create(body=body("CAB"), kind="advice", answer_days=5)


@pytest.fixture
def case(client, ana, advice):
    """A case that came from Citizens Advice, who want to hear what came of it."""
    client.force_login(ana)
    case = CaseFactory(by=ana, title="Letters from bailiffs")
    came(client, case, advice)
    return case


@pytest.fixture
def inward(case):
    return Inward.objects.get()


@pytest.fixture
def authority(case):
    return AuthorityFactory(case=case, covers=[body("CAB")])


@pytest.fixture
def tuesday(client, case):
    with time_machine.travel("2026-11-24 10:00", tick=False):
        client.force_login(case.owner)
        yield


def came(client, case, partner, **more) -> str:
    given = {"partner": partner.pk, "reference": "CA-1", "came_on": "20 nov 2026", "consent": "seen"}
    return unescape(post(client, "inward-new", case.pk, **given | {"wants_to_hear": "on"} | more))


def withdraw(client, authority: Authority) -> None:
    post(client, "authority-withdrawal", authority.pk, reason="She asked us to stop")


def my_day(client) -> str:
    return unescape(client.get("/").content.decode())


def card(client, case) -> str:
    return unescape(client.get(reverse("case-partners", args=[case.pk])).content.decode())


def referrals(client) -> str:
    return unescape(client.get(reverse("referrals")).content.decode())


def digest(case) -> str:
    return written(case.owner, timezone.localdate())[1]


# --- whether they may hear -------------------------------------------------------------------------------


def test_once_consent_is_taken_back_nobody_is_asked_to_tell_the_partner(client, case, authority):
    case.close(outcome="put-right", by=case.owner)
    before = my_day(client), digest(case), referrals(client), card(client, case)

    withdraw(client, authority)

    after = my_day(client), digest(case), referrals(client), card(client, case)
    assert TELL in before[0]
    assert "partner to be told, today" in before[1]
    assert "Tell them" in before[2]
    assert "Wants to hear" in before[3]
    assert TELL not in after[0]
    assert MAY in after[0]
    assert "consent has ended" in after[0]
    assert "partner to be told" not in after[1]
    assert "whether a partner may be told, today" in after[1]
    assert "Tell them" not in after[2]
    assert "May they be told?" in after[2]
    assert "Consent has ended" in after[3]
    assert f"{case.constituent} withdrew the authority for Citizens Advice on Monday 23 November" in after[3]
    assert "Do not tell Citizens Advice what came of it." in after[3]
    assert "Consent until then: in writing" in after[3]


def test_the_card_says_so_while_the_case_is_open_too(client, case, authority):
    withdraw(client, authority)

    assert "Do not tell Citizens Advice what came of it." in card(client, case)
    assert MAY not in my_day(client)


def test_where_the_person_was_never_asked_that_comes_before_the_partner_is_told(client, case):
    case.close(outcome="put-right", by=case.owner)
    asked, shown = my_day(client), card(client, case)

    AuthorityFactory(case=case, covers=[body("CAB")])

    assert MAY in asked
    assert "no authority covers them" in asked
    assert "Ask the person before Citizens Advice is told what came of it" in shown
    assert TELL in my_day(client)
    assert MAY not in my_day(client)
    assert "Ask the person before" not in card(client, case)


def test_of_a_couple_both_agree_before_the_partner_is_told(client, case, authority):
    tom = PersonFactory(full_name="Tom Marrowby")
    case.case_people.create(person=tom, role=CasePerson.Role.CONSTITUENT)
    case.close(outcome="put-right", by=case.owner)
    one = my_day(client)

    AuthorityFactory(case=case, person=tom, covers=[body("CAB")])

    assert MAY in one
    assert TELL in my_day(client)


def test_what_another_authority_covers_is_told_although_one_was_taken_back(client, case, authority):
    AuthorityFactory(case=case)
    case.close(outcome="put-right", by=case.owner)

    withdraw(client, authority)

    assert TELL in my_day(client)
    assert "Consent has ended" not in card(client, case)


# --- when they were told ---------------------------------------------------------------------------------


def told(client, inward, *, on="today", what="It was put right.", **more) -> str:
    return unescape(post(client, "inward-told", inward.pk, on=on, what=what, **more))


def last_line(case) -> str:
    return case.events.order_by("-pk")[0].text


def test_what_they_were_told_before_the_person_took_it_back_is_written_down_by_its_own_day(
    client, case, inward, authority, tuesday
):
    case.close(outcome="withdrawn", by=case.owner)
    withdraw(client, authority)

    refused = told(client, inward)
    said = told(client, inward, on="23 nov 2026")

    assert "No authority covers Citizens Advice." in refused
    assert "Ask the person first, or say why they were told all the same" in refused
    assert said == "Citizens Advice was told."
    assert last_line(case) == "Citizens Advice was told on Monday 23 November 2026: It was put right."
    assert not SentWithout.objects.exists()
    assert MAY not in my_day(client)


def test_what_they_were_told_without_authority_asks_why_and_stands_in_the_weekly_review(
    client, case, inward, authority, tuesday
):
    withdraw(client, authority)
    case.close(outcome="withdrawn", by=case.owner)

    told(client, inward, no_authority_reason="They rang and had heard of it already")

    why = "They rang and had heard of it already"
    assert last_line(case).endswith(f"Told without authority to act: {why}")
    assert SentWithout.objects.get().reason == why
    assert why in unescape(client.get("/authority/review/").content.decode())
    assert MAY not in my_day(client)


def test_who_may_not_go_without_authority_tells_nobody_without_it(client, case, inward, monkeypatch):
    monkeypatch.setitem(MAY_DO, case.owner.role, MAY_DO[case.owner.role] - {May.SEND_WITHOUT_AUTHORITY})

    said = told(client, inward, no_authority_reason="They rang")

    assert "no_authority_reason" not in said
    assert "No authority covers Citizens Advice." in said
    assert Inward.objects.get().told_on is None


def test_a_word_while_the_case_is_open_is_not_the_last(client, case, inward, authority, tuesday):
    with time_machine.travel("2026-11-23 11:00", tick=False):
        said = told(client, inward, what="We have taken it up.")
    open_card = card(client, case)
    case.close(outcome="put-right", by=case.owner)
    closed = my_day(client), referrals(client), card(client, case)

    told(client, inward)

    assert "When the case closes, you are asked again." in said
    assert "Told on 23 November 2026: We have taken it up." in open_card
    assert "Wants to hear" in open_card
    assert TELL in closed[0]
    assert "Tell them" in closed[1]
    assert "Wants to hear" in closed[2]
    assert TELL not in my_day(client)
    assert "CA-1" not in referrals(client)
    assert "Wants to hear" not in card(client, case)
    assert "was told already" in told(client, inward, what="Anything else")


def test_each_time_the_case_closes_they_are_told_what_came_of_it(client, case, inward, authority, tuesday):
    case.close(outcome="not-upheld", by=case.owner)
    told(client, inward)
    first = my_day(client)
    with time_machine.travel("2026-11-25 10:00", tick=False):
        client.force_login(case.owner)
        case.reopen(next_action="Ring", next_action_on=timezone.localdate(), by=case.owner)
        assert TELL not in my_day(client)
        case.close(outcome="put-right", by=case.owner)

        assert TELL not in first
        assert TELL in my_day(client)
        told(client, inward, what="It was put right after all.")
        assert TELL not in my_day(client)


def test_who_need_not_be_told_is_not_asked_about_when_it_closes_again(
    client, case, inward, authority, tuesday
):
    told(client, inward, on="23 nov 2026", what="We have taken it up.")
    post(client, "inward-untold", inward.pk)
    line = last_line(case)

    case.close(outcome="put-right", by=case.owner)

    assert line == "Citizens Advice need not be told what came of it"
    assert TELL not in my_day(client)


# --- what was written down wrongly -----------------------------------------------------------------------

KNOWN = {"reference": "CA-1", "contact": "", "came_on": "20 nov 2026", "wants_to_hear": "on"}


def change(client, inward, **more) -> str:
    given = {"partner": inward.partner_id, **KNOWN, "consent": "seen"}
    return unescape(post(client, "inward-edit", inward.pk, **given | more))


def test_what_was_not_known_of_consent_is_put_right_and_the_timeline_says_what_it_was(client, case, inward):
    Inward.objects.update(consent="none")
    before = card(client, case)

    said = change(client, inward, consent="asked", came_on="19 nov 2026")

    assert "Consent: not known yet." in before
    assert "Put right. It came from Citizens Advice on Thursday 19 November 2026." in said
    assert "Consent: we asked the person ourselves." in card(client, case)
    assert last_line(case) == (
        "Put right, of what came from Citizens Advice: came on Thursday 19 November 2026 "
        "(was: came on Friday 20 November 2026); consent: we asked the person ourselves "
        "(was: consent: not known yet)"
    )
    assert "Nothing was changed." in change(client, inward, consent="asked", came_on="19 nov 2026")


def test_of_two_who_put_it_right_neither_loses_a_word(client, case, inward):
    page = client.get(reverse("inward-edit", args=[inward.pk]))
    opened = page.context["form"]["opened"].value()
    change(client, inward, contact="Lou")

    said = change(client, inward, consent="asked", opened=opened)
    clash = client.post(
        reverse("inward-edit", args=[inward.pk]),
        {"partner": inward.partner_id, **KNOWN, "contact": "Max", "consent": "asked", "opened": opened},
    )

    inward.refresh_from_db()
    assert "Somebody else had changed meanwhile: Who there." in said
    assert (inward.contact, inward.consent) == ("Lou", "asked")
    assert clash.status_code == 409


def test_the_same_reference_of_the_same_partner_is_offered_to_be_put_right_not_written_twice(
    client, case, inward, advice
):
    page = came(client, case, advice, reference="ca-1", consent="asked", contact="Lou")

    assert "is recorded already. Below is what you wrote" in page
    assert f'action="{reverse("inward-edit", args=[inward.pk])}"' in page
    assert 'value="Lou"' in page
    assert Inward.objects.count() == 1
    assert Inward.objects.get().consent == "seen"
    change(client, inward, consent="asked", contact="Lou")
    assert Inward.objects.get().contact == "Lou"


@pytest.mark.parametrize(
    ("more", "rows"),
    [
        ({"reference": ""}, 1),
        ({"reference": "", "came_on": "2 nov 2026"}, 2),
        ({"reference": "CA-2"}, 2),
    ],
)
def test_without_a_reference_the_day_tells_whether_it_is_the_same(client, case, advice, more, rows):
    came(client, case, advice, consent="asked", **more)

    assert Inward.objects.count() == rows


def test_the_day_it_came_is_said_in_full_with_its_year(client, case, advice):
    said = came(client, case, advice, reference="CA-9", came_on="30 nov")

    assert "It came from Citizens Advice on Sunday 30 November 2025." in said


def test_that_it_came_is_taken_back_and_nobody_is_to_be_told(client, case, inward, authority, advice):
    said = post(client, "inward-back", inward.pk)
    twice = post(client, "inward-back", inward.pk)
    case.close(outcome="put-right", by=case.owner)

    assert "Taken back: came from Citizens Advice on Friday 20 November 2026." in said
    assert "It had been taken back already." in twice
    assert "Taken back, it was a mistake: came to us from Citizens Advice" in " ".join(
        line.text for line in case.events.all()
    )
    shown = card(client, case)
    assert "Taken back by" in shown
    assert "Wants to hear" not in shown
    assert TELL not in my_day(client)
    assert "CA-1" not in referrals(client)
    assert case.reference not in client.get(advice.get_absolute_url()).content.decode()
    assert "was taken back" in told(client, inward)
    assert "was taken back" in change(client, inward, contact="Lou")
    came(client, case, advice)
    assert Inward.objects.standing().count() == 1


def test_that_they_were_told_is_taken_back_and_the_review_says_so(client, case, inward, tuesday):
    case.close(outcome="put-right", by=case.owner)
    told(client, inward, no_authority_reason="They rang")
    first = post(client, "inward-back", inward.pk)

    said = post(client, "inward-told-back", inward.pk)

    assert "Take that back first." in first
    assert said.endswith("Taken back: Citizens Advice was told.")
    assert MAY in my_day(client)
    assert SentWithout.objects.get().taken_back_at is not None
    assert "Taken back by" in card(client, case)
    assert last_line(case).startswith("Taken back, it was a mistake: Citizens Advice was told on")
    assert "already" in post(client, "inward-told-back", inward.pk)


def test_it_did_not_come_after_they_were_told(client, case, inward, authority, tuesday):
    told(client, inward, on="23 nov 2026")

    said = change(client, inward, came_on="24 nov 2026")

    assert "They were told on Monday 23 November 2026. Give that day or an earlier one." in said


def test_one_that_was_put_right_does_not_become_another_that_stands_there(client, case, inward, advice):
    came(client, case, advice, reference="CA-2")

    said = change(client, inward, reference="CA-2")

    assert "Another one from Citizens Advice stands here with this reference or day." in said
    assert Inward.objects.get(pk=inward.pk).reference == "CA-1"


def test_who_may_not_know_of_the_case_or_write_on_it_changes_nothing(client, case, inward):
    case.need_to_know = True
    case.save()
    pages = ("inward-edit", "inward-back", "inward-told-back")
    client.force_login(StaffFactory())
    hidden = {client.post(reverse(page, args=[inward.pk])).status_code for page in pages}
    vic = StaffFactory(volunteer=True)
    case.shared_with.add(vic)
    client.force_login(vic)

    seen = {client.post(reverse(page, args=[inward.pk])).status_code for page in pages}

    assert (hidden, seen) == ({404}, {403})
    assert "Take back" not in card(client, case)
