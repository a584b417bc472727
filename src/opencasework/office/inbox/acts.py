"""What was done at the desk, kept so that it can be taken back: in seconds, or later from a list.

An act can be taken back while the message still stands as the act left it. What somebody did about it
since is theirs, and stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone

from opencasework.office.inbox.models import Act, ActLine, Message
from opencasework.office.inbox.models.desk import standing
from opencasework.office.inbox.models.messages import texts_by
from opencasework.office.staff.models import StaffMember

Change = tuple[Message, dict[str, Any]]  # a message as it is now, and how it stood before


def current(pks: Iterable[int]) -> list[Message]:
    """These messages as the database has them, without their texts; locked until the transaction ends."""
    wanted = list(pks)
    # Locked without the join: PostgreSQL refuses to lock what an outer join may leave empty.
    list(Message.objects.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk"))
    return list(
        Message.objects.filter(pk__in=wanted)
        .select_related("snooze", "taken_by", "decided_by", "case")
        .without_texts()
        .order_by("-received_at", "-pk")
    )


def write(
    kind: str, *, by: StaffMember, changes: Sequence[Change], did: Mapping[int, dict[str, Any]] | None = None
) -> Act:
    """Keep an act. Call it inside the transaction that did it; each message is as the act left it.

    `did` is, by message, what it changed elsewhere (`ActLine.did`).
    """
    act = Act.objects.create(kind=kind, by=by)
    ActLine.objects.bulk_create(
        ActLine(
            act=act,
            message=message,
            before=before,
            after=standing(message),
            did=(did or {}).get(message.pk, {}),
        )
        for message, before in changes
    )
    return act


def also_did(message: Message, **did: Any) -> None:
    """Add to what is kept of the decision just made about a message. Call it inside that transaction."""
    line = ActLine.objects.filter(message=message, taken_back_at=None, act__kind__in=Act.DECISIONS)
    for each in line.order_by("-pk")[:1]:
        for name, more in did.items():
            each.did[name] = [*each.did.get(name, []), *more]
        each.save(update_fields=["did"])


def was_taken_back(messages: Iterable[int], *, by: StaffMember) -> None:
    """The decisions about these messages are undone in another way; their lines say so."""
    ActLine.objects.filter(
        message__in=list(messages), act__kind__in=Act.DECISIONS, taken_back_at=None
    ).update(taken_back_at=timezone.now(), taken_back_by=by)


# --- the list -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """An act as the list shows it: the messages of it that the reader may see."""

    act: Act
    lines: list[ActLine]

    @property
    def can_be_undone(self) -> bool:
        return any(still_stands(line) for line in self.lines)

    @property
    def undone(self) -> ActLine | None:
        """A line that was taken back, where all of them were."""
        return self.lines[0] if all(line.taken_back_at for line in self.lines) else None


def still_stands(line: ActLine) -> bool:
    """Whether the message is as this act left it, in all that the act changed."""
    if line.taken_back_at is not None:
        return False
    now = standing(line.message)
    changed = {name for name in line.after if line.before.get(name) != line.after[name]}
    return all(now[name] == line.after[name] for name in changed)


ROWS = 50  # acts on a page


def page_of(staff: StaffMember, number: str | None, *, of: StaffMember | None = None) -> Page[Any]:
    """A page of the acts of everybody, or of one, the latest first, with what this colleague may see."""
    visible = Message.objects.visible_to(staff)
    theirs = ActLine.objects.filter(Exists(visible.filter(pk=OuterRef("message"))))
    lines = theirs.select_related(
        "message__snooze", "message__case", "message__taken_by", "taken_back_by"
    ).defer(*texts_by("message"))
    found = Act.objects.filter(Exists(theirs.filter(act=OuterRef("pk"))))
    if of is not None:
        found = found.filter(by=of)
    acts = found.select_related("by").prefetch_related(Prefetch("lines", queryset=lines, to_attr="seen"))
    page: Page[Any] = Paginator(acts, ROWS).get_page(number)
    page.object_list = [Shown(act, act.seen) for act in page.object_list]
    return page
