"""Attacks on what an office publishes: thirteen ways to work out what was meant to stay unknown.

`audit(paths)` plays them against everything an office ever showed and reports, in sentences, which got
through. `publishers` plays those that need the function that publishes instead of its files. What each attack
does, and when a publication passes it, is in docs/standard/attacks.md.
"""

from opencasework.standard.attacks.audit import audit
from opencasework.standard.attacks.report import ATTACKS, AuditReport, Finding, Tried

__all__ = ["ATTACKS", "AuditReport", "Finding", "Tried", "audit"]
