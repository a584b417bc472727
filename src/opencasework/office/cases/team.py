"""Who is on a case, as what, who helps, and handing it over."""

from __future__ import annotations

from django.db import transaction

from opencasework.office.cases.access import keep_in_sight
from opencasework.office.cases.models import Case, CaseLink, CasePerson, Event, Helper
from opencasework.office.staff.models import StaffMember


class StaysOnTheCase(Exception):
    """Nobody would be left for whom the case is; the message says what to do."""


@transaction.atomic
def change_person(*, link: CasePerson, role: str, relation: str, by: StaffMember) -> bool:
    """Say better as what somebody is on the case. Raises StaysOnTheCase for its last constituent."""
    if (link.role, link.relation) == (role, relation):
        return False
    if role != CasePerson.Role.CONSTITUENT:
        _insist_on_another_constituent(link)
    was = link.relation or link.get_role_display()
    link.role, link.relation = role, relation
    link.save(update_fields=["role", "relation"])
    link.case.record(
        Event.Kind.PERSON_CHANGED,
        by=by,
        text=f"{link.person}: {relation or link.get_role_display()}, before {was}",
        person=link.person_id,
        role=role,
    )
    return True


@transaction.atomic
def remove_person(*, link: CasePerson, by: StaffMember) -> None:
    """Take somebody off the case; the timeline keeps that they were on it. Raises StaysOnTheCase."""
    _insist_on_another_constituent(link)
    link.case.record(
        Event.Kind.PERSON_REMOVED,
        by=by,
        text=f"{link.person}, {link.relation or link.get_role_display()}",
        person=link.person_id,
        role=link.role,
    )
    link.delete()


def _insist_on_another_constituent(link: CasePerson) -> None:
    constituents = CasePerson.objects.filter(case=link.case_id, role=CasePerson.Role.CONSTITUENT)
    # Locked, so that of two people taking one of two off at once one stays.
    others = [one for one in constituents.select_for_update() if one.pk != link.pk]
    if link.role == CasePerson.Role.CONSTITUENT and not others:
        raise StaysOnTheCase(
            f"{link.person} is the only constituent here, and a case is for somebody. "
            "Add the right person as a constituent first."
        )


@transaction.atomic
def hand_over(*, case: Case, to: StaffMember | None, by: StaffMember, note: str = "") -> bool:
    """Give the case to a colleague, with a word about how it stands.

    Returns whether whoever did this stays named on it, as nobody else would see it.
    """
    if to and case.helpers.filter(staff=to).exists():
        case.helpers.filter(staff=to).delete()  # who owns it needs no helping
    case.assign(to=to, by=by)
    is_named = keep_in_sight(case, by=by)
    if note.strip():
        case.record(Event.Kind.NOTE, by=by, text=f"Handed over to {to or 'nobody'}: {note.strip()}")
    return is_named


@transaction.atomic
def add_helper(*, case: Case, staff: StaffMember, by: StaffMember) -> bool:
    """A colleague helps, and may see the case from now on whatever it holds. False where they do already."""
    if case.owner_id == staff.pk:
        return False
    named = case.shared_with.filter(pk=staff.pk).exists()
    _, is_new = Helper.objects.get_or_create(case=case, staff=staff, defaults={"was_named": named})
    if is_new:
        case.shared_with.add(staff)
        case.hand_down_access()
        case.record(Event.Kind.HELPER_ADDED, by=by, text=str(staff), staff=staff.pk)
    return is_new


@transaction.atomic
def remove_helper(*, helper: Helper, by: StaffMember) -> bool:
    """They help no more. Whoever saw the case only because they helped sees it no longer.

    Returns whether whoever did this stays named on it, as nobody else would see it.
    """
    case, staff = helper.case, helper.staff
    if not helper.was_named:
        case.shared_with.remove(staff)
        case.hand_down_access()
    case.record(Event.Kind.HELPER_REMOVED, by=by, text=str(staff), staff=staff.pk)
    helper.delete()
    return keep_in_sight(case, by=by)


@transaction.atomic
def link_cases(*, case: Case, other: Case, kind: str, by: StaffMember) -> bool:
    """Link two cases; both say so. False where they are linked already.

    The lines name no case: who may know of one need not know of the other.
    """
    if CaseLink.objects.filter(one=other, other=case).exists():
        return False
    link, is_new = CaseLink.objects.get_or_create(one=case, other=other, defaults={"kind": kind, "by": by})
    if is_new:
        for side, far in ((case, other), (other, case)):
            side.record(Event.Kind.LINKED, by=by, text=link.get_kind_display(), case=far.pk)
    return is_new


@transaction.atomic
def unlink(*, link: CaseLink, by: StaffMember) -> None:
    for side, far in ((link.one, link.other), (link.other, link.one)):
        side.record(Event.Kind.UNLINKED, by=by, text=link.get_kind_display(), case=far.pk)
    link.delete()
