"""One request to the signing pages: with which link, in which language, and whether they are known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language_from_request

from opencasework.office.authority.models import SignLink, SignVisit
from opencasework.office.authority.models.asking import hashed

LANGUAGES = ENGLISH, WELSH = "en-gb", "cy"
LANGUAGE_COOKIE = "sign_language"
KNOWN_FOR = timedelta(minutes=60)
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def visit_cookie() -> str:
    """Under TLS one that no neighbour of our host can plant."""
    return "__Host-sign" if settings.SESSION_COOKIE_SECURE else "sign"


def cookie_path() -> str:
    """For which pages: these, where the name of the cookie lets us say so."""
    return "/" if settings.SESSION_COOKIE_SECURE else "/sign/"


def token_in(text: str) -> str:
    """The token in what was posted: the token itself, or the whole link pasted."""
    found = TOKEN.findall(text.strip().rpartition("#")[2])
    return found[0] if len(found) == 1 else ""


@dataclass
class Visit:
    """Who is here. `link` is the one whose cookie they bring, `row` this browser's visit to it."""

    request: HttpRequest
    row: SignVisit | None
    language: str

    @property
    def link(self) -> SignLink | None:
        return self.row.link if self.row else None

    @property
    def is_known(self) -> bool:
        """They have given their postcode or date of birth lately."""
        until = self.row.known_until if self.row else None
        return until is not None and until > timezone.now()

    @property
    def sees_the_address(self) -> bool:
        """They know where the person lives; a day of birth says nothing of that."""
        return self.row is not None and self.row.gave_postcode

    def remember(self, response: HttpResponse) -> HttpResponse:
        """Keep the language that they chose here, and let no page be kept or named elsewhere.

        Where they chose none, that of the office's question stands, once it is known which that is.
        """
        if _chosen(self.request) in LANGUAGES:
            response.set_cookie(
                LANGUAGE_COOKIE, self.language, max_age=30 * 86400, path="/sign/",
                secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
            )  # fmt: skip
        response["Content-Language"] = "cy" if self.language == WELSH else "en-GB"
        # Not "no-referrer": browsers then hide from us too where a form comes from. No address has a token.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response


def visit(request: HttpRequest) -> Visit:
    """Read a request, whatever is wrong with it."""
    cookie = request.COOKIES.get(visit_cookie(), "")
    row = None
    if TOKEN.fullmatch(cookie):
        asked = (f"link__ask__{name}" for name in ("case", "person", "about", "authority"))
        row = SignVisit.objects.select_related(*asked).filter(key_hash=hashed(cookie)).first()
    return Visit(request, row, _language(request, row.link if row else None))


def begin(link: SignLink, response: HttpResponse) -> HttpResponse:
    """Whoever has the token is here: give them a cookie in its place.

    Other browsers that have it open stay as they are: each has shown who is there, or shows nothing.
    """
    key = SignVisit.begin(link)
    response.set_cookie(
        visit_cookie(), key, max_age=int(KNOWN_FOR.total_seconds()) * 2, path=cookie_path(),
        secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Strict",
    )  # fmt: skip
    return response


def _language(request: HttpRequest, link: SignLink | None) -> str:
    wanted = _chosen(request), request.COOKIES.get(LANGUAGE_COOKIE, ""), link.ask.language if link else ""
    for each in wanted:
        if each in LANGUAGES:
            return each
    return WELSH if get_language_from_request(request) == WELSH else ENGLISH


def _chosen(request: HttpRequest) -> str:
    """The language they press for; empty where they press for none."""
    return request.POST.get("switch", "") or request.GET.get("lang", "")
