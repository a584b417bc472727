"""Which ombudsman looks at what, where, and in which order: from two tables and the directory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import prefetch_related_objects

from opencasework.office.bodies.models import NATION_NAMES, PARTS, Body
from opencasework.office.cases.models import Case, Issue
from opencasework.office.kit import tables
from opencasework.office.places.models import NATIONS_OF, Office
from opencasework.office.routes.limits import Limit, all_limits
from opencasework.office.tags.models import Category

PACKAGE = "opencasework.office.routes"
PHSO = "PHSO"
# Those who look at what is devolved; the PHSO does not, however long ago it happened.
DEVOLVED = ("SPSO", "PSOW", "NIPSO")
# Who looks at what others did, or advises about it: who takes complaints about that is no scheme about them.
LOOKS_AT_OTHERS = ("regulator", "watchdog", "ombudsman", "complaint_reviewer", "tribunal", "advice")
# In a door's column `body`: whatever the Scottish freedom of information law binds.
AUTHORITY = "authority"
# There too: what does the work of government for that nation alone, and so is devolved to it.
DEVOLVED_SERVICE, DOES_THE_WORK = "devolved_service", ("service", "agency", "department")
# Kinds of bodies that are no public body: firms, charities, and those whom people elect.
FIRM_OF_A_TYPE = "company_type"
FIRMS = ("company", FIRM_OF_A_TYPE, "charity", "advice")
UNITS = ("unit", "local_office")  # what these are, the body above them says
# Those to whom every door of a category opens; the doors' column `opens_to` names the others.
OF_GOVERNMENT = (*PARTS, "devolved_gov", "contractor")
OPEN_AS = {
    "education": "schools", "education_type": "schools", "university": "schools",
    "local_body": "local", "independent_body": "nobody",
}  # fmt: skip
NOT_THIS_BODY = "No scheme is written down for this kind of problem with this body."
NOT_ABOUT_ITSELF = (
    "No scheme is written down for complaints about {body} itself. If the problem is with somebody else, "
    "name that body on it."
)


@dataclass(frozen=True)
class Scheme:
    """An ombudsman, or the reviewer that comes before one: a row of `data/schemes.csv`.

    The PHSO has three rows: what needs a member of the Commons, and the two things that do not.
    """

    code: str
    body: str  # its code in the directory of bodies
    name: str
    short: str
    nation: str  # where it serves: uk, gb, ew, en, wa, sc, ni
    looks_at: str
    who_sends: str  # "member": only a member of the Commons, with their signature; else "person"
    limit: str  # code of the time limit, empty where none is known
    wait: str  # code of the time the body has first, empty where it has none of its own
    finish: str  # what has to be finished first, empty where nothing has
    source: str
    as_of: str
    checked: str

    @property
    def needs_the_member(self) -> bool:
        return self.who_sends == "member"

    @property
    def time_limit(self) -> Limit | None:
        return all_limits().get(self.limit)

    @property
    def waiting_time(self) -> Limit | None:
        return all_limits().get(self.wait)

    @property
    def where(self) -> str:
        """Where it serves, in words."""
        return NATION_NAMES[self.nation]

    def serves(self, nation: str) -> bool:
        """Whether it looks at bodies in en, wa, sc or ni."""
        return nation in NATIONS_OF[self.nation]


@dataclass(frozen=True)
class Door:
    """One row of `data/doors.csv`: where a problem goes, by body, category and nation."""

    # A code, a kind, or `authority` and `devolved_service` for public ones of that nation; empty for any.
    body: str
    category: str  # empty for any
    nation: str
    schemes: tuple[str, ...]  # in order; empty where none takes it
    first: bool  # before what the directory says of the body
    last: bool  # of a kind of body: after what the category says
    # Of a door of the category alone: to whom it opens beside government, once a body is named.
    opens_to: tuple[str, ...]
    why: str
    source: str
    as_of: str
    checked: str
    # Where the category holds two things and the other of them goes elsewhere: there, and what it is.
    otherwise: tuple[str, ...]
    otherwise_why: str

    @property
    def closeness(self) -> int:
        """2 where it names one body by its code, 1 a kind of body, 0 none."""
        return bool(self.body) + self.body.isupper()

    def leads_to(self, body: str) -> bool:
        """Whether the body with this code is itself behind it: nobody takes a complaint about themselves."""
        return body in {all_schemes()[code].body for code in self.schemes}


@dataclass(frozen=True)
class Proposal:
    """Where a problem goes: the schemes in order, with why and who says so. No schemes: none takes it.

    `otherwise` is where it goes if it is the other of two things that its category holds: somebody has to say
    which.
    """

    chain: tuple[Scheme, ...]
    nation: str
    why: str
    source: str
    as_of: str
    checked: str
    otherwise: Proposal | None = None

    @property
    def ways(self) -> tuple[Proposal, ...]:
        """This one, and the other where there are two."""
        return (self, self.otherwise) if self.otherwise else (self,)

    @property
    def last(self) -> Scheme | None:
        return self.chain[-1] if self.chain else None


@lru_cache(maxsize=1)
def all_schemes() -> dict[str, Scheme]:
    """Every scheme by its code."""
    return {row["code"]: Scheme(**row) for row in tables.rows(PACKAGE, "schemes.csv")}


@lru_cache(maxsize=1)
def reviewers() -> frozenset[str]:
    """The codes of the bodies that look at a complaint before an ombudsman does, such as ICE."""
    return frozenset(all_schemes()[code].body for door in all_doors() for code in door.schemes[:-1])


@lru_cache(maxsize=1)
def all_doors() -> tuple[Door, ...]:
    """Every door, in the order of the table."""
    return tuple(
        Door(
            body=row["body"],
            category=row["category"],
            nation=row["nation"],
            schemes=tuple(filter(None, row["schemes"].split(">"))),
            first=row["first"] == "yes",
            last=row["first"] == "last",
            opens_to=tuple(row["opens_to"].split()),
            why=row["why"],
            source=row["source"],
            as_of=row["as_of"],
            checked=row["checked"],
            otherwise=tuple(filter(None, row["otherwise"].split(">"))),
            otherwise_why=row["otherwise_why"],
        )
        for row in tables.rows(PACKAGE, "doors.csv")
    )


def nation_of(body: Body | None) -> str:
    """Where a problem lies: this office's nation, unless the body serves others alone.

    A type of firm stands for one of here: an energy supplier, asked for in Northern Ireland, is one of there.
    """
    here = Office.nation_here()
    if body is None or body.kind == FIRM_OF_A_TYPE or here in NATIONS_OF.get(body.nation, {here}):
        return here
    return sorted(NATIONS_OF[body.nation])[0]


def propose(*, body: Body | None, category: str, nation: str = "") -> Proposal:
    """Where a problem with this body, in this category, in en, wa, sc or ni goes after the body."""
    nation = nation or nation_of(body)
    lineage = _answered_for(body) if body else []
    code = body.code if body else ""
    doors = [door for door in all_doors() if nation in NATIONS_OF[door.nation] and not door.leads_to(code)]
    named = [door for door in doors if door.first and _fits(door, lineage, category)]
    if named:
        return _through(named, nation)
    for each in lineage:
        chain = _of_directory(each)
        if chain and all(scheme.serves(nation) for scheme in chain):
            why = f"The directory of bodies says it of {each}."
            return Proposal(chain, nation, why, "the directory of bodies", chain[-1].as_of, "yes")
        # What a kind says comes before whoever stands above: a landlord of a list under a department has the
        # ombudsman of landlords. A part of a body has no kind of its own in this sense.
        if each.kind not in PARTS and (kinds := _of_kind(doors, [each], category)):
            return _through(kinds, nation)
    kinds = _of_kind(doors, lineage, category)
    if sooner := [door for door in kinds if not door.last]:
        return _through(sooner, nation)
    if body and body.kind in LOOKS_AT_OTHERS:
        return Proposal((), nation, NOT_ABOUT_ITSELF.format(body=body), "", "", "")
    about = [door for door in doors if not door.body and not door.first and _fits(door, [], category)]
    if kinds and not (about and _says_otherwise(_closest(about), lineage, nation)):
        return _through(kinds, nation)
    if about:
        door = _closest(about)
        return (
            _behind(door, nation)
            if _opens(door, lineage)
            else Proposal((), nation, NOT_THIS_BODY, "", "", "")
        )
    return Proposal((), nation, "No scheme is written down for this kind of problem.", "", "", "")


def proposal_for(case: Case, issue: Issue | None) -> Proposal:
    """Where a problem of the case goes; without one, the case's first category says."""
    category = issue.category if issue else case.main_category
    return propose(body=issue.body if issue else None, category=category.code if category else "")


def proposals_of(case: Case) -> dict[Proposal, list[Issue]]:
    """Where the open problems of a case go, each place once with its problems; of a closed case all."""
    # Nothing to do where they are fetched already.
    prefetch_related_objects([case], "issues__category", "issues__body__parent__parent")
    issues = [each for each in case.issues.all() if each.duplicate_of_id is None]
    found: dict[Proposal, list[Issue]] = {}
    for issue in [each for each in issues if each.is_open] or issues:
        found.setdefault(proposal_for(case, issue), []).append(issue)
    return found


def said_of(body: Body) -> list[tuple[str, list[str]]]:
    """Who looks at complaints about a body, for its page: bodies by their code, in order, first for most
    problems, then with the names of the kinds of problem that go elsewhere. Empty where nobody does for most.
    """
    nation, lineage = nation_of(body), _answered_for(body)
    most = propose(body=body, category="", nation=nation).chain
    if not most:
        return []
    special = {
        door.category
        for door in all_doors()
        if door.body and door.category and nation in NATIONS_OF[door.nation]
        if _fits(door, lineage, door.category)
    }
    found: dict[tuple[Scheme, ...], list[str]] = {}
    named = Category.objects.filter(code__in=special).order_by("label") if special else ()
    for code, label in [(each.code, each.label) for each in named]:
        for way in propose(body=body, category=code, nation=nation).ways:
            if way.chain and way.chain != most:
                found.setdefault(way.chain, []).append(label)
    ways = [("", most), *(("; ".join(labels), chain) for chain, labels in found.items())]
    return [(about, [scheme.body for scheme in chain]) for about, chain in ways]


def _answered_for(body: Body) -> list[Body]:
    """The body and whatever it is a part of or of whose type it is: what is said of these, holds for it.

    A regulator, a charity or a council that only stands under a department answers for itself.
    """
    found = [body]
    for above in body.lineage[1:]:
        if found[-1].kind not in PARTS and not above.is_type:
            break
        found.append(above)
    return found


def _of_kind(doors: Iterable[Door], lineage: list[Body], category: str) -> list[Door]:
    return [door for door in doors if door.body and not door.first and _fits(door, lineage, category)]


def _says_otherwise(door: Door, lineage: list[Body], nation: str) -> bool:
    """Whether a category's door is for a public service: one of what is devolved only for a service there."""
    is_of_here = all(body.nation == nation for body in lineage)
    return bool(door.schemes) and (is_of_here or not set(door.schemes) & set(DEVOLVED))


def _opens(door: Door, lineage: list[Body]) -> bool:
    """Whether a door of the category alone opens to the body that is named, or none is.

    A bus company with a problem of parking is no council: who looks at councils does not look at it. What a
    list brought in under a kind that we do not know counts as a firm.
    """
    whole = next((body for body in lineage if body.kind not in UNITS), None)
    if whole is None or whole.kind in OF_GOVERNMENT:
        return True
    return OPEN_AS.get(whole.kind, "nobody" if whole.kind.startswith("rep_") else "firms") in door.opens_to


def _through(doors: Iterable[Door], nation: str) -> Proposal:
    return _behind(_closest(doors), nation)


def _closest(doors: Iterable[Door]) -> Door:
    """Of several: by category before its family, a body before its kind, one nation before several."""
    return max(doors, key=lambda one: (len(one.category), one.closeness, -len(NATIONS_OF[one.nation])))


def _behind(door: Door, nation: str) -> Proposal:
    chain, other = (tuple(all_schemes()[code] for code in codes) for codes in (door.schemes, door.otherwise))
    rest = (door.source, door.as_of, door.checked)
    otherwise = Proposal(other, nation, door.otherwise_why, *rest) if other else None
    return Proposal(chain, nation, door.why, *rest, otherwise)


def _fits(door: Door, lineage: list[Body], category: str) -> bool:
    if door.category and door.category not in (category, category.partition("-")[0]):
        return False
    if door.body == AUTHORITY:
        return any(_is_authority(body, door.nation) for body in lineage)
    if door.body == DEVOLVED_SERVICE:
        its = [body for body in lineage if body.kind in DOES_THE_WORK]
        return any(_is_authority(body, door.nation) for body in its)
    return not door.body or any(door.body in (body.code, body.kind) for body in lineage)


def _is_authority(body: Body, nation: str) -> bool:
    """Whether it is a public body of that nation alone; one with the PHSO is the United Kingdom's."""
    is_private = body.kind in FIRMS or body.kind.startswith("rep_") or body.kind in UNITS
    return body.nation == nation and not is_private and PHSO not in body.ombudsman


def _of_directory(body: Body) -> tuple[Scheme, ...]:
    """What stands there as ICE>PHSO; a code that no table of ours knows is passed over."""
    codes = [code.strip() for code in body.ombudsman.replace(";", ">").split(">")]
    known = ["PHSO-GOV" if code == PHSO else code for code in codes]
    return tuple(all_schemes()[code] for code in known if code in all_schemes())


def refusal(scheme: Scheme, proposal: Proposal, *, about: str) -> str:
    """Why this scheme does not look at it, naming the right one; empty where it may.

    `about` is the body concerned, or what the problem is, in words.
    """
    right = f"Go to the {proposal.chain[0].name}." if proposal.chain else proposal.why
    where = NATION_NAMES[proposal.nation]
    if not scheme.serves(proposal.nation):
        return f"The {scheme.name} serves {scheme.where}, and {about} is in {where}. {right}"
    last = proposal.last
    if scheme.body == PHSO and last and last.body in DEVOLVED:
        return f"The {scheme.short} does not look at what is devolved to {where}, as {about} is. {right}"
    return ""
