"""Which addresses show whose case, for those who write down who looked."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Coalesce

from opencasework.office.audit.looking import searches_by, sensitive_if, shows_case, writes_itself
from opencasework.office.authority.models import Authority
from opencasework.office.cases.models import Case
from opencasework.office.inbox.models import Attachment, Message
from opencasework.office.letters.models import Enquiry, Letter, OutgoingMail, Reply


def _by(rows: type[models.Model], case: str | Coalesce) -> Any:
    """Finds the case of a row by its number; `case` is the way from the row to it.

    A message that waits belongs to the case it seems to be about.
    """

    def find(pk: int) -> int | None:
        found: int | None = rows._default_manager.filter(pk=pk).values_list(case, flat=True).first()
        return found

    return find


def declare() -> None:
    """Say it for the whole office, once, when it starts."""
    sensitive_if(lambda pk: Case.objects.filter(pk=pk).watched().exists())
    for prefix in ("cases/<int:pk>/", "today/cases/<int:pk>/"):
        shows_case(prefix, lambda pk: pk)
    shows_case("letters/<int:pk>/", _by(Letter, "case_id"))
    shows_case("mails/<int:pk>/", _by(OutgoingMail, "letter__case_id"))
    shows_case("enquiries/<int:pk>/", _by(Enquiry, "case_id"))
    shows_case("replies/<int:pk>/", _by(Reply, "enquiry__case_id"))
    shows_case("authorities/<int:pk>/", _by(Authority, "case_id"))
    shows_case("inbox/messages/<int:pk>/", _by(Message, Coalesce("case_id", "proposed_case_id")))
    shows_case(
        "inbox/attachments/<int:pk>/",
        _by(Attachment, Coalesce("message__case_id", "message__proposed_case_id")),
    )
    writes_itself("case-reference")
    searches_by("callers", "from_name")
