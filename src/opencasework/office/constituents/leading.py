"""What is asked of a record that was joined to another is asked of that other one: nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from opencasework.office.constituents.models import Person, PersonMerge
from opencasework.office.staff.models import StaffMember

OF_A_PERSON = "people/<int:pk>/"


class LeadsToTheSurvivor:
    """Middleware: a page or a form of a record that is part of another leads to the same one of the other.

    A form is sent there once more by the browser, as it is, and compared with what stands there. Of a record
    that the viewer may not know of there is nothing here, as ever.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not match.route.startswith(OF_A_PERSON) or not isinstance(exception, Http404):
            return None
        survivor = _survivor_of(match.kwargs["pk"], request)
        if survivor is None:
            return None
        address = reverse(match.view_name, kwargs={**match.kwargs, "pk": survivor.pk})
        if request.GET:
            address += f"?{request.GET.urlencode()}"
        is_sent = request.method == "POST"
        if not is_sent:
            messages.info(request, f"This record was joined to that of {survivor}.")
        return redirect(address, preserve_request=is_sent)


def _survivor_of(pk: int, request: HttpRequest) -> Person | None:
    if not isinstance(request.user, StaffMember) or Person.objects.filter(pk=pk).exists():
        return None
    joined = PersonMerge.objects.filter(loser_number=pk, undone_at=None)
    return Person.objects.visible_to(request.user).filter(pk__in=joined.values("survivor")).first()
