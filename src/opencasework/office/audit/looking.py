"""Who looked at what: which pages show a case, and the trace that a look leaves.

A page is known by its address. What stands below `cases/<int:pk>/` shows that case; other folders say for
their own addresses whose case they show. So a new page below a known one is watched without saying so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone

from opencasework.office.audit.models import Trace
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import StaffRequest

# Somebody who works on a case opens it again and again: within these minutes it is one look.
FOLD = timedelta(minutes=10)
LONGEST_WORDS = 200  # of a search that are kept
SHOW_NOTHING = {403, 404, 405}

FindCase = Callable[[int], int | None]
FindOthers = Callable[[int, StaffMember], Iterable[int]]
_case_of: dict[str, FindCase] = {}
_others_of: list[tuple[str, str, FindOthers]] = []
_is_sensitive: list[Callable[[int], bool]] = []
_write_themselves: set[str] = set()
_searched_by: dict[str, str] = {}


def shows_case(prefix: str, find: FindCase) -> None:
    """Addresses that begin like this, such as "letters/<int:pk>/", show the case that `find` gives."""
    _case_of[prefix] = find


def shows_others(prefix: str, find: FindOthers, *, named: str = "pk") -> None:
    """Addresses that begin like this show the cases that `find` gives beside the one they are about.

    It is asked with the number that the address has under this name, and who looks.
    """
    _others_of.append((prefix, named, find))


def sensitive_if(asks: Callable[[int], bool]) -> None:
    """Whether a look at this case is written down."""
    _is_sensitive[:] = [asks]


def writes_itself(name: str) -> None:
    """The page of this name adds a line of its own to the timeline, so a look at it is none besides."""
    _write_themselves.add(name)


def searches_by(name: str, field: str) -> None:
    """The page of this name searches for what is posted in this field; any page for `q` in its address."""
    _searched_by[name] = field


def prefixes() -> list[str]:
    return list(_case_of)


def note(request: StaffRequest, response: HttpResponseBase) -> None:
    """Write down what this answer shows, before it is sent: one line, or none.

    Raises DatabaseError where it cannot be written; then the answer must not be sent.
    """
    match = request.resolver_match
    if match is None or not _shows_something(response) or match.url_name in _write_themselves:
        return
    kind = _kind_of(request, response)
    case = case_shown(match.route, match.kwargs)
    others = sorted(_others_shown(match.route, match.kwargs, request.user) - {case})
    if case is None and others:  # a page about somebody: the first of their cases stands for it
        case, *others = others
    note_each(request, others, page=match.url_name or "")
    words = _words(request)
    if kind == Trace.Kind.VIEWED and (case is None or not _sensitive(case)):
        return
    if kind == Trace.Kind.EXPORTED and _names_one_thing(match.kwargs):
        kind = Trace.Kind.DOWNLOADED
    detail: dict[str, Any] = {name: value for name, value in match.kwargs.items() if isinstance(value, int)}
    if kind == Trace.Kind.SEARCHED:
        detail["words"] = words
    if _is_folded(request, kind, case, detail):
        return
    Trace.objects.create(
        kind=kind, by=request.user, case_id=case, page=(match.url_name or "")[:60], detail=detail
    )


def note_each(request: StaffRequest, cases: Iterable[int], *, page: str) -> None:
    """Write down a look at each of these cases that is sensitive: for a page that shows several at once.

    Call it before the page is sent.
    """
    for case in cases:
        if _sensitive(case) and not _is_folded(request, Trace.Kind.VIEWED, case, {}):
            Trace.objects.create(
                kind=Trace.Kind.VIEWED, by=request.user, case_id=case, page=page[:60], detail={}
            )


def _others_shown(route: str, given: Mapping[str, Any], viewer: StaffMember) -> set[int]:
    asked = [(find, given[named]) for prefix, named, find in _others_of if route.startswith(prefix)]
    return {case for find, number in asked for case in find(number, viewer)}


def _shows_something(response: HttpResponseBase) -> bool:
    """All but what leads elsewhere, is refused, not found, not asked for so, or went wrong.

    A page that compares two edits is a conflict (409), one that asks again is 422, and both show the case.
    """
    status = response.status_code
    return status < 300 or (400 <= status < 500 and status not in SHOW_NOTHING)


def _kind_of(request: StaffRequest, response: HttpResponseBase) -> Trace.Kind:
    disposition = response.headers.get("Content-Disposition", "")
    sort = response.headers.get("Content-Type", "").partition(";")[0]
    if disposition.startswith("attachment") or sort in ("application/pdf", "text/csv", "application/zip"):
        return Trace.Kind.EXPORTED
    return Trace.Kind.SEARCHED if _words(request) else Trace.Kind.VIEWED


def _words(request: StaffRequest) -> str:
    match = request.resolver_match
    field = _searched_by.get(match.url_name or "", "") if match else ""
    typed = request.GET.get("q") or request.POST.get(field) or ""
    # PostgreSQL keeps no NUL, and nobody can read the others.
    return "".join(filter(str.isprintable, typed)).strip()[:LONGEST_WORDS]


def _names_one_thing(kwargs: Mapping[str, Any]) -> bool:
    """A file of one message, letter or authority is downloaded; figures about everybody are exported."""
    return isinstance(kwargs.get("pk"), int)


def case_shown(route: str, kwargs: Mapping[str, Any]) -> int | None:
    """Whose case the page at this address shows; None where it shows none, or nobody has said."""
    for prefix, find in _case_of.items():
        if route.startswith(prefix):
            return find(kwargs["pk"])
    return None


def _sensitive(case: int) -> bool:
    return all(asks(case) for asks in _is_sensitive)


def _is_folded(request: StaffRequest, kind: Trace.Kind, case: int | None, detail: dict[str, Any]) -> bool:
    """Whether the same person did the same a few minutes ago: saw this case, searched for these words."""
    if kind not in (Trace.Kind.VIEWED, Trace.Kind.SEARCHED):
        return False
    lately = Trace.objects.filter(by=request.user, kind=kind, at__gt=timezone.now() - FOLD)
    if kind == Trace.Kind.VIEWED:
        return lately.filter(case_id=case).exists()
    return any(
        before.get("words") == detail["words"] and before_case == case
        for before, before_case in lately.values_list("detail", "case_id")[:50]
    )
