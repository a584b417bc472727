"""Authority in the fictional office: every way it is given, what waits for it, and what went without."""

from __future__ import annotations

import hashlib
from datetime import datetime, time, timedelta

from django.utils import timezone, translation

from opencasework.office.authority import wording
from opencasework.office.authority.actions import keep, scans
from opencasework.office.authority.clock import days_of, start
from opencasework.office.authority.models import Ask, Authority, Demand, SentWithout, SignLink
from opencasework.office.authority.returned import finish, hand_in
from opencasework.office.authority.signing import statement
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, Event
from opencasework.office.demo.lives import Office
from opencasework.office.kit.pdf import PdfUnavailable
from opencasework.office.kit.working_days import working_days_after

DEVICE = "Mozilla/5.0 (Linux; Android 15; Invented Phone 3)"


def tell(office: Office) -> None:
    """A few open cases, each at another point of the way to a signature."""
    open_cases = Case.objects.open().filter(enquiries__isnull=False, need_to_know=False).distinct()
    # By their number, so that the same seed gives the same office.
    cases = [case for case in open_cases.order_by("pk") if case.owner and case.constituent]
    told = cases[:6]
    acts = (_signed_online, _link_is_out, _form_came_back, _sent_without, _ends_soon, _asked_again)
    for case, act in zip(told, acts, strict=False):
        act(office, case)
    _home_office(office)


def _ask(office: Office, case: Case, number: int, *, language: str = Ask.Language.ENGLISH) -> Ask:
    ask = Ask.objects.create(
        case=case,
        person=case.constituent,  # type: ignore[misc]  # cases without one were left out
        problem=f"{case.title}.",
        wanted="Find out what has happened, and ask for it to be put right.",
        language=language,
        code=f"DEM0{number:012d}",
        made_by=case.owner,
    )
    ask.bodies.set(Body.objects.filter(enquiries__case=case).distinct())
    case.record(Event.Kind.AUTHORITY, by=case.owner, text=f"Asked of {ask.person}", ask=ask.pk)
    return ask


def _link(office: Office, ask: Ask) -> SignLink:
    assert ask.made_by is not None
    return SignLink.make(ask, origin="http://localhost:8123", by=ask.made_by)


def _signed_online(office: Office, case: Case) -> None:
    ask = _ask(office, case, 1)
    link, person = _link(office, ask), ask.person
    bodies = list(ask.bodies.all())
    said = statement.Said(
        address=str(person.address or "No fixed address"), added="", bodies=bodies, any_body=False, other="",
        name=person.full_name, drawn="[[[60,120],[110,60],[160,130],[230,70],[330,110]]]",
    )  # fmt: skip
    at = datetime.combine(office.working_day(office.today - timedelta(days=3)), time(19, 47))
    with translation.override("en-gb"):
        text = wording.as_text(statement.parts_of(link, said))
        evidence = {
            "name": said.name, "signed_at": timezone.make_aware(at).isoformat(), "address": said.address,
            "device": DEVICE, "ip": "203.0.113.24", "language": "en-gb", "text": text, "drawn": True, "other": "",
            "text_sha256": hashlib.sha256(text.encode()).hexdigest(), "ask": ask.code,
        }  # fmt: skip
        try:
            sha256 = scans().put(statement.sealed_pdf(link, said, evidence))
        except PdfUnavailable:  # a machine without Pango has a demonstration all the same
            return
    authority = Authority(
        case=case, person=person, basis=Authority.Basis.ONLINE, problem=ask.problem, wanted=ask.wanted,
        given_on=at.date(), scan_sha256=sha256, scan_name="signed-DEM0.pdf", scan_type="application/pdf",
        evidence=evidence,
    )  # fmt: skip
    SignLink.objects.filter(pk=link.pk).update(used_at=timezone.make_aware(at))
    keep(authority, bodies=list(bodies), by=None)
    finish(ask, authority)


def _link_is_out(office: Office, case: Case) -> None:
    _link(office, _ask(office, case, 2, language=Ask.Language.WELSH))


def _form_came_back(office: Office, case: Case) -> None:
    ask = _ask(office, case, 3)
    hand_in([ask.qr_text], sha256=office.scan_sha256, name="scan0041.pdf", media_type="application/pdf")


def _sent_without(office: Office, case: Case) -> None:
    enquiry = case.enquiries.select_related("body", "letter")[0]  # cases without one were left out
    at = timezone.now() - timedelta(days=2)
    SentWithout.objects.create(
        case=case, body=enquiry.body, letter=enquiry.letter_id, by=case.owner,
        reason="Bailiffs come tomorrow; she agreed on the telephone, form to follow",
        at=at, recorded_at=at,
    )  # fmt: skip


def _ends_soon(office: Office, case: Case) -> None:
    case.authorities.filter(withdrawn_on=None).update(expires_on=office.today + timedelta(days=12))


def _asked_again(office: Office, case: Case) -> None:
    ask = _ask(office, case, 4)
    link = _link(office, ask)
    SignLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(days=1))
    Ask.objects.filter(pk=ask.pk).update(asked_again_at=timezone.now())


def _home_office(office: Office) -> None:
    """One late, one that has days left."""
    cases = Case.objects.open().filter(enquiries__body__parent__isnull=False, need_to_know=False).distinct()
    late = True
    for case in cases.order_by("pk"):
        body = next((each.body for each in case.enquiries.all() if days_of(each.body)), None)
        if body is None or case.owner is None:
            continue
        back = 7 if late else 2
        on = office.working_day(office.today - timedelta(days=back))
        while late and working_days_after(on, 5) >= office.today:
            on -= timedelta(days=1)
        start(case, body, on=on, cause=Demand.Cause.ASKED, by=case.owner)
        if not late:
            return
        late = False
