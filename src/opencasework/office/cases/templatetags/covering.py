"""The filter that shows a text without the numbers that whoever looks may not have shown."""

from __future__ import annotations

from django import template

from opencasework.office.cases.covering import Cover, of_role
from opencasework.office.staff.models import StaffMember

register = template.Library()


@register.filter
def under(text: object, cover: Cover) -> str:
    """`{{ reply.note|under:cover }}`. A page that forgets to say which cover fails; it shows nothing."""
    return cover.over(str(text or ""))


@register.filter
def shown_to(text: object, staff: StaffMember) -> str:
    """The same where a page lists what belongs to many cases: by the role alone, so that it asks nothing."""
    return of_role(staff).over(str(text or ""))
