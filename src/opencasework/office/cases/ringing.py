"""Whom to ring about a case, whether they answer now, and what to have at hand when they do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects

from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases.models import Case
from opencasework.office.cases.numbers import Line
from opencasework.office.kit import references

MOST = 4  # bodies


@dataclass(frozen=True)
class ToRing:
    """One line or more, the bodies of the case that are reached there, and the numbers they go by."""

    bodies: list[Body]
    contacts: list[BodyContact]
    numbers: list[Line]

    @property
    def body(self) -> Body:
        return self.bodies[0]

    @property
    def asks(self) -> list[str]:
        """What its lines ask for, each once."""
        return list(dict.fromkeys(ask for contact in self.contacts for ask in contact.asks))


def to_ring(case: Case, numbers: Iterable[Line]) -> list[ToRing]:
    """The bodies this case is about, open issues first; `numbers` are the case's as the viewer sees them."""
    issues = sorted(case.issues.all(), key=lambda issue: not issue.is_open)
    wanted = [issue.body_id for issue in issues if issue.body_id]
    wanted += [enquiry.body_id for enquiry in case.enquiries.all()]
    ranked = list(dict.fromkeys(wanted))[:MOST]
    if not ranked:
        return []
    found = Body.objects.select_related("parent__parent").in_bulk(ranked)
    lines = BodyContact.objects.select_related("checked_by")
    everybody = [each for body in found.values() for each in body.lineage]
    prefetch_related_objects(everybody, Prefetch("contacts", queryset=lines))
    together: dict[object, list[Body]] = {}
    for pk in ranked:
        # Two services of one department are rung at one number; a body without any stands alone.
        same = tuple(contact.pk for contact in found[pk].hotlines()) or -pk
        together.setdefault(same, []).append(found[pk])
    numbers = list(numbers)
    return [
        ToRing(
            bodies,
            bodies[0].hotlines(),
            [line for line in numbers if any(is_known_by(line.number.kind, body) for body in bodies)],
        )
        for bodies in together.values()
    ]


def is_known_by(kind: str, body: Body) -> bool:
    """Whether this body, or what it is a part of, gives out or goes by numbers of this kind."""
    codes = {each.code for each in body.lineage} | {body.code.split("-")[0]}
    holders = set(references.kinds()[kind].holder.split(";"))
    is_council = any(each.kind in {"council", "council_type"} for each in body.lineage)
    return bool(codes & holders) or (is_council and any(holder.startswith("LA-") for holder in holders))
