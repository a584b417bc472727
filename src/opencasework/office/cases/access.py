"""Who may see a case, and who would lose sight of it or gain it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from opencasework.office.cases.models import Case, Event, Opening
from opencasework.office.cases.models.levels import levels_of
from opencasework.office.kit.words import begun_small
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may
from opencasework.office.tags.models import Sensitivity

YOU_STAY = "You stay named on it: nobody else but the member would see it."


class NobodyWouldSee(Exception):
    """Taking this name off would leave a case that nobody can open."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody but the member could open this case any more. "
            "Name somebody else, or give it to a caseworker, first."
        )


@dataclass(frozen=True)
class Access:
    """Who may see a case, and why."""

    case: Case
    owner: StaffMember | None
    named: list[StaffMember]  # besides the owner and those who always see it
    always: list[StaffMember]  # whose role sees every case, named or not
    by_role: list[StaffMember]  # who see it because it is open to the team
    opened: list[Opening]  # in an emergency, for a day
    others: list[StaffMember]  # who do not see it

    @property
    def would_lose(self) -> list[StaffMember]:
        """Who no longer sees it once it is only for those named."""
        return self.by_role

    @property
    def would_gain(self) -> list[StaffMember]:
        """Who sees it once it is open to the team again."""
        return [person for person in self.others if _role_sees(person, self.case)]


def access_to(case: Case) -> Access:
    """Who may see the case now, of those who work here."""
    staff = list(StaffMember.objects.filter(is_active=True).order_by("first_name", "username"))
    named_numbers = set(case.shared_with.values_list("pk", flat=True))
    opened = list(case.openings.in_force(timezone.now()).select_related("by"))
    rest = [person for person in staff if person.pk != case.owner_id]
    always = [person for person in rest if may(person, May.SEE_RESTRICTED)]
    rest = [person for person in rest if person not in always]
    named = [person for person in rest if person.pk in named_numbers]
    rest = [person for person in rest if person not in named]
    by_role = [] if case.need_to_know else [person for person in rest if _role_sees(person, case)]
    return Access(
        case=case,
        owner=case.owner,
        named=named,
        always=always,
        by_role=by_role,
        opened=opened,
        others=[person for person in rest if person not in by_role],
    )


def seers(case: Case) -> list[StaffMember]:
    """Everybody who works here and sees the case now, in the order of their names."""
    here = access_to(case)
    owner = [here.owner] if here.owner and here.owner.is_active else []
    found = {*owner, *here.named, *here.always, *here.by_role, *(opening.by for opening in here.opened)}
    return sorted(found, key=str)


def would_lose_sight(case: Case, *, by: StaffMember) -> dict[str, list[StaffMember]]:
    """Who would see the case no longer, by the level of sensitivity that `by` might raise it to."""
    before = seers(case)
    found: dict[str, list[StaffMember]] = {}
    for level in Sensitivity.values:
        if level > case.sensitivity:
            raised = copy(case)
            raised.sensitivity = level
            raised.need_to_know = case.need_to_know or level == Sensitivity.RESTRICTED
            # Whoever restricts a case stays among those named.
            staying = {*seers(raised), *([by] if level == Sensitivity.RESTRICTED else [])}
            found[level] = [person for person in before if person not in staying]
    return found


def sight_said(before: list[StaffMember], after: list[StaffMember]) -> list[str]:
    """Who sees the case no longer, and who does now, in words; empty where nothing changed."""
    lost = [person for person in before if person not in after]
    gained = [person for person in after if person not in before]
    return [
        *([f"No longer seen by {in_words(lost)}"] if lost else []),
        *([f"Seen now by {in_words(gained)} as well"] if gained else []),
    ]


def sight_of(*cases: Case) -> dict[int, list[StaffMember]]:
    """Who sees each of these cases now, or the one that stands for it, by the number of the case."""
    return {each.pk: seers(Case.objects.get(pk=each.pk).survivor) for each in cases}


def changes_in_sight(cases: Iterable[Case], before: Mapping[int, list[StaffMember]]) -> list[str]:
    """Who sees which of these cases no longer and who does now, a sentence each; `before` is a `sight_of`."""
    after = sight_of(*cases)
    return _by_case((case, before[case.pk], after[case.pk]) for case in cases)


def sight_as_one(case: Case, other: Case) -> list[str]:
    """What `changes_in_sight` will say once the other is part of the case: both are as private as the
    stricter, and seen by those who are on either of them.
    """
    one = copy(case)
    one.sensitivity = max(case.sensitivity, other.sensitivity)
    one.need_to_know = case.need_to_know or other.need_to_know
    there = access_to(other)
    owner = [there.owner] if there.owner and there.owner.is_active else []
    both = sorted({*seers(one), *there.named, *owner}, key=str)
    return _by_case((each, seers(each), both) for each in (case, other))


def _by_case(sight: Iterable[tuple[Case, list[StaffMember], list[StaffMember]]]) -> list[str]:
    return [f"{case.reference}: {begun_small(line)}." for case, *seen in sight for line in sight_said(*seen)]


def _role_sees(person: StaffMember, case: Case) -> bool:
    return may(person, May.SEE_ALL_CASES) and case.sensitivity in levels_of(person)


@transaction.atomic
def restrict(case: Case, *, by: StaffMember) -> list[StaffMember]:
    """From now on only those named, the caseworker and the member know of it. Returns who lost sight of it.

    Whoever does it stays among them, so as not to lock themselves out.
    """
    losing = [person for person in access_to(case).would_lose if person != by]
    if Case.objects.filter(pk=case.pk, need_to_know=False).update(need_to_know=True):
        if case.owner_id != by.pk:
            case.shared_with.add(by)
        case.hand_down_access()
        _record(case, "Only for those named on it", by=by, need_to_know=True)
    case.refresh_from_db()
    return losing


@transaction.atomic
def open_to_team(case: Case, *, by: StaffMember) -> list[StaffMember]:
    """From now on everybody sees it whose role allows its sensitivity. Returns who gained sight of it."""
    gaining = access_to(case).would_gain
    if Case.objects.filter(pk=case.pk, need_to_know=True).update(need_to_know=False):
        case.hand_down_access()
        _record(case, "Open to the team, as its sensitivity allows", by=by, need_to_know=False)
    case.refresh_from_db()
    return gaining


@transaction.atomic
def name(case: Case, *, person: StaffMember, by: StaffMember) -> None:
    """Let a colleague see the case, whatever their role."""
    if not case.shared_with.filter(pk=person.pk).exists():
        case.shared_with.add(person)
        case.hand_down_access()
        _record(case, f"{person} may see it", by=by, named=person.pk)


def keep_in_sight(case: Case, *, by: StaffMember | None) -> bool:
    """Name whoever acts where nobody would see the case any more, but those whose role sees every case.

    Call it inside the transaction of an act that took sight from somebody, for one who could manage the case
    before it. Returns whether `by` was named.
    """
    if by is None or may(by, May.SEE_RESTRICTED) or (case.owner and case.owner.is_active):
        return False
    # The dearer question last: most cases are open to those who work on them.
    if (not case.need_to_know and _role_sees(by, case)) or not _is_lost(access_to(case)):
        return False
    case.shared_with.add(by)
    case.hand_down_access()
    _record(case, f"{by} stays named: nobody else but the member would see it", by=by, named=by.pk)
    return True


def _is_lost(here: Access) -> bool:
    """Whether nobody sees the case of whose work it is: the role of the member sees every case."""
    return not (here.owner and here.owner.is_active) and not (here.named or here.by_role)


@transaction.atomic
def unname(case: Case, *, person: StaffMember, by: StaffMember) -> None:
    """Take a colleague's name off. Raises NobodyWouldSee where that left a case for nobody but the member."""
    Case.objects.select_for_update().get(pk=case.pk)  # two people taking off the last two names at once
    if not case.shared_with.filter(pk=person.pk).exists():
        return
    case.shared_with.remove(person)
    case.hand_down_access()
    here = access_to(case)
    if _is_lost(here) and by not in here.always:  # the member knows who will still see it
        raise NobodyWouldSee
    _record(case, f"{person} is no longer named on it", by=by, unnamed=person.pk)


def _record(case: Case, text: str, *, by: StaffMember, **detail: object) -> None:
    named = sorted(case.shared_with.values_list("pk", flat=True))
    case.record(Event.Kind.ACCESS, by=by, text=text, shared_with=named, **detail)


def in_words(people: list[StaffMember]) -> str:
    """ "Kofi, Tom and Vic"; "Nobody" where there is nobody."""
    names = [str(person) for person in people]
    if not names:
        return "Nobody"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
