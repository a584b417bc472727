"""Months and years prepared by themselves on their day, and those who sign told. Signed by hand only."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime

from django.core.mail import EmailMessage
from django.db.models import Q
from django.utils import timezone

from opencasework.office.places.models import Office
from opencasework.office.publishing import actions, periods
from opencasework.office.publishing.checks import CannotPublish, counted_anything
from opencasework.office.publishing.models import Publication
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may

log = logging.getLogger(__name__)

SUBJECT = "Figures of {period} are ready to be signed"
LETTER = """\
The figures of {period} have been prepared and stood up to every attack on them.
Please read them as the public will, under Publications, and sign them.

Nothing is published before somebody has signed.
"""


def prepare_due(now: datetime | None = None) -> Publication | None:
    """Prepare the latest period that has been over for ten days, once, and return it where that was done.

    Else the latest year whose parts are all signed, which adds finer tables to them. That something cannot be
    published now is logged, and it is tried again: the reason may pass.
    """
    now = now or timezone.now()
    if Office.if_any() is None:
        return None
    for period in _due(timezone.localdate(now)):
        if Publication.objects.filter(month=period).exists() or not counted_anything(period):
            continue
        try:
            actions.prepare(period, by=None, now=now)
        except CannotPublish:
            # Not the reason: an attack that succeeds tells what it found.
            log.warning("The figures of %s were not prepared; prepare them by hand to see why.", period)
            continue
        return Publication.objects.get(month=period)
    return None


def _due(today: date) -> Iterator[str]:
    """What should be prepared by now: the latest period of the office's rhythm, and the latest whole year."""
    month = periods.due_month(today)
    seen = list(Publication.objects.seen_outside().values_list("month", flat=True))
    period = periods.period_of(month, periods.size_here(month, out=seen))
    if periods.last_month(period) <= month:
        yield period
    out = list(Publication.objects.published().values_list("month", flat=True))
    yield from periods.whole_years(out)[:1]


def tell_signers(now: datetime | None = None) -> int:
    """Mail those who may sign that a draft made by itself waits; returns how many mails were sent.

    The time is kept before they are sent. One that is lost is made up for by the page, which says the same.
    """
    waiting = Publication.objects.to_sign().filter(Q(prepared_by=None), told_at=None)
    sent = 0
    for publication in waiting:
        Publication.objects.filter(pk=publication.pk).update(told_at=now or timezone.now())
        first = publication.first_hand
        for signer in StaffMember.objects.filter(is_active=True).exclude(email=""):
            if may(signer, May.SIGN_FIGURES) and signer != first:
                words = {"period": publication.month_in_words}
                EmailMessage(SUBJECT.format(**words), LETTER.format(**words), to=[signer.email]).send()
                sent += 1
    return sent


def keep_the_calendar() -> None:
    """What the worker does every hour: prepare what is due, tell who signs."""
    prepare_due()
    tell_signers()
