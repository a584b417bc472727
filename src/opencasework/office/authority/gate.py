"""The gate: nothing about a person goes to a body that no authority in force covers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db.models import Q, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from opencasework.office.authority import implied
from opencasework.office.authority.models import Authority, AuthorityQuerySet, SentWithout
from opencasework.office.authority.models.authority import departments_of
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case
from opencasework.office.constituents.acting import who_must_give_authority
from opencasework.office.kit.dates import say
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


def lapsed(case: Case, body: Body, *, on: date) -> Authority | None:
    """The authority that covered this body the longest and has expired, to be asked for anew.

    None where there was none; one that the person withdrew is not asked for again as a matter of course.
    """
    person = case.constituent
    if person is None:
        return None
    named = Authority.bodies.through.objects.filter(body__in=[body, *departments_of(body)])
    ended = Authority.objects.filter(
        Q(covers_any_body=True) | Q(pk__in=named.values("authority")),
        Q(about=person) | Q(about=None, person=person),
        case=case, withdrawn_on=None, expires_on__lt=on,
    )  # fmt: skip
    return ended.select_related("person").order_by("-expires_on", "-pk").first()


def asking_again(case: Case, body: Body, *, on: date) -> tuple[str, str, str]:
    """What is said where no authority covers the body, the words of the way on, and where that leads."""
    url = reverse("authority-ask-new", args=[case.pk])
    ended = lapsed(case, body, on=on)
    if ended is None or ended.expires_on is None:
        return f"No authority covers {body}.", "Ask for authority", url
    said = f"The authority of {ended.person} for {body} ended on {say(ended.expires_on)}."
    return said, "Ask for it to be renewed", f"{url}?renews={ended.pk}"


def on_file(case: Case, *, on: date) -> Callable[[Body], Authority | None]:
    """Asks of one body after another which authority covers it, the newest: as `covering`, with the queries
    of one, for a page that shows several bodies of a case.
    """
    person = case.constituent
    if person is None or case.lacks("authorities"):
        return lambda body: None
    found = list(Authority.objects.filter(case=case).in_force(on=on).select_related("person"))
    if not found:
        return lambda body: None
    givers = {giver.person.pk for giver in who_must_give_authority(person, on=on)}
    given = [
        each for each in found if each.person_id in givers and (each.about_id or each.person_id) == person.pk
    ]
    # Asked for only where it matters: a page of a case has few queries to spare.
    prefetch_related_objects([each for each in given if not each.covers_any_body], "bodies")
    some_implied = any(each.basis == Authority.Basis.IMPLIED for each in given)
    accepted = implied.for_case(case) if some_implied else {}

    def covers(authority: Authority, body: Body) -> bool:
        if authority.basis == Authority.Basis.IMPLIED and body.code not in accepted:
            return False
        if authority.covers_any_body:
            return True
        named = {each.pk for each in authority.bodies.all()}
        return any(each.pk in named for each in [body, *departments_of(body)])

    return lambda body: next((each for each in given if covers(each, body)), None)


def is_open(case: Case, body: Body, *, on: date) -> bool:
    """Whether something about the person may go to this body on this day."""
    return covering(case, body, on=on).exists()


def record_override(
    *,
    case: Case,
    body: Body,
    reason: str,
    by: StaffMember | None,
    at: datetime,
    letter: int | None = None,
    enquiry: int | None = None,
) -> None:
    """Something left without authority, in a letter or by word (`enquiry`): keep it for the weekly review.

    Call it inside the transaction.
    """
    SentWithout.objects.create(
        case=case, body=body, letter=letter, enquiry=enquiry, reason=reason[:300], by=by, at=at
    )


def take_back_override(*, by: StaffMember, enquiry: int | None = None, letter: int | None = None) -> None:
    """What was written down as asked or posted was not, `by` says: the weekly review lists that, too."""
    found = SentWithout.objects.none()
    if enquiry is not None:
        found = SentWithout.objects.filter(enquiry=enquiry)
    if letter is not None:
        found = SentWithout.objects.filter(letter=letter)
    found.filter(taken_back_at=None).update(taken_back_at=timezone.now(), taken_back_by=by)
