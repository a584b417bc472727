"""Which ombudsman a letter names: the one that the card of the case proposes for the problem it is about."""

from __future__ import annotations

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Issue
from opencasework.office.constituents.languages import WELSH
from opencasework.office.kit.once import once
from opencasework.office.letters import reaching
from opencasework.office.letters.models import Letter
from opencasework.office.routes.schemes import Proposal, proposal_for, propose

FIELD = "ombudsman_name"
REVIEWERS = ("ombudsman", "complaint_reviewer")  # kinds of body that look at complaints about others


def named_in(letter: Letter) -> str:
    """Who looks at complaints about what the letter is about, by name and in order; of several ways each.

    Of a letter to one of them its own name. Empty where nobody does.
    """
    body = reaching.body_of(letter)
    if body is not None and body.kind in REVIEWERS:
        return " ".join(body.name.split())
    is_welsh = letter.language == WELSH
    ways = [way for found in _proposals(letter, body) for way in found.ways]
    said = [", yna " if is_welsh else ", then the ", " neu " if is_welsh else " or the "]
    chains = dict.fromkeys(said[0].join(_names(way)) for way in ways if way.chain)
    return said[1].join(chains) or said[0].join(_unknown(body))


def _proposals(letter: Letter, body: Body | None) -> list[Proposal]:
    if found := _problems(letter, body):
        return [proposal_for(letter.case, issue) for issue in found]
    if body is None:
        return []
    category = letter.issue.category if letter.issue else letter.case.main_category
    return [propose(body=body, category=category.code if category else "")]


def _problems(letter: Letter, body: Body | None) -> list[Issue]:
    """The problems of the case with this body, all where none is named: the one that a letter to the body or
    about an enquiry is about. A letter to the person is about none in particular: its form takes the first.
    """
    own = [each for each in letter.case.issues.all() if each.duplicate_of_id is None]
    found = [each for each in own if body is None or _is_its(each, body)]
    about = letter.about_enquiry.issue if letter.about_enquiry else letter.issue if letter.to_body else None
    if about in found:
        return [each for each in found if each == about]
    return [each for each in found if each.is_open] or found


def _is_its(issue: Issue, body: Body) -> bool:
    return issue.body is not None and body.is_of_one_line_with(issue.body)


def _names(way: Proposal) -> list[str]:
    return [_directory().get(scheme.body, scheme.name) for scheme in way.chain]


def _unknown(body: Body | None) -> list[str]:
    """Whom the office wrote down itself where no table of ours knows them."""
    codes = body.ombudsman.replace(";", ">").split(">") if body is not None else []
    return [_directory().get(code.strip(), code.strip()) for code in codes if code.strip()]


def _directory() -> dict[str, str]:
    known = Body.objects.filter(kind__in=REVIEWERS)
    return once("names of ombudsmen", lambda: dict(known.values_list("code", "name")))
