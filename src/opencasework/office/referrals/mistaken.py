"""Taking back a stage of a complaint that was recorded by mistake, with what followed from it by itself."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.cases.models import Event
from opencasework.office.kit.dates import say
from opencasework.office.referrals.actions import count_all_again
from opencasework.office.referrals.models import ComplaintStage
from opencasework.office.routes.actions import record_date, take_back_date
from opencasework.office.routes.models import KeyDate
from opencasework.office.staff.models import StaffMember


@transaction.atomic
def take_back_stage(stage: ComplaintStage, *, by: StaffMember) -> bool:
    """A stage was recorded by mistake: it counts for nothing, nor do the dates that came with it.

    The timeline keeps both. False where that has been said already.

    What went to the body without authority by it did not go, which the weekly review says, too.
    """
    if not ComplaintStage.objects.standing().filter(pk=stage.pk).update(taken_back_at=timezone.now()):
        return False
    case = stage.case
    answered = f", answered on {say(stage.answered_on)}" if stage.answered_on else ""
    case.record(
        Event.Kind.OMBUDSMAN,
        by=by,
        text=f"Taken back, it was a mistake: complaint to {stage.body}: {stage.name}, "
        f"sent on {say(stage.sent_on)}{answered}",
        stage=stage.pk,
    )
    for line in Event.objects.filter(case__in=case.family, kind=Event.Kind.OMBUDSMAN, detail__stage=stage.pk):
        gate.take_back_override(call=line.pk, by=by)
    dates = KeyDate.objects.standing().filter(case=case, issue=stage.issue, known_from=str(stage)[:120])
    days = {KeyDate.Kind.COMPLAINED: stage.sent_on, KeyDate.Kind.FINAL: stage.answered_on}
    for date in dates.filter(kind__in=days):
        if date.day == days[KeyDate.Kind(date.kind)]:
            take_back_date(date, by=by)
    _begin_with_the_next(stage, by=by)
    count_all_again(case)
    return True


def _begin_with_the_next(stage: ComplaintStage, *, by: StaffMember) -> None:
    """Of a problem whose first stage it was, the complaint began with the stage that is first now."""
    case, issue, began = stage.case, stage.issue, KeyDate.Kind.COMPLAINED
    first = ComplaintStage.objects.standing().filter(case=case, issue=issue).first()
    if first is None or KeyDate.objects.standing().filter(case=case, issue=issue, kind=began).exists():
        return
    record_date(case=case, issue=issue, kind=began, day=first.sent_on, known_from=str(first)[:120], by=by)
