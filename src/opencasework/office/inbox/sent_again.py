"""A quick entry sent again, because its answer was lost or by the back button: it is in the inbox once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from django.db import IntegrityError
from django.utils.crypto import salted_hmac

from opencasework.office.inbox.models import Message
from opencasework.office.staff import sent_twice
from opencasework.office.staff.permissions import StaffRequest

MARK = "sent"  # in `Message.details`: what the form said, as a mark that tells nothing of it
TRIES = 3  # of the same form sent several times in one moment
OF_THE_PAGE = {"sent_key", "next"}  # not of the entry itself: either button writes the same down


def new_key() -> str:
    """For a form that is opened: it goes along each time the form is sent."""
    return secrets.token_urlsafe(18)


@dataclass(frozen=True)
class Kept:
    """What became of an entry: `message` is the one in the inbox."""

    message: Message
    was_here: bool = False  # it came the first time already
    differs_from: Message | None = None  # what the same form had said before, which is in the inbox too


@dataclass(frozen=True)
class Sending:
    """A form as it was sent: by whom, under which key, and a mark of all it says. Without a key it is new."""

    staff: int
    key: str
    mark: str

    @classmethod
    def of(cls, request: StaffRequest) -> Sending:
        key = request.POST.get("sent_key", "")[:64]
        return cls(request.user.pk, key, sent_twice.mark(request, but=OF_THE_PAGE))

    def before(self) -> Message | None:
        """The message that the very same was written down as."""
        return next((each for each in self._there() if each.details.get(MARK) == self.mark), None)

    def keep(self, save: Callable[[str | None], Message]) -> Kept:
        """Write it down with `save`, unless it was. `save` is given a fingerprint, of which there is only one
        message; it raises IntegrityError where its other sending was quicker.
        """
        for _ in range(TRIES if self.key else 0):
            if same := self.before():
                return Kept(same, was_here=True)
            there = self._there()
            with suppress(IntegrityError):
                only = self._print(self.mark) if there else self._print()
                return Kept(save(only), differs_from=there[0] if there else None)
        return Kept(save(None))

    def _there(self) -> list[Message]:
        """What came of this form: as it was sent first, and as it is now."""
        if not self.key:
            return []
        prints = [self._print(), self._print(self.mark)]
        return list(Message.objects.filter(fingerprint__in=prints).order_by("pk"))

    def _print(self, *mark: str) -> str:
        words = "\n".join([str(self.staff), self.key, *mark])
        return salted_hmac("opencasework.sent-again", words, algorithm="sha256").hexdigest()
