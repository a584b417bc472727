"""Signing in to a mailbox with Microsoft or Google instead of a password: OAuth 2, its errors as sentences.

Everything that would open a mailbox is kept encrypted. An access token is used until it expires, and a
refresh token is replaced whenever a new one comes with the answer.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from opencasework.office.inbox.models import Mailbox
from opencasework.office.kit import secrets

TIMEOUT_SECONDS = 20
EARLY = timedelta(minutes=2)  # clocks differ, and a token must last as long as the sign-in it is for
# One that is good for longer was timed by a clock that has been put back since.
LONGEST_LIFE = timedelta(days=2)
MICROSOFT_AS_A_PERSON = "https://outlook.office.com/IMAP.AccessAsUser.All offline_access"
MICROSOFT_AS_AN_APPLICATION = "https://outlook.office365.com/.default"
GOOGLE_SCOPE = "https://mail.google.com/"
# Microsoft's own number for what is wrong helps whoever looks it up.
ITS_NUMBER = re.compile(r"AADSTS\d+")
LOCKED_NUMBERS = {"AADSTS50053", "AADSTS50057"}  # too many wrong tries; switched off


class SignInRefused(Exception):
    """Microsoft or Google does not give us a token; the message is a sentence that says what to do."""


class AccountLocked(SignInRefused):
    """They have shut the account for a while; each further try would keep it shut."""


class SignInAway(Exception):
    """They could not be asked just now; the message is a sentence."""


def issuer(mailbox: Mailbox) -> str:
    """Who vouches for us."""
    return "Google" if mailbox.sign_in == Mailbox.SignIn.GOOGLE else "Microsoft"


def kept_access_token(mailbox: Mailbox) -> str:
    """The token of last time while it is good; else empty."""
    until, now = mailbox.access_token_until, timezone.now()
    if until is None or not now < until - EARLY < now + LONGEST_LIFE:
        return ""
    return secrets.decrypt(mailbox.access_token_encrypted)


def require_consent(mailbox: Mailbox) -> None:
    """Raises `SignInRefused` where a person has to agree first and nobody has."""
    if mailbox.needs_consent:
        raise SignInRefused(
            f"Nobody has signed in to {mailbox.address} with {issuer(mailbox)} yet. An office manager "
            "does that under Settings, Mailboxes."
        )


def new_access_token(mailbox: Mailbox) -> str:
    """A new token, kept for the next time. Raises `SignInRefused` or `SignInAway`."""
    if mailbox.sign_in == Mailbox.SignIn.MICROSOFT_APP:
        answer = _asked(
            mailbox,
            "fetch_token",
            grant_type="client_credentials",
            scope=MICROSOFT_AS_AN_APPLICATION,
        )
    else:
        require_consent(mailbox)
        refresh_token = secrets.decrypt(mailbox.refresh_token_encrypted)
        answer = _asked(mailbox, "refresh_token", refresh_token=refresh_token)
    return _kept(mailbox, answer)


def consent_page(mailbox: Mailbox, *, redirect_to: str) -> tuple[str, str, str]:
    """Where a person agrees that we may read this mailbox, with the state and the verifier to remember."""
    from authlib.common.security import generate_token

    verifier = generate_token(64)
    asking: dict[str, str] = {"code_verifier": verifier, "login_hint": mailbox.username}
    if mailbox.sign_in == Mailbox.SignIn.GOOGLE:
        # Without these two Google gives a refresh token the first time only.
        asking |= {"access_type": "offline", "prompt": "consent"}
    session = _session(mailbox, redirect_uri=redirect_to, code_challenge_method="S256")
    address, state = session.create_authorization_url(_addresses(mailbox)[0], **asking)
    return address, state, verifier


def accept_consent(mailbox: Mailbox, *, code: str, verifier: str, redirect_to: str) -> None:
    """Exchange the code a person came back with for a refresh token, and keep it."""
    answer = _asked(
        mailbox,
        "fetch_token",
        grant_type="authorization_code",
        code=code,
        code_verifier=verifier,
        redirect_uri=redirect_to,
    )
    if not answer.get("refresh_token"):
        raise SignInRefused(
            f"{issuer(mailbox)} let us in for an hour only, not for longer. Allow our application “offline "
            "access” and sign in again."
        )
    mailbox.try_at_once()
    mailbox.save(update_fields=Mailbox.FARING)
    _kept(mailbox, answer)


def _kept(mailbox: Mailbox, answer: dict[str, Any]) -> str:
    token = str(answer.get("access_token", ""))
    if not token:
        raise SignInAway(f"{issuer(mailbox)} answers without a token. We try again by ourselves.")
    changes: dict[str, Any] = {
        "access_token_encrypted": secrets.encrypt(token),
        "access_token_until": timezone.now() + timedelta(seconds=int(answer.get("expires_in") or 300)),
    }
    if answer.get("refresh_token"):
        changes["refresh_token_encrypted"] = secrets.encrypt(str(answer["refresh_token"]))
    # Kept before it is used: Microsoft may forget the old one as soon as it has given a new one.
    Mailbox.objects.filter(pk=mailbox.pk).update(**changes)
    for name, value in changes.items():
        setattr(mailbox, name, value)
    return token


def _addresses(mailbox: Mailbox) -> tuple[str, str]:
    """Where a person agrees, and where tokens are issued."""
    if mailbox.sign_in == Mailbox.SignIn.GOOGLE:
        return settings.GOOGLE_CONSENT, settings.GOOGLE_TOKENS
    base = f"{settings.MICROSOFT_LOGIN}/{mailbox.tenant or 'organizations'}/oauth2/v2.0"
    return f"{base}/authorize", f"{base}/token"


def _session(mailbox: Mailbox, **options: Any) -> Any:
    # Loaded only where somebody signs in this way: it takes as long as the rest of the start.
    from authlib.integrations.requests_client import OAuth2Session

    return OAuth2Session(
        mailbox.client_id,
        secrets.decrypt(mailbox.client_secret_encrypted) or None,
        scope=GOOGLE_SCOPE if mailbox.sign_in == Mailbox.SignIn.GOOGLE else MICROSOFT_AS_A_PERSON,
        token_endpoint_auth_method="client_secret_post" if mailbox.client_secret_encrypted else "none",
        **options,
    )


def _asked(mailbox: Mailbox, act: str, **asking: Any) -> dict[str, Any]:
    from authlib.common.errors import AuthlibBaseError
    from requests import RequestException

    who = issuer(mailbox)
    try:
        with _session(mailbox) as session:
            answer = getattr(session, act)(_addresses(mailbox)[1], timeout=TIMEOUT_SECONDS, **asking)
    except AuthlibBaseError as error:
        raise _refusal(mailbox, str(error.error), str(error.description or "")) from error
    except RequestException as error:
        raise SignInAway(
            f"{who}'s sign-in does not answer. Check the network; we try again by ourselves."
        ) from error
    except ValueError as error:  # a page instead of an answer
        raise SignInAway(f"{who}'s sign-in is not well just now. We try again by ourselves.") from error
    return dict(answer)


def _refusal(mailbox: Mailbox, code: str, description: str) -> Exception:
    who = issuer(mailbox)
    number = ITS_NUMBER.search(description)
    says = f" ({number[0] if number else code})"
    if number and number[0] in LOCKED_NUMBERS:
        return AccountLocked(
            f"{who} has locked {mailbox.username}{says}, so we leave it alone for hours. Sign in to it in a "
            "web browser, do what it asks there, then sign in again under Settings, Mailboxes."
        )
    if code in {"temporarily_unavailable", "server_error", "slow_down"}:
        return SignInAway(f"{who}'s sign-in is busy{says}. We try again by ourselves.")
    if code in {"invalid_client", "unauthorized_client"}:
        return SignInRefused(
            f"{who} no longer accepts our application's id or secret for {mailbox.address}{says}. It may "
            "have run out: make a new secret and enter it under Settings, Mailboxes."
        )
    if code in {"invalid_grant", "interaction_required", "consent_required", "access_denied"}:
        return SignInRefused(
            f"{who} no longer accepts our sign-in for {mailbox.address}{says}. An office manager signs in "
            "again under Settings, Mailboxes."
        )
    return SignInRefused(
        f"{who} refuses us a token for {mailbox.address}{says}. Check the tenant, the application's id and "
        "what it is allowed to do."
    )
