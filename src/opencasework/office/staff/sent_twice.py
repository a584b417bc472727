"""A form that is pressed twice, or sent again from the page before: what it does is done once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.crypto import salted_hmac

from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import StaffRequest

P = ParamSpec("P")
View = Callable[Concatenate[StaffRequest, P], HttpResponse]

AGAIN = timedelta(minutes=10)  # after that somebody means it
ALREADY = "You had sent this already, so it is there once."
IN_SESSION = "sent_twice"
Sent = dict[str, tuple[float, str]]  # of each mark: when, in seconds since the epoch, and where it led


def hold(by: StaffMember) -> None:
    """Let what this person sends at the same moment wait until this transaction is over."""
    # Not for rows that only name them: whoever writes such a one holding what we wait for would wait for us.
    list(StaffMember.objects.filter(pk=by.pk).select_for_update(no_key=True).values_list("pk"))


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


def done_once(view: View[P]) -> View[P]:
    """For a view that makes something new of what is posted and then leads on: the same form sent again
    within `AGAIN` makes nothing, says so, and leads where it led.
    """

    @wraps(view)
    def once(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        return do_once(request, lambda: view(request, *args, **kwargs))

    return once


def do_once(request: StaffRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    """What `done_once` does, for the part of a view alone that writes: files are read before, while nobody
    waits for the database.
    """
    sent = mark(request)
    with transaction.atomic():
        hold(request.user)
        before = _recent(request)
        if sent in before:
            messages.info(request, ALREADY)
            return HttpResponseRedirect(before[sent][1])
        response = act()
        if isinstance(response, HttpResponseRedirect):
            _keep(request, before | {sent: (timezone.now().timestamp(), response.url)})
        return response


def forget(request: StaffRequest) -> None:
    """What they sent is taken back: who sends the same again from now on means it."""
    if IN_SESSION in request.session:
        _keep(request, {})


def _recent(request: StaffRequest) -> Sent:
    """What they sent a moment ago, also in a request that went on when this one began."""
    now = type(request.session)(request.session.session_key).get(IN_SESSION, {})
    since = (timezone.now() - AGAIN).timestamp()
    return {sent: (at, led) for sent, (at, led) in now.items() if at >= since}


def _keep(request: StaffRequest, sent: Sent) -> None:
    request.session[IN_SESSION] = sent
    request.session.save()  # now: whoever waits reads it when this transaction is over
