"""The gate: every draft and every signature is attacked first, over all that was ever published.

The attacks are the standard's own suite, which anybody can run on the folder; here it also knows the truth
and the office's key. A signature is attacked although its draft was: the ledger and the reply times are new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opencasework.standard import publication as standard

if TYPE_CHECKING:
    from opencasework.standard.attacks import AuditReport


@dataclass(frozen=True)
class Report:
    """What the attacks found, as it is kept and shown."""

    passed: bool
    findings: list[str] = field(default_factory=list)  # one sentence each
    narrowest: int | None = None  # the closest anybody comes to a protected number, in cases
    seconds: float = 0.0
    tried: list[list[str]] = field(default_factory=list)  # attack, outcome, what it was tried on
    notes: list[str] = field(default_factory=list)  # no breach, but who signs should know
    undecided: int = 0  # bounds nobody settled in time, of which only what is proved was trusted

    def kept(self) -> dict[str, Any]:
        """The report as it is kept in the database."""
        return dict(vars(self))


def audit(paths: Sequence[Path], **known: Any) -> AuditReport:
    """The suite of the standard, loaded when something is attacked: no page needs the memory it takes."""
    from opencasework.standard.attacks import audit as play

    return play(paths, **known)


def attack(paths: Sequence[Path], truth: Mapping[standard.Cell, int], *, key: bytes) -> Report:
    """Attack the publications at `paths`; `truth` is all that was counted, `key` is looked for everywhere.

    A small cell of which it cannot be settled in time whether it is safe is not: then this does not pass.
    """
    found = audit(list(paths), truth=dict(truth), key=key)
    return Report(
        passed=bool(found.passed),
        findings=[finding.sentence for finding in found.findings],
        narrowest=found.narrowest,
        seconds=round(float(found.seconds), 1),
        tried=[[one.attack, one.outcome, one.sentence] for one in found.tried],
        notes=list(found.notes),
        undecided=int(found.work.get("undecided", 0)),
    )
