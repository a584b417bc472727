"""Keeping the last days of limits that are the person's own, so that lists can ask for those that end soon.

They are counted again with every date, problem and merge, and for all cases by the worker: the tables of a
newer version, or another nation of the office, may have other ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from opencasework.office.cases.models import Case, CasePerson, Event, Issue, Move
from opencasework.office.kit.dates import say
from opencasework.office.places.models import Office
from opencasework.office.routes.actions import counting, on_both, say_of_problem
from opencasework.office.routes.came import put_to_us
from opencasework.office.routes.guide import limits_of
from opencasework.office.routes.limits import Limit, all_limits, running
from opencasework.office.routes.models import KeyDate, LastDay
from opencasework.office.staff.models import StaffMember

AT_A_TIME = 500  # cases
TO_A_MEMBER = "DL-PHSOGOV"  # by its last day the complaint has to be with a member of the Commons
Ending = tuple[int, str, date]  # of which problem, which limit, until when
# Asked which limits of a case were used by a complaint that has gone: of which problem, None for all of them.
GONE: list[Callable[[Case], Iterable[tuple[int | None, str]]]] = []


def keep(case: Case) -> None:
    """Count the last days of this case again. What somebody has said of one stays."""
    _keep([case.pk])


def left_by_closing(case: Case) -> str:
    """The limits of the person that still run, of which a closed case reminds nobody; or nothing."""
    if case.lacks("last_days"):
        return ""
    waits = LastDay.objects.running().filter(case=case, until__gte=timezone.localdate())
    ends = " and ".join(f"{each.limit_name} until {say(each.until)}" for each in not_gone(case, waits))
    return f"A time limit of theirs runs: {ends}. Closed, nobody is reminded: tell them." if ends else ""


def not_gone(case: Case, last_days: QuerySet[LastDay]) -> list[LastDay]:
    """Those of its limits that no complaint which has gone has used: nobody is sent there a second time."""
    gone = {each for ask in GONE for each in ask(case)}
    return [
        each for each in last_days
        if not gone & {(each.issue_id, each.limit_code), (None, each.limit_code)}
    ]  # fmt: skip


def keep_all() -> int:
    """Count the last days of all open cases again; how many were not as they are now."""
    dated = KeyDate.objects.standing().order_by().values("case")
    kept = LastDay.objects.filter(became="").order_by().values("case")
    cases = Case.objects.filter(closed_at=None).order_by("pk")
    numbers = sorted({*cases.filter(pk__in=dated).values_list("pk", flat=True),
                      *cases.filter(pk__in=kept).values_list("pk", flat=True)})  # fmt: skip
    return sum(_keep(numbers[at : at + AT_A_TIME]) for at in range(0, len(numbers), AT_A_TIME))


@transaction.atomic
def _keep(cases: list[int]) -> int:
    kept = {_ending(each): each for each in LastDay.objects.filter(case__in=cases)}
    dates = Prefetch("key_dates", KeyDate.objects.standing().order_by("at", "pk"))
    issues = Prefetch("issues", Issue.objects.select_related("category", "body__parent").order_by("pk"))
    found: dict[Ending, LastDay] = {}
    for case in Case.objects.filter(pk__in=cases).prefetch_related(dates, issues):
        if case.key_dates.all():
            found |= {_ending(each): each for each in _counted(case)}
    new = [each for ending, each in found.items() if ending not in kept]
    gone = [each.pk for ending, each in kept.items() if ending not in found and not each.became]
    LastDay.objects.bulk_create(new, ignore_conflicts=True)  # of two at once, each keeps the same
    LastDay.objects.filter(pk__in=gone, became="").delete()
    return len(new) + len(gone)


def _ending(last_day: LastDay) -> Ending:
    return last_day.issue_id, last_day.limit_code, last_day.until


def _counted(case: Case) -> Iterator[LastDay]:
    """The person's own limits of each problem of the case, but those that a date says were used."""
    nation, issues = Office.nation_here(), list(case.issues.all())
    for issue in issues:
        if issue.duplicate_of_id is not None:
            continue
        known = {kind: each.day for kind, each in counting(issue, case.key_dates.all(), issues).items()}
        for limit in limits_of(issue, nation=nation):
            if limit.whose != "person":
                continue
            its = running(limit, known, nation=nation)
            if its and limit.used(known) is None and not _is_with_us(limit, its.until, case, issue, known):
                yield LastDay(
                    case=case, issue=issue, limit_code=limit.code, limit_name=limit.name, until=its.until
                )  # fmt: skip


def _is_with_us(limit: Limit, until: date, case: Case, issue: Issue, known: Mapping[str, date]) -> bool:
    """Whether bringing the problem here was what had to be done by then."""
    if limit.code != TO_A_MEMBER:
        return False
    put = put_to_us(case, issue, known_from=known.get(KeyDate.Kind.KNOWN))
    return put is not None and put.on <= until


def began_on(last_day: LastDay) -> date | None:
    """The day a limit runs from, by the dates of its case; None where it is counted back from a day."""
    limit = all_limits().get(last_day.limit_code)
    case, issue = last_day.case, last_day.issue
    known = counting(issue, case.key_dates.all(), list(case.issues.all()))
    its = [known[kind] for kind in limit.begins_with if kind in known] if limit else []
    started = its[0] if its else None
    return started.day if started and started.day <= last_day.until else None


def settle(last_day: LastDay, *, became: str, used_on: date | None, why: str, by: StaffMember | None) -> bool:
    """Say what became of a limit, for all problems of the case that have it. False where that was said."""
    with transaction.atomic():
        if not _same(last_day).filter(became="").update(
            became=became, used_on=used_on, why=why, by=by, at=timezone.now()
        ):  # fmt: skip
            return False
        said = f"used on {say(used_on)}" if used_on else "of no matter"
        _record(last_day, f"{said}: {why}" if why else said, by)
    return True


def elsewhere(last_day: LastDay, *, staff: StaffMember) -> list[LastDay]:
    """The same limit with the same last day on other open cases for the same person, one of each case that
    this colleague may know of: two cases are at times about one decision. None where others read that case.
    """
    here = last_day.case
    if here.is_restricted:
        return []
    known = Case.objects.visible_to(staff).filter(sensitivity=here.sensitivity, need_to_know=False)
    persons = CasePerson.objects.filter(role=CasePerson.Role.CONSTITUENT)
    people = persons.filter(case=last_day.case_id).values("person")
    theirs = persons.filter(person__in=people).exclude(case=last_day.case_id).values("case")
    found = LastDay.objects.running().filter(
        case__in=known.filter(pk__in=theirs),
        limit_code=last_day.limit_code, until=last_day.until,
    )  # fmt: skip
    # One of each case: what is said of it is said for all problems of the case that have it.
    return list(
        {each.case_id: each for each in found.select_related("case").order_by("case", "-pk")}.values()
    )


def settle_not(last_day: LastDay, *, by: StaffMember | None) -> bool:
    """It was wrong: the limit is on the list again. False where that has been said already."""
    with transaction.atomic():
        if not _same(last_day).settled().update(became="", used_on=None, why="", by=None, at=None):
            return False
        _record(last_day, "taken back, it was wrong: nobody has said yet that it was used", by)
        keep(last_day.case)
    return True


def _same(last_day: LastDay) -> Any:
    return LastDay.objects.filter(
        case=last_day.case_id, limit_code=last_day.limit_code, until=last_day.until
    )  # fmt: skip


def _record(last_day: LastDay, said: str, by: StaffMember | None) -> None:
    about = say_of_problem(last_day.case, last_day.issue)
    text = f"{last_day.limit_name}, until {say(last_day.until)}{about}: {said}"
    last_day.case.record(
        Event.Kind.DATED, by=by, text=text, limit=last_day.limit_code,
        issue=last_day.issue_id,
    )  # fmt: skip


def when_problem_saved(sender: type, instance: Issue, update_fields: Any = None, **rest: Any) -> None:
    """A problem is new, of another kind, or the same as another."""
    if rest.get("raw") or (
        update_fields is not None and not {"category", "duplicate_of", "body"} & set(update_fields)
    ):
        return
    if KeyDate.objects.standing().filter(case=instance.case_id).exists():
        keep(instance.case)


def when_moved(sender: type, instance: Move, **rest: Any) -> None:
    """Two cases became one, or one two."""
    if not rest.get("raw"):
        _keep([instance.source_id, instance.target_id])


def when_apart(case: Case, of: list[int], since: datetime | None, by: StaffMember, **_: Any) -> None:
    """What is recorded for all problems of a case that came apart is of those of both."""
    other = Case.objects.get(pk=of[0])
    on_both(other, case, by=by, since=since)
    on_both(case, other, by=by, since=since)
    _keep([case.pk, other.pk])


def when_open_again(sender: type, case: Case, **rest: Any) -> None:
    """What was part of another case, or closed, is worked on again."""
    keep(case)
