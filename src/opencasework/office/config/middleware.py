"""What every response owes the people in it, and whoever asked for it."""

from __future__ import annotations

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# PostgreSQL's: a serialisation failure, a deadlock, a lock not to be had.
STOOD_IN_THE_WAY = {"40001", "40P01", "55P03"}


class TwoAtOnceAreTold:
    """Where two changes wait for each other the database gives one of them up: its sender is told so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page that says what to do; None for every other error."""
        if not isinstance(error, OperationalError):
            return None
        state = getattr(error.__cause__, "sqlstate", None)
        if state not in STOOD_IN_THE_WAY and "database is locked" not in str(error):
            return None
        answer = render(request, "kit/at_once.html", status=503)
        answer.headers["Retry-After"] = "1"
        return answer


class NothingPrivateIsKept:
    """Pages of an office are never kept by a browser or a proxy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
