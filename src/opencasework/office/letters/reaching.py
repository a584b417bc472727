"""What a letter tells a person of bodies: whom it is about, and the public lines with their hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects

from opencasework.office.bodies import hours
from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases.models import Case
from opencasework.office.constituents.languages import ENGLISH, WELSH
from opencasework.office.letters import welsh

if TYPE_CHECKING:
    from opencasework.office.letters.models import Letter

MOST = 2  # choices a letter gives


def concerned(case: Case) -> Body | None:
    """The body the case is about, where its issues name one alone."""
    prefetch_related_objects([case], "issues__body")
    bodies = {issue.body for issue in case.issues.all() if issue.body}
    return bodies.pop() if len(bodies) == 1 else None


def body_of(letter: Letter) -> Body | None:
    """The body whose facts the letter is filled in with."""
    return (
        letter.to_body
        or (letter.about_enquiry.body if letter.about_enquiry else None)
        or concerned(letter.case)
    )


def public_lines(body: Body, language: str = ENGLISH) -> str:
    """How the public reaches the body, with the hours of its line; never a line that is for members.

    Empty where the office has written none down.
    """
    lines = [one for one in body.contacts.all() if one.kind == BodyContact.Kind.PUBLIC]
    said = [_said(one, language) for one in lines]
    return (" neu " if language == WELSH else " or ").join([each for each in said if each][:MOST])


def _said(contact: BodyContact, language: str) -> str:
    phone = contact.phone.strip()
    if phone and contact.hours:
        phone = f"{phone} ({_hours(contact.hours, language)})"
    address = "" if phone or contact.email else ", ".join(contact.address.splitlines())
    return ", ".join(part for part in (phone, contact.email, address) if part)


def _hours(written: str, language: str) -> str:
    """Opening hours as a letter says them: “Monday to Friday 9:00 to 17:00”."""
    try:
        said = str(hours.parse(written))
    except hours.NotHours:
        return " ".join(written.split())
    said = said.replace("-", " i " if language == WELSH else " to ")
    names = welsh.DAYS if language == WELSH else hours.NAMES
    for short, name in zip(hours.DAYS, names, strict=True):
        said = said.replace(short, name)
    return said
