"""Learning from what the office filed: a row of work, done by the worker in a process of its own.

What is learned from is what every caseworker sees. A restricted case, or one about crime or abuse, teaches
nothing: a word of it could otherwise be said to somebody who may not know of it.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from opencasework.office.bodies.models import BodyContact
from opencasework.office.cases.models import Case, Issue
from opencasework.office.inbox.learning.weights import NotWeights, unpack
from opencasework.office.inbox.learning.words import features
from opencasework.office.inbox.models import Lesson, Message, MessageQuerySet
from opencasework.office.inbox.suggesting import lessons
from opencasework.office.inbox.suggesting.categories import told
from opencasework.office.kit.steps import step
from opencasework.office.tags.models import Category, Sensitivity

log = logging.getLogger(__name__)

ENOUGH = 60  # filed messages from which on there is something to learn
NEWLY_FILED = 0.1  # learned anew when this share more has been filed
FEWEST_NEW = 20
AT_LEAST_EVERY = timedelta(days=7)  # where anything changed at all
MOST_MESSAGES = 6_000  # the newest; older ones say what the office no longer files so
OF_A_CASE = 2  # its first messages: those say what it is about
LEASE = timedelta(minutes=15)
TRIES = 3
SECONDS = 300  # of the process that learns
SHORTEST = 20  # characters of a text worth learning from
COMMAND = [sys.executable, "-m", "opencasework.office.inbox.learning.training"]
EVERYBODYS = [Sensitivity.PUBLIC, Sensitivity.PERSONAL]
OF_CASEWORKERS = [*EVERYBODYS, Sensitivity.SPECIAL_CATEGORY]
Example = tuple[str, dict[str, int], bool, int]


def learn_when_due(*, now: datetime | None = None) -> bool:
    """A turn of the worker: ask for a lesson where one is due, give the one that waits. True if one was."""
    moment = now or timezone.now()
    if not lessons.wanted():
        return False
    forget_what_became_secret()
    if is_due(moment):
        ask()
    lesson = _claim(moment)
    if lesson is None:
        return False
    step()
    return _give(lesson)


def ask() -> Lesson:
    """Ask the worker to learn anew; one that waits already is enough."""
    waiting = Lesson.objects.filter(learned_at=None, problem="").first()
    return waiting or Lesson.objects.create()


def forget() -> None:
    """Forget everything that was learned. The words of the code list are what is left."""
    Lesson.objects.all().delete()


def forget_what_became_secret() -> None:
    """Drop what was learned from a case that not everybody sees any more; it is learned anew without it."""
    lesson = Lesson.objects.exclude(learned_at=None).exclude(weights=None).order_by("-pk").first()
    if lesson is None:
        return
    numbers = list(lesson.cases)
    still = sum(
        Case.objects.for_every_caseworker().filter(pk__in=numbers[at : at + 500]).count()
        for at in range(0, len(numbers), 500)
    )
    if still < len(numbers):
        with transaction.atomic():
            Lesson.objects.exclude(learned_at=None).delete()
            ask()


def is_due(now: datetime) -> bool:
    """Whether enough was filed since the last lesson."""
    filed = _filed().count()
    if filed < ENOUGH or Lesson.objects.filter(learned_at=None, problem="").exists():
        return False
    last = Lesson.objects.order_by("-pk").first()
    if last is None:
        return True
    new = abs(filed - last.messages)
    if last.problem:
        return now - last.asked_at >= AT_LEAST_EVERY
    return new >= max(FEWEST_NEW, NEWLY_FILED * last.messages) or (
        new > 0 and last.learned_at is not None and now - last.learned_at >= AT_LEAST_EVERY
    )


def _claim(now: datetime) -> Lesson | None:
    """The lesson that waits, for whoever is first; one whose worker died is free again after its lease."""
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - LEASE)
    lesson = Lesson.objects.filter(free, learned_at=None, problem="").order_by("pk").first()
    if lesson is None:
        return None
    mine = Lesson.objects.filter(free, pk=lesson.pk).update(claimed_at=now, tries=F("tries") + 1)
    lesson.refresh_from_db()
    return lesson if mine else None


def _give(lesson: Lesson) -> bool:
    examples, cases = gather()
    if lesson.tries > TRIES:
        return _failed(lesson, "Learning failed too often.")
    if not examples:
        return _failed(lesson, "Nothing was filed that could be learned from.")
    try:
        child = subprocess.run(
            COMMAND, input=json.dumps(examples).encode(), capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return _failed(lesson, "Learning took too long.")
    step()
    try:
        unpack(child.stdout)
    except NotWeights:
        # The kind, never the content.
        log.warning("Learning ended with status %s and no weights", child.returncode)
        return _failed(lesson, "Learning went wrong; the log of the worker says when.")
    with transaction.atomic():
        Lesson.objects.filter(pk=lesson.pk).update(
            learned_at=timezone.now(), messages=len(examples), cases=sorted(cases), weights=child.stdout
        )
        Lesson.objects.filter(pk__lt=lesson.pk).delete()
    return True


def _failed(lesson: Lesson, problem: str) -> bool:
    Lesson.objects.filter(pk=lesson.pk).update(problem=problem)
    return False


def _filed() -> MessageQuerySet:
    """What people put on cases that every caseworker sees: the first messages of each, from constituents."""
    bodies = BodyContact.objects.exclude(email="").values("email")
    earlier = Message.objects.filter(
        case=OuterRef("case"), direction=Message.Direction.IN, enquiry=None, pk__lt=OuterRef("pk")
    )
    return (
        Message.objects.filter(
            direction=Message.Direction.IN,
            decision=Message.Decision.CASE,
            case__in=Case.objects.for_every_caseworker(),
            sensitivity__in=["", *OF_CASEWORKERS],
            enquiry=None,
            auto_reply=False,
            parts=None,  # what is about several cases may be about one that teaches nothing
        )
        .exclude(from_address__in=bodies)
        .filter(~Exists(earlier.order_by("pk")[OF_A_CASE - 1 : OF_A_CASE]))
        .select_related("case")
    )


def gather() -> tuple[list[Example], set[int]]:
    """The examples: code, words, whether everybody may see it, who sent it; and the cases they are on."""
    rows = list(_filed().order_by("-received_at", "-pk")[:MOST_MESSAGES])
    cases = {message.case_id for message in rows if message.case_id}
    categories = dict(Category.objects.exclude(parent=None).values_list("pk", "code"))
    # In the order of the rows the first issue of a case comes last, and stays.
    issues = Issue.objects.filter(case__in=cases, duplicate_of=None).order_by("-pk")
    main = {case: category for case, category in issues.values_list("case", "category")}
    examples: list[Example] = []
    used: set[int] = set()
    for message, sender in zip(rows, _senders(rows), strict=True):
        code = categories.get(message.category_id or 0) or categories.get(main.get(message.case_id or 0, 0))
        text = told(message)
        if code is None or message.case is None or len(text) < SHORTEST:
            continue
        openly = message.case.sensitivity in EVERYBODYS and message.sensitivity in ["", *EVERYBODYS]
        examples.append((code, dict(features(message.subject, text)), openly, sender))
        used.add(message.case.pk)
    return examples, used


def _senders(rows: list[Message]) -> Iterator[int]:
    """A number for each sender, the same where it may be the same person."""
    known: dict[str, int] = {}
    for message in rows:
        who = (
            f"person {message.person_id}" if message.person_id else message.from_address or message.from_name
        )
        yield known.setdefault(who or f"message {message.pk}", len(known))
