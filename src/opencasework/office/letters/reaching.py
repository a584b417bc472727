"""What a letter tells a person of bodies: public lines with their hours, and ombudsmen by name."""

from __future__ import annotations

from django.db.models import prefetch_related_objects

from opencasework.office.bodies import hours
from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases.models import Case
from opencasework.office.constituents.languages import ENGLISH, WELSH
from opencasework.office.kit.once import once
from opencasework.office.letters import welsh

MOST = 2  # choices a letter gives
REVIEWERS = ("ombudsman", "complaint_reviewer")  # kinds of body that look at complaints about others


def concerned(case: Case) -> Body | None:
    """The body the case is about, where its issues name one alone."""
    prefetch_related_objects([case], "issues__body")
    bodies = {issue.body for issue in case.issues.all() if issue.body}
    return bodies.pop() if len(bodies) == 1 else None


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


def ombudsman(body: Body, language: str = ENGLISH) -> str:
    """Who looks at complaints about it, by name and in order; its own name where that is what it does."""
    if body.kind in REVIEWERS:
        return " ".join(body.name.split())
    codes = [code.strip() for code in body.ombudsman.replace(";", ">").split(">") if code.strip()]
    if not codes:
        return ""
    names = once(
        "names of ombudsmen",
        lambda: dict(Body.objects.filter(kind__in=REVIEWERS).values_list("code", "name")),
    )
    then = ", yna " if language == WELSH else ", then the "
    return then.join(names.get(code, code) for code in codes)
