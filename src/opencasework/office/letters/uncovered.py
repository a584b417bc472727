"""Authority that ended while an answer is waited for: said on the case and to its owner, not only where the
next letter is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.authority.models import Authority, AuthorityQuerySet
from opencasework.office.cases.models import Case, CasePerson
from opencasework.office.constituents.acting import may_give
from opencasework.office.letters.enquiries import LEAVING, EnquiryQuerySet
from opencasework.office.letters.models import Enquiry
from opencasework.office.staff.permissions import May, StaffRequest, may


def uncovered(*, on: date) -> EnquiryQuerySet:
    """Open enquiries that an authority covered when they were put, and none does on this day.

    One put without authority, for a reason, is none of them. Asked of the database as a whole, so it takes no
    account of authority in some business only; `gate` has the last word where something leaves.
    """
    ended = _about_the_enquiry().filter(_ended(on), given_on__lte=OuterRef("sent_on"))
    # A letter still on its way out has put nothing to anybody yet.
    put = Enquiry.objects.unanswered().exclude(letter__state=LEAVING)
    return put.filter(Exists(ended.filter(~Exists(_in_its_place(on)), Exists(_on_the_case()))))


def _about_the_enquiry() -> AuthorityQuerySet:
    """Authorities on the case of the enquiry in the outer query that name its body, or cover any."""
    named = Authority.bodies.through.objects.filter(authority=OuterRef("pk"))
    body = Q(body=OuterRef(OuterRef("body")))
    parts = Q(body__units=OuterRef(OuterRef("body")), body__units__kind="service")
    return Authority.objects.filter(
        Q(covers_any_body=True) | Exists(named.filter(body | parts)),
        case=OuterRef("case"),
        name_doubted=False,
    ).alias(whose=Coalesce("about", "person"))


def _ended(on: date) -> Q:
    """Withdrawn or expired since the enquiry was put, or given by somebody who may give it no more."""
    withdrawn = Q(withdrawn_on__gte=OuterRef("sent_on"))
    expired = Q(withdrawn_on=None, expires_on__lt=on, expires_on__gte=OuterRef("sent_on"))
    return withdrawn | expired | (Q(withdrawn_on=None) & ~may_give("person", "whose", on=on))


def _in_its_place(on: date) -> AuthorityQuerySet:
    """What is in force about the same person for the same body."""
    named = Authority.bodies.through.objects.filter(authority=OuterRef("pk"))
    enquiry = OuterRef(OuterRef(OuterRef("body")))
    body, parts = Q(body=enquiry), Q(body__units=enquiry, body__units__kind="service")
    return (
        Authority.objects.in_force(on=on)
        .alias(whose=Coalesce("about", "person"))
        .filter(
            Q(covers_any_body=True) | Exists(named.filter(body | parts)),
            may_give("person", "whose", on=on), case=OuterRef("case"), whose=OuterRef("whose"),
        )
    )  # fmt: skip


def _on_the_case() -> QuerySet[CasePerson]:
    return CasePerson.objects.filter(case=OuterRef("case"), person=OuterRef("whose"))


@dataclass(frozen=True)
class Ended:
    """One such enquiry: what is said of it, and the way on, in words and where it leads."""

    enquiry: Enquiry
    said: str
    label: str
    url: str


def ended_on(case: Case, *, on: date) -> list[Ended]:
    """Each of a case, with what the gate says of it."""
    waiting = any(each.answered_on is None for each in case.enquiries.all())
    if not (case.is_open and waiting) or case.lacks("authorities"):
        return []
    found = uncovered(on=on).filter(case=case).select_related("body")
    return [
        Ended(enquiry, *gate.asking_again(case, enquiry.body, on=on))
        for enquiry in found
        if not gate.is_open(case, enquiry.body, on=on)
    ]


def card(case: Case, request: StaffRequest) -> str:
    """What stands below the strip of a case of which that is so; empty of nearly all."""
    ended = ended_on(case, on=timezone.localdate())
    context = {"ended": ended, "may_write": may(request.user, May.WRITE_CASES)}
    return render_to_string("letters/_uncovered.html", context) if ended else ""
