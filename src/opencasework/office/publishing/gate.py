"""The gate: every draft and every signature is attacked first, over all that was ever published.

The attacks are the standard's own suite, which anybody can run on the folder; here it also knows the truth.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opencasework.standard import publication as standard
from opencasework.standard.attacks import audit


@dataclass(frozen=True)
class Report:
    """What the attacks found, as it is kept and shown. `over` names what was attacked, to attack it once."""

    over: str
    ran: bool
    passed: bool
    findings: list[str] = field(default_factory=list)  # one sentence each
    narrowest: int | None = None  # the closest anybody comes to a protected number, in cases
    seconds: float = 0.0

    def kept(self) -> dict[str, Any]:
        """The report as it is kept in the database."""
        return dict(vars(self))


def attack(
    paths: Sequence[Path], truth: Mapping[standard.Cell, int], *, known: Mapping[str, Any] | None = None
) -> Report:
    """Attack the publications at `paths` with every attack of the suite; `truth` is all that was counted.

    `known` is an earlier report: where it is about exactly the same rows and truth, it stands.
    """
    over = _fingerprint(paths, truth)
    if known and known.get("over") == over and known.get("ran"):
        return Report(**known)
    found = audit(list(paths), truth=dict(truth))
    sentences = [finding.sentence for finding in found.findings]
    return Report(
        over,
        ran=True,
        passed=bool(found.passed),
        findings=sentences,
        narrowest=found.narrowest,
        seconds=round(float(found.seconds), 1),
    )


def _fingerprint(paths: Sequence[Path], truth: Mapping[standard.Cell, int]) -> str:
    digest = hashlib.sha256()
    lines = sorted(row.line for path in paths for row in standard.read(path).observations)
    truths = sorted(f"{cell} {number}" for cell, number in truth.items())
    for text in (*lines, *truths):
        digest.update(text.encode() + b"\n")
    return digest.hexdigest()
