"""Who has a message open: said when its page is opened, and every few seconds while scripts are on."""

from __future__ import annotations

from django.utils import timezone

from opencasework.office.inbox.models import Message, Reader
from opencasework.office.staff.models import StaffMember


def note_reader(message: Message, staff: StaffMember, *, doing: str = "") -> None:
    """They have it open now, to read it or for what `doing` says."""
    if doing not in Reader.Doing.values:
        doing = Reader.Doing.READING
    Reader.objects.update_or_create(
        message=message, staff=staff, defaults={"seen_at": timezone.now(), "doing": doing}
    )


def others_reading(message: Message, staff: StaffMember) -> list[Reader]:
    """The others who have had it open a moment ago."""
    since = timezone.now() - Reader.LASTS
    here = Reader.objects.filter(message=message, seen_at__gt=since).exclude(staff=staff)
    return list(here.select_related("staff"))
