"""A form that is pressed twice, or sent again from the page before: what it makes is there once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from datetime import timedelta

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.crypto import salted_hmac

from opencasework.office.cases.models import Case, Event, Issue
from opencasework.office.kit.alone import lock
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import StaffRequest

AGAIN = timedelta(minutes=10)  # after that somebody means it


def hold(by: StaffMember) -> None:
    """Let what this person sends at the same moment wait until this transaction is over."""
    lock(StaffMember.objects.filter(pk=by.pk))


def mark(request: StaffRequest, *, but: Collection[str] = ()) -> str:
    """What is posted, with its files, as a mark that tells nothing of it: the same of a form that is sent
    again as it is. `but` are names that do not count.
    """
    left = {"csrfmiddlewaretoken", *but}
    posted = {name: request.POST.getlist(name) for name in request.POST if name not in left}
    files = [[name, *map(_hash, request.FILES.getlist(name))] for name in sorted(request.FILES)]
    words = json.dumps([request.path, posted, files], sort_keys=True)
    return salted_hmac("opencasework.sent-twice", words, algorithm="sha256").hexdigest()[:32]


def _hash(file: UploadedFile[bytes]) -> str:
    """Of all of a file, which is then at its beginning again."""
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def opened(sent: str, *, by: StaffMember) -> Case | None:
    """The case that they opened with this a moment ago."""
    line = _line(Event.Kind.OPENED, sent, by)
    return line.case if line else None


def added(sent: str, *, by: StaffMember) -> Issue | None:
    """The issue that they added with this a moment ago."""
    line = _line(Event.Kind.ISSUE_ADDED, sent, by)
    return Issue.objects.filter(pk=line.detail.get("issue")).first() if line else None


def _line(kind: str, sent: str, by: StaffMember) -> Event | None:
    since = timezone.now() - AGAIN
    return Event.objects.filter(kind=kind, by=by, recorded_at__gte=since, detail__sent=sent).last()
