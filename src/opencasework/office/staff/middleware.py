"""Every page is for staff who have signed in, unless it says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

# Pages for people who have not signed in; allauth's own guard themselves.
PUBLIC_PATHS = ("/accounts/", "/static/", "/healthz", "/write/", "/sign/", "/calendar/")


class SignedInStaffOnly:
    """Send a visitor to the sign-in page, whatever they asked for: a forgotten guard leaks nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.user.is_authenticated or request.path.startswith(PUBLIC_PATHS):
            return None
        return redirect_to_login(_page_of(request))


def _page_of(request: HttpRequest) -> str:
    """Where somebody goes once they have signed in: of what was posted the page that it stood on."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    page = urlsplit(request.headers.get("referer", ""))
    is_ours = page.netloc == request.get_host()
    return urlunsplit(("", "", page.path, page.query, "")) if is_ours and page.path else "/"
