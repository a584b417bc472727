"""One strong letter instead of many: a schedule of cases below it, and a clock for each of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from itertools import count

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, CaseQuerySet, Event
from opencasework.office.chasing.ladder import is_step
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.letters import actions, outbox, suggesting
from opencasework.office.letters.apart import tells
from opencasework.office.letters.drafting import facts_of
from opencasework.office.letters.facts import body_references, in_words
from opencasework.office.letters.models import Enquiry, EnquiryQuerySet, Letter
from opencasework.office.letters.review import history
from opencasework.office.places.models import Office
from opencasework.office.staff.models import Role, StaffMember
from opencasework.office.volumes.counting import countable, of_category, siblings_of
from opencasework.office.volumes.models import NamedCase, ScheduleLine
from opencasework.office.volumes.naming import words_of
from opencasework.office.volumes.own_words import begun, print_of

HEADING = "Schedule of cases"
INTRO = "I ask for an answer on each of these cases too."
CHASED = "I have had no answer on these cases either. Please answer each of them."
# What we wrote below the heading: the sentence, and the lines that name a case.
OURS = re.compile(
    rf"\A(?:(?:{re.escape(INTRO)}|{re.escape(CHASED)})\s*)?(?:\d+\. [^\n]*our reference [^\n]*(?:\n+|\Z))*"
)
NUMBERED = re.compile(r"\A\d+\. (?=[^\n]*our reference )")
MOST_OFFERED = 60


@dataclass(frozen=True)
class Candidate:
    """A case that could be put in the same letter."""

    case: Case
    enquiry: Enquiry | None  # what is open with that body already, with a part of it, or beside it
    drafts: Sequence[Letter]  # letters to them that have not left
    is_covered: bool  # an authority lets us speak to the body about it
    is_chosen: bool
    chaser: Letter | None = None  # of a chaser with a schedule, the case's own, which goes along
    is_written_in: bool = False  # people have changed that one since it was drafted

    @property
    def unsent(self) -> Sequence[Letter]:
        """What waits to go to the body by itself, and does not where the case is gathered."""
        return [*self.drafts, *([self.chaser] if self.chaser is not None else [])]


def candidates(letter: Letter, *, staff: StaffMember, on: date) -> list[Candidate]:
    """The cases on the same matter with that body, a part or sibling of it, that may be named in one letter.

    Only those which everybody may know of who may open the case the letter stands on, for whoever reads the
    letter reads its schedule; none where that case is restricted itself.
    """
    assert letter.to_body is not None  # the page is only there for a letter to a body
    body, code = letter.to_body, letter.category_code
    if not countable(staff).filter(pk=letter.case_id).exists():
        return []
    enquiries, beside = _open_with(body, code).waited_for(), _open_beside(body, code).waited_for()
    written = Letter.objects.drafts().filter(kind=Letter.Kind.ENQUIRY, about_enquiry=None)
    drafts = of_category(written.filter(to_body__in=body.with_parts()), code)
    chosen = set(letter.schedule.values_list("case", flat=True))  # their own drafts are thrown away
    concerned = Q(pk__in=enquiries.values("case")) | Q(pk__in=beside.values("case"))
    concerned |= Q(pk__in=drafts.values("case")) | Q(pk__in=chosen)
    same = countable(staff).standing().open().filter(concerned, issues__category__code=code).distinct()
    leading = drafts.filter(schedule__isnull=False)  # thrown away, it would take those that it puts along
    taken = Q(pk__in=not_to_be_asked(body, code).values("case")) | Q(pk__in=leading.values("case"))
    same = same.exclude(taken | Q(pk__in=put_elsewhere(letter).values("case")))
    found = may_be_named(letter.case, same.exclude(pk=letter.case_id))
    cases = list(
        found.prefetch_related("case_people__person", "references").order_by("opened_at")[:MOST_OFFERED]
    )
    open_here: dict[int, Enquiry] = {}
    for one in [*enquiries.filter(case__in=cases), *beside.filter(case__in=cases)]:
        open_here.setdefault(one.case_id, one)
    drafted: dict[int, list[Letter]] = {}
    for each in drafts.filter(case__in=cases).select_related("drafted_by", "changed_by", "review__waits_for"):
        drafted.setdefault(each.case_id, []).append(each)
    return [
        Candidate(
            case,
            open_here.get(case.pk),
            drafted.get(case.pk, []),
            gate.is_open(case, body, on=on),
            case.pk in chosen,
        )
        for case in cases
    ]


def _open_with(body: Body, code: str) -> EnquiryQuerySet:
    """What is open with a body about this; then with its parts, which it answers for. The first due first."""
    found = Enquiry.objects.filter(body__in=body.with_parts(), answered_on=None).select_related("body")
    its_own = models.Case(models.When(body=body, then=0), default=1)
    return of_category(found, code).alias(rank=its_own).order_by("rank", "due_on", "pk")


def not_to_be_asked(body: Body, code: str) -> EnquiryQuerySet:
    """What is open with a body about this and is not to be put again now: its letter is on its way out, its
    clock stands still, or the body has sent something that nobody has read yet.
    """
    still = Q(letter__state=Letter.State.SENDING) | Q(paused_on__isnull=False)
    asked = _open_with(body, code)
    return asked.filter(still | Q(pk__in=asked.unread().values("pk")))


def put_elsewhere(letter: Letter) -> models.QuerySet[ScheduleLine]:
    """The lines by which cases stand in another letter to the same body that has not left yet; not one on a
    case that is restricted, of which whoever gathers may not know.
    """
    assert letter.to_body is not None
    unsent = Q(letter__state__in=[Letter.State.DRAFT, Letter.State.SENDING])
    lines = ScheduleLine.objects.filter(unsent, chaser=None).exclude(letter=letter.pk)
    known = Case.objects.for_every_caseworker()
    return lines.filter(letter__to_body__in=letter.to_body.with_parts(), letter__case__in=known)


def put_since(line: ScheduleLine, letter: Letter) -> Enquiry | None:
    """What was put to the body about the case after it was gathered into the letter."""
    assert letter.to_body is not None
    at = line.gathered_at
    since = Q(letter__sent_at__gt=at) | Q(gathered_in__sent_at__gt=at)
    asked = _open_with(letter.to_body, letter.category_code).filter(since, case=line.case_id)
    return asked.exclude(letter=letter.pk).first()


def _open_beside(body: Body, code: str) -> EnquiryQuerySet:
    """What is open about this with the whole that the body is a part of, and with its other parts: this body
    does not answer for those. The first due first.
    """
    beside = set(siblings_of(body)) - set(body.with_parts())
    found = Enquiry.objects.filter(body__in=beside, answered_on=None).select_related("body")
    return of_category(found, code).order_by("due_on", "pk")


def may_be_named(case: Case, others: CaseQuerySet) -> CaseQuerySet:
    """Of the other cases those that a letter on this one may name, for as long as it has not left."""
    return readable_by_all_who_read(case, others.for_every_caseworker())


def readable_by_all_who_read(case: Case, others: CaseQuerySet) -> CaseQuerySet:
    """Of the other cases those that everybody may see who may see this one."""
    narrow = [Role.VOLUNTEER, Role.PARLIAMENTARY_ASSISTANT, Role.ADMINISTRATOR]
    for colleague in StaffMember.objects.filter(is_active=True, role__in=narrow):
        if Case.objects.visible_to(colleague).filter(pk=case.pk).exists():
            others = others.filter(pk__in=Case.objects.visible_to(colleague).values("pk"))
    return others


class NotGathered(Exception):
    """The schedule stays as it is; the message says which case is in the way, and what to do."""


@transaction.atomic
def gather(letter: Letter, chosen: Sequence[Candidate], *, by: StaffMember) -> bool:
    """Put these cases into the letter's schedule instead of those before; none takes the schedule out.

    Their own drafts to the body are thrown away; chasers wait to go along. False where the letter is no draft
    any more. Raises NotGathered where somebody's lines would stay in the letter with nothing that asks
    whether they may, a draft that is a colleague's would be thrown away, or a chaser has gone by itself.
    """
    chasers = [each.chaser.pk for each in chosen if each.chaser is not None]
    # Locked with the letter and in one order, so that nobody sends one of them in the same moment.
    locked = Letter.objects.select_for_update().filter(pk__in=[letter.pk, *chasers]).order_by("pk")
    standing = {each.pk: each for each in locked}
    letter = standing[letter.pk]
    if not all(standing[pk].is_draft for pk in chasers):
        raise NotGathered("One of these chasers is no draft any more. Look again, and choose anew.")
    unsent = [own.pk for each in chosen for own in each.unsent]
    if ScheduleLine.objects.filter(letter__in=unsent).exists():
        raise NotGathered("One of their letters puts other cases itself by now. Look again, and choose anew.")
    insist_no_colleagues(letter, chosen, by=by)
    above, below = around_schedule(letter.text)
    parts = [above, _schedule(letter, chosen) if chosen else "", below]
    text = "\n\n".join(part for part in parts if part)
    stays = {each.case.pk for each in chosen}
    stays |= {letter.case_id}  # a case that is one with the letter's own by now is named by that
    gone = [line.case for line in letter.schedule.select_related("case") if line.case_id not in stays]
    if named := [each for case in gone for each in references_of(case.family) if each in text]:
        raise NotGathered(
            f"{', '.join(named)} would still stand in the letter: take those lines out first, then gather."
        )
    if not actions.keep_edit(letter, by=by, text=text):
        return False
    before = set(letter.schedule.values_list("case", flat=True))
    letter.schedule.all().delete()
    ScheduleLine.objects.bulk_create(
        ScheduleLine(
            letter=letter, case=each.case, position=number, chaser=each.chaser,
            own_words=print_of(standing[each.chaser.pk]) if each.chaser is not None else "",
        )
        for number, each in enumerate(chosen, start=1)
    )  # fmt: skip
    NamedCase.objects.bulk_create(
        [NamedCase(letter=letter, case=each.case, reference=each.case.reference) for each in chosen],
        ignore_conflicts=True,
    )
    for each in chosen:
        for draft in each.drafts:
            actions.discard(draft)
        if each.case.pk not in before:
            said = f"Gathered with other cases into one letter to {letter.to_body}."
            each.case.record(Event.Kind.NOTE, by=by, text=said, letter=letter.pk)
    return True


def insist_no_colleagues(letter: Letter, chosen: Sequence[Candidate], *, by: StaffMember) -> None:
    """Raise NotGathered where a colleague writes on a draft that would not go, or has it to read."""
    for each in chosen:
        for draft in each.unsent:
            review = getattr(draft, "review", None)
            hands = [draft.drafted_by, draft.changed_by, review.waits_for if review else None]
            if other := next((one for one in hands if one is not None and one != by), None):
                raise NotGathered(
                    f"A letter of {other} to {draft.to_body} waits as a draft on {each.case.reference}. "
                    f"Ask {other} to discard it first, or leave that case out."
                )
            if other := next((who for who in begun(draft) if who != by), None):
                raise NotGathered(
                    f"{other} is writing in the letter to {draft.to_body} on {each.case.reference}. "
                    f"Ask {other} to save it or throw it away first, or leave that case out."
                )


# --- a case that may be named no longer -------------------------------------------------------------------


def on_access_changed(case: Case, **_: object) -> None:
    take_out_hidden(case)


@transaction.atomic
def take_out_hidden(case: Case) -> None:
    """A case that may not be gathered any more, see `may_be_named`, stands in no letter about others.

    Its line goes out of drafts, also those thrown away; what waits in the outbox is a draft again. What was
    said before, in earlier versions and comments, is asked for when somebody looks: `naming.hidden_words`.
    """
    family = case.family
    state = Letter.State
    unsent = Letter.objects.filter(state__in=[state.DRAFT, state.SENDING, state.DISCARDED])
    for letter in unsent.filter(schedule__case__in=family).distinct().select_related("case"):
        if may_be_named(letter.case, Case.objects.filter(pk=case.pk)).exists():
            continue
        if letter.state == state.DISCARDED or outbox.hold_back(letter):
            _take_out(letter, family)


def _take_out(letter: Letter, family: Sequence[int]) -> None:
    references = references_of(family)
    standing = Letter.objects.select_for_update().get(pk=letter.pk)
    changed = copy(standing)
    changed.text, changed.html = without(references, standing, of=family)
    Letter.objects.filter(pk=letter.pk).update(text=changed.text, html=changed.html)
    history.keep(standing, changed, by=None)
    if still_named(changed, family):  # somebody had written the line anew: `schedule_checks` keeps it here
        said = f"A case may be named no longer in the letter to {letter.to_body}: take its words out."
    else:
        letter.schedule.filter(case__in=family).delete()
        said = f"A case was taken out of the letter to {letter.to_body}: it may be named there no longer."
    letter.case.record(Event.Kind.NOTE, by=None, text=said, letter=letter.pk)


def references_of(family: Sequence[int]) -> list[str]:
    """The references of a case and of those that became part of it: a line written before has theirs."""
    return [each.reference for each in Case.objects.filter(pk__in=family)]


def still_named(letter: Letter, family: Sequence[int]) -> bool:
    """Whether the letter has words that its schedule said of one of these: a reference, a name, a title, a
    number. What is as true of the case it stands on, or of another of its schedule, tells of nobody."""
    rest = letter.schedule.exclude(case__in=family).values("case")
    others = Case.objects.filter(Q(pk=letter.case_id) | Q(pk__in=rest)).exclude(pk__in=family)
    telling = words_of(Case.objects.filter(pk__in=family)) - words_of(others)
    return tells(f"{letter.text}\n{unescape(letter.html)}", telling)


def without(references: Sequence[str], letter: Letter, *, of: Sequence[int]) -> tuple[str, str]:
    """A letter's words without the lines that name one of these, the others numbered anew; where they are
    references `of` the case that it stands on, because the two are one by now, without lines of the schedule
    alone.
    """
    text, html = letter.text, letter.html
    if not any(reference in text or reference in html for reference in references):
        return text, html
    its_own = letter.case_id in of
    kept = [
        line
        for line in text.split("\n")
        if not any(reference in line for reference in references) or (its_own and not NUMBERED.match(line))
    ]
    numbers = count(1)
    words = "\n".join(NUMBERED.sub(lambda _: f"{next(numbers)}. ", line) for line in kept)
    if next(numbers) == 1:
        words = words.replace(f"{HEADING}\n\n{INTRO}", "").replace(f"{HEADING}\n\n{CHASED}", "")
    words = re.sub(r"\n{3,}", "\n\n", words).strip()
    laid_out = suggesting.with_text(html, words)
    # A suggestion that nobody has answered may hold it too: then the plain words alone stay.
    stays = not its_own and any(reference in laid_out for reference in references)
    return words, "" if stays else laid_out


def around_schedule(text: str) -> tuple[str, str]:
    """The letter above the schedule that we put into it, and what somebody typed below that."""
    above, _, rest = text.partition(f"\n\n{HEADING}\n\n")
    return above.rstrip(), OURS.sub("", rest, count=1).strip()


def _schedule(letter: Letter, chosen: Sequence[Candidate]) -> str:
    assert letter.to_body is not None
    lines = []
    for number, each in enumerate(chosen, start=1):
        case, numbers = each.case, body_references(each.case, letter.to_body).replace("\n", ", ")
        parts = [str(case.constituent or ""), numbers, f"our reference {case.reference}"]
        line = f"{number}. {', '.join(part for part in parts if part)}: {case.title}."
        if each.chaser is not None:
            line += f" {_chased(each.chaser)}"
        elif each.enquiry is not None:
            awaited = max(each.enquiry.due_on, each.enquiry.promised_on or each.enquiry.due_on)
            put, due = in_words(each.enquiry.sent_on), in_words(awaited)
            whom = f" to {each.enquiry.body}" if each.enquiry.body_id != letter.to_body_id else ""
            line += f" I wrote{whom} on {put}; a reply is due by {due}."
        lines.append(line)
    intro = CHASED if is_step(letter) else INTRO
    return "\n\n".join([HEADING, intro, *lines])


def _chased(chaser: Letter) -> str:
    """What a case's own chaser says of its dates: how it was asked, reminded of and by when it was due."""
    said = facts_of(chaser, by=None, today=timezone.localdate())
    again = f" and again on {said['chased_on']}" if said["chased_on"] else ""
    theirs = chaser.about_enquiry.their_reference if chaser.about_enquiry else ""
    quoted = f" Your reference is {theirs}." if theirs else ""
    return f"{said['how_i_asked']}{again}. {said['when_it_was_due']}.{quoted}"


def cases_named_in(letter: Letter) -> CaseQuerySet:
    """The other cases that the letter puts: their numbers stand in it too."""
    if letter.pk is None:  # a preview puts none
        return Case.objects.none()
    return Case.objects.filter(schedule_lines__letter=letter).prefetch_related("references")


def put_the_others(letter: Letter, at: datetime, by: StaffMember | None) -> None:
    """The letter has left: each case of its schedule has an enquiry with a clock, or is put again."""
    body = letter.to_body
    if body is None:
        return
    on = timezone.localdate(at)
    days, rule = body.reply_days(Office.here().reply_days)
    code = letter.category_code
    for line in letter.schedule.filter(chaser=None).select_related("case"):
        case = line.case
        put = _open_with(body, code).exclude(letter__state=Letter.State.SENDING).exclude(letter=letter)
        standing = put.filter(case=case).first()
        if standing is not None:
            said = f"Put again to {body} in one letter with other cases."
            case.record(Event.Kind.NOTE, by=by, text=said, enquiry=standing.pk)
            continue
        # Not the words of the letter: they are about somebody else.
        asked = f"In my letter of {in_words(on)} about several cases I asked about: {case.title}."
        issue = case.issues.filter(category__code=code).first() or case.issues.first()
        enquiry = Enquiry.objects.create(
            case=case, issue=issue, body=body, gathered_in=letter, contact=letter.to_contact,
            means=Enquiry.Means.EMAIL if letter.means == Letter.Means.EMAIL else Enquiry.Means.POST,
            to_whom=letter.to_contact.name if letter.to_contact else "", question=asked, asked_by=by,
            sent_on=on, due_on=working_days_after(on, days, nation=body.holiday_nation), due_rule=rule,
        )  # fmt: skip
        case.record(
            Event.Kind.LETTER_OUT,
            by=by,
            text=f"To {body}, in one letter with other cases.",
            letter_kind=Letter.Kind.ENQUIRY.value,
            means=letter.means,
            **actions.codes_of(enquiry, enquiry=enquiry, body=body),
        )


def why_it_stays_gone(letter: Letter) -> str:
    """Why a letter that was marked as posted is not taken back: other cases were put in it."""
    if letter.schedule.filter(chaser=None).exists():
        return "Other cases were put in it, and each has its enquiry."
    return "Other cases were chased in it." if letter.schedule.exists() else ""
