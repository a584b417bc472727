"""Signing in with Microsoft or Google: a real mail server that takes tokens, and an issuer of our own."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from opencasework.office.inbox import signing_in
from opencasework.office.inbox.collecting import collect
from opencasework.office.inbox.models import Mailbox, Message
from opencasework.office.kit import secrets
from tests.services.tokens import CLIENT_ID, CLIENT_SECRET

from .factories import MailboxFactory

pytestmark = pytest.mark.django_db
RAW = b"From: Nia Pryce <nia@post.example>\r\nSubject: Damp\r\n\r\nMould in both bedrooms.\r\n"
RETURN = "https://office.example/mailboxes/consent/"


def box_of(account, sign_in, **fields):
    box = MailboxFactory(
        account=account, sign_in=sign_in, client_id=CLIENT_ID, tenant="member.example", **fields
    )
    box.set_client_secret(CLIENT_SECRET)
    box.password_encrypted = ""
    box.save()
    return box


def signed_in(account, issuer, sign_in=Mailbox.SignIn.MICROSOFT):
    box = box_of(account, sign_in)
    address, _state, verifier = signing_in.consent_page(box, redirect_to=RETURN)
    code = re.search("code=([^&]+)", issuer.agree(address, as_user=account.user))[1]
    signing_in.accept_consent(box, code=code, verifier=verifier, redirect_to=RETURN)
    return box


def test_an_application_collects_with_a_token_of_its_own(strict_mailbox, issuer, home):
    strict_mailbox.deliver(RAW)
    issuer.application_mailbox = strict_mailbox.user
    box = box_of(strict_mailbox, Mailbox.SignIn.MICROSOFT_APP)

    result = collect(box)

    assert (result.error, result.counts.new) == ("", 1)
    assert issuer.asked[0]["scope"] == "https://outlook.office365.com/.default"


@pytest.mark.parametrize("sign_in", [Mailbox.SignIn.MICROSOFT, Mailbox.SignIn.GOOGLE])
def test_a_person_agrees_once_and_mail_is_collected_from_then_on(strict_mailbox, issuer, home, sign_in):
    strict_mailbox.deliver(RAW)
    box = signed_in(strict_mailbox, issuer, sign_in)

    first = collect(box)
    strict_mailbox.deliver(RAW.replace(b"Damp", b"Rent"))
    second = collect(Mailbox.objects.get(pk=box.pk))

    assert (first.error, second.error, Message.objects.count()) == ("", "", 2)
    # One token for the two: it is used until it expires.
    assert [each["grant_type"] for each in issuer.asked] == ["authorization_code"]


def test_a_refresh_token_is_replaced_by_the_one_that_comes_with_the_answer(strict_mailbox, issuer, home):
    box = signed_in(strict_mailbox, issuer)
    before = secrets.decrypt(box.refresh_token_encrypted)
    for _ in range(2):
        Mailbox.objects.update(access_token_until=timezone.now() - timedelta(hours=1))
        box = Mailbox.objects.get(pk=box.pk)

        assert collect(box).error == ""

    assert [each["grant_type"] for each in issuer.asked] == ["authorization_code", *["refresh_token"] * 2]
    assert before not in issuer.refresh
    assert secrets.decrypt(box.refresh_token_encrypted) in issuer.refresh


def test_a_token_withdrawn_before_its_time_is_replaced(strict_mailbox, issuer, home):
    box = signed_in(strict_mailbox, issuer)
    issuer.withdraw()

    assert collect(box).error == ""


def test_no_token_or_secret_is_in_the_database_in_clear(strict_mailbox, issuer, home):
    box = signed_in(strict_mailbox, issuer)

    kept = " ".join(str(value) for value in Mailbox.objects.filter(pk=box.pk).values_list().get())

    for secret in (CLIENT_SECRET, *issuer.access, *issuer.refresh):
        assert secret not in kept


def test_a_withdrawn_consent_says_who_must_do_what_and_is_not_tried_every_minute(
    strict_mailbox, issuer, home
):
    box = signed_in(strict_mailbox, issuer)
    issuer.withdraw()
    issuer.refresh.clear()

    result = collect(box)

    assert result.error == (
        f"Microsoft no longer accepts our sign-in for {box.address} (AADSTS700082). An office manager "
        "signs in again under Settings, Mailboxes."
    )
    box.refresh_from_db()
    assert box.refused
    assert box.next_try_at - timezone.now() > timedelta(minutes=10)


def test_a_secret_that_ran_out_is_said_in_a_sentence(strict_mailbox, issuer, home):
    box = box_of(strict_mailbox, Mailbox.SignIn.MICROSOFT_APP)
    box.set_client_secret("last year's")
    box.save()

    assert "make a new secret and enter it" in collect(box).error
    assert "(AADSTS7000215)" in box.last_error


def test_before_anybody_has_signed_in_that_is_what_is_said(strict_mailbox, issuer, home):
    box = box_of(strict_mailbox, Mailbox.SignIn.GOOGLE)

    assert collect(box).error.startswith(f"Nobody has signed in to {box.address} with Google yet.")


def test_a_token_for_another_mailbox_opens_nothing(strict_mailbox, issuer, home):
    issuer.application_mailbox = "somebody-else"
    box = box_of(strict_mailbox, Mailbox.SignIn.MICROSOFT_APP)

    result = collect(box)

    assert "does not let" in result.error
    assert "although Microsoft vouches for us" in result.error
    assert box.refused


def test_an_issuer_that_is_away_or_busy_is_tried_again_soon(strict_mailbox, issuer, home, settings):
    box = box_of(strict_mailbox, Mailbox.SignIn.MICROSOFT_APP)

    issuer.refuse_with = ("temporarily_unavailable", "AADSTS90033: A transient error has occurred.")
    busy = collect(box)
    settings.MICROSOFT_LOGIN = "http://127.0.0.1:9"
    away = collect(box)

    assert busy.error == "Microsoft's sign-in is busy (AADSTS90033). We try again by ourselves."
    assert away.error.startswith("Microsoft's sign-in does not answer.")
    assert not box.refused
    assert box.next_try_at - timezone.now() < timedelta(minutes=2)
