"""Where an enquiry stands on the office's ladder: its next step, the day it is due, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, prefetch_related_objects
from django.db.models.functions import Coalesce

from opencasework.office.bodies.models import BodyContact
from opencasework.office.chasing.models import Chaser, Rung
from opencasework.office.kit.once import once
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.models import Enquiry, Letter

PUT_AGAIN = "put_again"  # on an enquiry, where they were read: the letters that put the same to others


@dataclass(frozen=True)
class Next:
    """The next step of an enquiry: which, when it is due, and why on that day."""

    rung: Rung
    sequence: int
    on: date
    rule: str


def is_step(letter: Letter) -> bool:
    """Whether the letter chases an answer: a reminder, or a step of the ladder to somebody above."""
    return letter.kind == Letter.Kind.CHASER or hasattr(letter, "chaser")


def rungs() -> list[Rung]:
    """The office's ladder, from the bottom."""
    return once("ladder", lambda: list(Rung.objects.select_related("template")))


def rungs_of(enquiry: Enquiry) -> list[Rung]:
    """The rungs that this enquiry can climb: one put to the head goes to no head again, and not down to who
    stands one level up; one put to a chief executive may still go to the minister above.
    """
    first = enquiry.letter
    is_at_the_head = enquiry.level == Enquiry.Level.MINISTER or bool(first and first.takes_it_higher)
    is_at_a_head = is_at_the_head or bool(enquiry.contact and enquiry.contact.kind == BodyContact.Kind.HEAD)
    gone = {Rung.Step.UP: is_at_a_head, Rung.Step.HEAD: is_at_the_head}
    return [rung for rung in rungs() if not gone.get(Rung.Step(rung.step))]


def left_of(enquiry: Enquiry) -> list[Rung]:
    """The rungs still to be climbed: those above all that were taken, wherever these stand now."""
    taken, ladder = kept(enquiry), rungs_of(enquiry)
    places = [chaser.place for chaser in taken if chaser.place is not None]
    if not places:
        return ladder[len(taken) :]
    return [rung for rung in ladder if rung.number > max(places)]


def kept(enquiry: Enquiry) -> list[Chaser]:
    """Its steps so far, without the drafts that somebody threw away: those count for nothing."""
    return [chaser for chaser in enquiry.chasers.all() if not chaser.is_thrown_away]


def was_thrown_away(enquiry: Enquiry) -> bool:
    """Whether somebody discarded the latest chaser unsent; then a person asks for the next."""
    chasers = list(enquiry.chasers.all())
    return bool(chasers) and chasers[-1].is_thrown_away


def next_step(enquiry: Enquiry) -> Next | None:
    """The next step and its day; None while one waits to be sent, or when the ladder is climbed.

    Counted in working days of the body's nation, from the day the reply was due or the last step left, or the
    day after it from which the clock ran again; where the body has promised an answer by a later day, the day
    after that.
    """
    taken = kept(enquiry)
    left = left_of(enquiry)
    if not left or (taken and taken[-1].is_waiting):
        return None
    rung, nation = left[0], enquiry.body.holiday_nation
    since = _left_on(taken[-1]) if taken else enquiry.due_on
    if since is None:
        return None
    after = "the last step" if taken else "the reply was due"
    if taken and enquiry.resumed_on and enquiry.resumed_on > since:  # days it stood still do not count
        since, after = enquiry.resumed_on, "the clock ran again"
    on = working_days_after(since, rung.days, nation=nation)
    days = "1 working day" if rung.days == 1 else f"{rung.days} working days"
    rule = f"{days} after {after}"
    if (promised := enquiry.promised_on) and (then := working_days_after(promised, 1, nation=nation)) > on:
        on, rule = then, f"the working day after {in_words(promised)}, by when they promised an answer"
    return Next(rung=rung, sequence=len(taken) + 1, on=on, rule=rule)


def put_again() -> Prefetch[str, QuerySet[Letter], str]:
    """For reading beforehand what `put_higher` asks for: open letters that put the same again."""
    open_above = Letter.objects.filter(
        enquiry__isnull=False, enquiry__answered_on=None, enquiry__case__closed_at=None
    )
    read = open_above.select_related("enquiry__body").defer("text", "html")
    return Prefetch("follow_ups", read, to_attr=PUT_AGAIN)


def put_higher(enquiry: Enquiry, *, but: Letter | None = None) -> Enquiry | None:
    """The enquiry that put the same to somebody above and is not answered yet: that one is waited for.

    It may be a step of the ladder or not. `but` this letter, which is not looked at.
    """
    if not hasattr(enquiry, PUT_AGAIN):
        prefetch_related_objects([enquiry], put_again())
    letters: list[Letter] = getattr(enquiry, PUT_AGAIN)
    return next((one.enquiry for one in letters if but is None or one.pk != but.pk), None)


def _left_on(chaser: Chaser) -> date | None:
    return chaser.letter.sent_on if chaser.letter is not None else chaser.made_on


def is_climbed(enquiry: Enquiry) -> bool:
    """Whether every step of the ladder has been taken."""
    return not left_of(enquiry)


def climbed() -> Q:
    """The same for a list of enquiries, which asks the database nothing yet.

    Of one at the head, the steps to the head are none of its own.
    """
    numbers = Rung.objects.order_by("-number").values("number")
    last = Coalesce(Subquery(numbers[:1]), 0)
    higher = (Rung.Step.UP, Rung.Step.HEAD)
    below = Coalesce(Subquery(numbers.exclude(step__in=higher)[:1]), 0)
    taken = Chaser.objects.filter(enquiry=OuterRef("pk")).exclude(letter__state=Letter.State.DISCARDED)
    taken = taken.alias(stood=Coalesce("rung__number", "stood_after"))
    put_above = Q(letter__kind=Letter.Kind.ENQUIRY, letter__about_enquiry__isnull=False)
    at_the_head = Q(level=Enquiry.Level.MINISTER) | put_above
    return Q(Exists(taken.filter(stood__gte=last))) | at_the_head & Q(Exists(taken.filter(stood__gte=below)))
