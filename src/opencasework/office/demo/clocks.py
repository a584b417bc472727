"""Clocks of the invented office beyond the ordinary: one stopped, one by telephone, replies with a promise."""

from __future__ import annotations

from datetime import timedelta

from opencasework.office.cases.models import Case
from opencasework.office.chasing import clock
from opencasework.office.demo.lives import Office
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.letters.actions import receive_reply
from opencasework.office.letters.models import Enquiry, Reply

HOLDING = (
    "Thank you for writing about your constituent. We take every complaint seriously and want to put "
    "things right. Your letter has been passed to the team concerned, who will reply to you in due course."
)
STOCK = 3  # bodies' holding replies that say the same


def tell(lives: Office) -> None:
    """Set them on open enquiries that everybody sees."""
    today = lives.today
    everybodys = Case.objects.for_every_caseworker()
    silent = Enquiry.objects.unanswered().unread(yes=False)
    open_ones = silent.filter(case__in=everybodys, due_on__gte=today)
    waiting = list(open_ones.select_related("case__owner", "body").order_by("due_on", "pk"))
    if waiting and (stopped := waiting[-1]).case.owner:
        on = max(stopped.sent_on, today - timedelta(days=2))
        clock.stop(stopped, on=on, reason="They wait for the signed authority", by=stopped.case.owner)
    if len(waiting) > 1 and (asked := waiting[-2]).case.owner:
        clock.put_by_word(
            case=asked.case, body=asked.body, means=Enquiry.Means.PHONE, to_whom="the members’ line",
            question="Has the letter reached the team that decides, and who has it?",
            asked_on=lives.working_day(today - timedelta(days=1)), by=asked.case.owner,
            no_authority_reason="She agreed on the telephone; the form is on its way",
        )  # fmt: skip
    for enquiry in _same_body(waiting[:-2]):
        promised = working_days_after(max(enquiry.due_on, today), 3, nation=enquiry.body.holiday_nation)
        receive_reply(
            enquiry=enquiry, received_on=today, by=enquiry.case.owner, kind=Reply.Kind.HOLDING, text=HOLDING,
            promised_on=promised,
        )  # fmt: skip


def _same_body(waiting: list[Enquiry]) -> list[Enquiry]:
    """The first few enquiries to whichever body owes the most."""
    bodies = [enquiry.body_id for enquiry in waiting]
    most = max(set(bodies), key=lambda body: (bodies.count(body), -body), default=None)
    return [enquiry for enquiry in waiting if enquiry.body_id == most][:STOCK]
