"""What a decision did beyond its message, put back with it: on the case, for the person, at the desk."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from opencasework.office.cases import actions as on_cases
from opencasework.office.cases import asking, mistaken
from opencasework.office.cases.models import Case, CaseWord, Question
from opencasework.office.constituents.models import Person
from opencasework.office.inbox.handing_over import LEVELS
from opencasework.office.inbox.models import Act, ActLine, Message, Snooze
from opencasework.office.inbox.models.desk import standing
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may
from opencasework.office.tags.models import Sensitivity

AT_THE_DESK = ("taken_by", "together", "snooze")


def line_of(message: Message) -> ActLine | None:
    """The decision that stands about this message, as it was kept; None for one made by itself."""
    lines = ActLine.objects.filter(message=message, taken_back_at=None, act__kind__in=Act.DECISIONS)
    return lines.select_related("act").order_by("-act__at", "-pk").first()


def left_alone(message: Message, line: ActLine) -> dict[str, Any]:
    """How it stood at the desk before, of what the act changed and nobody has changed since."""
    now = standing(message)
    changed = [name for name in AT_THE_DESK if line.before[name] != line.after[name]]
    return {name: line.before[name] for name in changed if now[name] == line.after[name]}


def at_the_desk(message: Message, before: dict[str, Any]) -> None:
    """Put back who had it, what it was taken together with, and its snooze, of what `before` names."""
    models = {"taken_by": StaffMember, "together": Message}
    fields = {name: _if_there(model, before[name]) for name, model in models.items() if name in before}
    Message.objects.filter(pk=message.pk).update(**fields)
    if "snooze" not in before:
        return
    was = before["snooze"]
    if was is None:
        Snooze.objects.filter(message=message).delete()
        return
    Snooze.objects.update_or_create(
        message=message,
        defaults={
            "until": date.fromisoformat(was["until"]) if was["until"] else None,
            "for_reply": was["for_reply"],
            "by_id": was["by"],
            "at": datetime.fromisoformat(was["at"]),
            "after": was["after"],
        },
    )


def _if_there(model: type[Any], pk: int | None) -> Any:
    return model.objects.filter(pk=pk).first() if pk else None


def whose(message: Message, line: ActLine) -> None:
    """It is of the person again whose it was before, where the decision had said whose it is."""
    if "person" in line.did:
        before = Person.objects.filter(pk=line.did["person"] or 0).first()
        Message.objects.filter(pk=message.pk, person=line.did["person_now"]).update(person=before)


def mistaken_cases(line: ActLine, *, by: StaffMember) -> list[str]:
    """The cases opened for it go where nobody has done anything on them. In words, what became of each."""
    said = []
    for opened in line.did.get("opened", []):
        if mistaken.take_back(opened, by=by):
            opened["gone"] = True  # for the log
            line.save(update_fields=["did"])
            said.append(f"{opened['reference']}, opened for it, is gone again; its number stays unused.")
        elif Case.objects.visible_to(by).filter(pk=opened["case"]).exists():
            said.append(f"{opened['reference']} stays: something was done on it since, or a day is over.")
    return said


def on_the_cases(message: Message, line: ActLine, *, by: StaffMember) -> list[str]:
    """Levels it raised, words it gave and questions it ended are as before. In words, for those `by` sees."""
    if not (line.did.get("tagged") or line.did.get("heard")):
        return []
    if not may(by, May.WRITE_CASES):
        return ["What it changed on the case stays so; a caseworker can change it there."]
    said, visible = [], Case.objects.visible_to(by)
    for changed in line.did.get("tagged", []):
        case = Case.objects.select_for_update().filter(pk=changed["case"], pk__in=visible).first()
        if case is None:
            continue
        _word(case, changed.get("word"), message, line)
        if "before" in changed:
            said += _levels(case, changed, line, by=by)
    ended = Question.objects.filter(pk__in=line.did.get("heard", []), ended_by=None, case__in=visible)
    for question in ended.select_related("case", "person"):
        if not _since(question.case, message, line).filter(auto_reply=False, person=message.person).exists():
            asking.still_waiting(question=question, by=by)
            said.append(f"{question.case.reference} waits for {question.asked_of} again.")
    return said


def _word(case: Case, given: int | None, message: Message, line: ActLine) -> None:
    """A word that the decision gave the case goes, unless another message has asked for it since."""
    found = CaseWord.objects.filter(pk=given or 0, case=case).first()
    if found and not _since(case, message, line).filter(details__own_word=found.word_id).exists():
        found.delete()


def _since(case: Case, message: Message, line: ActLine) -> Any:
    """What else was put on the case since: it may have done the same by itself."""
    later = Message.objects.filter(case=case, decided_at__gte=line.after["decided_at"])
    return later.exclude(pk=message.pk)


def _was_worked_on(case: Case, line: ActLine) -> bool:
    """Whether anything beside the decision was written on the case since, or the decision is a day old."""
    at = line.act.at
    by_others = Q(recorded_at__gte=at) & ~Q(by=line.act.by)
    later = Q(recorded_at__gt=at + timedelta(minutes=1))
    is_old = at < timezone.now() - mistaken.GOOD_FOR
    return is_old or case.events.filter(by_others | later).exists()


def _levels(case: Case, changed: dict[str, Any], line: ActLine, *, by: StaffMember) -> list[str]:
    before, after = changed["before"], changed["after"]
    if Sensitivity.RESTRICTED in {after["sensitivity"], case.sensitivity}:
        # Who may know of it was decided with that, and is decided anew by a person.
        return [f"{case.reference} stays restricted. Who may see it is said on the case."]
    now = {name: getattr(case, name) for name in before}
    wanted = {name: before[name] if now[name] == after[name] else now[name] for name in before}
    for other in _since(case, line.message, line).only("urgency", "sensitivity"):
        for axis in ("urgency", "sensitivity"):
            if now[axis] == after[axis]:  # what somebody has said since stays as they said it
                wanted[axis] = max(wanted[axis], getattr(other, axis))
    stays = []
    if wanted["sensitivity"] < now["sensitivity"] and _was_worked_on(case, line):
        # Who may see it is decided with that, and what was written since was written under it.
        wanted["sensitivity"] = now["sensitivity"]
        level = case.get_sensitivity_display()
        stays = [f"{case.reference} stays “{level}”: something was done on it since, or a day is over."]
    if wanted == now:
        return stays
    on_cases.set_tags(case=case, by=by, **wanted)
    return stays + [
        f"The {axis} of {case.reference} is “{getattr(case, f'get_{axis}_display')()}” again."
        for axis in LEVELS
        if now[axis] != wanted[axis]
    ]
