"""Merging two cases and splitting one.

Rows move (`carrying`); lines of a timeline stay where they were written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from opencasework.office.cases import actions, coming_along, drafts, hidden, ledger, team
from opencasework.office.cases.access import keep_in_sight
from opencasework.office.cases.carrying import Relation, Rows, carry, relations, with_what_hangs_on_it
from opencasework.office.cases.models import (
    Case,
    CasePerson,
    CasePersonOrigin,
    Event,
    Helper,
    Issue,
    LineShown,
    Move,
    came_apart,
    open_again,
)
from opencasework.office.cases.settling import origin_of, settle
from opencasework.office.cases.shown import show
from opencasework.office.cases.timeline import ANOTHER
from opencasework.office.kit import references
from opencasework.office.staff.models import StaffMember

_HOW_PRIVATE = ("sensitivity", "need_to_know")
_FIELDS = ("closed_at", "next_action", "next_action_on", "sensitivity", "need_to_know", "urgency")


class CannotMove(Exception):
    """These cases cannot be merged or split so; the message says why and what to do."""


def _lock(*cases: Case) -> list[Case]:
    """The cases as they stand, locked in the order of their numbers: two merges never wait for each other."""
    found = {
        case.pk: case
        for case in Case.objects.select_for_update().filter(pk__in=[c.pk for c in cases]).order_by("pk")
    }
    return [found[case.pk] for case in cases]


# --- merging ------------------------------------------------------------------------------------------


def twins(case: Case, into: Case) -> list[tuple[Issue, Issue]]:
    """Open issues of `case` that seem to be the same problem as one of `into`, each with that one."""
    theirs = list(into.issues.open().select_related("category", "body"))
    found = []
    for issue in case.issues.open().select_related("category", "body"):
        same = [one for one in theirs if _is_same(issue, one)]
        if same:
            found.append((issue, same[0]))
            theirs.remove(same[0])
    return found


def _is_same(issue: Issue, other: Issue) -> bool:
    bodies = {issue.body_id, other.body_id} - {None}
    return issue.category_id == other.category_id and len(bodies) < 2


def insist_mergeable(case: Case, into: Case) -> None:
    """Raise CannotMove with a sentence where these two cannot become one."""
    if case.pk == into.pk:
        raise CannotMove("A case cannot be merged into itself. Give the reference of the other one.")
    for one in (case, into):
        if one.merged_into_id:
            raise CannotMove(
                f"{one.reference} is part of another case already. Look where its reference leads."
            )
    if case.is_open and not into.is_open:
        raise CannotMove(
            f"{into.reference} is closed and {case.reference} is open. "
            "Reopen it first, or merge the other way."
        )


@transaction.atomic
def merge(*, case: Case, into: Case, by: StaffMember, same: Iterable[int] | None = None) -> Move:
    """Make `case` part of `into`, which stands for both from now on. `unmerge` takes it back at any time.

    `same` are the issues of `case` that are one problem with an issue of `into`; None takes all `twins`.
    Raises CannotMove.
    """
    case, into = _lock(case, into)
    insist_mergeable(case, into)
    chosen = None if same is None else set(same)
    pairs = [pair for pair in twins(case, into) if chosen is None or pair[0].pk in chosen]
    before: dict[str, Any] = {"case": _kept(case), "into": _kept(into)}
    rows = {}
    for relation in hidden.carried():
        pks = list(relation.rows(case).values_list("pk", flat=True))
        if went := carry(relation, pks, of=[case.pk], to=into.pk):
            rows[relation.label] = went
    drafts.join(case, into)
    _join(case, into, by=by)
    lines = []
    for issue, original in pairs:
        issue.refresh_from_db()
        lines += ledger.count_once(issue=issue, original=original, by=by)
    _as_strict(case, into, before)
    settle(CasePerson.objects.filter(case__in=[case, into]))
    before["helper"] = _owner_helps(case, into, by=by)
    before["twins"] = {"issues": [issue.pk for issue, _ in pairs], "lines": lines}
    move = Move.objects.create(
        kind=Move.Kind.MERGE, source=case, target=into, by=by, rows=rows, before=before,
        after={"case": _kept(case), "into": _kept(into)},
    )  # fmt: skip
    # It names no case: the line stays when the merge is taken back, and the page says it to who may know.
    into.record(Event.Kind.MERGED, by=by, text=ANOTHER, move=move.pk, case=case.pk)
    if into.is_open:  # and what came to it may have been closed
        open_again.send(sender=Case, case=into, by=by)
    case.record(Event.Kind.MERGED, by=by, text=f"into {ANOTHER}", move=move.pk, case=into.pk)
    return move


def _kept(case: Case) -> dict[str, Any]:
    return {name: _plain(getattr(case, name)) for name in _FIELDS}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _join(case: Case, into: Case, *, by: StaffMember) -> None:
    """Close the one and let the earlier of two next actions stand; the other is noted on its own case."""
    if case.next_action_on and into.next_action_on:
        first, second = sorted([into, case], key=lambda one: one.next_action_on or date.max)
        planned = f"Also planned: {second.next_action}, {second.next_action_on:%-d %b %Y}."
        second.record(Event.Kind.NOTE, by=by, text=planned)
        into.next_action, into.next_action_on = first.next_action, first.next_action_on
    case.closed_at = case.closed_at or timezone.now()
    case.next_action, case.next_action_on, case.merged_into = "", None, into
    into.urgency = max(case.urgency, into.urgency)


def _as_strict(case: Case, into: Case, before: dict[str, Any]) -> None:
    """Both are as private as the stricter of them: what each holds is read on one page now."""
    level = max(case.sensitivity, into.sensitivity)
    for one in (case, into):
        one.sensitivity, one.need_to_know = level, case.need_to_know or into.need_to_know
        one.save(update_fields=[*_FIELDS, "merged_into"])
    before["named"] = sorted(case.shared_with.values_list("pk", flat=True))
    named = set(case.shared_with.all()) | set(into.shared_with.all())
    for name, one in (("case", case), ("into", into)):
        added = named - set(one.shared_with.all())
        before[name]["shared"] = sorted(staff.pk for staff in added)
        one.shared_with.add(*added)
    into.hand_down_access()  # to what had been merged into either of them before


def _owner_helps(case: Case, into: Case, *, by: StaffMember) -> int | None:
    """Whoever had the other case goes on seeing it, as a helper of this one. Their number, if that is new."""
    owner = case.owner
    if owner is None or owner == into.owner:
        return None
    if into.owner is None:
        into.assign(to=owner, by=by)
        return None
    return owner.pk if team.add_helper(case=into, staff=owner, by=by) else None


@transaction.atomic
def unmerge(*, move: Move, by: StaffMember) -> bool:
    """Take a merge back: what had come from the other case goes back to it; what came since stays, but for
    what is of one of its problems alone.

    Both stay as private as they were together: what was written since may be about either. False where that
    has been done already. Raises CannotMove where no issue would be left to an open one.
    """
    if not Move.objects.filter(pk=move.pk, undone_at=None).update(undone_at=timezone.now(), undone_by=by):
        return False
    case, into = _lock(move.source, move.target)
    now_at = [pk for pk in into.survivor.family if pk != case.pk]
    behind = hidden.behind(move.rows, now_at)
    for relation in hidden.carried():
        carry(relation, move.rows.get(relation.label, []), of=now_at, to=case.pk)
    case.merged_into = None
    for name, one in (("case", case), ("into", into)):
        _restore(one, move.before[name], move.after[name])
    hidden.come_forward(behind, move)
    settle(CasePerson.objects.filter(case=into.survivor))
    coming_along.who_acts(case, now_at)
    came_along = _take_along(move, case, now_at)
    Issue.objects.filter(pk__in=move.before["twins"]["issues"]).update(duplicate_of=None)
    helpers = Helper.objects.filter(case__in=now_at, staff=move.before["helper"])
    if helper := helpers.select_related("case", "staff").first():
        team.remove_helper(helper=helper, by=by)
    if "named" in move.before and not _is_raised(case, move.before["case"]):
        # They were handed down to it while it was part of the other.
        theirs = {case.owner_id, into.survivor.owner_id, move.before["helper"]} - {None}
        case.shared_with.remove(*(theirs - set(move.before["named"])))
    _insist_on_issues(case, into.survivor)
    for one in (case, into.survivor):
        one.hand_down_access()
        keep_in_sight(one, by=by)
    if case.is_open:  # and the other may have been closed meanwhile
        open_again.send(sender=Case, case=case, by=by)
    came_apart.send(sender=Case, case=case, of=now_at, since=move.at, by=by)
    into.record(
        Event.Kind.MOVE_UNDONE,
        by=by,
        text=f"{ANOTHER} is a case of its own again",
        move=move.pk,
        case=case.pk,
    )
    case.record(
        Event.Kind.MOVE_UNDONE, by=by, text=f"no longer part of {ANOTHER}", move=move.pk, case=into.pk,
        counts=move.before["twins"]["lines"], **show(case, came_along),
    )  # fmt: skip
    return True


def _take_along(move: Move, case: Case, now_at: list[int]) -> set[int]:
    """What came meanwhile and is of the case that is back goes with it. The lines that say so."""
    went = coming_along.go(case, now_at, since=move.at)
    for label, pks in went.items():
        move.rows.setdefault(label, []).extend(pks)
    move.save(update_fields=["rows"])
    stood = Event.objects.filter(case__in=now_at, recorded_at__gte=move.at).exclude(shown_on__case=case)
    issues = list(case.issues.values_list("pk", flat=True))
    dated = stood.filter(kind=Event.Kind.DATED, detail__issue__in=issues)
    return {*dated.values_list("pk", flat=True), *_naming(stood, went)}


def written_since(move: Move) -> models.QuerySet[Event]:
    """Notes and calls written on the case that stood for both while they were one, and not shown on the other
    yet. Lines of a timeline never go: which of the two a line is about, a person says.
    """
    meanwhile = models.Q(pk__in=[])
    for case, since, until in _stood_for(move):
        meanwhile |= models.Q(case=case, recorded_at__gte=since, recorded_at__lt=until)
    lines = Event.objects.filter(meanwhile, kind__in=[Event.Kind.NOTE, Event.Kind.CALL])
    return lines.exclude(shown_on__case=move.source).order_by("-at", "-pk")


def _stood_for(move: Move) -> list[tuple[int, datetime, datetime]]:
    """Which cases stood for both of a merge and from when to when: its target, and what that was part of."""
    found = [(move.target_id, move.at, move.undone_at or timezone.now())]
    for case, since, until in found:
        merges = Move.objects.filter(kind=Move.Kind.MERGE, source=case, at__lt=until)
        for each in merges.exclude(undone_at__lte=since):
            found.append((each.target_id, max(since, each.at), min(until, each.undone_at or until)))
    return found


@transaction.atomic
def show_there(*, move: Move, lines: Collection[int], by: StaffMember) -> int:
    """Show these of the lines `written_since` on the case that is one of its own again, too. How many."""
    [case] = _lock(move.source)
    chosen = list(written_since(move).filter(pk__in=lines).values_list("pk", flat=True))
    if chosen:
        some = "One note or call" if len(chosen) == 1 else f"{len(chosen)} notes and calls"
        are = "is" if len(chosen) == 1 else "are"
        text = f"{some} written while this case was part of another {are} shown here, too."
        case.record(Event.Kind.NOTE, by=by, text=text, move=move.pk, **show(case, chosen))
    return len(chosen)


def _insist_on_issues(*cases: Case) -> None:
    """An open case is about something: what it was about may have been split off since."""
    for case in cases:
        if case.is_open and not case.issues.exists():
            raise CannotMove(
                f"Taken back, this would leave {case.reference} open and about nothing. Take back first the "
                "split that its issue went with, or give the case an issue."
            )


def _restore(case: Case, before: dict[str, Any], after: dict[str, Any]) -> None:
    """What the merge changed is as before; what somebody has changed since stays as they left it.

    Only how private it is never goes down by this, and names stay where that was raised.
    """
    for name in _HOW_PRIVATE:
        setattr(case, name, max(getattr(case, name), before[name]))
    for name in set(_FIELDS) - set(_HOW_PRIVATE):
        if _plain(getattr(case, name)) == after[name]:
            field: Any = Case._meta.get_field(name)
            setattr(case, name, field.to_python(before[name]))
    if case.closed_at is None and not case.next_action_on:
        case.next_action = case.next_action or actions.FIRST_ACTION
        case.next_action_on = timezone.localdate()
    if case.closed_at is not None:
        case.next_action, case.next_action_on = "", None
    case.save(update_fields=[*_FIELDS, "merged_into"])
    if not _is_raised(case, before):
        case.shared_with.remove(*before["shared"])


def _is_raised(case: Case, before: dict[str, Any]) -> bool:
    """Whether the case is more private than it was before the merge."""
    return any(getattr(case, name) > before[name] for name in _HOW_PRIVATE)


def went_to(case: Case) -> list[int]:
    """Where something of this case may be now: itself, its survivor, what was split off, by their numbers."""
    found, level = [case.pk], [case.pk]
    while level:
        moves = Move.objects.filter(source__in=level, undone_at=None).exclude(target__in=found)
        level = list(moves.values_list("target", flat=True))
        found += level
    return found


def lines_of(case: Case) -> models.QuerySet[Event]:
    """The timeline its page shows: its own, those of cases merged into it, lines it was split off with."""
    cases = case.family
    shown = [] if case.lacks("lines_shown", "merged_cases") else list(_shown_on(cases))
    lines = models.Q(case__in=cases) | models.Q(pk__in=shown) if shown else models.Q(case__in=cases)
    # The survivor says itself that they were merged.
    return Event.objects.filter(lines).exclude(kind=Event.Kind.MERGED, case__in=cases[1:])


def _shown_on(cases: list[int]) -> models.QuerySet[Any, Any]:
    return LineShown.objects.filter(case__in=cases).values_list("event", flat=True)


# --- splitting ----------------------------------------------------------------------------------------


def offered(case: Case) -> Iterator[tuple[Relation, list[Any]]]:
    """What of a case may be chosen to go to a new one, beside issues and people: each kind with its rows."""
    for relation in relations():
        own = relation.model._meta.app_label == Case._meta.app_label
        if relation.name != "case" or (own and relation.model.__name__ != "ReferenceNumber"):
            continue
        # With what a row is called by, so that a kind of row takes one query, however many there are.
        if rows := list(relation.rows(case).select_related()):
            yield relation, rows


@transaction.atomic
def split(
    *,
    case: Case,
    title: str,
    issues: Collection[int],
    people: Collection[int],
    rows: Rows,
    lines: Collection[int],
    next_action: str,
    next_action_on: date,
    by: StaffMember,
) -> Case:
    """Open a case for some of the issues of this one, with what belongs to them and what was chosen.

    `issues`, `people` (links of people) and `lines` are numbers, `rows` those of `offered`, by label. People
    stay on the old case too. What hangs on something that goes, such as the enquiry of a letter, goes along.
    Figures have counted the issues already and count nothing anew. Raises CannotMove.
    """
    [case] = _lock(case)
    chosen = list(case.issues.filter(pk__in=issues).select_related("category"))
    if not chosen:
        raise CannotMove("Choose at least one issue for the new case. It is what the new case is about.")
    if case.issues.exclude(pk__in=issues).filter(duplicate_of=None).count() == 0:
        raise CannotMove("Leave at least one issue on this case. To give it another title, change the title.")
    links = list(case.case_people.filter(pk__in=people))
    if not any(link.role == CasePerson.Role.CONSTITUENT for link in links):
        raise CannotMove("Choose for whom the new case is: at least one constituent.")
    if not case.is_open:
        raise CannotMove("A closed case cannot be split. Reopen it first.")
    new = _case_like(case, title, chosen[0], next_action, next_action_on)
    for link in links:
        copy = CasePerson.objects.create(
            case=new, person=link.person, role=link.role, relation=link.relation, acting=link.acting
        )
        put = CasePersonOrigin.objects.filter(number=link.pk).first()
        if put is not None and put.person_number != link.person_id:  # it belongs to whom that row belongs
            mine = origin_of(copy)
            mine.person_number = put.person_number
            mine.save(force_insert=True)
    went = with_what_hangs_on_it(case, {"cases.Issue.case": [issue.pk for issue in chosen], **rows})
    behind = hidden.behind(went, case.family)
    for relation in relations():
        went[relation.label] = carry(relation, went.get(relation.label, []), of=[case.pk], to=new.pk)
    for relation, row in behind:  # of a case that is part of this one, and stays with it
        hidden.follow(relation, row)
    move = Move.objects.create(
        kind=Move.Kind.SPLIT, source=case, target=new, by=by, rows={k: v for k, v in went.items() if v}
    )
    own = lines_of(case).filter(pk__in=lines).values_list("pk", flat=True)
    shown = show(new, {*own, *_naming(lines_of(case), went)})
    actions.keep_typed(new, title, next_action, by=by)
    # They name no case: the one may be kept from those who see the other, and what it is about with it.
    case.record(Event.Kind.SPLIT, by=by, text=ANOTHER, move=move.pk, case=new.pk)
    new.record(Event.Kind.SPLIT, by=by, text=f"from {ANOTHER}", move=move.pk, case=case.pk, **shown)
    came_apart.send(sender=Case, case=new, of=[case.pk], since=None, by=by)
    return new


def _case_like(case: Case, title: str, issue: Issue, next_action: str, on: date) -> Case:
    """A new case as private and as old as this one."""
    new = Case.objects.create(
        reference=actions.next_reference(timezone.localdate().year),
        title=references.apart(title)[:200],
        kind=actions.kind_for(issue.category),
        next_action=references.apart(next_action)[:200],
        next_action_on=on,
        **{
            name: getattr(case, name)
            for name in (
                "channel", "owner", "urgency", "tag_reason", "sensitivity", "transferability", "need_to_know",
                "opened_at",
            )
        },
    )  # fmt: skip
    new.shared_with.set(case.shared_with.all())
    return new


def _naming(lines: models.QuerySet[Event], went: Rows) -> Iterator[int]:
    """Those of these lines that name something that goes to another case."""
    named = {
        label.split(".")[1].lower().replace("referencenumber", "reference"): set(pks)
        for label, pks in went.items()
    }
    for pk, detail in lines.values_list("pk", "detail"):
        if any(isinstance(number := detail.get(name), int) and number in pks for name, pks in named.items()):
            yield pk


@transaction.atomic
def unsplit(*, move: Move, by: StaffMember) -> bool:
    """Take a split back: the new case becomes part of the old one, with all that has come to it since.

    False where that has been done already. Raises CannotMove.
    """
    if not Move.objects.filter(pk=move.pk, undone_at=None).update(undone_at=timezone.now(), undone_by=by):
        return False
    merge(case=move.target, into=move.source, by=by, same=())
    return True
