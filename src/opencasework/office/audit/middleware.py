"""Nothing watched leaves before it is written down who looked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import cast

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from opencasework.office.audit import looking
from opencasework.office.staff.permissions import StaffRequest

log = logging.getLogger(__name__)


class LooksAreWrittenDown:
    """Write down what an answer shows, then let it go. What cannot be written down is not shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.user.is_authenticated:
            return response
        try:
            looking.note(cast("StaffRequest", request), response)
        except DatabaseError as error:
            log.error("A look could not be written down (%s), so nothing was shown.", type(error).__name__)
            return render(request, "audit/not_written.html", status=503)
        return response
