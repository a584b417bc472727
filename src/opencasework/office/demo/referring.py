"""Complaints to ombudsmen, and cases that went to partners and came from them, in the fictional office."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from opencasework.office.authority.models import Authority
from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases import transfers
from opencasework.office.cases.models import Case, Event, Issue, Transfer
from opencasework.office.demo.journeys import PASSPORT
from opencasework.office.demo.lives import Office
from opencasework.office.kit.words import begun_small
from opencasework.office.letters.review.actions import pass_on
from opencasework.office.referrals import actions, partnering, stages
from opencasework.office.referrals.models import (
    Complaint,
    ComplaintStage,
    ComplaintStep,
    Outward,
    Partner,
    SentBy,
)
from opencasework.office.routes.actions import record_date
from opencasework.office.routes.models import KeyDate
from opencasework.office.routes.schemes import all_schemes
from opencasework.office.tags.models import Transferability

DAMP = "Damp in a housing association flat"
FOOD = ("FOODBANK", "Wexcombe Food Bank", "Food for three days, and somebody to talk to")


def tell(office: Office) -> None:
    """One complaint that is being looked into, one that waits for the member; referrals at their states."""
    _damp(office)
    _passport(office)
    _partners(office)


def _damp(office: Office) -> None:
    """The housing association's tenant went to the Housing Ombudsman himself, and it investigates."""
    case = Case.objects.filter(title=DAMP).select_related("owner").first()
    issue = case.issues.select_related("body").first() if case else None
    if case is None or issue is None or issue.body is None:
        return
    answered = _letter_day(case) or office.today - timedelta(days=250)
    days = [answered - timedelta(days=each) for each in (56, 42, 25)]
    for name, sent, back, final in (
        ("Stage 1", days[0], days[1], False),
        ("Stage 2", days[2], answered, True),
    ):
        ComplaintStage.objects.create(
            case=case, issue=issue, body=issue.body, name=name, sent_on=sent, answered_on=back, is_final=final,
            answer="partly" if final else "not", by=case.owner, at=_moment(sent),
        )  # fmt: skip
        case.record(
            Event.Kind.OMBUDSMAN, by=case.owner, at=_moment(back), text=f"{issue.body} answered {name}"
        )  # fmt: skip
    submitted = answered + timedelta(days=6)
    complaint = Complaint.objects.create(
        case=case, issue=issue, scheme_code="HOS", body=Body.objects.get(code="HOS"),
        state=Complaint.State.INVESTIGATING, submitted_on=submitted, reference="200000000",
        what_happened="Damp was reported in the autumn. A surveyor came and promised a repair; no date was given.",
        injustice="His asthma is worse, says the clinic. £150 was offered for a winter of heating.",
        wanted="The works, by a date, and an apology.", opened_by=case.owner, opened_at=_moment(answered),
    )  # fmt: skip
    for number, state in enumerate(("preparing", "submitted", "accepted", "investigating")):
        on = [answered, submitted, submitted + timedelta(days=21), submitted + timedelta(days=60)][number]
        ComplaintStep.objects.create(complaint=complaint, state=state, on=on, by=case.owner, at=_moment(on))
        label = Complaint.State(state).label
        text = f"Housing Ombudsman: {begun_small(label)}"
        case.record(
            Event.Kind.OMBUDSMAN, by=case.owner, at=_moment(on), text=text, complaint=complaint.pk,
            scheme="HOS", state=state, decision="",
        )  # fmt: skip
    actions.count_again(complaint)


def _letter_day(case: Case) -> date | None:
    last = case.events.filter(kind=Event.Kind.ANSWERED).order_by("-at").first()
    return timezone.localdate(last.at) if last else None


def _passport(office: Office) -> None:
    """A complaint about the Home Office waits for the member's own signature, twelve days before its end."""
    issue = Issue.objects.select_related("case__owner", "body").filter(case__title=PASSPORT).first()
    if issue is None or issue.case.owner is None:
        return
    case, owner = issue.case, issue.case.owner
    body = issue.body
    assert body is not None  # as it is told
    known = office.working_day(office.today - timedelta(days=353))
    record_date(case=case, kind=KeyDate.Kind.KNOWN, day=known, known_from="Her first mail", by=owner)
    first = stages.record_stage(
        case=case,
        issue=issue,
        body=body,
        name="Complaint",
        sent_on=office.today - timedelta(days=70),
        by=owner,
        sent_by=SentBy.PERSON,
    )
    stages.answer_stage(
        first, on=office.today - timedelta(days=20), answer="not", is_final=True, by=owner,
        note="They say that nothing went wrong.",
    )  # fmt: skip
    phso = Body.objects.get(code="PHSO")
    BodyContact.objects.get_or_create(
        body=phso, name="Complaints from members", defaults={"email": "complaints@phso.example"}
    )
    complaint = actions.begin(
        case=case, issue=issue, scheme=all_schemes()["PHSO-GOV"], by=owner,
        what_happened="The papers were lost twice, and each time the wait began anew.",
        injustice="A job abroad was lost, and £240 was paid for a second application.",
        wanted="The £240 back, an apology, and a decision.",
    )  # fmt: skip
    letter = actions.write_letter(complaint, by=owner)
    member = office.staff.get("amira")
    if member is not None:
        pass_on(letter, to=member, by=owner, note="The ombudsman's time ends in twelve days.")


def _partners(office: Office) -> None:
    tom = office.staff["tom"]
    food = Body.objects.create(
        code=FOOD[0], name=FOOD[1], kind="charity", what_for=FOOD[2], nation="en", is_local=True
    )
    made: dict[str, Partner] = {}
    for code, kind, how, takes, days in (
        ("CAB", Partner.Kind.ADVICE, Partner.How.EMAIL, "Debt, benefits, employment and consumer advice", 5),
        ("SHELTER", Partner.Kind.CHARITY, Partner.How.FORM, "Eviction and homelessness", 10),
        (food.code, Partner.Kind.CHARITY, Partner.How.PHONE, FOOD[2], 1),
        ("CLLR-BRINDLE", Partner.Kind.REPRESENTATIVE, Partner.How.EMAIL, "What the council decides in Fenwick", 10),
    ):  # fmt: skip
        made[code] = Partner.objects.create(
            body=Body.objects.get(code=code), kind=kind, how=how, takes=takes, answer_days=days, added_by=tom
        )
    for family, code, ago, shared in (
        ("MON", "CAB", 20, "Name, telephone number, the three debts, and the letter of the bailiffs."),
        ("HOU", "SHELTER", 26, "The notice, the date of the hearing and the rent statement."),
        ("BEN", food.code, 12, "Name, telephone number, two children."),
    ):
        case = _free(family)
        if case is not None:
            _referred(case, made[code], office.today - timedelta(days=ago), shared)
    sent_here = _free("EMP")
    if sent_here is not None and sent_here.owner is not None:
        partnering.came_from(
            case=sent_here, partner=made["CAB"], came_on=office.today - timedelta(days=9), consent="seen",
            by=sent_here.owner, reference="CA-10517", contact="Lou Marsh",
        )  # fmt: skip


def _free(family: str) -> Case | None:
    """A case with a colleague that no partner has, about this if there is one; of few cases any."""
    cases = Case.objects.open().filter(need_to_know=False, kind="casework", referrals_in=None)
    cases = cases.exclude(owner=None).exclude(sensitivity="SEN-4")
    cases = cases.exclude(transfers__outward__isnull=False).order_by("-opened_at")
    alone = cases.filter(complaints=None, transfers=None)
    about = alone.filter(issues__category__code__startswith=family)
    return about.first() or alone.first() or cases.first()


def _referred(case: Case, partner: Partner, on: date, shared: str) -> None:
    """To Citizens Advice, who took it; to Shelter, who have not answered; to the food bank, who have helped."""
    owner, person = case.owner, case.constituent
    assert owner is not None
    if person is None:
        return
    offered = transfers.offer(
        case=case, level=Transferability.REFER, to_name=str(partner), to_kind="body", to_body=partner.body,
        consent=Transfer.Consent.VERBAL, consent_on=on, offered_on=on,
        answer_by=partnering.answer_expected(partner, on), by=owner,
    )  # fmt: skip
    out = Outward.objects.create(transfer=offered, partner=partner, how=partner.how, shared=shared)
    heard = Authority.objects.create(
        case=case, person=person, basis=Authority.Basis.VERBAL, given_on=on, heard_by=owner, recorded_by=owner,
        statement=f"Agreed on the telephone that {partner} is told.", verbal_reason="It was urgent.",
    )  # fmt: skip
    heard.bodies.set([partner.body])
    if partner.body.code != "SHELTER":
        partnering.answered(
            out, answer="accepted", on=on + timedelta(days=1), by=owner, reference=f"R{case.pk}"
        )
    if partner.body.is_local:
        partnering.came_of_it(
            out, result="helped", on=on + timedelta(days=2), by=owner, note="A parcel for three days."
        )  # fmt: skip


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(11)))
