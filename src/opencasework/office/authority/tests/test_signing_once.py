"""A private link that is guessed at, used twice, withdrawn, expired or unknown."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from opencasework.office.authority.actions import scans
from opencasework.office.authority.models import Authority, SignLink
from opencasework.office.authority.signing import statement
from opencasework.office.authority.signing import views as pages
from opencasework.office.authority.tests.signing import Signer, link_for
from opencasework.office.bodies.tests.factories import body

pytestmark = pytest.mark.django_db


def guesses(link, *, address, times=5):
    stranger = Signer(address=address)
    for _ in range(times):
        stranger.opens(link).is_known("AB1 2CD")
    return stranger


def test_a_forwarded_link_is_shut_after_five_wrong_tries_from_one_place_and_says_so(link):
    stranger = Signer()
    stranger.opens(link)

    for left in (4, 3, 2, 1):
        stranger.is_known("AB1 2CD")
        assert "That is not what we have" in stranger.words
        assert ("try once more" if left == 1 else f"try {left} more times") in stranger.words
    stranger.is_known("AB1 2CD")

    assert "given too often from where you are. Nothing was shown." in stranger.words
    again = Signer()  # another browser, or one without cookies, of the same place
    assert "given too often from where you are" in again.opens(link).is_known().words
    assert link.ask.case.events.filter(text__contains="It is shut there").count() == 1


def test_a_stranger_who_guesses_does_not_shut_the_person_out(link, quick):
    guesses(link, address="198.51.100.7")

    assert "Thank you. It is signed" in Signer().does_it_all(link).words


def test_from_three_places_it_is_locked_and_the_office_sees_it_in_its_day(link, client):
    for number in (1, 2, 3):
        stranger = guesses(link, address=f"198.51.{number}.7")

    client.force_login(link.made_by)
    assert "it is locked. Nothing was shown." in stranger.words
    assert "locked" in Signer().opens(link).words
    assert link.ask.case.events.filter(text__contains="is locked: a new one is wanted").count() == 1
    assert "wants a new link to sign" in client.get("/").content.decode()
    assert "Wants a new link" in client.get(f"/cases/{link.ask.case.pk}/authorities/").content.decode()


def test_a_new_link_after_a_locked_one_is_tried_afresh(link, quick):
    for number in (1, 2, 3):
        guesses(link, address=f"198.51.{number}.7")

    assert "Thank you. It is signed" in Signer().does_it_all(link_for(link.ask)).words


def test_who_has_shown_who_they_are_signs_although_strangers_locked_it_meanwhile(link, quick):
    person = Signer()
    person.opens(link).is_known().checks().ticks(body("DWP"))
    for number in (1, 2, 3):
        guesses(link, address=f"198.51.{number}.7")

    assert "Is this right?" in person.opens(link).words
    assert "Thank you. It is signed" in person.signs().words


@pytest.mark.parametrize("places", [1, 3])
def test_where_it_is_shut_the_way_out_is_a_new_link(places, link):
    for number in range(places):
        stranger = guesses(link, address=f"198.51.{number}.7", times=4)
        stranger.is_known("AB1 2CD")

    assert "Ask for a new link" in stranger.words
    stranger.post("/sign/who/", {"again": "yes"})

    assert "The office sees that you want a new link" in stranger.words
    link.ask.refresh_from_db()
    assert link.ask.asked_again_at is not None


def test_a_slip_of_the_person_counts_no_more_once_they_were_right(link):
    signer = Signer()
    signer.opens(link).is_known("AB1 2CD").is_known()

    link.refresh_from_db()
    assert link.wrong_tries == 0
    assert not link.tries.exists()


def test_of_many_tries_at_once_no_more_are_looked_at_than_one_after_another(link, monkeypatch):
    looked = []
    monkeypatch.setattr(pages.KnownForm, "is_right", lambda *_: looked.append(1) or False)

    guesses(link, address="198.51.100.7", times=9)

    assert len(looked) == 5
    assert "198.51" not in str(list(link.tries.values()))


def test_a_link_used_twice_shows_the_copy_and_signs_nothing(link, quick):
    signer = Signer().does_it_all(link)
    assert "Thank you. It is signed" in signer.words
    assert "How to reach us" in signer.words
    assert "instead" not in signer.words

    again = Signer()
    again.opens(link).is_known()
    for address in ("/sign/check/", "/sign/bodies/", "/sign/sign/"):
        assert "You have signed this already" in again.post(address, {"name": "Somebody Else"}).words

    assert Authority.objects.count() == 1
    assert b"".join(again.client.get("/sign/copy/").streaming_content) == scans().read(
        Authority.objects.get().scan_sha256
    )


def test_a_used_link_gives_the_copy_for_thirty_days_and_then_only_lets_them_withdraw(link, quick):
    Signer().does_it_all(link)

    with time_machine.travel(timezone.now() + timedelta(days=30, minutes=1), tick=False):
        later = Signer()
        assert "Download your copy" not in later.opens(link).is_known().words
        assert later.get("/sign/copy/").page.status_code == 410
        assert "Ask us and we post it to you." in later.words
        assert "It is withdrawn" in later.post("/sign/withdrawal/").words


def test_the_office_withdraws_a_used_link(link, quick, client):
    Signer().does_it_all(link)
    client.force_login(link.made_by)
    address = f"/authorities/{Authority.objects.get().pk}/"

    page = client.get(address).content.decode()
    client.post(f"/authority-asks/{link.ask.pk}/link/", {"act": "withdraw"})

    assert "Withdraw the link" in page
    assert "Withdraw the link" not in client.get(address).content.decode()
    assert "The office has withdrawn it" in Signer().opens(link).words
    assert link.ask.case.events.filter(text="The private link to sign is withdrawn.").count() == 1


def test_of_two_presses_at_once_one_signs(link, quick):
    signer = Signer()
    signer.opens(link).is_known().checks().ticks(body("DWP"))
    said = statement.said_in(SignLink.objects.get())
    evidence = {"signed_at": timezone.now().isoformat(), "text": "", "text_sha256": ""}

    signed = [statement.sign(SignLink.objects.get(), said, evidence) for _ in range(2)]

    assert [bool(each) for each in signed] == [True, False]
    assert Authority.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda tab: tab.ticks(body("DWP"), body("HMRC")),
        lambda tab: tab.ticks(body("DWP"), name="Somebody Else"),
        lambda tab: tab.checks(address="1 Elsewhere Lane"),
        lambda tab: tab.post("/sign/sign/", {"switch": "cy"}),
    ],
)
def test_what_another_window_changed_is_read_before_it_is_signed(change, link, quick):
    signer = Signer()
    shown = signer.opens(link).is_known().checks().ticks(body("DWP")).shown
    change(signer)

    signer.presses_sign(shown)

    assert signer.page.status_code == 409
    assert not Authority.objects.exists()
    assert signer.presses_sign(signer.shown).page.status_code == 200
    assert Authority.objects.count() == 1


def test_an_expired_link_says_so_and_the_person_can_ask_for_a_new_one(link):
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        signer = Signer().opens(link)
        assert signer.page.status_code == 410
        assert "It was good for seven days, and they are over." in signer.words

        signer.post("/sign/", {"token": link.token, "again": "yes"})
        signer.post("/sign/", {"token": link.token, "again": "yes"})

        assert "The office sees that you want a new link" in signer.words
    assert link.ask.case.events.filter(text__contains="asks for a new link").count() == 1


def test_a_link_withdrawn_while_somebody_reads_signs_nothing(link, quick):
    signer = Signer()
    signer.opens(link).is_known().checks().ticks(body("DWP"))
    SignLink.objects.update(revoked_at=timezone.now())

    assert "The office has withdrawn it" in signer.signs().words
    assert not Authority.objects.exists()


@pytest.mark.parametrize("address", ["/sign/form/", "/sign/copy/"])
def test_a_link_withdrawn_while_somebody_reads_serves_no_file(address, link, quick):
    signer = Signer()
    signer.opens(link).is_known()
    SignLink.objects.update(revoked_at=timezone.now())

    signer.get(address)

    assert signer.page.status_code == 410
    assert "The office has withdrawn it" in signer.words


def test_a_newer_link_ends_the_older(link, quick):
    newer = link_for(link.ask)

    assert "The office has withdrawn it" in Signer().opens(link).words
    assert "Thank you. It is signed" in Signer().does_it_all(newer).words


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "https://office.example/sign/#", "ŵ" * 60, "\x00" * 43])
def test_a_link_we_do_not_know_gets_a_sentence(token, link):
    signer = Signer().opens(token)

    assert signer.page.status_code == 404
    assert "We do not know this link." in signer.words


def test_without_scripts_the_whole_link_is_pasted(link):
    assert "Is it you?" in Signer().opens(link.url).words
