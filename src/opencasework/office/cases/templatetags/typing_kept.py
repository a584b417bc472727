"""The tag that a form carries whose words are kept on the server while somebody types them."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils import timezone

from opencasework.office.cases import drafts, typed
from opencasework.office.cases.models import Case
from opencasework.office.staff.models import StaffMember

register = template.Library()


@register.inclusion_tag("cases/_typing.html", takes_context=True)
def keeps_typing(context: template.Context, which: object = "") -> dict[str, Any]:
    """In a form: what is typed into it is kept, and what somebody had begun here and not saved comes back.

    It belongs to the `case` of the page where there is one. `which` of the forms of a page, where it has
    several. Nothing for a visitor.
    """
    request = context.get("request")
    if not isinstance(request, HttpRequest) or not isinstance(request.user, StaffMember):
        return {}
    page_case = context.get("case")
    case = page_case if isinstance(page_case, Case) else None
    name = typed.name_of(request, which)
    # A form that comes back with errors holds newer words than what was kept.
    begun = drafts.begun(case=case, staff=request.user, form=name) if request.method == "GET" else None
    return {
        "address": typed.address_of(case, name),
        "place": typed.place_of(case, name),
        "begun": begun,
        "values_id": f"begun-{name}",
        "now": timezone.now(),
        "csrf_token": context.get("csrf_token"),
    }
