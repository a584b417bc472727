"""What the weekly review asks about authority."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from opencasework.office.authority.models import SentWithout
from opencasework.office.authority.models.overrides import SentWithoutQuerySet


def overridden(since: date, until: date) -> SentWithoutQuerySet:
    """What was written down as gone without authority from the first day to the last, both
    included; newest first. Not by the day it went: what is written down later is reviewed all the same.

    A page narrows it with `visible_to`.
    """
    begin = timezone.make_aware(datetime.combine(since, time()))
    end = timezone.make_aware(datetime.combine(until + timedelta(days=1), time()))
    return SentWithout.objects.filter(recorded_at__gte=begin, recorded_at__lt=end).select_related(
        "case", "body", "person", "by", "taken_back_by"
    )
