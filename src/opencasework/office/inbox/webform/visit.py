"""One request to the form: in which language, under which key, with which draft, and what it brought."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.utils.translation import get_language_from_request

from opencasework.office.inbox.webform import answers as texts
from opencasework.office.inbox.webform import steps
from opencasework.office.inbox.webform.answers import Answers
from opencasework.office.inbox.webform.models import KEPT_FOR, Gone, WebDraft, hashed

ENGLISH, WELSH = "en-gb", "cy"
LANGUAGE_COOKIE = "write_language"


def key_cookie() -> str:
    """The name of the cookie with the key. Under TLS one that no neighbour of our host can plant."""
    return "__Host-write_key" if settings.SESSION_COOKIE_SECURE else "write_key"


def cookie_path() -> str:
    """For which pages: those of the form, where the name of the cookie lets us say so."""
    return "/" if settings.SESSION_COOKIE_SECURE else "/write/"


@dataclass
class Visit:
    """Who is at the form. `key` is theirs; only whoever has it sees the draft and the receipt."""

    request: HttpRequest
    key: str
    language: str
    draft: WebDraft | None
    posted: QueryDict
    files: list[UploadedFile[bytes]]
    has_cookie: bool
    is_too_large: bool = False  # more was sent than the server takes; nothing of it could be read
    is_foreign: bool = False  # another site's page sent it, so it decides nothing

    @property
    def answers(self) -> Answers:
        """Those of the draft or, where there is none, those the page brought along."""
        return self.draft.answers if self.draft else self.brought

    @property
    def brought(self) -> Answers:
        if self.is_foreign:
            return {}
        return texts.carried(self.posted.get("carried", ""), steps.FIELDS)

    @property
    def other_language(self) -> str:
        return ENGLISH if self.language == WELSH else WELSH

    def new_key(self) -> None:
        """Begin another message."""
        self.key, self.draft = secrets.token_urlsafe(32), None

    def begin(self) -> None:
        """Make the draft: empty, or of what a page brought back after the old one had gone."""
        draft = WebDraft(key_hash=hashed(self.key))
        draft.answers = self.answers
        # Two windows at once begin one draft.
        self.draft, _made = WebDraft.objects.get_or_create(
            key_hash=draft.key_hash, defaults={"answers_json": draft.answers_json}
        )

    def keep(self, step: str, given: dict[str, Any]) -> None:
        """Keep the answers of one page as they were typed. Raises `Gone`."""
        with transaction.atomic():
            # Locked and read anew, so that of two windows neither overwrites the other's page.
            draft = WebDraft.objects.select_for_update().keyed(self.key).first()
            if draft is None:
                raise Gone
            draft.answers = draft.answers | {step: given}
            draft.changed_at = timezone.now()
            draft.save()
        self.draft = draft

    def remember(self, response: HttpResponse) -> HttpResponse:
        """Set the cookies: the key of the draft and the language, for the pages of the form alone."""
        for name, value in ((key_cookie(), self.key), (LANGUAGE_COOKIE, self.language)):
            response.set_cookie(
                name,
                value,
                max_age=int(KEPT_FOR.total_seconds()),
                path=cookie_path(),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def visit(request: HttpRequest) -> Visit:
    """Read a request, whatever is wrong with it."""
    posted, files, is_too_large = _read(request)
    is_foreign = request.method == "POST" and comes_from_elsewhere(request)
    cookie = request.COOKIES.get(key_cookie(), "")
    has_cookie = bool(texts.KEY.fullmatch(cookie))
    sent_with = "" if is_foreign else posted.get("key", "")
    key = next((each for each in (sent_with, cookie) if texts.KEY.fullmatch(each)), "")
    draft = WebDraft.objects.keyed(key).first() if key and not is_foreign else None
    return Visit(
        request=request,
        key=secrets.token_urlsafe(32) if is_foreign or not key else key,
        language=_language(request, posted),
        draft=draft,
        posted=posted,
        files=files,
        has_cookie=has_cookie,
        is_too_large=is_too_large,
        is_foreign=is_foreign,
    )


def _read(request: HttpRequest) -> tuple[QueryDict, list[UploadedFile[bytes]], bool]:
    if request.method != "POST":
        return QueryDict(), [], False
    try:
        posted = request.POST
        chosen = request.FILES.getlist("chosen")
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return QueryDict(), [], True
    return posted, [each for each in chosen if isinstance(each, UploadedFile)], False


def _language(request: HttpRequest, posted: QueryDict) -> str:
    wanted = (
        posted.get("page_language", ""),
        request.GET.get("lang", ""),
        request.COOKIES.get(LANGUAGE_COOKIE, ""),
    )
    for each in wanted:
        if each in {ENGLISH, WELSH}:
            return str(each)
    return WELSH if get_language_from_request(request) == WELSH else ENGLISH


def comes_from_elsewhere(request: HttpRequest) -> bool:
    """Whether another site's page sent this form.

    Django's token would need a cookie that may have expired while somebody wrote. The browser says itself
    where a form comes from, and the key of the draft, which no other site knows, is the rest of the proof.
    """
    said = request.headers.get("Sec-Fetch-Site", "")
    if said:
        return said not in {"same-origin", "none"}
    origin = request.headers.get("Origin", "")
    if not origin:
        return False
    with suppress(ValueError):
        return urlsplit(origin).netloc != request.get_host() and origin not in settings.CSRF_TRUSTED_ORIGINS
    return True


def typed(step: steps.Step, posted: QueryDict) -> dict[str, Any]:
    """What was typed on a page, of its own fields alone; control characters are gone."""
    return {name: texts.plain(str(posted[name])) for name in step.form.base_fields if name in posted}
