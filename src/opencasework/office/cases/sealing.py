"""What the ledger reads of a timeline, and what it is told when a case is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef

from opencasework.office.audit.hashing import Facts, hash_of_content, microseconds
from opencasework.office.audit.ledger import Source, seals
from opencasework.office.audit.models import Trace
from opencasework.office.audit.verifying import Finding, also_verified_by, cases_are_named_by
from opencasework.office.cases import shown
from opencasework.office.cases.models import Case, Event


def read_events(pks: Iterable[int]) -> dict[int, Facts]:
    """What the lines of these numbers say. When it happened is content; when it was recorded is `at`."""
    rows = Event.objects.filter(pk__in=list(pks)).values_list(
        "pk", "case_id", "kind", "by_id", "recorded_at", "at", "salt", "text", "detail"
    )
    return {
        pk: Facts(
            case, kind, by, microseconds(recorded), hash_of_content(salt, [microseconds(at), text, detail])
        )
        for pk, case, kind, by, recorded, at, salt, text, detail in rows.iterator()
    }


def note_erasure(*, instance: Case, **_signal: Any) -> None:
    """Before a case goes with all its lines, the ledger is told that it was deleted, and when."""
    if instance.pk is not None:
        Trace.objects.create(
            kind=Trace.Kind.ERASED, case_id=instance.pk, detail={"reference": instance.reference}
        )


def references(pks: Iterable[int]) -> dict[int, str]:
    """What these cases are called."""
    return dict(Case.objects.filter(pk__in=list(pks)).values_list("pk", "reference"))


def cases_without_a_line() -> Iterator[Finding]:
    """A case begins with a line. Without any, the record was cut off before it, or the case was put in."""
    silent = Case.objects.filter(~Exists(Event.objects.filter(case=OuterRef("pk"))))
    for case in silent.order_by("pk").values_list("pk", flat=True):
        yield Finding("deleted", "the case has no line, not even that it was opened.", None, case)


seals(Source("event", Event, read_events, "line of the timeline"))
cases_are_named_by(references)
also_verified_by(shown.not_as_said)
also_verified_by(cases_without_a_line)
