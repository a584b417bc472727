"""A letter about several cases that came back: the body has heard of none of them."""

from __future__ import annotations

from copy import copy

from opencasework.office.cases.models import Case, Event
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.review import history
from opencasework.office.staff.models import StaffMember
from opencasework.office.volumes.models import ScheduleLine


def keep_its_own_words(chaser: Letter, changed: dict[str, str], *, by: StaffMember | None) -> None:
    """Before a chaser says what went instead of it: its own words are kept, for when that comes back."""
    said = copy(chaser)
    for name, value in changed.items():
        setattr(said, name, value)
    history.keep(chaser, said, by=by, apart=True)


def when_it_came_back(letter: Letter) -> None:
    """The others it put wait again, as the case it stands on does: their chasers as drafts, in its schedule,
    their enquiries until it leaves anew. Each says so. Call it inside the transaction.
    """
    for line in letter.schedule.exclude(chaser=None).select_related("chaser", "case"):
        _wait_again(line, letter)
    for enquiry in Enquiry.objects.filter(gathered_in=letter, answered_on=None, replies=None, chasers=None):
        its_lines = Event.objects.filter(case__in=enquiry.case.family, detail__enquiry=enquiry.pk)
        _say(enquiry.case.survivor, its_lines.filter(kind=Event.Kind.LETTER_OUT).last(), letter)
        enquiry.delete()


def _wait_again(line: ScheduleLine, letter: Letter) -> None:
    own = line.chaser
    assert own is not None  # those without one were excluded
    words = own.versions.order_by("-number")[1:2].first()
    back = {name: getattr(words, name) for name in history.WORDS} if words else {}
    left = Letter.objects.filter(pk=own.pk, state=Letter.State.SENT, sent_at=letter.sent_at)
    put = Enquiry.objects.filter(letter=own.pk)  # by a step to somebody above
    if put.exclude(answered_on=None, replies=None, chasers=None).exists():
        return  # somebody there has it all the same
    if left.update(state=Letter.State.DRAFT, sent_at=None, sent_by=None, **back):
        put.delete()
        sent = (Event.Kind.CHASED, Event.Kind.LETTER_OUT)
        lines = Event.objects.filter(case__in=own.case.survivor.family, kind__in=sent, detail__letter=own.pk)
        _say(own.case.survivor, lines.last(), letter, letter=own.pk)


def _say(case: Case, line: Event | None, gone: Letter, **named: int) -> None:
    case.record(
        Event.Kind.UNDELIVERED, by=None, **named, uncounts=[line.pk] if line else [],
        text=f"To {gone.recipient}: the letter in which this went with other cases came back.",
    )  # fmt: skip
