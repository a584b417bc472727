"""What closing a case ends, and taking it back as if it had not been."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from opencasework.office.cases.models import Case, Closing, Event, FollowUp, Issue, open_again
from opencasework.office.kit.dates import say
from opencasework.office.staff.models import StaffMember

# Asked with the case: what else of it closing leaves undone, a sentence; or nothing. Filled by folders above.
LEFT_UNDONE: list[Callable[[Case], str]] = []


def last_closing(case: Case) -> Closing | None:
    """The closing that stands; None while the case is open, or where it is older than 0.4."""
    if case.closed_at is None:
        return None
    return case.closings.filter(undone_at=None, at=case.closed_at).select_related("by").first()


def still_open(case: Case) -> str:
    """What closing does to enquiries that nobody has answered, and what else it leaves undone; or nothing."""
    own = [_still_waiting(case), _not_taken_yet(case)]
    return " ".join(filter(None, [*own, *(asks(case) for asks in LEFT_UNDONE)]))


def _still_waiting(case: Case) -> str:
    names = [body.name for body in case.waiting_on]
    if not names:
        return ""
    who = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    have = "has" if len(names) == 1 else "have"
    return f"{who} {have} not answered yet; closing the case ends the wait, and nothing more is chased."


def _not_taken_yet(case: Case) -> str:
    """Who was asked to take it, or to help, and has not said whether they do."""
    said = []
    for transfer in case.transfers.unanswered().filter(answer_by__isnull=False).order_by("answer_by", "pk"):
        assert transfer.answer_by is not None
        by = (
            f"{'was' if transfer.answer_by < timezone.localdate() else 'is'} due by {say(transfer.answer_by)}"
        )
        said.append(f"{transfer.to_name} has not said whether they take it; the answer {by}.")
    return " ".join([*said, "Once the case is closed, My day does not ask for it."]) if said else ""


@transaction.atomic
def undo_closing(*, closing: Closing, by: StaffMember) -> bool:
    """The case is open again as it was, with the issues this closing had ended, and figures forget it.

    False where it has been taken up again since, or taken back already.
    """
    closed = Case.objects.closed().filter(pk=closing.case_id, closed_at=closing.at)
    taken = Closing.objects.filter(pk=closing.pk, undone_at=None)
    if not (closed.exists() and taken.update(undone_at=timezone.now())):
        return False
    closed.update(closed_at=None, next_action=closing.next_action, next_action_on=closing.next_action_on)
    Issue.objects.filter(pk__in=closing.issues).update(outcome="", amount=None, ended_at=None)
    for line in Event.objects.filter(pk__in=closing.lines, detail__has_key="pounds_before"):
        Issue.objects.filter(pk=line.detail["issue"]).update(amount=Decimal(line.detail["pounds_before"]))
    FollowUp.objects.open().filter(closing=closing).delete()
    case = Case.objects.get(pk=closing.case_id)
    case.record(Event.Kind.CLOSING_UNDONE, by=by, closing=closing.pk, uncounts=closing.lines)
    open_again.send(sender=Case, case=case, by=by)
    return True
