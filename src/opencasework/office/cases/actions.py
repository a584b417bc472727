"""Acts that make or change several nouns of a case at once."""

from __future__ import annotations

import re
from copy import copy
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.cases import shorthand
from opencasework.office.cases.access import keep_in_sight
from opencasework.office.cases.models import (
    Case,
    CaseNumber,
    CasePerson,
    Event,
    Issue,
    ReferenceNumber,
    RemovedNumber,
)
from opencasework.office.cases.models import case as case_models
from opencasework.office.constituents import changes
from opencasework.office.constituents.models import ActingFor, Person
from opencasework.office.kit import dates, references
from opencasework.office.kit.alone import lock
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.places.models import Office
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import POLICY, Category, Sensitivity, Transferability, Urgency

FIRST_ACTION = case_models.FIRST_ACTION
THEN_WRITE = "Ask for authority, then write to "  # begins the first step that the inbox suggests
# Working days in which a routine case gets its first action: a proposal of this project, not a rule.
FIRST_ACTION_DAYS = 5
SAID_TYPED = (
    "A number in it is shown short, as everybody in the office reads that line. A note has it in full, from "
    "which the card of reference numbers proposes it."
)
TYPED = "In full:"  # begins the note that keeps what a title or next action may not show
SAID_BACK = 60  # characters of a line that is said back


def next_reference(year: int) -> str:
    """The next case reference of a year, such as OC-2026-00041. Call inside a transaction."""
    CaseNumber.objects.get_or_create(year=year)
    # The update locks the row, so that two cases opened at once get two numbers.
    CaseNumber.objects.filter(year=year).update(last=models.F("last") + 1)
    return f"OC-{year}-{CaseNumber.objects.get(year=year).last:05d}"


def first_action_due(today: date) -> date:
    """When a routine case opened today gets its first action."""
    return working_days_after(today, FIRST_ACTION_DAYS, nation=Office.nation_here())


@transaction.atomic
def open_case(
    *,
    person: Person,
    category: Category,
    title: str,
    by: StaffMember | None,
    owner: StaffMember | None = None,
    body: Body | None = None,
    channel: str = "email",
    urgency: str = "",
    sensitivity: str = "",
    transferability: str = Transferability.KEEP,
    tag_reason: str = "",
    next_action: str = "",
    next_action_on: date | None = None,
    need_to_know: bool = False,
    rang: str = "",
    sent: str = "",
    at: Any = None,
) -> Case:
    """Open a case for a person about one issue, with its four tags and its next action.

    `rang` is the code of the body whose call it is opened for: the person was not spoken to then.
    `sent` marks the form it came with: `sent_twice`.

    Where the caller leaves them empty, urgency and sensitivity are the category's own, and the next
    action is to decide the first step within five working days (the same day where it is urgent).
    """
    at = at or timezone.now()
    urgency = urgency or category.default_urgency
    today = timezone.localdate(at)
    urgent = urgency in {Urgency.URGENT, Urgency.EMERGENCY}
    case = Case.objects.create(
        reference=next_reference(today.year),
        title=references.apart(title)[:200],
        kind=kind_for(category),
        channel=channel,
        owner=owner,
        urgency=urgency,
        sensitivity=sensitivity or category.default_sensitivity,
        transferability=transferability,
        tag_reason=tag_reason,
        need_to_know=need_to_know or sensitivity == Sensitivity.RESTRICTED,
        next_action=references.apart(next_action)[:200] or FIRST_ACTION,
        next_action_on=next_action_on or (today if urgent else first_action_due(today)),
        opened_at=at,
    )
    CasePerson.objects.create(case=case, person=person)
    case.record(
        Event.Kind.OPENED, by=by, at=at, kind=case.kind, channel=channel,
        **({"rang": rang} if rang else {}), **({"sent": sent} if sent else {}),
    )  # fmt: skip
    keep_in_sight(case, by=by)
    add_issue(case=case, category=category, body=body, by=by, at=at)
    keep_typed(case, title, next_action, by=by)
    return case


def kind_for(category: Category) -> Case.Kind:
    return Case.Kind.POLICY if category.kind == POLICY else Case.Kind.CASEWORK


@transaction.atomic
def add_issue(
    *,
    case: Case,
    category: Category,
    by: StaffMember | None,
    body: Body | None = None,
    sent: str = "",
    at: Any = None,
) -> Issue:
    """Record one more topic against the case; every one counts in the figures."""
    issue = Issue.objects.create(case=case, category=category, body=body)
    case.record(
        Event.Kind.ISSUE_ADDED,
        by=by,
        at=at,
        text=category.label,
        category=category.code,
        body=body.code if body else "",
        kind=case.kind,
        channel=case.channel,
        issue=issue.pk,
        **({"sent": sent} if sent else {}),
    )
    return issue


@transaction.atomic
def set_tags(
    *, case: Case, urgency: str, sensitivity: str, transferability: str, tag_reason: str, by: StaffMember
) -> None:
    """Change the three levels. Restricting a case makes it need-to-know for those who work on it."""
    # From reading what stands there to writing it, nobody else changes it.
    lock(Case.objects.filter(pk=case.pk))
    case.refresh_from_db(fields=["urgency", "sensitivity", "transferability", "tag_reason", "need_to_know"])
    before = (case.urgency, case.sensitivity, case.transferability, case.tag_reason)
    if before == (urgency, sensitivity, transferability, tag_reason):
        return
    restricted = sensitivity == Sensitivity.RESTRICTED
    # Whoever restricts it stays among those named, but not who sees it for a day, in an emergency.
    manages = Case.objects.manageable_by(by).filter(pk=case.pk).exists()
    Case.objects.filter(pk=case.pk).update(
        urgency=urgency,
        sensitivity=sensitivity,
        transferability=transferability,
        tag_reason=tag_reason,
        need_to_know=restricted or case.need_to_know,
    )
    if restricted and manages:
        case.shared_with.add(by)
    case.hand_down_access()
    case.record(
        Event.Kind.TAGGED,
        by=by,
        text=_levels_said(before, (urgency, sensitivity, transferability, tag_reason)),
        urgency=urgency,
        sensitivity=sensitivity,
        transferability=transferability,
        levels_before=list(before[:3]),  # so that it can be taken back
    )
    case.refresh_from_db()
    if manages:
        keep_in_sight(case, by=by)


def _levels_said(before: tuple[str, ...], after: tuple[str, ...]) -> str:
    """“Urgency: Routine, now Urgent”, a line for each that changed."""
    axes = (("Urgency", Urgency), ("Sensitivity", Sensitivity), ("Transferability", Transferability))
    return "\n".join(
        f"{name}: {levels(old).label}, now {levels(new).label}"
        for (name, levels), old, new in zip(axes, before[:3], after[:3], strict=True)
        if old != new
    )


@transaction.atomic
def add_reference(
    *,
    case: Case,
    kind: str,
    value: str,
    by: StaffMember | None,
    label: str = "",
    person: Person | None = None,
) -> ReferenceNumber:
    """Keep a reference number on the case. One that is already there is returned as it stands.

    `person` is whose it is; left out, the constituent's for a kind that people keep through their cases.
    """
    known = references.kinds()[kind]
    person = person or (case.constituent if known.is_of_a_person else None)
    number, is_new = ReferenceNumber.objects.get_or_create(
        case=case,
        kind=kind,
        compact=known.compact(value),
        defaults={"value": value.strip(), "label": label, "person": person},
    )
    if is_new:
        case.record(Event.Kind.REFERENCE_ADDED, by=by, text=number.kind_name, reference=number.pk)
    return number


def without_numbers(case: Case, text: str, *, by: StaffMember | None) -> str:
    """A title or next action as everybody in the office may read it. Call it inside a transaction.

    Whose its numbers are nobody has said: what was typed is a note, in which they are covered by role, and
    from which the card of numbers proposes them.
    """
    keep_typed(case, text, by=by)
    return references.apart(text)[:200]


def keep_typed(case: Case, *texts: str, by: StaffMember | None) -> None:
    """Keep what was typed into a title or next action as a note where that shows less of it, once."""
    for text in texts:
        said = f"{TYPED} {text}"
        shows_less = references.apart(text) != text
        if shows_less and not Event.objects.filter(case=case, kind=Event.Kind.NOTE, text=said).exists():
            case.record(Event.Kind.NOTE, by=by, text=said)


@transaction.atomic
def change_category(*, issue: Issue, category: Category, by: StaffMember) -> None:
    """Say better what an issue is about. What it was before stays on the timeline.

    Moving it between casework and policy moves the case, and so every issue on it: each gets a line, from
    which figures see that it counts as something else now.
    """
    if issue.category_id == category.pk:
        return
    case, before = issue.case, issue.category
    kind_before = case.kind
    issue.category = category
    issue.save(update_fields=["category"])
    Case.objects.filter(pk=case.pk).update(kind=kind_for(category))
    case.refresh_from_db()
    _say_category(issue, before=before, kind_before=kind_before, by=by)
    if case.kind != kind_before:
        for other in case.issues.exclude(pk=issue.pk).select_related("category", "body"):
            _say_category(other, before=other.category, kind_before=kind_before, by=by)


def _say_category(issue: Issue, *, before: Category, kind_before: str, by: StaffMember) -> None:
    issue.case.record(
        Event.Kind.TAGGED,
        by=by,
        text=f"Issue: {issue.category.label}",
        issue=issue.pk,
        category=issue.category.code,
        before=before.code,
        kind=issue.case.kind,
        kind_before=kind_before,
        body=issue.body.code if issue.body else "",
        channel=issue.case.channel,
    )


@transaction.atomic
def share(*, case: Case, need_to_know: bool, shared_with: list[StaffMember], by: StaffMember) -> None:
    """Say who may know of the case. Whoever limits it stays among them, so as not to lock themselves out."""
    Case.objects.filter(pk=case.pk).update(need_to_know=need_to_know)
    case.shared_with.set({*shared_with, by} if need_to_know else shared_with)
    case.hand_down_access()
    case.record(
        Event.Kind.ACCESS,
        by=by,
        text="Only for those who work on it"
        if need_to_know
        else "Open to the team, as its sensitivity allows",
        need_to_know=need_to_know,
        shared_with=sorted(person.pk for person in case.shared_with.all()),
    )
    case.refresh_from_db()
    keep_in_sight(case, by=by)


@transaction.atomic
def add_person(*, case: Case, person: Person, role: str, relation: str, by: StaffMember) -> CasePerson:
    """Put one more person on the case. Somebody who is on it already stays as they are."""
    link, is_new = CasePerson.objects.get_or_create(
        case=case, person=person, defaults={"role": role, "relation": relation}
    )
    if is_new:
        case.record(
            Event.Kind.PERSON_ADDED,
            by=by,
            text=f"{person}, {relation or link.get_role_display()}",
            person=person.pk,
            role=role,
        )
    return link


@transaction.atomic
def let_act(
    *, link: CasePerson, constituent: Person, kind: str, proof: str, by: StaffMember | None = None
) -> ActingFor:
    """Say as what somebody on the case acts for its constituent; what is on record already stays as it is.

    Where `by` somebody, what is new of it is said on the open cases of the constituent.
    """
    today = timezone.localdate()
    acting = (
        ActingFor.objects.in_force(on=today).filter(person=constituent, by=link.person, kind=kind).first()
    )
    before = copy(acting)
    if acting is None:
        acting = ActingFor.objects.create(person=constituent, by=link.person, kind=kind, since=today)
    if proof and not acting.proof:
        acting.proof, acting.proof_seen_on = proof, today
        acting.save(update_fields=["proof", "proof_seen_on"])
    link.acting = acting
    link.save(update_fields=["acting"])
    if by is not None:
        changes.say_acting(acting, before=before, by=by)
    return acting


@transaction.atomic
def remove_reference(*, number: ReferenceNumber, by: StaffMember) -> None:
    """Take a number that is wrong off its case. The timeline keeps which it was, masked as on the screen.

    For a day the number itself is kept as well, so that this can be taken back.
    """
    shown = number.masked if number.is_masked else number.value
    line = number.case.record(
        Event.Kind.REFERENCE_REMOVED,
        by=by,
        text=f"{number.kind_name} {shown}",
        number_kind=number.kind,
    )
    RemovedNumber.objects.create(
        line=line, case=number.case, person=number.person, kind=number.kind, label=number.label,
        value=number.value,
    )  # fmt: skip
    number.delete()


PLANNED = re.compile(r"(?:^|\s)!(?=\w)(.*)")  # in one line of a note: “!fri chase HMPO”, at its end or alone


@transaction.atomic
def write_note(*, case: Case, text: str, by: StaffMember) -> tuple[Event, str]:
    """Add a note. “!fri chase HMPO” in a line of it also sets the next action of an open case.

    “@tom” asks a colleague and “#damp” puts a word of the office on the case: see `shorthand`. Returns the
    note, and sentences where something of that could not be done.
    """
    note = case.record(Event.Kind.NOTE, by=by, text=text.strip())
    unread = ""
    for found in filter(None, map(PLANNED.search, text.splitlines())):
        words = found[1].strip()
        planned = planned_in(words, today=timezone.localdate(), nation=Office.nation_here())
        if not case.is_open:
            unread = "A closed case has no next action, so none is set."
        elif planned and (far := dates.too_far(planned[1], today=timezone.localdate())):
            unread = f"{far} The next action stays."
        elif planned:
            case.plan(next_action=without_numbers(case, planned[0], by=by), on=planned[1], by=by)
        else:
            begun = words if len(words) <= SAID_BACK else f"{words[:SAID_BACK].rsplit(' ', 1)[0]} …"
            unread = (
                f"“!{begun}” does not begin with a day to come and then say what to do, "
                "so the next action stays. Write it as “!fri ring them”."
            )
    return note, " ".join(filter(None, [unread, *shorthand.obey(case, note, by=by)]))


def planned_in(line: str, *, today: date, nation: str) -> tuple[str, date] | None:
    """The next action and day that words such as “10 wd chase HMPO” name; None where they name none.

    The longest beginning that reads as a date is the date; what follows is the action.
    """
    words = line.split()
    for count in range(min(5, len(words) - 1), 0, -1):
        try:
            on = dates.parse(" ".join(words[:count]), today=today, nation=nation)
        except ValueError:
            continue
        action = " ".join(words[count:])
        return (action[:1].upper() + action[1:], on) if on >= today else None
    return None
