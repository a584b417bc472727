"""Every address of the office, with every object it could name.

Derived from the addresses themselves, so that a new page cannot escape. A parameter nobody has explained ends
the run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from typing import Any
from uuid import UUID

from django.db import models
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pypdf import PdfReader
from pypdf.errors import PdfReadError

from opencasework.office.authority.models import Ask, Authority, Demand, ReturnedForm
from opencasework.office.bodies.models import BodyContact, RemovedContact
from opencasework.office.campaigns.models import Campaign
from opencasework.office.cases.models import (
    Case,
    CaseLink,
    CasePerson,
    Event,
    FollowUp,
    Helper,
    Issue,
    Mention,
    Move,
    OpeningNotice,
    Question,
    ReferenceNumber,
    Transfer,
)
from opencasework.office.chasing.models import Rung
from opencasework.office.constituents.models import (
    ActingFor,
    Household,
    HouseholdMember,
    Person,
    PersonAddress,
    PersonEmail,
    PersonMerge,
    PersonName,
    PersonPhone,
)
from opencasework.office.inbox.entry_forms import KINDS
from opencasework.office.inbox.models import Act, Attachment, InboxView, Mailbox, Message, Upload
from opencasework.office.letters.models import Enquiry, Letter, LetterTemplate, OutgoingMail, Reply
from opencasework.office.letters.pack.models import PackFile
from opencasework.office.letters.stationery import Snippet
from opencasework.office.referrals.models import (
    Complaint,
    ComplaintStage,
    ComplaintStep,
    Inward,
    Outward,
    Partner,
)
from opencasework.office.routes.models import Decision, KeyDate, LastDay
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import OwnWord, WordChange
from opencasework.office.telling.models import Word

# Not ours to crawl: signing in and out, and the form of the public, which shows what its visitor wrote.
ELSEWHERE = ("accounts/", "write/")
UNKNOWN = 987_654_321  # a number that nothing here has

Values = Callable[[], Iterable[Any]]


def every(rows: type[models.Model], *, at_most: int | None = None) -> Values:
    return lambda: list(rows._default_manager.order_by("-pk").values_list("pk", flat=True)[:at_most])


# What the parameters of an address can be, by how it begins. The longest beginning that fits counts.
NAMED: dict[tuple[str, str], Values] = {
    ("cases/", "pk"): every(Case),
    ("cases/", "number_pk"): every(ReferenceNumber),
    ("cases/", "person_pk"): every(StaffMember, at_most=2),
    ("cases/", "issue_pk"): every(Issue),
    ("cases/", "number"): every(FollowUp),
    ("cases/", "question_pk"): every(Question),
    ("cases/", "transfer_pk"): every(Transfer),
    ("cases/", "helper_pk"): every(Helper),
    ("cases/<int:pk>/people/", "link_pk"): every(CasePerson),
    ("cases/<int:pk>/links/", "link_pk"): every(CaseLink),
    ("cases/", "move_pk"): every(Move),
    ("cases/<int:pk>/route/", "decision_pk"): every(Decision),
    ("cases/<int:pk>/route/", "date_pk"): every(KeyDate),
    ("cases/<int:pk>/route/", "limit_pk"): every(LastDay),
    ("cases/", "form"): lambda: ["note"],
    ("typing/", "form"): lambda: ["at-case-new"],
    ("cases/", "line"): every(Event, at_most=3),
    ("cases/openings/", "pk"): every(OpeningNotice),
    ("today/cases/", "pk"): every(Case),
    ("today/cases/", "token"): lambda: ["no-token"],
    ("today/mentions/", "pk"): every(Mention),
    ("today/opinions/", "pk"): every(Decision),
    ("today/rows/", "kind"): lambda: ["drafts"],
    ("today/rows/", "pk"): every(Letter, at_most=2),
    ("calendar/", "token"): lambda: ["no-token"],
    ("letters/", "pk"): every(Letter),
    ("letters/<int:pk>/letter.pdf", "pk"): every(Letter, at_most=2),  # making a PDF takes its time
    ("letters/<int:pk>/letter.docx", "pk"): every(Letter, at_most=2),
    ("letters/", "file"): every(PackFile),
    ("letters/", "own"): every(Letter, at_most=2),
    ("letters/", "number"): lambda: [1],
    ("letters/", "source"): lambda: ["file:1"],
    ("letters/wording/", "code"): lambda: LetterTemplate.objects.values_list("code", flat=True)[:2],
    ("letters/wording/", "language"): lambda: ["en"],
    ("letters/wording/", "number"): lambda: [1],
    ("letters/wording/snippets/", "pk"): every(Snippet, at_most=2),
    ("cases/<int:pk>/wording/", "code"): lambda: ["LT-ACK", "LT-DEPT"],
    ("mails/", "pk"): every(OutgoingMail),
    ("enquiries/", "pk"): every(Enquiry),
    ("enquiries/", "token"): lambda: ["no-token"],
    ("replies/", "pk"): every(Reply),
    ("replies/", "token"): lambda: ["no-token"],
    ("authorities/", "pk"): every(Authority),
    ("authority-asks/", "pk"): every(Ask),
    ("authority-demands/", "pk"): every(Demand),
    ("returned-forms/", "pk"): every(ReturnedForm),
    ("sign/", "name"): lambda: ["who", "check", "signed"],
    ("people/", "pk"): every(Person),
    ("people/", "other_pk"): every(Person),
    ("people/merges/", "pk"): every(PersonMerge),
    ("people/<int:pk>/acting/", "row_pk"): every(ActingFor),
    ("people/<int:pk>/phones/", "row_pk"): every(PersonPhone),
    ("people/<int:pk>/emails/", "row_pk"): every(PersonEmail),
    ("people/<int:pk>/names/", "row_pk"): every(PersonName),
    ("people/<int:pk>/addresses/", "row_pk"): every(PersonAddress),
    ("households/", "pk"): every(Household),
    ("households/", "member_pk"): every(HouseholdMember),
    ("tags/words/", "pk"): every(OwnWord),
    ("tags/changes/", "pk"): every(WordChange),
    ("calls/", "pk"): lambda: sorted(set(Enquiry.objects.values_list("body", flat=True))),
    ("bodies/", "pk"): lambda: sorted(set(Enquiry.objects.values_list("body", flat=True))),
    ("bodies/", "name"): lambda: ["reply_target_days"],
    ("bodies/", "token"): lambda: ["no-token"],
    ("words/", "pk"): every(Word),
    ("cases/", "stage_pk"): every(ComplaintStage),
    ("complaints/", "step_pk"): every(ComplaintStep),
    ("complaints/", "pk"): every(Complaint),
    ("referrals-out/", "pk"): every(Outward),
    ("referrals-in/", "pk"): every(Inward),
    ("partners/", "pk"): every(Partner),
    ("bodies/", "contact_pk"): every(BodyContact, at_most=1),
    ("bodies/", "removed_pk"): every(RemovedContact, at_most=1),
    ("chasers/ladder/", "pk"): every(Rung, at_most=1),
    ("inbox/new/", "kind"): lambda: list(KINDS),
    ("inbox/files/", "key"): lambda: [*Upload.objects.values_list("pk", flat=True), UUID(int=8)],
    ("inbox/messages/", "pk"): every(Message),
    ("inbox/attachments/", "pk"): every(Attachment),
    ("inbox/acts/", "pk"): every(Act, at_most=3),
    ("inbox/views/", "pk"): every(InboxView),
    ("inbox/attachments/", "number"): lambda: [0, 1],
    ("campaigns/", "pk"): every(Campaign),
    ("campaigns/", "message_pk"): every(Message, at_most=3),
    ("campaigns/", "mail_pk"): every(OutgoingMail, at_most=2),
    ("campaigns/", "audience"): lambda: ["here", "elsewhere"],
    ("mailboxes/", "pk"): every(Mailbox),
    ("publications/", "month"): lambda: ["2026-10", "2026-11"],
    ("publications/", "name"): lambda: ["index.html", "cymraeg.html", "data/counts.csv", "feed.xml"],
    ("staff/", "pk"): every(StaffMember, at_most=3),
}  # fmt: skip


@dataclass(frozen=True)
class Address:
    """One address with its parameters filled in."""

    name: str
    route: str
    kwargs: tuple[tuple[str, Any], ...]

    @property
    def path(self) -> str:
        return reverse(self.name, kwargs=dict(self.kwargs))

    @property
    def takes_anything(self) -> bool:
        return bool(self.kwargs)

    def of_nothing(self) -> Address:
        """The same address for something that does not exist."""
        kwargs = [(key, UNKNOWN if isinstance(value, int) else value) for key, value in self.kwargs]
        return Address(self.name, self.route, tuple(kwargs))


def patterns() -> Iterator[tuple[str, str, list[str]]]:
    """Name, route and parameters of every address of ours. Fails for one without a name."""
    yield from _walk(get_resolver().url_patterns, "")


def _walk(found: Iterable[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, str, list[str]]]:
    for each in found:
        route = before + str(each.pattern)
        if route.startswith(ELSEWHERE):
            continue
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, route)
            continue
        assert each.name, f"The address {route} has no name, so nobody can say what it shows."
        yield each.name, route, list(each.pattern.converters)


def addresses() -> Iterator[Address]:
    """Every address, with everything it could name."""
    for name, route, parameters in patterns():
        choices = [[(key, value) for value in _values(route, key)()] for key in parameters]
        for kwargs in product(*choices):
            yield Address(name, route, kwargs)


def _values(route: str, parameter: str) -> Values:
    fitting = [start for start, key in NAMED if key == parameter and route.startswith(start)]
    assert fitting, (
        f"tests/crawling.py does not know what <{parameter}> of {route} can be. Add it to NAMED, so that the "
        "page is crawled for what it must not show."
    )
    return NAMED[(max(fitting, key=len), parameter)]


def body_of(response: HttpResponseBase) -> str:
    """All of an answer that reaches the browser, its headers too."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    if content.startswith(b"%PDF"):
        return headers + _text_of(content)
    return headers + "\n" + content.decode("utf-8", "replace")


def _text_of(pdf: bytes) -> str:
    try:
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    except PdfReadError:  # a scan that only calls itself one
        return pdf.decode("utf-8", "replace")


_VARIES = [
    re.compile(r'(name="csrfmiddlewaretoken" value=|name="csrf-token" content=|X-CSRFToken": ?)"[^"]*"'),
    re.compile(r"nonce-[\w+/=-]+"),
    re.compile(r"Set-Cookie:.*"),
    re.compile(r'"?csrf[tT]oken"?[:=] ?"[^"]*"'),
    re.compile(r"/undo/[^/\"]+/"),
    re.compile(r'(name="opened(_at)?" value=|data-since=|data-made=)"[^"]*"'),  # when a form was opened
]


def settled(text: str) -> str:
    """The same without what differs at every request."""
    for varying in _VARIES:
        text = varying.sub("", text)
    return text


def asks(client: Client, address: Address) -> Iterator[tuple[str, str]]:
    """The page and, where there is one, the fragment of it that scripts ask for."""
    response = client.get(address.path)
    yield f"GET {address.path}", body_of(response)
    if response.status_code == 200 and response.headers.get("Content-Type", "").startswith("text/html"):
        fragment = client.get(address.path, headers={"HX-Request": "true"})
        yield f"GET {address.path} (fragment)", body_of(fragment)
