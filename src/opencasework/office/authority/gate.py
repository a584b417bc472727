"""The gate: nothing about a person goes to a body that no authority in force covers."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q

from opencasework.office.authority import implied
from opencasework.office.authority.models import Authority, AuthorityQuerySet, SentWithout
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case
from opencasework.office.constituents.acting import who_must_give_authority
from opencasework.office.staff.models import StaffMember


def covering(case: Case, body: Body, *, on: date) -> AuthorityQuerySet:
    """The authorities on this case that let us speak to this body about its constituent on this day.

    None where the case has no constituent: nobody has given it then.
    """
    person = case.constituent
    if person is None:
        return Authority.objects.none()
    given = Authority.objects.filter(case=case).covering(body, on=on)
    if body.code not in implied.for_case(case):  # accepted for some issues, and this case has others
        given = given.exclude(basis=Authority.Basis.IMPLIED)
    # From whoever may give it about them; about another constituent of the case it says nothing of them.
    givers = [giver.person for giver in who_must_give_authority(person, on=on)]
    return given.filter(Q(about=person) | Q(about=None, person=person), person__in=givers)


def is_open(case: Case, body: Body, *, on: date) -> bool:
    """Whether something about the person may go to this body on this day."""
    return covering(case, body, on=on).exists()


def record_override(
    *, case: Case, body: Body, letter: int | None, reason: str, by: StaffMember | None, at: datetime
) -> None:
    """Something left without authority: keep it for the weekly review. Call it inside the transaction."""
    SentWithout.objects.create(case=case, body=body, letter=letter, reason=reason[:300], by=by, at=at)
