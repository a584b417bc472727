"""The directory of bodies: reading one, what it would change here, and taking it over.

Its facts are the directory's. What this office has written itself (notes, contacts, units, bodies of its own,
and any fact it has changed) stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from django.db import transaction

from opencasework.office.bodies.models import Body, Directory
from opencasework.office.bodies.reading import Entry, entries
from opencasework.office.kit import tables

PACKAGE = "opencasework.office.bodies"
PACKAGED = "the directory that comes with Open Casework"
FACT_NAMES = {
    "name": "name", "kind": "kind", "nation": "nation", "what_for": "what for",
    "reply_target_days": "reply target", "target_source": "where the target is written",
    "ombudsman": "who looks at complaints", "website": "website", "org_id": "org-id", "parent": "part of",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """A fact of one body that the directory now says otherwise."""

    body: Body
    fact: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.body.code}: {FACT_NAMES[self.fact]}: {said(self.before)} becomes {said(self.after)}"


@dataclass(frozen=True)
class Kept:
    """A fact where this office's own word stays."""

    body: Body
    fact: str
    ours: str
    theirs: str

    def __str__(self) -> str:
        return (
            f"{self.body.code}: {FACT_NAMES[self.fact]}: yours stays, {said(self.ours)}; "
            f"the directory says {said(self.theirs)}"
        )


@dataclass
class Plan:
    """What a directory would change here. `take` does it."""

    version: str
    source: str
    entries: list[Entry]
    new: list[Entry] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)  # entries left out, each with the reason
    gone: list[Body] = field(default_factory=list)  # no longer in the directory; they stay

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.changes)


def said(value: str) -> str:
    """A fact in a sentence: “20”, or nothing."""
    return f"“{value}”" if value else "nothing"


def packaged() -> tuple[str, list[Entry]]:
    """The directory that comes with the package: its version and its entries."""
    version = resources.files(PACKAGE).joinpath("data", "version.txt").read_text("utf-8").strip()
    org_ids = {row["code"]: row["org_id"] for row in tables.rows(PACKAGE, "org_ids.csv")}
    rows = [{**row, "org_id": org_ids.get(row["code"], "")} for row in tables.rows(PACKAGE, "bodies.csv")] + [
        {**row, "kind": "council", "what_for": "", "published_reply_target_days": ""}
        for row in tables.rows(PACKAGE, "councils.csv")
    ]
    return version, entries(rows, known=set())


def plan(found: list[Entry], *, version: str, source: str) -> Plan:
    """Compare a directory with what is here. Changes nothing."""
    made = Plan(version=version, source=source, entries=found)
    here = {body.code: body for body in Body.objects.select_related("parent")}
    ours = {body.name.casefold(): body for body in here.values() if body.is_local}
    for entry in found:
        body = here.get(entry.code)
        if body is None:
            same = ours.get(entry.name.casefold())
            if same is not None:
                made.clashes.append(f"{entry.code}: your office has added {entry.name} itself; yours stays.")
            else:
                made.new.append(entry)
        elif body.is_local:
            made.clashes.append(f"{entry.code}: your office has a body of its own with this code; it stays.")
        else:
            _compare(made, body, entry)
    listed = {entry.code for entry in found}
    made.gone = [
        body for code, body in here.items() if code not in listed and not body.is_local and body.directory
    ]
    return made


def _compare(made: Plan, body: Body, entry: Entry) -> None:
    for fact, theirs in entry.facts.items():
        mine = getattr(body, fact)
        if mine == theirs:
            continue
        if fact in body.own_facts:
            if body.directory.get(fact) != theirs:
                made.kept.append(Kept(body, fact, str(mine or ""), str(theirs or "")))
        else:
            made.changes.append(Change(body, fact, str(mine or ""), str(theirs or "")))
    above = body.parent.code if body.parent else ""
    if above != entry.parent:
        made.changes.append(Change(body, "parent", above, entry.parent))


@transaction.atomic
def take(made: Plan) -> None:
    """Put into effect what `plan` said, and remember which directory this is."""
    _update(made)
    _add(made)
    keys = dict(Body.objects.values_list("code", "pk"))
    for change in made.changes:
        if change.fact == "parent":
            Body.objects.filter(pk=change.body.pk).update(parent_id=keys.get(change.after))
    Directory.objects.update_or_create(pk=1, defaults={"version": made.version, "source": made.source})


def _update(made: Plan) -> None:
    """Facts of bodies that are here, and what the directory says of each, whether it is followed or not."""
    by_code = {entry.code: entry for entry in made.entries}
    standing = []
    for body in Body.objects.filter(is_local=False, code__in=by_code).iterator():
        facts = by_code[body.code].facts
        before = {fact: getattr(body, fact) for fact in facts}
        for fact, value in facts.items():
            if fact not in body.own_facts:
                setattr(body, fact, value)
        if body.directory != facts or before != {fact: getattr(body, fact) for fact in facts}:
            body.directory = facts
            standing.append(body)
    Body.objects.bulk_update(standing, [*Body.FACTS, "directory"], batch_size=100)


def _add(made: Plan) -> None:
    """New bodies, those above before those below them."""
    keys: dict[str, int] = dict(Body.objects.values_list("code", "pk"))
    waiting = made.new
    while waiting:
        ready = [entry for entry in waiting if not entry.parent or entry.parent in keys]
        if not ready:  # their parents were left out
            ready = waiting
        Body.objects.bulk_create(
            Body(code=entry.code, parent_id=keys.get(entry.parent), directory=entry.facts, **entry.facts)
            for entry in ready
        )
        keys = dict(Body.objects.values_list("code", "pk"))
        waiting = [entry for entry in waiting if entry.code not in keys]


def load_packaged(**_signal: Any) -> None:
    """Take over the directory that comes with the package, unless this one or a later one has been taken."""
    version, found = packaged()
    taken = Directory.objects.filter(pk=1).values_list("version", flat=True).first()
    if taken is None or taken < version:
        take(plan(found, version=version, source=PACKAGED))


def lines(made: Plan) -> Iterable[str]:
    """The plan in sentences, for a terminal or a page."""
    for entry in made.new:
        yield f"New: {entry.name} ({entry.code})"
    for change in made.changes:
        yield f"Changed: {change}"
    for kept in made.kept:
        yield f"Kept: {kept}"
    for clash in made.clashes:
        yield f"Left out: {clash}"
    for body in made.gone:
        yield f"No longer in the directory, and kept here: {body} ({body.code})"


def summary(made: Plan) -> str:
    """How much it changes, in a sentence."""
    bodies = len({change.body.pk for change in made.changes})
    return (
        f"{len(made.new)} new, {bodies} changed, {len(made.kept)} of your own changes kept, "
        f"{len(made.gone)} no longer in the directory."
    )
