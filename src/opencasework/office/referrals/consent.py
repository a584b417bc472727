"""Whether what was shared with somebody is still covered: a person may take consent back at any time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.authority.models import Authority
from opencasework.office.authority.models.authority import departments_of
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, CasePerson, Transfer
from opencasework.office.kit.dates import say
from opencasework.office.referrals.models import Inward

GIVEN = (Transfer.Consent.SIGNED, Transfer.Consent.VERBAL)
RUNNING = ("", Transfer.Answer.ACCEPTED)  # they may still have it before them
ABOUT = Coalesce("about", "person")  # whom an authority is about


@dataclass(frozen=True)
class Ended:
    """That nothing covers any more what went to them: since when, and why, in a sentence."""

    on: date
    said: str


def ended(found: QuerySet[Transfer], *, on: date) -> QuerySet[Transfer]:
    """Of these what is with somebody by consent and not covered any more: an authority for them ended, and
    none is in force about whom it was about. What came of a referral already is not among it.

    The question of `gate.is_open` for what is listed and counted, as the database can answer it.
    """
    over = Q(withdrawn_on__isnull=False) | Q(expires_on__lt=on)
    of_case = Authority.objects.alias(whom=ABOUT)
    still = of_case.in_force(on=on).filter(Q(whom=OuterRef("whom")), case=OuterRef("case"))
    on_it = CasePerson.objects.filter(case=OuterRef("case"), role=CasePerson.Role.CONSTITUENT)
    gone = of_case.filter(_for(OuterRef("to_body")), over, case=OuterRef("case"), name_doubted=False).filter(
        Exists(on_it.filter(person=OuterRef("whom"))),
        ~Exists(still.filter(_for(OuterRef(OuterRef("to_body"))))),
    )
    known = Q(outward__isnull=False) & ~Q(outward__result="")  # what came of it
    running = found.filter(consent__in=GIVEN, answer__in=RUNNING, answer_by__isnull=False)
    return running.exclude(known).filter(Exists(gone))


def _for(body: OuterRef) -> Q:
    """Of authorities: that they cover this body, by its name or as a service of what they name."""
    of_a_service = Q(bodies__units=body, bodies__units__kind="service")
    return Q(covers_any_body=True) | Q(bodies=body) | of_a_service


def ended_on(case: Case) -> dict[int, Ended]:
    """What of a case is with somebody and not covered any more, by its number, and why."""
    today = timezone.localdate()
    found = ended(Transfer.objects.filter(case=case), on=today).select_related("to_body")
    return {each.pk: last_to_end(each, today) for each in found}


def last_to_end(transfer: Transfer, today: date) -> Ended:
    """Of what is `ended`: the authority for them that ended last, by the person's word or by its day."""
    nothing = Ended(today, f"No authority covers {transfer.to_name} any more.")
    if transfer.to_body is None:
        return nothing
    return _last(transfer.case_id, transfer.to_body, transfer.to_name, today) or nothing


def _last(case: int, body: Body, name: str, today: date) -> Ended | None:
    named = Q(covers_any_body=True) | Q(bodies__in=[body, *departments_of(body)])
    covering = Authority.objects.filter(named, case=case, name_doubted=False)
    ends = []
    for each in covering.select_related("person").distinct():
        if each.withdrawn_on is not None:
            said = f"{each.person} withdrew the authority for {name} on {say(each.withdrawn_on)}."
            ends.append(Ended(each.withdrawn_on, said))
        elif each.expires_on is not None and each.expires_on < today:
            said = f"The authority of {each.person} for {name} ended on {say(each.expires_on)}."
            ends.append(Ended(each.expires_on, said))
    return max(ends, key=lambda end: end.on, default=None)


# --- of a case that came from a partner -----------------------------------------------------------------


@dataclass(frozen=True)
class Unheard:
    """That a partner may not be told of the case it sent, and why, in a sentence."""

    said: str
    has_ended: bool  # it might once: the person took it back, or its day has passed


def uncovered(found: QuerySet[Inward], *, on: date) -> QuerySet[Inward]:
    """Of these what its partner may not be told of: no authority for it is in force about somebody the case
    is for. The question of `gate.is_open`, as the database can answer it.
    """
    theirs = _for(OuterRef(OuterRef("partner__body")))
    given = Authority.objects.alias(whom=ABOUT).in_force(on=on).filter(theirs, case=OuterRef("case"))
    on_it = CasePerson.objects.filter(case=OuterRef("case"), role=CasePerson.Role.CONSTITUENT)
    without = on_it.filter(~Exists(given.filter(Q(whom=OuterRef("person")))))
    return found.filter(Exists(without) | ~Exists(on_it))


def unheard(inward: Inward) -> Unheard | None:
    """Why the partner who sent it may not be told of it today; None where it may."""
    today, case, body = timezone.localdate(), inward.case, inward.partner.body
    if gate.is_open(case, body, on=today):
        return None
    over = _last(case.pk, body, str(body), today)
    said = over.said if over else gate.why_shut(case, body, on=today)
    return Unheard(said, has_ended=over is not None)
