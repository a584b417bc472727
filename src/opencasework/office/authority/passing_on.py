"""The gate before a case is passed on to somebody else, whom the person has to have named."""

from __future__ import annotations

from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, Transfer

FIRST = "Record it under Authority to act first, or what the person said; then offer the case."


def without_authority(case: Case, body: Body | None, consent: str) -> str:
    """Why nothing about the people of the case may go to this body, or to somebody who is none, with what to
    do; empty where it may. `consent` is how the person is said to have agreed.
    """
    people, on, written = case.constituents, timezone.localdate(), consent == Transfer.Consent.SIGNED
    if not people:
        return "Nobody has asked for help on this case yet: put the person on it first."
    missing = gate.lacking(case, body, on=on, written=written) if body else gate.lacking_for_any(
        case, on=on, written=written
    )  # fmt: skip
    if not missing:
        return ""
    what = "Nothing signed" if written else "No authority"
    about = f"about {gate.named(missing)}" if len(people) > 1 else "on this case"
    if body is None:
        return f"{what} {about} covers them. Add them under Bodies, so that the person can name them. {FIRST}"
    return f"{what} {about} covers {body}. {FIRST}"
