"""The numbers in notes, calls, messages and letters, covered as the card of numbers covers them by role.

What is stored is not touched: the text is covered on its way to the screen. Whom nothing is hidden from gets
it as it is, and costs no query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opencasework.office.cases import numbers
from opencasework.office.cases.models import Case, ReferenceNumber
from opencasework.office.kit import around, references
from opencasework.office.staff.models import StaffMember


@dataclass(frozen=True)
class Cover:
    """Which numbers a colleague may not have shown: kinds that are recognised, and those a case has."""

    kinds: frozenset[str] = frozenset()
    kept: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.kinds)

    def over(self, text: str) -> str:
        """The text as this colleague may read it."""
        return references.covered(text, self.kinds, kept=self.kept) if self.kinds else text

    def within(self, text: str) -> list[str]:
        """What it would cover in the text, as it stands there."""
        return references.to_cover(text, self.kinds, kept=self.kept) if self.kinds else []


def of_role(staff: StaffMember) -> Cover:
    """What is hidden where a text is on no case."""
    return Cover(numbers.hidden_from(staff.role) - references.OUR_OWN)


def of(case: Case, staff: StaffMember) -> Cover:
    """What is hidden from this colleague in the texts of a case."""
    cover = of_role(staff)
    if not cover:
        return cover
    always = numbers.hidden_from(staff.role, works_on_it=True) - references.OUR_OWN
    if always != cover.kinds and numbers.works_on(staff, case):
        cover = Cover(always)
    return _with_kept(cover, around.of(case, "references")) if cover else cover


def of_each(cases: Iterable[int | None], staff: StaffMember) -> Mapping[int | None, Cover]:
    """The same for texts of several cases, or of none, by the number of the case: two queries at most."""
    cover, wanted = of_role(staff), set(cases)
    if not cover:
        return dict.fromkeys(wanted, cover)
    always = Cover(numbers.hidden_from(staff.role, works_on_it=True) - references.OUR_OWN)
    named = {each for each in wanted if each is not None}
    theirs: set[int] = set()
    if always != cover and named:
        worked_on = Case.objects.worked_on_by(staff).filter(pk__in=named).order_by()
        theirs = set(worked_on.values_list("pk", flat=True))
    covers = {each: always if each in theirs else cover for each in wanted}
    kept: dict[int, list[ReferenceNumber]] = {}
    for number in ReferenceNumber.objects.filter(case__in=named).order_by() if named else ():
        kept.setdefault(number.case_id, []).append(number)
    return covers | {pk: _with_kept(covers[pk], held) for pk, held in kept.items()}


def _with_kept(cover: Cover, held: Iterable[ReferenceNumber]) -> Cover:
    return Cover(cover.kinds, tuple(each.compact for each in held if each.kind in cover.kinds))
