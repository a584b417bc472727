"""Differential privacy for finer research tables (wards, nations): discrete Laplace noise and a budget.

Rounding protects a table that is designed once. For tables that others design, or finer ones, only a method
with a proof will do. Each case lies in one cell of a table, so adding or removing one changes the counts by
1 in all, and integer noise X with

    P(X = k) = (1 - a) / (1 + a) a^|k|,    a = exp(-epsilon)

added to every count, zeros included, makes any two neighbouring tables' outputs alike within a factor
exp(epsilon). The variance is 2a / (1 - a)^2: 1.84 at epsilon 1. It is unbiased as long as nothing is cut off
at 0 before adding up, so published counts may be negative. Several tables of the same cases add their
epsilons; a person with several cases in one table pays for each. What is spent stands in a ledger, and a
table that would overspend is refused; the same table asked for again is answered from nowhere: keep what was
drawn.

The noise comes from OpenDP, which draws exactly and from the machine's own randomness (floating-point
samplers leak). Sources: Ghosh, Roughgarden and Sundararajan 2012 (the geometric mechanism); Canonne, Kamath
and Steinke 2020 (exact sampling); opendp.org.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

METHOD = "ocd-dp"
COLUMNS = ("table", "epsilon", "spent_at")
KeyT = TypeVar("KeyT")


class BudgetError(Exception):
    """Why a table cannot be released, in one sentence."""


@dataclass(frozen=True)
class Spending:
    """One line of the ledger: which table was released with how much of the budget, and when (ISO 8601)."""

    table: str
    epsilon: Decimal
    spent_at: str


def read_ledger(ledger: Path) -> list[Spending]:
    """What was spent so far; nothing when there is no ledger yet. Raises BudgetError when it is not one."""
    if not ledger.exists():
        return []
    try:
        with ledger.open(encoding="utf-8", newline="") as stream:
            return [
                Spending(row["table"], Decimal(row["epsilon"]), row["spent_at"])
                for row in csv.DictReader(stream)
            ]
    except (KeyError, ArithmeticError, UnicodeDecodeError) as error:
        raise BudgetError(f"{ledger.name} is no budget ledger; restore it from a backup.") from error


def release(
    counts: Mapping[KeyT, int],
    *,
    table: str,
    epsilon: Decimal,
    budget: Decimal,
    ledger: Path,
    now: datetime,
) -> dict[KeyT, int]:
    """Add noise to `counts`, which name every cell of the design, zeros included; write down what it cost.

    `budget` is the epsilon all tables of these cases may spend together. Whole cases in and out; negative
    numbers are possible and have to stay. The ledger is written before the noise is drawn: a crash in between
    wastes budget and gives nothing away. Raises BudgetError when `epsilon` is not above 0, when the table is
    in the ledger already, or when the budget does not suffice; RuntimeError when OpenDP is not installed.
    """
    spent = read_ledger(ledger)
    if not epsilon > 0:
        raise BudgetError(f"Epsilon is {epsilon}; it has to be above 0.")
    if any(each.table == table for each in spent):
        raise BudgetError(f"{table} was released already; use that: a second draw would weaken it.")
    left = budget - sum((each.epsilon for each in spent), Decimal(0))
    if epsilon > left:
        raise BudgetError(f"{table} costs {epsilon}, but only {left} of the budget of {budget} is left.")
    noise = _noise(epsilon)
    is_new = not ledger.exists()
    with ledger.open("a", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        if is_new:
            writer.writerow(COLUMNS)
        writer.writerow((table, epsilon, now.isoformat(timespec="seconds")))
    return dict(zip(counts, noise(list(counts.values())), strict=True))


def _noise(epsilon: Decimal) -> Callable[[list[int]], list[int]]:
    """OpenDP's discrete Laplace mechanism for a list of counts of which one case changes one by one."""
    try:
        import opendp.prelude as dp
    except ImportError as error:
        raise RuntimeError("OpenDP is not installed; install opencasework[research].") from error
    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64")
    mechanism: Callable[[list[int]], list[int]] = dp.m.make_laplace(*space, scale=float(1 / epsilon))
    return mechanism
