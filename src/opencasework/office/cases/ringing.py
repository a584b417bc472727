"""Whom to ring about a case, whether they answer now, and what to have at hand when they do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases.models import Case
from opencasework.office.cases.numbers import Line
from opencasework.office.kit import around, references
from opencasework.office.kit.questions import Number, instances_of

MOST = 4  # bodies


@dataclass(frozen=True)
class Said:
    """A few words to have at hand: a label, and what stands behind it, in a line or as a list."""

    label: str
    words: list[str]
    state: str = ""  # its colour
    is_list: bool = False


# Folders above this one add what they know: the authority on file, what to ask.
AT_HAND: list[Callable[[Case, list[Body]], Iterable[Said]]] = []

# And one says of those bodies that no authority covers, by number, that none does.
WITHOUT_AUTHORITY: list[Callable[[Case, list[Body]], dict[int, str]]] = []


@dataclass(frozen=True)
class ToRing:
    """One line or more, the bodies of the case that are reached there, and the numbers they go by."""

    bodies: list[Body]
    contacts: list[BodyContact]
    numbers: list[Line]
    at_hand: list[Said] = field(default_factory=list)

    @property
    def body(self) -> Body:
        return self.bodies[0]

    @property
    def asks(self) -> list[str]:
        """What its lines ask for, each once."""
        return list(dict.fromkeys(ask for contact in self.contacts for ask in contact.asks))


def to_ring(case: Case, numbers: Iterable[Line]) -> list[ToRing]:
    """The first bodies this case is about; `numbers` are the case's as the viewer sees them."""
    bodies = bodies_on(case)
    if not bodies:
        return []
    _fetch_lines(bodies, case)
    together: dict[object, list[Body]] = {}
    for body in bodies[:MOST]:
        together.setdefault(line_of(body), []).append(body)
    numbers = list(numbers)
    return [
        ToRing(
            bodies,
            bodies[0].hotlines(),
            known_there(numbers, bodies),
            at_hand(case, bodies) if case.is_open else [],
        )
        for bodies in together.values()
    ]


def _fetch_lines(bodies: list[Body], case: Case) -> None:
    """The lines of these bodies of the case, and of what they are a part of."""
    above = {each.pk: each for each in instances_of(_lineages, Number(case.pk), lasting=True)}
    for body in [*bodies, *above.values()]:
        if body.parent_id in above:
            body.parent = above[body.parent_id]
    lines: dict[int, list[BodyContact]] = {}
    for line in instances_of(_lines, Number(case.pk), lasting=True):
        lines.setdefault(line.body_id, []).append(line)
    for body in {each.pk: each for one in bodies for each in one.lineage}.values():
        around.hold(body, "contacts", lines.get(body.pk, []))
    around.fetch_each([each for some in lines.values() for each in some], {"checked_by": ()})


def _lineages(case: int) -> QuerySet[Body]:
    here = Case.objects.filter(pk=case).order_by()
    about = Body.objects.filter(
        Q(pk__in=here.values("issues__body")) | Q(pk__in=here.values("enquiries__body"))
    ).order_by()
    parents, theirs = about.values("parent"), about.values("parent__parent")
    return Body.objects.filter(Q(pk__in=about.values("pk")) | Q(pk__in=parents) | Q(pk__in=theirs)).order_by()


def _lines(case: int) -> QuerySet[BodyContact]:
    return BodyContact.objects.filter(body__in=_lineages(case).values("pk")).order_by("kind", "pk")


def bodies_on(case: Case) -> list[Body]:
    """Every body this case is about, those of open issues first: each may have been rung."""
    issues = sorted(case.issues.all(), key=lambda issue: not issue.is_open)
    about = [*(issue.body for issue in issues if issue.body), *(each.body for each in case.enquiries.all())]
    return list({body.pk: body for body in about}.values())


def line_of(body: Body) -> object:
    """What tells whether two bodies are rung at one number: two services of one department often are.

    A body without any number stands alone.
    """
    return tuple(contact.pk for contact in body.hotlines()) or -body.pk


def known_there(numbers: Iterable[Line], bodies: list[Body]) -> list[Line]:
    """Of a case's numbers those by which one of the bodies knows the matter, or whom the case is for."""
    ours = [line for line in numbers if line.is_of_the_case]
    return [line for line in ours if any(is_known_by(line.number.kind, body) for body in bodies)]


def at_hand(case: Case, bodies: list[Body]) -> list[Said]:
    """What to have at hand for a call to these bodies, beside numbers and name."""
    return [said for about in AT_HAND for said in about(case, bodies)]


def without_authority(case: Case, bodies: list[Body]) -> dict[int, str]:
    """Of these bodies those to which nothing may be said about the person yet, each with a sentence."""
    return {number: said for asks in WITHOUT_AUTHORITY for number, said in asks(case, bodies).items()}


def is_known_by(kind: str, body: Body) -> bool:
    """Whether this body, or what it is a part of, gives out or goes by numbers of this kind."""
    codes = {each.code for each in body.lineage} | {body.code.split("-")[0]}
    holders = set(references.kinds()[kind].holder.split(";"))
    is_council = any(each.kind in {"council", "council_type"} for each in body.lineage)
    return bool(codes & holders) or (is_council and any(holder.startswith("LA-") for holder in holders))


# Words by which a next action means the person themselves, or somebody of theirs.
_THE_PERSON = re.compile(
    r"\b(them|her|him|back|mrs?|ms|miss|mx|constituent|family|solicitor)\b", re.IGNORECASE
)


def rung_next(case: Case) -> Body | None:
    """Whom a next action such as “Ring DWP again” means: the body it names, or that of the first open issue.

    None where it means the person of the case, or the case is about no body.
    """
    words = _plain(case.next_action)
    about = [issue.body for issue in case.issues.all() if issue.is_open and issue.body is not None]
    bodies = list(dict.fromkeys([*about, *(enquiry.body for enquiry in case.enquiries.all())]))
    for body in bodies:
        names = [body.name, *(each.name for each in body.lineage)]
        names += [each.code.partition("-")[0] for each in body.lineage]
        if any(len(name) > 2 and _plain(name) in words for name in names):
            return body
    person = case.constituent
    if _THE_PERSON.search(case.next_action):
        return None
    if person and any(_plain(part) in words for part in person.full_name.split()):
        return None
    return bodies[0] if bodies else None


def _plain(text: str) -> str:
    """Its words in small letters, with a space before and after, so that whole words are found in it."""
    return f" {' '.join(re.findall(r'[a-z0-9]+', text.lower()))} "
