"""The gate: nothing about the people of a case goes to a body that no authority in force covers for each.

A case may be for a couple or a family. Each gives authority for themselves, or whoever may give it about them
does; one person's word opens nothing about another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from django.db.models import Q, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list

from opencasework.office.authority import implied, limited
from opencasework.office.authority.models import Authority, AuthorityQuerySet, SentWithout
from opencasework.office.authority.models.authority import departments_of
from opencasework.office.authority.naming import unread
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case
from opencasework.office.constituents.acting import Giver, givers_of
from opencasework.office.constituents.models import Person
from opencasework.office.kit.dates import say
from opencasework.office.staff.models import StaffMember


def covering(case: Case, body: Body, *, on: date) -> AuthorityQuerySet:
    """The authorities on this case that let us speak to this body about any of its constituents on this day.

    Whether that is about each of them, `lacking` says. None where the case has no constituent.
    """
    return _covering(case, body, case.constituents, on=on)


def _covering(
    case: Case, body: Body, constituents: list[Person], *, on: date, as_it_stood: bool = False
) -> AuthorityQuerySet:
    people = givers_of(constituents, on=on)
    given = Authority.objects.filter(case=case).covering(body, on=on, as_it_stood=as_it_stood)
    if body.code not in implied.for_case(case):  # accepted for some issues, and this case has others
        given = given.exclude(basis=Authority.Basis.IMPLIED)
    categories = _categories_of(case)
    about_them = Q(pk__in=[])
    for person, givers in people.items():
        # From whoever may give it about them, as far as their word goes.
        reach = [giver.person for giver in givers if limited.reaches(giver, body, categories)]
        about_them |= Q(_about(person), person__in=reach)
    return given.filter(about_them)


def about_each(found: AuthorityQuerySet) -> list[Authority]:
    """Of these authorities on a case the newest about each person."""
    newest: dict[int, Authority] = {}
    for each in found.select_related("person"):
        newest.setdefault(each.about_id or each.person_id, each)
    return list(newest.values())


def lacking(case: Case, body: Body, *, on: date, written: bool = False) -> list[Person]:
    """The constituents about whom no authority covers this body on this day, or none in writing."""
    return _lacking(case, body, case.constituents, on=on, written=written)


def _lacking(
    case: Case, body: Body, constituents: list[Person], *, on: date, written: bool = False,
    as_it_stood: bool = False,
) -> list[Person]:  # fmt: skip
    found = _covering(case, body, constituents, on=on, as_it_stood=as_it_stood)
    found = found.written() if written else found
    covered = {about or person for about, person in found.values_list("about", "person")}
    return [person for person in constituents if person.pk not in covered]


def lacking_for_any(case: Case, *, on: date, written: bool = False) -> list[Person]:
    """The constituents about whom no authority covers whoever can help: asked of somebody who is no body,
    whom no authority can name. One whose giver may give it in some business only reaches nobody there.
    """
    found = Authority.objects.filter(case=case, covers_any_body=True).in_force(on=on)
    found = found.exclude(basis=Authority.Basis.IMPLIED)
    given = (found.written() if written else found).values_list("about", "person")
    covered = {(about or person, person) for about, person in given}
    return [
        person
        for person, givers in givers_of(case.constituents, on=on).items()
        if not any((person.pk, giver.person.pk) in covered for giver in givers if not giver.business)
    ]


class NoAuthority(Exception):
    """No authority covers the body, as the message says, and why the people of a case were spoken of to it
    is not given.
    """


def is_open(case: Case, body: Body, *, on: date, written: bool = False) -> bool:
    """Whether something about the people of the case may go to this body on this day.

    Shut where the case has no constituent: nobody has given authority then.
    """
    constituents = case.constituents
    return bool(constituents) and not _lacking(case, body, constituents, on=on, written=written)


def was_open(case: Case, body: Body, *, on: date) -> bool:
    """Whether it was open on the day on which something went, and is today: what is written down later
    answers for both, as a letter does.
    """
    return all(is_open(case, body, on=day) for day in {on, timezone.localdate()})


def stood_open(case: Case, body: Body, *, on: date) -> bool:
    """Whether it was open on the day on which something was said, as it stood then: what a person took back
    later makes no slip of what was said before.
    """
    constituents = case.constituents
    return bool(constituents) and not _lacking(case, body, constituents, on=on, as_it_stood=True)


@dataclass(frozen=True)
class OnFile:
    """What is on file for one body: the newest authority about each, and about whom there is none."""

    authorities: list[Authority] = field(default_factory=list)
    lacking: list[Person] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return bool(self.authorities) and not self.lacking


def on_file(case: Case, *, on: date) -> Callable[[Body], OnFile]:
    """Asks of one body after another what is on file for it: as `covering`, with the queries of one, for a
    page that shows several bodies of a case.
    """
    constituents = case.constituents
    if not constituents or case.lacks("authorities"):
        return lambda body: OnFile(lacking=constituents)
    found = list(Authority.objects.filter(case=case).in_force(on=on).select_related("person"))
    if not found:
        return lambda body: OnFile(lacking=constituents)
    people = givers_of(constituents, on=on)
    # Asked for only where it matters: a page of a case has few queries to spare.
    prefetch_related_objects([each for each in found if not each.covers_any_body], "bodies")
    some_implied = any(each.basis == Authority.Basis.IMPLIED for each in found)
    accepted = implied.for_case(case) if some_implied else {}
    categories = _categories_of(case)

    def covers(authority: Authority, body: Body) -> bool:
        if authority.basis == Authority.Basis.IMPLIED and body.code not in accepted:
            return False
        if authority.covers_any_body:
            return True
        named = {each.pk for each in authority.bodies.all()}
        return any(each.pk in named for each in [body, *departments_of(body)])

    def about(person: Person, body: Body) -> Authority | None:
        reach = {each.person.pk for each in people[person] if limited.reaches(each, body, categories)}
        theirs = (each for each in found if (each.about_id or each.person_id) == person.pk)
        return next((each for each in theirs if each.person_id in reach and covers(each, body)), None)

    def ask(body: Body) -> OnFile:
        each = {person: about(person, body) for person in constituents}
        return OnFile(
            [authority for authority in each.values() if authority is not None],
            [person for person, authority in each.items() if authority is None],
        )

    return ask


def _categories_of(case: Case) -> Callable[[], list[str]]:
    """What the case is about, by code: asked of the database when it matters, and once."""
    return cache(lambda: list(case.issues.values_list("category__code", flat=True)))


def _about(person: Person) -> Q:
    return Q(about=person) | Q(about=None, person=person)


# --- what is said where it is shut ----------------------------------------------------------------------


def _lapsed(case: Case, body: Body, people: dict[Person, list[Giver]], *, on: date) -> Authority | None:
    """The authority about one of these people that covered this body the longest and has expired, from
    somebody who may still give it: to be asked for anew.

    One that the person withdrew is not asked for again as a matter of course.
    """
    categories = _categories_of(case)
    theirs = Q(pk__in=[])
    for person, givers in people.items():
        reach = [giver.person for giver in givers if limited.reaches(giver, body, categories)]
        theirs |= Q(_about(person), person__in=reach)
    naming = Authority.bodies.through.objects.filter(body__in=[body, *departments_of(body)])
    ended = Authority.objects.filter(
        Q(covers_any_body=True) | Q(pk__in=naming.values("authority")),
        theirs,
        case=case, withdrawn_on=None, expires_on__lt=on, name_doubted=False,
    )  # fmt: skip
    return ended.select_related("person", "about").order_by("-expires_on", "-pk").first()


def _doubted(case: Case, people: list[Person]) -> Authority | None:
    """What was signed about one of these people with another name, and nobody has decided about."""
    about = Q(about__in=people) | Q(about=None, person__in=people)
    waiting = Authority.objects.filter(about, case=case, name_doubted=True, withdrawn_on=None)
    return waiting.select_related("person").first()


def asking_again(case: Case, body: Body, *, on: date, written: bool = False) -> tuple[str, str, str]:
    """What is said where no authority covers the body, or none in writing; the words of the way on, and where
    that leads.

    Whose authority is missing is named where the case is for several people, or where somebody has given it
    who may speak for the person in other things only.
    """
    url = reverse("authority-ask-new", args=[case.pk])
    constituents = case.constituents
    missing = _lacking(case, body, constituents, on=on, written=written)
    if (given := unread(case, body, on=on)) is not None:
        said = f"No authority covers {body}. When signing, {given.person} named “{given.in_their_words}”."
        return said, "Say which body they meant", reverse("authority-meant", args=[given.pk])
    people = givers_of(missing, on=on)
    ended = _lapsed(case, body, people, on=on)
    if ended is not None and ended.expires_on is not None:
        others = [person for person in missing if person.pk != ended.subject.pk]
        said = f"The authority of {ended.person} for {body} ended on {say(ended.expires_on)}."
        if others:
            said += f" None about {named(others)} covers it either."
        return said, "Ask for it to be renewed", f"{url}?renews={ended.pk}"
    about = f" about {named(missing)}" if len(constituents) > 1 and missing else ""
    said = f"No{' signed' if written else ''} authority{about} covers {body}."
    if beyond := _beyond(case, body, people, on=on):
        said = f"{said} {beyond}"
    if doubted := _doubted(case, missing):
        said = f"{said} One signed “{doubted.typed_name}” was asked of {doubted.person}."
        return said, "Accept it or set it aside", doubted.get_absolute_url()
    whom = next(iter(missing), None)
    if whom is not None and (len(constituents) > 1 or [each.person for each in people[whom]] != [whom]):
        url += f"?about={whom.pk}&body={body.pk}"
    return said, "Ask for authority", url


def why_shut(case: Case, body: Body, *, on: date) -> str:
    """That no authority covers the body, in a sentence; empty where one does."""
    if is_open(case, body, on=on):
        return ""
    said, _, _ = asking_again(case, body, on=on)
    return said


def asking_since(case: Case, body: Body, *, on: date) -> tuple[str, str, str]:
    """As `asking_again`, of what went on that day; or that nothing covered the body then, and today does."""
    today = timezone.localdate()
    said, label, url = asking_again(case, body, on=today)
    if is_open(case, body, on=today):
        said = f"No authority covered {body} on {say(on)}; today one does."
    return said, label, url


def who_gives(case: Case, body: Body | None, person: Person, *, on: date) -> Person | None:
    """The likeliest to give authority about this person for this body, or for whichever; None: nobody may."""
    givers, categories = givers_of([person], on=on)[person], _categories_of(case)
    if body is not None:
        givers = [each for each in givers if limited.reaches(each, body, categories)]
    unbounded = (each for each in givers if body is not None or not each.business)
    found = next(unbounded, next(iter(givers), None))
    return found.person if found is not None else None


def named(people: list[Person]) -> str:
    """“Ada Marrowby and Tom Marrowby”."""
    return str(get_text_list([str(person) for person in people], "and"))


def _beyond(case: Case, body: Body, people: dict[Person, list[Giver]], *, on: date) -> str:
    """That somebody's authority on file does not reach this body, and why; empty where there is none such."""
    categories = _categories_of(case)
    given = list(Authority.objects.filter(case=case).covering(body, on=on))
    for person, givers in people.items():
        of_them = {each.person_id for each in given if (each.about_id or each.person_id) == person.pk}
        for giver in givers:
            if giver.person.pk in of_them and (said := _why_not(giver, person, body, categories)):
                return said
    return ""


def _why_not(giver: Giver, person: Person, body: Body, categories: Callable[[], list[str]]) -> str:
    if limited.reaches(giver, body, categories):
        return ""
    if giver.business and giver.person != person:
        return f"{giver.person} may give it for {person} {giver.limit}, and {body} has other business."
    return f"A court has appointed somebody who decides that for {person}, and it is theirs to give."


def limits_of(case: Case, *, on: date) -> Callable[[Authority], str]:
    """Asks of an authority on the case what its giver may give it for: “for benefits only”; empty for all."""
    people = givers_of(case.constituents, on=on)
    limits = {(giver.person.pk, about.pk): giver.limit for about in people for giver in people[about]}
    return lambda authority: limits.get((authority.person_id, authority.about_id or authority.person_id), "")


def why_beyond(giver: Giver, person: Person, bodies: Iterable[Body], case: Case) -> str:
    """What is wrong where somebody is to give authority for bodies that their word does not reach."""
    categories = _categories_of(case)
    said = (_why_not(giver, person, body, categories) for body in bodies)
    return next(filter(None, said), "")


# --- what went all the same -----------------------------------------------------------------------------


def record_override(
    *,
    case: Case,
    body: Body | None,
    reason: str,
    by: StaffMember | None,
    at: datetime,
    person: Person | None = None,
    letter: int | None = None,
    enquiry: int | None = None,
    call: int | None = None,
) -> None:
    """Something left without authority: keep it for the weekly review. In a letter, by word (`enquiry`), or
    as a line of the timeline says (`call`): in a call, a complaint to a body or one to an ombudsman.
    It went to a body, or to a `person` on the case.

    Call it inside the transaction.
    """
    SentWithout.objects.create(
        case=case, body=body, person=person, letter=letter, enquiry=enquiry, call=call,
        reason=reason[:300], by=by, at=at,
    )  # fmt: skip


def take_back_override(
    *, by: StaffMember, enquiry: int | None = None, letter: int | None = None, call: int | None = None
) -> None:
    """What was written down as asked, posted or said was not, `by` says: the review lists that, too."""
    given = {"enquiry": enquiry, "letter": letter, "call": call}
    which = {name: number for name, number in given.items() if number is not None}
    found = SentWithout.objects.filter(**which) if which else SentWithout.objects.none()
    found.filter(taken_back_at=None).update(taken_back_at=timezone.now(), taken_back_by=by)
