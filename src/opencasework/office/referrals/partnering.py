"""Acts on partners: a case that goes to one with what is shared, and a case that came from one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.authority.actions import keep
from opencasework.office.authority.models import Authority
from opencasework.office.bodies.models import Body
from opencasework.office.cases import transfers
from opencasework.office.cases.models import Case, Event, Transfer
from opencasework.office.kit.alone import lock
from opencasework.office.kit.dates import say
from opencasework.office.kit.words import begun_small
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.letters.actions import one_line
from opencasework.office.letters.models import Letter
from opencasework.office.places.models import Office
from opencasework.office.referrals.actions import draft_once, standing_letter
from opencasework.office.referrals.models import Inward, Outward, Partner
from opencasework.office.referrals.stages import NoAuthority, NotDone, hold_open, report
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import Transferability

COVER = "LT-PART"
WHY_ASKED = "Do not ask them, or say why they were asked all the same: the weekly review lists it."
WHY_TOLD = "Ask the person first, or say why they were told all the same: the weekly review lists it."
WRITTEN = (Partner.How.EMAIL, Partner.How.POST)  # a letter of ours goes, with the pack


@dataclass(frozen=True)
class Consent:
    """The person's word that this goes there: on file in writing, or heard, with what was said and why so."""

    how: str  # Transfer.Consent.SIGNED or VERBAL
    on: date
    words: str = ""
    why_verbal: str = ""


# --- out ----------------------------------------------------------------------------------------------


def refer(
    *, case: Case, partner: Partner, shared: str, how: str, consent: Consent, by: StaffMember
) -> Outward:
    """Refer a case to a partner, with the person's consent. Raises NotDone without it, and CaseClosed.

    Consent by word of mouth is kept as authority for this partner alone, so that a letter may go there.
    """
    person = case.constituent
    if person is None:
        raise NotDone("Nobody has asked for help on this case yet: put the person on it first.")
    today = timezone.localdate()
    if consent.how == Transfer.Consent.SIGNED:
        if missing := gate.lacking(case, partner.body, on=today, written=True):
            about = f"about {gate.named(missing)}" if len(case.constituents) > 1 else "on this case"
            raise NotDone(
                f"Nothing signed {about} covers {partner}. Record the signed authority first, or what "
                "the person said."
            )
    elif consent.how != Transfer.Consent.VERBAL or not consent.words.strip():
        raise NotDone("Ask the person first, and write down what they agreed to.")
    with transaction.atomic():
        held = hold_open(case)
        if Outward.objects.open().filter(transfer__case=held, partner=partner).exists():
            raise NotDone(f"This case is with {partner} already.")
        if consent.how == Transfer.Consent.VERBAL:
            heard = Authority(
                case=held, person=person, basis=Authority.Basis.VERBAL, statement=consent.words,
                given_on=consent.on, verbal_reason=consent.why_verbal[:300], heard_by=by,
                heard_at=timezone.now(), recorded_by=by,
            )  # fmt: skip
            keep(heard, bodies=[partner.body], by=by)
            _insist_on_the_others(held, partner, on=today)
        offered = transfers.offer(
            case=held, level=Transferability.REFER, to_name=partner.body.name, to_kind="body",
            to_body=partner.body, consent=consent.how, consent_on=consent.on,
            answer_by=answer_expected(partner, today), by=by,
        )  # fmt: skip
        made = Outward.objects.create(transfer=offered, partner=partner, shared=shared, how=how)
        _say(held, by=by, text=f"Shared with {partner}, {begun_small(made.get_how_display())}: {shared}",
             referral=made.pk, partner_kind=partner.kind)  # fmt: skip
    return made


def _insist_on_the_others(case: Case, partner: Partner, *, on: date) -> None:
    """What the person said opens nothing about anybody else the case is for, nor about a child."""
    if not gate.is_open(case, partner.body, on=on):
        said, _, _ = gate.asking_again(case, partner.body, on=on)
        raise NotDone(f"{said} Record that under Authority to act first; then refer the case.")


def answer_expected(partner: Partner, today: date) -> date:
    """By when this partner usually says whether it takes a case."""
    return working_days_after(today, partner.answer_days, nation=Office.nation_here())


def write_letter(outward: Outward, *, by: StaffMember) -> Letter:
    """The covering letter of a referral, for the pack; drafted once. Call it outside a transaction."""
    if (standing := standing_letter(outward)) is not None:
        return standing
    given = {"what_happened": outward.shared}
    return draft_once(
        outward, COVER, to=outward.partner.body, case=outward.transfer.case, given=given, by=by
    )  # fmt: skip


@transaction.atomic
def remind(outward: Outward, *, on: date, by: StaffMember, no_authority_reason: str = "") -> date:
    """They were asked again; a new day is given them to answer. Raises NotDone once they have, or where it
    would have been before they were asked, and NoAuthority where nothing covers them and no reason is given.
    """
    _insist_on_later(on, than=outward.transfer.offered_on, said="It was referred")
    if outward.reminded_on:
        _insist_on_later(on, than=outward.reminded_on, said="They were asked again")
    case, body = outward.transfer.case, outward.partner.body
    reason = one_line(no_authority_reason)[:300]
    without = not gate.stood_open(case, body, on=on)
    if without and not reason:
        said, _, _ = gate.asking_since(case, body, on=on)
        raise NoAuthority(f"{said} {WHY_ASKED}")
    waiting = Transfer.objects.select_for_update().unanswered().filter(pk=outward.transfer_id)
    until = answer_expected(outward.partner, on)
    if not waiting.update(answer_by=until):
        raise NotDone(f"{outward.partner} has answered already.")
    Outward.objects.filter(pk=outward.pk).update(reminded_on=on, reminders=F("reminders") + 1)
    outward.refresh_from_db()
    text = f"{outward.partner} was reminded on {say(on)}; an answer is expected by {say(until)}"
    if without:
        text += f"\nAsked without authority to act: {reason}"
    detail: dict[str, object] = {"without_authority": True} if without else {}
    line = _say(case, by=by, text=text, referral=outward.pk, reminder=outward.reminders, **detail)
    if without:
        report(line, body, reason=reason, on=on, by=by)
    return until


@transaction.atomic
def remind_once(outward: Outward, *, on: date, by: StaffMember, no_authority_reason: str = "") -> bool:
    """`remind`, and whether it is new: that they were asked again on one day is recorded once."""
    lock(Outward.objects.filter(pk=outward.pk))  # sent twice at once, too
    waiting = Transfer.objects.unanswered().filter(pk=outward.transfer_id)
    if waiting.filter(outward__reminded_on=on).exists():
        return False
    outward.refresh_from_db()
    remind(outward, on=on, by=by, no_authority_reason=no_authority_reason)
    return True


@transaction.atomic
def answered(outward: Outward, *, answer: str, on: date, by: StaffMember, reference: str = "") -> None:
    """Whether they took it, with their reference. Raises NotDone where that was recorded already, or where
    they would have answered before they were asked.
    """
    _insist_on_later(on, than=outward.transfer.offered_on, said="It was referred")
    if not transfers.answered(outward.transfer, answer=answer, on=on, by=by):
        raise NotDone(f"{outward.partner} has answered already. Nothing was changed.")
    if reference:
        Outward.objects.filter(pk=outward.pk).update(reference=reference)
        outward.refresh_from_db()


@transaction.atomic
def came_of_it(outward: Outward, *, result: str, on: date, by: StaffMember, note: str = "") -> None:
    """What the partner brought about. Raises NotDone where they did not take it, or it is there already, or
    where it would have come before they took it.
    """
    if outward.transfer.answered_on:
        _insist_on_later(on, than=outward.transfer.answered_on, said="They answered")
    # Locked (on SQLite a write is alone anyway), so that of two at once one has said it.
    held = Outward.objects.select_for_update(of=("self",)).select_related("transfer").get(pk=outward.pk)
    if held.result or held.transfer.answer != Transfer.Answer.ACCEPTED:
        raise NotDone("What came of it is recorded once, when they have taken it. Open the case to see it.")
    values: dict[str, Any] = {"result": result, "result_on": on, "result_note": note, "result_by": by}
    Outward.objects.filter(pk=held.pk).update(**values)
    outward.refresh_from_db()
    said = f"{outward.partner}: {begun_small(outward.get_result_display())}"
    _say(
        outward.transfer.case,
        by=by,
        text=f"{said}. {note}" if note else said,
        referral=outward.pk,
        result=result,
    )


# --- in -----------------------------------------------------------------------------------------------


@transaction.atomic
def came_from(
    *, case: Case, partner: Partner, came_on: date, consent: str, by: StaffMember, reference: str = "",
    contact: str = "", wants_to_hear: bool = True,
) -> Inward:  # fmt: skip
    """A partner referred this case to us."""
    made = Inward.objects.create(
        case=case, partner=partner, came_on=came_on, consent=consent, reference=reference, contact=contact,
        wants_to_hear=wants_to_hear, by=by,
    )  # fmt: skip
    ref = f", their reference {reference}" if reference else ""
    text = f"Came to us from {partner} on {say(came_on)}{ref}. {made.get_consent_display()}."
    _say(case, by=by, text=text, came_from=made.pk, partner_kind=partner.kind)
    return made


@transaction.atomic
def came_once(*, case: Case, by: StaffMember, **said: Any) -> tuple[Inward, bool]:
    """`came_from`, and whether it is new: what stands there already from the same partner with the same
    reference of theirs, or where either names none on the same day, is that referral, in whatever words.
    """
    lock(Case.objects.filter(pk=case.pk))  # sent twice at once, too
    found = _alike(case, said)
    return (found, False) if found else (came_from(case=case, by=by, **said), True)


def _alike(case: Case, said: Mapping[str, Any], *, but_for: int = 0) -> Inward | None:
    """The referral on the case that this one is."""
    theirs = Inward.objects.standing().filter(case=case, partner=said["partner"]).exclude(pk=but_for)
    reference, came_on = said.get("reference", "").casefold(), said["came_on"]
    for each in theirs.select_related("partner__body", "by"):
        same = each.reference.casefold() == reference if each.reference and reference else (
            each.came_on == came_on
        )  # fmt: skip
        if same:
            return each
    return None


def stands_as(inward: Inward, said: Mapping[str, Any]) -> bool:
    """Whether what stands there says all of this."""
    return all(getattr(inward, name) == value for name, value in said.items())


@transaction.atomic
def correct(inward: Inward, *, by: StaffMember, **now: Any) -> bool:
    """What was written about a case that came from a partner is put right; the timeline says what it was.

    False where it stood so. Raises NotDone where it was taken back, would have come after they were told, or
    is another one that stands there.
    """
    was = Inward.objects.select_for_update().get(pk=inward.pk)
    if was.taken_back_at:
        raise NotDone(f"That it came from {inward.partner} was taken back.")
    if was.told_on and was.told_on < now["came_on"]:
        raise NotDone(f"They were told on {say(was.told_on)}. Give that day or an earlier one.")
    if _alike(inward.case, now, but_for=inward.pk):
        raise NotDone(f"Another one from {now['partner']} stands here with this reference or day.")
    if stands_as(was, now):
        return False
    Inward.objects.filter(pk=inward.pk).update(**now)
    before, after = _in_words(was), _in_words(Inward.objects.get(pk=inward.pk))
    changed = [f"{new} (was: {old})" for old, new in zip(before, after, strict=True) if old != new]
    text = f"Put right, of what came from {inward.partner}: {'; '.join(changed)}"
    inward.refresh_from_db()
    _say(inward.case, by=by, text=text, came_from=inward.pk, partner_kind=inward.partner.kind)
    return True


def _in_words(inward: Inward) -> list[str]:
    hears = "they want to hear what came of it" if inward.wants_to_hear else "they need not hear of it"
    return [
        f"from {inward.partner}",
        f"came on {say(inward.came_on)}",
        f"their reference {inward.reference}" if inward.reference else "no reference of theirs",
        f"{inward.contact} there" if inward.contact else "nobody named there",
        f"consent: {begun_small(inward.get_consent_display())}",
        hears,
    ]


@transaction.atomic
def told(inward: Inward, *, on: date, what: str, by: StaffMember, no_authority_reason: str = "") -> None:
    """The partner who sent it was told how it stands or, once the case has closed, what came of it.

    Raises NotDone told twice or before it came, and NoAuthority where nothing covered them on that day, as it
    stood then, and no reason is given.
    """
    _insist_on_later(on, than=inward.came_on, said="It came")
    case, partner = inward.case, inward.partner
    reason = one_line(no_authority_reason)[:300]
    without = not gate.stood_open(case, partner.body, on=on)
    if without and not reason:
        said, _, _ = gate.asking_since(case, partner.body, on=on)
        raise NoAuthority(f"{said} {WHY_TOLD}")
    # Locked (on SQLite a write is alone anyway), so that of two at once one has told them.
    held = Inward.objects.select_for_update().get(pk=inward.pk)
    if held.taken_back_at:
        raise NotDone(f"That it came from {partner} was taken back.")
    if held.knows_the_end or (held.told_on, held.told_what) == (on, what):
        raise NotDone(f"{partner} was told already.")
    values: dict[str, Any] = {"told_on": on, "told_what": what, "told_by": by, "told_at": timezone.now()}
    Inward.objects.filter(pk=held.pk).update(**values)
    inward.refresh_from_db()
    text = f"{partner} was told on {say(on)}: {what}"
    if without:
        text += f"\nTold without authority to act: {reason}"
    detail: dict[str, object] = {"without_authority": True} if without else {}
    line = _say(case, by=by, text=text, came_from=inward.pk, told=on.isoformat(), **detail)
    if without:
        report(line, partner.body, reason=reason, on=on, by=by)


@transaction.atomic
def need_not_tell(inward: Inward, *, by: StaffMember) -> None:
    """The partner does not wait for it, or the person does not want it."""
    if Inward.objects.standing().filter(pk=inward.pk, wants_to_hear=True).update(wants_to_hear=False):
        text = f"{inward.partner} need not be told what came of it"
        _say(inward.case, by=by, text=text, came_from=inward.pk)


# --- the directory ------------------------------------------------------------------------------------


def could_be_partners() -> list[Body]:
    """Advice services of the directory, and the representatives the office wrote down, that are none yet."""
    found = Body.objects.filter(partner=None)
    kinds = found.filter(kind="advice") | found.filter(kind__startswith=transfers.REPRESENTATIVE)
    return list(kinds.order_by("name"))


def kind_for(body: Body) -> str:
    """What kind of partner a body would be."""
    if body.kind.startswith(transfers.REPRESENTATIVE):
        return Partner.Kind.REPRESENTATIVE
    known = {"advice": Partner.Kind.ADVICE, "council": Partner.Kind.COUNCIL, "charity": Partner.Kind.CHARITY}
    return known.get(body.kind, Partner.Kind.OTHER)


def _insist_on_later(on: date, *, than: date, said: str) -> None:
    """No step is taken before the one that comes first, which `said` names."""
    if on < than:
        raise NotDone(f"{said} on {say(than)}. Give that day or a later one.")


def _say(case: Case, *, by: StaffMember, text: str, **detail: object) -> Event:
    return case.record(Event.Kind.TRANSFER, by=by, text=text, **detail)
