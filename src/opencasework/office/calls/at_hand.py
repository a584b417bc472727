"""What to have at hand for a call: the authority on file, and what to ask."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.authority.models import Authority
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case
from opencasework.office.cases.ringing import Said
from opencasework.office.kit import dates
from opencasework.office.kit.once import once
from opencasework.office.kit.questions import Number, rows_of
from opencasework.office.letters.models import Enquiry

MOST_QUESTIONS = 6
# What was put without a letter, as a question names it.
_PUT: dict[str, str] = {
    Enquiry.Means.PHONE.value: "What we asked by telephone on {}",
    Enquiry.Means.PORTAL.value: "What we asked through your portal on {}",
}


def authority_on_file(case: Case, bodies: list[Body]) -> Iterator[Said]:
    """What lets these bodies speak to us about the person of the case, or that nothing does yet."""
    today = timezone.localdate()
    covering = once(f"authority on file {case.pk}", lambda: gate.on_file(case, on=today))
    without: dict[str, list[str]] = {}
    held: dict[str, list[str]] = {}
    for body in bodies:
        found = covering(body)
        if not found.is_open:
            without.setdefault(_about(found, case), []).append(body.name)
            continue
        said = "; ".join(_given(authority, today) for authority in found.authorities)
        held.setdefault(said, []).append(body.name)
    for said, names in held.items():
        covers = f"; covers {' and '.join(names)}" if len(bodies) > 1 else ""
        yield Said("Authority on file:", [f"{said}{covers}"], state="answered")
    for about, names in without.items():
        yield Said(
            f"No authority on file{about}", [f"for {' and '.join(names)}; they may tell you nothing."], "due"
        )


def without_authority(case: Case, bodies: list[Body]) -> dict[int, str]:
    """Of these bodies those that no authority covers for everybody the case is for, each with a sentence.

    All of them where the case has no constituent yet, as for a letter: nobody has given authority then.
    """
    today = timezone.localdate()
    covering = once(f"authority on file {case.pk}", lambda: gate.on_file(case, on=today))
    found = {body: covering(body) for body in bodies}
    return {
        body.pk: f"No authority{_about(here, case)} covers {body}."
        for body, here in found.items()
        if not here.is_open
    }


def _given(authority: Authority, today: date) -> str:
    until = f", until {dates.short(authority.expires_on, today=today)}" if authority.expires_on else ""
    given = dates.short(authority.given_on, today=today)
    about = f" about {authority.about}" if authority.about else ""
    return f"{authority.short_basis}, {given}, by {authority.person}{about}{until}"


def _about(found: gate.OnFile, case: Case) -> str:
    """Of whom there is none, where the case is for several people."""
    return f" about {gate.named(found.lacking)}" if len(case.constituents) > 1 else ""


def questions(case: Case, bodies: list[Body]) -> Iterator[Said]:
    """What to ask them: about a letter they have not answered, about the problem, and what comes next."""
    asked = [*_about_letters(case, bodies), *_about_problems(case, bodies)]
    last = _table()["always"]["last"]
    asked = list(dict.fromkeys(asked))[: MOST_QUESTIONS - len(last)]
    yield Said("Ask them:", [*asked, *last], is_list=True)


def _about_letters(case: Case, bodies: list[Body]) -> Iterator[str]:
    today = timezone.localdate()
    open_there = [one for one in case.enquiries.all() if one.body in bodies and not one.is_answered]
    if not open_there:
        return
    waited_for = once(
        f"waited for {case.pk}", lambda: {row["pk"] for row in rows_of(_waited_for, Number(case.pk))}
    )
    for enquiry in open_there:
        if enquiry.pk not in waited_for:
            continue
        sent = dates.short(enquiry.sent_on, today=today)
        if enquiry.due_on < today:
            due = dates.short(enquiry.due_on, today=today)
            what = _PUT.get(enquiry.means, "Our letter of {}").format(sent)
            yield f"{what} was to be answered by {due}. Who has it, and when will they answer?"
        elif enquiry.means in _PUT:
            yield f"{_PUT[enquiry.means].format(sent)}: is it written down with you, and who has it?"
        else:
            yield f"Has our letter of {sent} reached you, and who has it?"


def _waited_for(case: int) -> QuerySet[Enquiry, Any]:
    return Enquiry.objects.waited_for().filter(case=case).values("pk")


def _about_problems(case: Case, bodies: list[Body]) -> Iterator[str]:
    issues = [issue for issue in case.issues.all() if issue.is_open]
    here = [issue for issue in issues if issue.body in bodies] or issues
    for issue in here:
        code = issue.category.code
        found = _table().get(code) or _table().get(code.partition("-")[0]) or {}
        yield from found.get("ask", [])


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, list[str]]]:
    text = resources.files("opencasework.office.calls").joinpath("data", "questions.toml").read_text("utf-8")
    return tomllib.loads(text)
