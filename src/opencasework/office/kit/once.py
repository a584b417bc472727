"""What a page asks the database again and again, asked once while it is made.

Only where a page is looked at (GET, HEAD): what is posted changes what was asked. Outside a request, in the
worker and in commands, everything is asked each time, except within `asking_once`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

T = TypeVar("T")
_kept: ContextVar[dict[str, Any] | None] = ContextVar("kept_while_a_page_is_made", default=None)


def once(name: str, ask: Callable[[], T]) -> T:
    """What `ask` answers; while a page is looked at, what it answered first under this name."""
    kept = _kept.get()
    if kept is None:
        return ask()
    if name not in kept:
        kept[name] = ask()
    return cast(T, kept[name])


@contextmanager
def asking_once() -> Iterator[None]:
    """Within it `once` keeps what it was told. For work in bulk that reads, and writes nothing meanwhile."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


class OnceForAPage:
    """Middleware within which `once` keeps what it was told."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with asking_once():
            return self.get_response(request)
